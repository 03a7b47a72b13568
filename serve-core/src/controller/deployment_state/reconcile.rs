//! From the replicas there are to those there should be, one step at a time.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::update::{TrialState, UpdateKind};
use super::{
    Action, Change, DeploymentConfig, DeploymentState, Record, ReplicaNumber, ReplicaState,
    StartStep, Version,
};

use crate::config::deadline;

/// How long the place of a constructor that was told to end is kept, if there may not be two.
const HOLDING_MAX: Duration = Duration::from_secs(10);

impl DeploymentState {
    /// Brings the replicas one step closer to what they should be.
    pub(crate) fn reconcile(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = self.give_constructors_up(now);
        if self.deleting.is_some() {
            self.stop_all(now, &mut actions);
        } else {
            self.stop_surplus(now, &mut actions);
            self.start_missing(now, &mut actions);
            self.start_trial(now, &mut actions);
            self.reconfigure(now, &mut actions);
            self.check_health(now, &mut actions);
        }
        self.publish(&mut actions);
        if std::mem::take(&mut self.is_unconfigured) {
            self.reschedule_checks(now);
            actions.insert(0, Action::Configure(Arc::clone(&self.config)));
        }
        if self.is_settled() {
            self.message.clear();
            self.change(Change::Healthy);
        }
        actions
    }

    // === stopping ===

    fn stop_all(&mut self, now: Instant, actions: &mut Vec<Action>) {
        for number in self.numbers(Record::is_live) {
            self.stop(number, now, actions);
        }
    }

    /// Gives up constructors that have had their time. Before anything else of a step, so that a version
    /// which fails by this is left for the one before it, and not closed.
    pub(crate) fn give_constructors_up(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.deleting.is_some() {
            return actions;
        }
        let is_late =
            |r: &Record| r.state == ReplicaState::Starting && self.constructed_by(r) <= now;
        for number in self.numbers(is_late) {
            self.timed_out(number, now);
            actions.push(Action::Stop { replica: number, patience: Duration::ZERO });
        }
        actions
    }

    /// Ends what is of no use, what is too much (newest first) and what is outdated, the last as fast as
    /// an update may go.
    fn stop_surplus(&mut self, now: Instant, actions: &mut Vec<Action>) {
        let (goal, trial) = (self.version, self.trial_version());
        let is_other = |r: &Record| r.is_live() && !r.is_of(goal) && Some(r.version) != trial;
        for number in self.numbers(|r| is_other(r) && !(r.routed && r.runs())) {
            self.stop(number, now, actions);
        }
        let mut of_goal = self.numbers(|r| r.is_live() && r.is_of(goal));
        // Those that take calls stay; of equals the newest go.
        of_goal.sort_by_key(|number| !self.replicas[number].runs());
        for &number in of_goal.iter().skip(self.target()) {
            self.stop(number, now, actions);
        }
        // One that a trial knows by its number has been serving before: it is outdated like any other.
        let outdated = self.numbers(|r| r.is_live() && !r.is_of(goal) && r.routed);
        let stoppable = self.stoppable_outdated(outdated.len());
        for number in outdated.into_iter().take(stoppable) {
            self.stop(number, now, actions);
        }
    }

    /// How many outdated replicas may go now.
    fn stoppable_outdated(&self, outdated: usize) -> usize {
        // A failed update stops: what works goes on serving.
        if self.given_up.is_some() {
            return 0;
        }
        let target = self.target();
        let serving =
            self.count(|r| r.is_of(self.version) && r.runs() && r.configured == self.user_config);
        let too_many = (serving + outdated).saturating_sub(target);
        if !self.config.is_exclusive() {
            return too_many.min(self.draining_max().saturating_sub(self.draining()));
        }
        // Those that are still stopping hold what they hold: memory, a device, a port.
        let batch = (target * self.config.rolling_update_percentage as usize / 100).max(1);
        let missing = target.saturating_sub(serving + outdated);
        batch.saturating_sub(missing).max(too_many).min(outdated)
    }

    /// So many replicas that an update has replaced may finish what they have at the same time.
    fn draining_max(&self) -> usize {
        self.target().max(2)
    }

    fn draining(&self) -> usize {
        self.count(|r| !r.is_live() && r.routed)
    }

    /// Replicas that still hold what they hold. A constructor that has been told to end, and does not, is
    /// waited for only so long.
    fn holding(&self, now: Instant) -> usize {
        self.count(|r| !r.is_live() && (!r.left_behind || r.since + HOLDING_MAX > now))
    }

