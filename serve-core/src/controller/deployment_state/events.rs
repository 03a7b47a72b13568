//! What happens to the replicas of a deployment.

use tokio::time::Instant;

use super::update::{TrialState, UpdateKind};
use super::{
    Action, Change, DeploymentState, HEALTH_FAILURES_MAX, ReplicaNumber, ReplicaState, StartStep,
    Version,
};
use crate::config::deadline;
use crate::site::ReplicaHealth;

impl DeploymentState {
    /// The answer to [`Action::Start`].
    pub(crate) fn started(
        &mut self,
        number: ReplicaNumber,
        outcome: Result<(), String>,
        now: Instant,
    ) {
        let Some(record) = self.replicas.get_mut(&number) else { return };
        let (version, state) = (record.version, record.state);
        match outcome {
            Ok(()) if state == ReplicaState::Starting => {
                record.enter(ReplicaState::Running, now);
                record.next_health_check = Some(deadline(now, self.config.health_check_period));
                self.version_started(version);
            }
            // It is being stopped already: the answer came too late to matter.
            Ok(()) => {}
            Err(message) => {
                self.replicas.remove(&number);
                if state == ReplicaState::Starting {
                    self.start_failed(version, &message, now);
                }
            }
        }
    }

    /// A replica that starts has got to this step.
    pub(crate) fn reached(&mut self, number: ReplicaNumber, step: StartStep) {
        if let Some(record) = self.replicas.get_mut(&number) {
            record.step = step;
        }
    }

    fn version_started(&mut self, version: Version) {
        if version == self.version {
            self.attempts.succeed();
            // The options may have changed since it was begun.
            self.is_unconfigured = true;
        }
        if let Some(trial) = &mut self.trial
            && trial.version() == Some(version)
        {
            trial.state = TrialState::Proven;
        }
    }

    /// A replica of this version did not come to be, or did not live long enough to take calls.
    pub(super) fn start_failed(&mut self, version: Version, message: &str, now: Instant) {
        if version == self.version {
            self.goal_failed(message, now);
        } else if self.trial_version() == Some(version) {
            self.trial_failed(message, now);
        }
    }

    fn goal_failed(&mut self, message: &str, now: Instant) {
        self.attempts.fail(now);
        let failures = self.attempts.failures;
        let failures_max = self.config.constructor_failures_max(self.counts.target());
        if self.may_be_given_up() && failures >= failures_max {
            return self.give_up(format!(
                "A replica failed to start {failures} time(s); not trying again. Error: {message}"
            ));
        }
        self.message = if !self.may_be_given_up() {
            format!("A replica failed to start. Retrying. Error: {message}")
        } else {
            let left = failures_max - failures;
            format!("A replica failed to start. Retrying {left} more time(s). Error: {message}")
        };
        self.change(Change::StartupFailed);
    }

    /// The goal is not tried again. What serves goes on.
    pub(super) fn give_up(&mut self, why: String) {
        self.message.clone_from(&why);
        self.given_up = Some(why);
        self.change(Change::GivenUp);
    }

    fn trial_failed(&mut self, message: &str, now: Instant) {
        let Some(trial) = &mut self.trial else { return };
        let UpdateKind::Replica { attempts, .. } = &mut trial.kind else { return };
        attempts.fail(now);
        trial.state = if attempts.failures >= trial.config.constructor_failures_max(1) {
            TrialState::Failed(format!(
                "A replica failed to start {} time(s); not trying again. Error: {message}",
                attempts.failures
            ))
        } else {
            TrialState::Running
        };
        self.message = format!("A new replica failed to start. Error: {message}");
    }

    /// A constructor, or what comes after it, did not return in time. One that cannot be stopped stays; a second one is too
    /// much.
    pub(super) fn timed_out(&mut self, number: ReplicaNumber, now: Instant) {
        let Some(version) = self.replicas.get(&number).map(|r| r.version) else { return };
        let timeout = self.constructor_timeout(version);
        let Some(record) = self.replicas.get_mut(&number) else { return };
        record.enter(ReplicaState::Stopping, now);
        record.left_behind = true;
        let step = record.step;
        let left = self.count(|r| r.version == version && r.left_behind);
        let alike = self.count(|r| r.version == version && r.left_behind && r.step == step);
        let message = format!("its {} did not return within {timeout:?}", step.name());
        self.start_failed(version, &message, now);
        if left < 2 {
            return;
        }
        let late = if alike == left { step.plural() } else { "first steps of replicas" };
        let why = format!("{left} {late} did not return within {timeout:?}, and still run");
        if version == self.version && !self.is_lasting {
            self.give_up(why);
        } else if let Some(trial) = &mut self.trial
            && trial.version() == Some(version)
        {
            trial.state = TrialState::Failed(why);
        }
    }

