//! The state of one deployment and what to do about it: plain data and plain functions.
//!
//! `reconcile` compares the replicas there are with those there should be and answers with actions.
//! It knows no clock and starts nothing: the time comes in, the actions go out.
//!
//! - What should be: a *goal*, which is a version and how many replicas of it (`counts`).
//! - A *trial* is what an update would change, while it is being proven (`update`). It takes nothing
//!   away: the goal stays what it is until the whole application has been proven.
//! - A *version* is a constructor with its arguments and the options that need a new replica. Options
//!   that apply in place belong to the configuration in force.

mod attempts;
mod counts;
mod events;
mod reconcile;
mod update;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::status::{Change, DeploymentStatus, ReplicaState, Status, StatusTrigger, next};
use crate::config::DeploymentConfig;
use attempts::Attempts;
use counts::Counts;
use update::Trial;

pub(crate) use update::Proof;
pub(crate) use view::ReplicaView;

/// Numbers the replicas of a deployment; never used twice.
pub(crate) type ReplicaNumber = u64;
/// Numbers what replicas are made of; never used twice on one server.
pub(crate) type Version = u64;
/// Numbers the values of `user_config` that a deployment has had.
type ConfigNumber = u64;

/// What the host of a deployment shall do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Makes a replica of this version.
    Start {
        replica: ReplicaNumber,
        version: Version,
        config: Arc<DeploymentConfig>,
    },
    Stop {
        replica: ReplicaNumber,
        patience: Duration,
    },
    CheckHealth {
        replica: ReplicaNumber,
        timeout: Duration,
    },
    /// Gives a replica this `user_config`; how long it may wait for exclusive access.
    Reconfigure {
        replica: ReplicaNumber,
        user_config: Value,
        patience: Duration,
    },
    /// The options that calls look at.
    Configure(Arc<DeploymentConfig>),
    /// These replicas, and no others, take calls.
    Publish(Vec<ReplicaNumber>),
    /// No replica will take calls any more.
    Close,
}

/// What a replica does, one after the other, before it takes calls. All of it has `constructor_timeout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartStep {
    Constructor,
    Reconfigure,
    WarmUp,
    HealthCheck,
}

#[derive(Debug)]
struct Record {
    state: ReplicaState,
    created: Instant,
    /// Since when it is in that state.
    since: Instant,
    version: Version,
    /// It has taken calls, or was meant to: an unrouted one of no use goes at once.
    routed: bool,
    /// The `user_config` that it has, or is being given.
    configured: ConfigNumber,
    /// The one before, which it keeps if it refuses.
    configured_before: ConfigNumber,
    health_failures: u32,
    /// When its health is to be asked for; `None` while an answer is awaited.
    next_health_check: Option<Instant>,
    /// It could not take back its `user_config`: it serves until another has taken its place.
    condemned: bool,
    /// What it has got to, while it starts.
    step: StartStep,
    /// It has been given up while it started, and that step has not returned.
    left_behind: bool,
}

#[derive(Debug)]
pub(crate) struct DeploymentState {
    config: Arc<DeploymentConfig>,
    /// It has a health check of its own.
    is_checked: bool,
    version: Version,
    attempts: Attempts,
    /// The version has been complete once: from here on failures are retried for ever.
    is_lasting: bool,
    /// An update on its way gives replicas of the same version another `user_config`, or wants more of
    /// them: what fails by that fails the update.
    is_on_probation: bool,
    /// Why the way to the goal was given up.
    given_up: Option<String>,
    trial: Option<Trial>,
    counts: Counts,
    user_configs: Vec<(ConfigNumber, Option<Value>)>,
    user_config: ConfigNumber,
    last_config: ConfigNumber,
    /// What was pinned before the update that is under way.
    pinned_before: Option<Option<u32>>,
    replicas: BTreeMap<ReplicaNumber, Record>,
    next_number: ReplicaNumber,
    /// The options have changed since they were last told to the host.
    is_unconfigured: bool,
    published: Vec<ReplicaNumber>,
    closed: bool,
    status: Status,
    /// The statuses it has had since they were last asked for, each with the one before.
    transitions: Vec<(Option<Status>, Status)>,
    message: String,
    /// How long its replicas may take to end, at most.
    deleting: Option<Duration>,
}

