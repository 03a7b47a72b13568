//! The state of one deployment and what to do about it: plain data and plain functions.
//!
//! `reconcile` compares the replicas there are with those there should be and answers with actions.
//! It knows no clock and starts nothing: the time comes in, the actions go out.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::status::{Change, DeploymentStatus, ReplicaState, Status, StatusTrigger, next};
use crate::config::DeploymentConfig;

/// Numbers the replicas of a deployment; never used twice.
pub(crate) type ReplicaNumber = u64;

/// What the host of a deployment shall do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Start(ReplicaNumber),
    Stop {
        replica: ReplicaNumber,
        patience: Duration,
    },
    CheckHealth(ReplicaNumber),
    Reconfigure(ReplicaNumber),
    /// These replicas, and no others, take calls.
    Publish(Vec<ReplicaNumber>),
    /// No replica will take calls any more.
    Close,
}

#[derive(Debug)]
struct Record {
    state: ReplicaState,
    version: u64,
    /// The count of `user_config` changes when it was last given one.
    configured: u64,
    health_failures: u32,
    /// When its health is to be asked for; `None` while an answer is awaited.
    next_health_check: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct DeploymentState {
    config: DeploymentConfig,
    has_health_check: bool,
    version: u64,
    /// Counts the changes of `user_config`.
    configs: u64,
    replicas_target: u32,
    replicas: BTreeMap<ReplicaNumber, Record>,
    next_number: ReplicaNumber,
    startup_failures: u32,
    /// A replica of this version has been running: from here on failures are retried for ever.
    proven: bool,
    given_up: bool,
    next_start: Option<Instant>,
    published: Vec<ReplicaNumber>,
    closed: bool,
    status: Status,
    message: String,
    deleting: bool,
}

/// Ray Serve's `REPLICA_HEALTH_CHECK_UNHEALTHY_THRESHOLD`.
const HEALTH_FAILURES_MAX: u32 = 3;
/// The pause before a replica that failed to start is tried again: doubled each time, up to the maximum.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(10);

impl DeploymentState {
    pub(crate) fn new(config: DeploymentConfig, has_health_check: bool) -> Self {
        Self {
            replicas_target: config.initial_replicas(),
            config,
            has_health_check,
            version: 0,
            configs: 0,
            replicas: BTreeMap::new(),
            next_number: 0,
            startup_failures: 0,
            proven: false,
            given_up: false,
            next_start: None,
            published: Vec::new(),
            closed: false,
            status: (DeploymentStatus::Updating, StatusTrigger::ConfigUpdateStarted),
            message: String::new(),
            deleting: false,
        }
    }

    // === what happens ===

    /// New code or arguments: every replica is to be replaced.
    pub(crate) fn redeploy(&mut self, config: DeploymentConfig) {
        self.version += 1;
        self.startup_failures = 0;
        self.proven = false;
        self.given_up = false;
        self.next_start = None;
        self.deleting = false;
        self.status = (DeploymentStatus::Updating, StatusTrigger::ConfigUpdateStarted);
        self.message.clear();
        self.replicas_target = config.initial_replicas();
        // A replica that starts from here on gets this one.
        self.configs += 1;
        self.config = config;
    }

    /// The same code and arguments with other options: replicas stay.
    pub(crate) fn update(&mut self, config: DeploymentConfig) -> Vec<Action> {
        if self.given_up || self.deleting {
            self.redeploy(config);
            return Vec::new();
        }
        let replicas_before = self.replicas_target;
        self.replicas_target = config.initial_replicas();
        let reconfigure = config.user_config != self.config.user_config;
        self.config = config;
        self.change(match self.replicas_target.cmp(&replicas_before) {
            _ if reconfigure => Change::ConfigUpdate,
            std::cmp::Ordering::Less => Change::ManualDownscale,
            std::cmp::Ordering::Greater => Change::ManualUpscale,
            std::cmp::Ordering::Equal => Change::ConfigUpdate,
        });
        let mut actions = Vec::new();
        if reconfigure {
            self.configs += 1;
            // Those that are starting or being reconfigured get it when they are done with that.
            for (&number, record) in &mut self.replicas {
                if record.state == ReplicaState::Running {
                    actions.push(record.reconfigure(number, self.configs));
                }
            }
        }
        actions
    }