    /// The answer to [`Action::Stop`], or a replica that went away by itself.
    pub(crate) fn stopped(&mut self, number: ReplicaNumber) {
        self.replicas.remove(&number);
    }

    /// A replica died: its place is free at once.
    pub(crate) fn died(&mut self, number: ReplicaNumber, message: String, now: Instant) {
        self.gone(number, message, now);
        self.replicas.remove(&number);
    }

    /// A replica takes no more calls: it goes when it has finished those it has, and is replaced then.
    pub(crate) fn leaving(
        &mut self,
        number: ReplicaNumber,
        message: String,
        now: Instant,
    ) -> Option<Action> {
        self.replace(number, message, now)
    }

    /// What a replica's end means for the goal, or the trial.
    fn gone(&mut self, number: ReplicaNumber, message: String, now: Instant) {
        let Some(record) = self.replicas.get(&number) else { return };
        if !record.is_live() {
            return;
        }
        let (version, is_updating) = (record.version, record.state == ReplicaState::Updating);
        if is_updating && self.is_tried_on(number) {
            return self.refused(format!("{message} It was being given its `user_config`."));
        }
        if version == self.version {
            self.message = message;
            self.change(Change::HealthCheckFailed);
        } else if self.trial_version() == Some(version) {
            self.trial_failed(&message, now);
        }
    }

    /// The answer to [`Action::CheckHealth`].
    pub(crate) fn health(
        &mut self,
        number: ReplicaNumber,
        health: ReplicaHealth,
        now: Instant,
    ) -> Option<Action> {
        let record = self.replicas.get_mut(&number)?;
        let mut message = None;
        match health {
            ReplicaHealth::Passed => record.health_failures = 0,
            ReplicaHealth::Undecided => {}
            ReplicaHealth::Failed(why) => {
                record.health_failures += 1;
                message = Some(format!("A replica's health check failed. Error: {why}"));
            }
        }
        if record.health_failures < HEALTH_FAILURES_MAX {
            record.next_health_check = Some(deadline(now, self.config.health_check_period));
            if let Some(message) = message {
                self.message = message;
            }
            return None;
        }
        self.replace(number, message.unwrap_or_default(), now)
    }

    fn replace(&mut self, number: ReplicaNumber, message: String, now: Instant) -> Option<Action> {
        if !self.replicas.get(&number)?.is_live() {
            return None;
        }
        self.gone(number, message, now);
        self.replicas.get_mut(&number)?.enter(ReplicaState::Stopping, now);
        Some(Action::Stop { replica: number, patience: self.config.graceful_shutdown_timeout })
    }

    // === user_config ===

    fn is_tried_on(&self, number: ReplicaNumber) -> bool {
        self.trial.as_ref().is_some_and(
            |trial| matches!(trial.kind, UpdateKind::UserConfig { replica, .. } if replica == Some(number)),
        )
    }

    /// The answer to [`Action::Reconfigure`].
    pub(crate) fn reconfigured(
        &mut self,
        number: ReplicaNumber,
        outcome: Result<(), String>,
        now: Instant,
    ) {
        let (is_tried, may_be_given_up) = (self.is_tried_on(number), self.may_be_given_up());
        let Some(record) = self.replicas.get_mut(&number) else { return };
        if record.state != ReplicaState::Updating {
            return;
        }
        match outcome {
            Ok(()) => {
                record.enter(ReplicaState::Running, now);
                record.configured_before = record.configured;
                if is_tried && let Some(trial) = &mut self.trial {
                    trial.state = TrialState::Proven;
                }
            }
            Err(message) => {
                let message = format!("A replica could not be reconfigured. Error: {message}");
                let is_wanted = record.configured == self.user_config;
                // Refused, so it has what it had.
                record.enter(ReplicaState::Running, now);
                record.configured = record.configured_before;
                if is_tried || (is_wanted && may_be_given_up) {
                    self.refused(message);
                } else if is_wanted {
                    record.condemned = true;
                    self.message = message;
                }
            }
        }
    }

    fn refused(&mut self, message: String) {
        match &mut self.trial {
            Some(trial) => {
                self.message.clone_from(&message);
                trial.state = TrialState::Failed(message);
            }
            None => self.give_up(message),
        }
    }
}

// === impl StartStep ===

impl StartStep {
    fn name(self) -> &'static str {
        match self {
            Self::Constructor => "constructor",
            Self::Reconfigure => "`reconfigure`",
            Self::WarmUp => "`warm_up`",
            Self::HealthCheck => "first `check_health`",
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Constructor => "constructors",
            Self::Reconfigure => "runs of `reconfigure`",
            Self::WarmUp => "runs of `warm_up`",
            Self::HealthCheck => "runs of `check_health`",
        }
    }
}