    fn stop(&mut self, number: ReplicaNumber, now: Instant, actions: &mut Vec<Action>) {
        let Some(record) = self.replicas.get_mut(&number) else { return };
        let patience = match record.state {
            ReplicaState::Starting => Duration::ZERO,
            _ => self.config.graceful_shutdown_timeout.min(self.deleting.unwrap_or(Duration::MAX)),
        };
        // Nobody knows whether its constructor will return.
        record.left_behind = record.state == ReplicaState::Starting;
        record.enter(ReplicaState::Stopping, now);
        actions.push(Action::Stop { replica: number, patience });
    }

    // === starting ===

    /// `ceil(max_surge_percent × target)`: how many replicas there may be beyond the wanted number.
    fn surge(&self) -> usize {
        if self.config.is_exclusive() {
            return 0;
        }
        (self.config.max_surge_percent as usize * self.target()).div_ceil(100)
    }

    fn start_missing(&mut self, now: Instant, actions: &mut Vec<Action>) {
        if self.given_up.is_some() || !self.attempts.is_due(now) {
            return;
        }
        let target = self.target();
        let of_goal = self.count(|r| r.is_live() && r.is_of(self.version));
        // A replica on trial has no part in this; neither has a constructor that cannot be stopped.
        let trial = self.trial_version();
        let live = self.count(|r| r.is_live() && Some(r.version) != trial);
        let holding = if self.config.is_exclusive() { self.holding(now) } else { 0 };
        let room = (target + self.surge()).saturating_sub(live + holding);
        let wanted = target.saturating_sub(of_goal).min(self.attempts_left());
        let config = Arc::clone(&self.config);
        for _ in 0..room.min(wanted) {
            actions.push(self.start(self.version, &config, now));
        }
    }

    /// How many more constructors may be begun before too many have failed.
    pub(super) fn attempts_left(&self) -> usize {
        // A constructor that never returns would leave a thread behind for each attempt.
        let left_behind = self.count(|r| r.version == self.version && r.left_behind);
        if self.is_lasting {
            return if left_behind < 2 { usize::MAX } else { 0 };
        }
        let starting =
            self.count(|r| r.version == self.version && r.state == ReplicaState::Starting);
        let failures_max = self.config.constructor_failures_max(self.counts.target());
        (failures_max.saturating_sub(self.attempts.failures) as usize).saturating_sub(starting)
    }

    fn start_trial(&mut self, now: Instant, actions: &mut Vec<Action>) {
        let Some(trial) = &mut self.trial else { return };
        let config = Arc::clone(&trial.config);
        let UpdateKind::Replica { version, attempts } = &mut trial.kind else { return };
        let version = *version;
        if !matches!(trial.state, TrialState::Running | TrialState::Proven)
            || !attempts.is_due(now)
            || self.replicas.values().any(|r| r.is_live() && r.version == version)
        {
            return;
        }
        trial.state = TrialState::Running;
        actions.push(self.start(version, &config, now));
    }

    fn start(&mut self, version: Version, config: &Arc<DeploymentConfig>, now: Instant) -> Action {
        let configured = self.number_of(&config.user_config);
        let number = self.next_number;
        self.next_number += 1;
        let record = Record {
            state: ReplicaState::Starting,
            created: now,
            since: now,
            version,
            routed: false,
            configured,
            configured_before: configured,
            health_failures: 0,
            next_health_check: None,
            condemned: false,
            step: StartStep::Constructor,
            left_behind: false,
        };
        self.replicas.insert(number, record);
        Action::Start { replica: number, version, config: Arc::clone(config) }
    }

    // === what runs ===

    /// When its constructor will have taken too long.
    fn constructed_by(&self, record: &Record) -> Instant {
        deadline(record.since, self.constructor_timeout(record.version))
    }

    pub(super) fn constructor_timeout(&self, version: Version) -> Duration {
        let trial = self.trial.as_ref().filter(|trial| trial.version() == Some(version));
        trial.map_or(&self.config, |trial| &trial.config).constructor_timeout
    }

    /// Gives replicas the `user_config` that they should have; one on trial first.
    fn reconfigure(&mut self, now: Instant, actions: &mut Vec<Action>) {
        if self.given_up.is_some() {
            return;
        }
        self.try_user_config(now, actions);
        let (goal, wanted) = (self.version, self.user_config);
        let tried_on = self.trial.as_ref().and_then(|trial| match trial.kind {
            UpdateKind::UserConfig { replica, .. } => replica,
            _ => None,
        });
        let behind: Vec<_> = self.numbers(|r| {
            r.state == ReplicaState::Running && r.is_of(goal) && r.configured != wanted
        });
        for number in behind.into_iter().filter(|number| Some(*number) != tried_on) {
            // If there was none, there is nothing to give it.
            match self.value_of(wanted) {
                Some(value) => self.give(number, wanted, value, now, actions),
                None => self.condemn(number),
            }
        }
    }