    pub(crate) fn delete(&mut self) {
        self.deleting = true;
        self.change(Change::Delete);
    }

    /// The answer to [`Action::Start`].
    pub(crate) fn started(
        &mut self,
        number: ReplicaNumber,
        outcome: Result<(), String>,
        now: Instant,
    ) -> Option<Action> {
        let record = self.replicas.get_mut(&number)?;
        match outcome {
            Ok(()) if record.state == ReplicaState::Starting => {
                record.state = ReplicaState::Running;
                record.next_health_check = Some(now + self.config.health_check_period);
                if record.version == self.version {
                    self.proven = true;
                    self.startup_failures = 0;
                }
                let outdated = record.configured != self.configs;
                return outdated.then(|| record.reconfigure(number, self.configs));
            }
            // It is being stopped already: the answer came too late to matter.
            Ok(()) => {}
            Err(message) => {
                let (version, state) = (record.version, record.state);
                self.replicas.remove(&number);
                if version == self.version && state == ReplicaState::Starting {
                    self.startup_failed(&message, now);
                }
            }
        }
        None
    }

    fn startup_failed(&mut self, message: &str, now: Instant) {
        self.startup_failures += 1;
        let failures_max = self.config.constructor_failures_max(self.replicas_target);
        if !self.proven && self.startup_failures >= failures_max {
            self.given_up = true;
            self.message = format!(
                "A replica failed to start {} time(s); not trying again. Error: {message}",
                self.startup_failures
            );
            self.change(Change::GivenUp);
            return;
        }
        let pause = RETRY_PAUSE * 2_u32.saturating_pow(self.startup_failures.min(10) - 1);
        self.next_start = Some(now + pause.min(RETRY_PAUSE_MAX));
        self.message = if self.proven {
            format!("A replica failed to start. Retrying. Error: {message}")
        } else {
            let left = failures_max - self.startup_failures;
            format!("A replica failed to start. Retrying {left} more time(s). Error: {message}")
        };
        self.change(Change::StartupFailed);
    }

    /// The answer to [`Action::Stop`], or a replica that went away by itself.
    pub(crate) fn stopped(&mut self, number: ReplicaNumber) {
        self.replicas.remove(&number);
    }

    /// A replica died: its place is free at once.
    pub(crate) fn died(&mut self, number: ReplicaNumber, message: String) {
        if let Some(record) = self.replicas.remove(&number)
            && record.version == self.version
        {
            self.message = message;
            self.change(Change::HealthCheckFailed);
        }
    }

    /// A replica takes no more calls: it goes when it has finished those it has, and is replaced then.
    pub(crate) fn leaving(&mut self, number: ReplicaNumber, message: String) -> Option<Action> {
        let action = self.replace_unhealthy(number)?;
        self.message = message;
        Some(action)
    }

    /// The answer to [`Action::CheckHealth`].
    pub(crate) fn health(
        &mut self,
        number: ReplicaNumber,
        outcome: Result<(), String>,
        now: Instant,
    ) -> Option<Action> {
        let record = self.replicas.get_mut(&number)?;
        match outcome {
            Ok(()) => record.health_failures = 0,
            Err(message) => {
                record.health_failures += 1;
                self.message = format!("A replica's health check failed. Error: {message}");
            }
        }
        if record.health_failures < HEALTH_FAILURES_MAX {
            record.next_health_check = Some(now + self.config.health_check_period);
            return None;
        }
        self.replace_unhealthy(number)
    }

    /// The answer to [`Action::Reconfigure`].
    pub(crate) fn reconfigured(
        &mut self,
        number: ReplicaNumber,
        outcome: Result<(), String>,
    ) -> Option<Action> {
        let record = self.replicas.get_mut(&number)?;
        match outcome {
            Ok(()) if record.state == ReplicaState::Updating => {
                if record.configured != self.configs {
                    return Some(record.reconfigure(number, self.configs));
                }
                record.state = ReplicaState::Running;
                None
            }
            Ok(()) => None,
            Err(message) => {
                self.message = format!("A replica could not be reconfigured. Error: {message}");
                self.replace_unhealthy(number)
            }
        }
    }