/// How every deployment begins.
const STARTED: Status = (DeploymentStatus::Updating, StatusTrigger::ConfigUpdateStarted);

/// Ray Serve's `REPLICA_HEALTH_CHECK_UNHEALTHY_THRESHOLD`.
const HEALTH_FAILURES_MAX: u32 = 3;

impl DeploymentState {
    /// A deployment that nobody has called so far. `is_checked`: its replicas are asked for their health.
    pub(crate) fn new(version: Version, config: Arc<DeploymentConfig>, is_checked: bool) -> Self {
        Self {
            counts: Counts::new(&config),
            user_configs: vec![(0, config.user_config.clone())],
            config,
            is_checked,
            version,
            attempts: Attempts::default(),
            is_lasting: false,
            is_on_probation: false,
            given_up: None,
            trial: None,
            user_config: 0,
            last_config: 0,
            pinned_before: None,
            replicas: BTreeMap::new(),
            next_number: 0,
            is_unconfigured: true,
            published: Vec::new(),
            closed: false,
            status: STARTED,
            transitions: vec![(None, STARTED)],
            message: String::new(),
            deleting: None,
        }
    }

    /// The same, with numbers for replicas from this one on.
    pub(crate) fn numbered_from(self, first: ReplicaNumber) -> Self {
        Self { next_number: first, ..self }
    }

    pub(crate) fn next_number(&self) -> ReplicaNumber {
        self.next_number
    }

    /// Ends every replica, each after at most `patience`; more patience than its options have is not used.
    pub(crate) fn delete(&mut self, patience: Duration) {
        self.deleting = Some(patience);
        self.trial = None;
        self.change(Change::Delete);
    }

    fn change(&mut self, change: Change) {
        self.enter(next(self.status, change));
    }

    fn enter(&mut self, status: Status) {
        let before = std::mem::replace(&mut self.status, status);
        if before != status {
            self.transitions.push((Some(before), status));
        }
    }

    /// The statuses it has had since the last time, each with the one before.
    pub(crate) fn take_transitions(&mut self) -> Vec<(Option<Status>, Status)> {
        std::mem::take(&mut self.transitions)
    }

    fn numbers(&self, wanted: impl Fn(&Record) -> bool) -> Vec<ReplicaNumber> {
        self.replicas.iter().filter(|(_, r)| wanted(r)).map(|(&number, _)| number).collect()
    }

    fn count(&self, wanted: impl Fn(&Record) -> bool) -> usize {
        self.replicas.values().filter(|r| wanted(r)).count()
    }

    /// Whether its replicas are asked for their health.
    fn is_checked(&self) -> bool {
        self.is_checked || self.config.stuck_after.is_some()
    }

    fn target(&self) -> usize {
        self.counts.target() as usize
    }

    /// Whether calls may go there: it runs, and is of the goal or has been before.
    fn is_routable(&self, record: &Record) -> bool {
        record.runs() && (record.routed || record.version == self.version)
    }

    /// Whether too many failures end the way to the goal, and are not retried for ever.
    fn may_be_given_up(&self) -> bool {
        !self.is_lasting || self.is_on_probation
    }

    fn trial_version(&self) -> Option<Version> {
        self.trial.as_ref().and_then(Trial::version)
    }
}

impl Record {
    fn is_live(&self) -> bool {
        self.state != ReplicaState::Stopping
    }

    /// Whether it is as good as a new one of this version.
    fn is_of(&self, version: Version) -> bool {
        self.version == version && !self.condemned
    }

    fn runs(&self) -> bool {
        matches!(self.state, ReplicaState::Running | ReplicaState::Updating)
    }

    fn enter(&mut self, state: ReplicaState, now: Instant) {
        self.state = state;
        self.since = now;
    }
}

#[cfg(test)]
mod tests;