    /// The replica serves until another has taken its place.
    pub(crate) fn condemn(&mut self, number: ReplicaNumber) {
        if let Some(record) = self.replicas.get_mut(&number) {
            record.condemned = true;
        }
    }

    fn try_user_config(&mut self, now: Instant, actions: &mut Vec<Action>) {
        let goal = self.version;
        let candidate = self
            .numbers(|r| r.state == ReplicaState::Running && r.version == goal)
            .into_iter()
            .next();
        let is_starting = self.count(|r| r.is_live() && r.version == goal) > 0;
        let Some(trial) = &mut self.trial else { return };
        let UpdateKind::UserConfig { number: wanted, replica: replica @ None } = &mut trial.kind
        else {
            return;
        };
        if trial.state != TrialState::Running {
            return;
        }
        match candidate {
            Some(number) => {
                *replica = Some(number);
                let (wanted, value) =
                    (*wanted, trial.config.user_config.clone().unwrap_or_default());
                self.give(number, wanted, value, now, actions);
            }
            // Those that are starting will say it.
            None if is_starting => {}
            None => trial.state = TrialState::Proven,
        }
    }

    fn value_of(&self, wanted: u64) -> Option<Value> {
        self.user_configs.iter().find(|(number, _)| *number == wanted)?.1.clone()
    }

    fn give(
        &mut self,
        number: ReplicaNumber,
        wanted: u64,
        user_config: Value,
        now: Instant,
        actions: &mut Vec<Action>,
    ) {
        let Some(record) = self.replicas.get_mut(&number) else { return };
        record.enter(ReplicaState::Updating, now);
        record.configured_before = record.configured;
        record.configured = wanted;
        actions.push(Action::Reconfigure {
            replica: number,
            user_config,
            patience: self.config.update_timeout,
        });
    }

    /// The period may have become shorter.
    fn reschedule_checks(&mut self, now: Instant) {
        let latest = deadline(now, self.config.health_check_period);
        for record in self.replicas.values_mut() {
            record.next_health_check = record.next_health_check.map(|at| at.min(latest));
        }
    }

    fn check_health(&mut self, now: Instant, actions: &mut Vec<Action>) {
        if !self.is_checked() {
            return;
        }
        let timeout = self.config.health_check_timeout;
        for (&replica, record) in &mut self.replicas {
            if record.runs() && record.next_health_check.is_some_and(|at| at <= now) {
                record.next_health_check = None;
                actions.push(Action::CheckHealth { replica, timeout });
            }
        }
    }

    fn publish(&mut self, actions: &mut Vec<Action>) {
        let routable = self.routable();
        let closed = self.deleting.is_some() || (self.given_up.is_some() && routable.is_empty());
        if closed {
            if !self.closed {
                self.closed = true;
                self.published.clear();
                // First of all: what is being stopped must get no more calls.
                actions.insert(0, Action::Close);
            }
        } else if routable != self.published || self.closed {
            self.closed = false;
            for number in &routable {
                if let Some(record) = self.replicas.get_mut(number) {
                    record.routed = true;
                }
            }
            self.published.clone_from(&routable);
            actions.insert(0, Action::Publish(routable));
        }
    }

    /// When there will be something to do though nothing has happened. What has passed is among it.
    pub(crate) fn wakes(&self) -> impl Iterator<Item = Instant> + '_ {
        let is_wanted = self.deleting.is_none();
        let checks = self
            .replicas
            .values()
            .filter(|r| self.is_checked() && r.runs())
            .filter_map(|r| r.next_health_check);
        let constructors = self
            .replicas
            .values()
            .filter(|r| r.state == ReplicaState::Starting)
            .map(|r| self.constructed_by(r));
        let of_goal = self.count(|r| r.is_live() && r.is_of(self.version));
        let retry =
            self.attempts.next().filter(|_| self.given_up.is_none() && of_goal < self.target());
        let trial = self.trial.as_ref().and_then(|trial| match &trial.kind {
            UpdateKind::Replica { attempts, .. } if trial.state == TrialState::Running => {
                attempts.next()
            }
            _ => None,
        });
        let holding = self
            .replicas
            .values()
            .filter(|r| r.left_behind && self.config.is_exclusive())
            .map(|r| r.since + HOLDING_MAX);
        let wakes = checks.chain(constructors).chain(retry).chain(trial).chain(holding);
        wakes.filter(move |_| is_wanted)
    }
}