    fn replace_unhealthy(&mut self, number: ReplicaNumber) -> Option<Action> {
        let record = self.replicas.get_mut(&number)?;
        if record.state == ReplicaState::Stopping {
            return None;
        }
        record.state = ReplicaState::Stopping;
        if record.version == self.version {
            self.change(Change::HealthCheckFailed);
        }
        Some(Action::Stop { replica: number, patience: self.config.graceful_shutdown_timeout })
    }

    // === what to do about it ===

    /// Brings the replicas one step closer to what they should be.
    pub(crate) fn reconcile(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.deleting {
            self.stop_all(&mut actions);
        } else {
            self.stop_surplus(&mut actions);
            self.start_missing(now, &mut actions);
            self.check_health(now, &mut actions);
        }
        self.publish(&mut actions);
        if self.is_settled() {
            self.message.clear();
            self.change(Change::Healthy);
        }
        actions
    }

    fn stop_all(&mut self, actions: &mut Vec<Action>) {
        let numbers: Vec<_> = self.numbers(|record| record.state != ReplicaState::Stopping);
        for number in numbers {
            self.stop(number, actions);
        }
    }

    /// Ends what is too much (newest first) and what is outdated, as fast as an update may go.
    fn stop_surplus(&mut self, actions: &mut Vec<Action>) {
        let version = self.version;
        // An outdated replica that is still starting helps nobody.
        let futile = self.numbers(|r| r.version != version && r.state == ReplicaState::Starting);
        for number in futile {
            self.stop(number, actions);
        }
        let current = self.numbers(|r| r.version == version && is_live(r));
        let target = self.replicas_target as usize;
        for &number in current.iter().skip(target) {
            self.stop(number, actions);
        }
        let outdated = self.numbers(|r| r.version != version && is_live(r));
        let stoppable = self.stoppable_outdated(outdated.len());
        for number in outdated.into_iter().take(stoppable) {
            self.stop(number, actions);
        }
    }

    /// How many outdated replicas may go now. Without a surge, replicas being replaced may be at most
    /// the rollout size; with one, an outdated replica goes when there are more than wanted without it.
    fn stoppable_outdated(&self, outdated: usize) -> usize {
        if self.given_up {
            // A failed update stops where it is: what still works keeps serving.
            return 0;
        }
        let target = self.replicas_target as usize;
        let running = |r: &Record| r.version == self.version && is_routable(r);
        let current_running = self.replicas.values().filter(|r| running(r)).count();
        let batch = (target * self.config.rolling_update_percentage as usize / 100).max(1);
        let too_many = (current_running + outdated).saturating_sub(target);
        if self.surge() > 0 {
            return too_many.min(batch);
        }
        let missing = target.saturating_sub(current_running + outdated);
        batch.saturating_sub(missing).max(too_many).min(outdated)
    }

    /// `ceil(max_surge_percent × target)`: how many replicas there may be beyond the wanted number.
    fn surge(&self) -> usize {
        (self.config.max_surge_percent as usize * self.replicas_target as usize).div_ceil(100)
    }

    fn start_missing(&mut self, now: Instant, actions: &mut Vec<Action>) {
        if self.given_up || self.next_start.is_some_and(|at| at > now) {
            return;
        }
        // The pause is over, even if there is no room yet: what makes room is an event by itself.
        self.next_start = None;
        let target = self.replicas_target as usize;
        let live = self.replicas.values().filter(|r| is_live(r)).count();
        let current =
            self.replicas.values().filter(|r| is_live(r) && r.version == self.version).count();
        let stopping = self.replicas.len() - live;
        // Those that are still stopping hold what they hold: memory, a device, a port.
        let room = (target + self.surge()).saturating_sub(live + stopping);
        let wanted = target.saturating_sub(current).min(self.attempts_left());
        for _ in 0..room.min(wanted) {
            let number = self.next_number;
            self.next_number += 1;
            let record = Record {
                state: ReplicaState::Starting,
                version: self.version,
                configured: self.configs,
                health_failures: 0,
                next_health_check: None,
            };
            self.replicas.insert(number, record);
            actions.push(Action::Start(number));
        }
    }

    /// How many more constructors may be begun before one of this version has worked.
    fn attempts_left(&self) -> usize {
        if self.proven {
            return usize::MAX;
        }
        let starting = |r: &Record| r.version == self.version && r.state == ReplicaState::Starting;
        let begun = self.replicas.values().filter(|r| starting(r)).count();
        let failures_max = self.config.constructor_failures_max(self.replicas_target);
        (failures_max.saturating_sub(self.startup_failures) as usize).saturating_sub(begun)
    }

    fn check_health(&mut self, now: Instant, actions: &mut Vec<Action>) {
        if !self.has_health_check {
            return;
        }
        for (&number, record) in &mut self.replicas {
            if is_routable(record) && record.next_health_check.is_some_and(|at| at <= now) {
                record.next_health_check = None;
                actions.push(Action::CheckHealth(number));
            }
        }
    }

    fn publish(&mut self, actions: &mut Vec<Action>) {
        let routable = self.numbers(is_routable);
        let closed = self.deleting || (self.given_up && routable.is_empty());
        if closed {
            if !self.closed {
                self.closed = true;
                self.published.clear();
                // First of all: what is being stopped must get no more calls.
                actions.insert(0, Action::Close);
            }
        } else if routable != self.published || self.closed {
            self.closed = false;
            self.published.clone_from(&routable);
            actions.insert(0, Action::Publish(routable));
        }
    }

    fn stop(&mut self, number: ReplicaNumber, actions: &mut Vec<Action>) {
        let Some(record) = self.replicas.get_mut(&number) else { return };
        let patience = match record.state {
            ReplicaState::Starting => Duration::ZERO,
            _ => self.config.graceful_shutdown_timeout,
        };
        record.state = ReplicaState::Stopping;
        actions.push(Action::Stop { replica: number, patience });
    }

    fn numbers(&self, wanted: impl Fn(&Record) -> bool) -> Vec<ReplicaNumber> {
        self.replicas.iter().filter(|(_, r)| wanted(r)).map(|(&number, _)| number).collect()
    }

    fn change(&mut self, change: Change) {
        self.status = next(self.status, change);
    }

    /// Whether the replicas are exactly those there should be.
    fn is_settled(&self) -> bool {
        !self.deleting
            && !self.given_up
            && self.replicas.len() == self.replicas_target as usize
            && self
                .replicas
                .values()
                .all(|r| r.version == self.version && r.state == ReplicaState::Running)
            && self.replicas.values().all(|r| r.health_failures == 0)
    }

    // === what others see ===

    pub(crate) fn config(&self) -> &DeploymentConfig {
        &self.config
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn has_no_replicas(&self) -> bool {
        self.replicas.is_empty()
    }

    pub(crate) fn is_deleting(&self) -> bool {
        self.deleting
    }

    pub(crate) fn replica_states(&self) -> BTreeMap<ReplicaState, usize> {
        let mut states = BTreeMap::new();
        for record in self.replicas.values() {
            *states.entry(record.state).or_default() += 1;
        }
        states
    }

    pub(crate) fn routable(&self) -> Vec<ReplicaNumber> {
        self.numbers(is_routable)
    }

    /// When there will be something to do though nothing has happened.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        let checks = self
            .replicas
            .values()
            .filter(|r| self.has_health_check && is_routable(r))
            .filter_map(|r| r.next_health_check);
        let retry = self.next_start.filter(|_| !self.given_up && !self.deleting);
        checks.chain(retry.filter(|_| self.is_short())).min()
    }

    fn is_short(&self) -> bool {
        let live = |r: &&Record| is_live(r) && r.version == self.version;
        self.replicas.values().filter(live).count() < self.replicas_target as usize
    }
}

impl Record {
    fn reconfigure(&mut self, number: ReplicaNumber, configs: u64) -> Action {
        self.state = ReplicaState::Updating;
        self.configured = configs;
        Action::Reconfigure(number)
    }
}

fn is_live(record: &Record) -> bool {
    record.state != ReplicaState::Stopping
}

fn is_routable(record: &Record) -> bool {
    matches!(record.state, ReplicaState::Running | ReplicaState::Updating)
}

#[cfg(test)]
mod tests;
