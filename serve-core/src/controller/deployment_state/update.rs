//! How a deployment gets from one version to the next: a trial that takes nothing away, then the roll.

use std::sync::Arc;

use serde_json::Value;

use super::{
    Attempts, Change, ConfigNumber, DeploymentConfig, DeploymentState, Record, ReplicaNumber,
    ReplicaState, STARTED, Version,
};

/// What an update would change.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) config: Arc<DeploymentConfig>,
    pub(super) kind: UpdateKind,
    pub(super) state: TrialState,
}

#[derive(Debug)]
pub(super) enum UpdateKind {
    /// Options that apply in place need no proof.
    InPlace,
    /// A version that cannot be proven beside what serves: two of it may not be at once, or nothing serves.
    Unproven { version: Version },
    /// One new replica beside the old ones, without calls.
    Replica { version: Version, attempts: Attempts },
    /// The new `user_config`, given to one replica.
    UserConfig { number: ConfigNumber, replica: Option<ReplicaNumber> },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum TrialState {
    /// It may not begin yet.
    Waiting,
    Running,
    Proven,
    Failed(String),
}

/// How far a trial is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Pending,
    Proven,
    Failed(String),
}

impl DeploymentState {
    /// Takes note of what an update wants. Nothing changes yet.
    pub(crate) fn propose(&mut self, version: Version, config: Arc<DeploymentConfig>) {
        let before = self.trial.take();
        let is_same = config == self.config && version == self.version;
        if is_same && self.given_up.is_none() {
            return;
        }
        let kind = match before.map(|trial| trial.kind) {
            // The same is being proven already.
            Some(UpdateKind::Replica { version: tried, attempts })
                if tried == version && config.user_config == self.config.user_config =>
            {
                UpdateKind::Replica { version, attempts }
            }
            _ => self.kind_of(version, &config),
        };
        let state = match &kind {
            UpdateKind::InPlace | UpdateKind::Unproven { .. } => TrialState::Proven,
            UpdateKind::Replica { version, .. } if self.has_standby(*version, &config) => {
                TrialState::Proven
            }
            UpdateKind::Replica { .. } | UpdateKind::UserConfig { .. } => TrialState::Waiting,
        };
        if !matches!(kind, UpdateKind::InPlace) || !self.differs_in_count_alone(&config) {
            self.change(Change::ConfigUpdate);
        }
        self.trial = Some(Trial { config, kind, state });
    }

    fn kind_of(&mut self, version: Version, config: &DeploymentConfig) -> UpdateKind {
        if version != self.version || self.given_up.is_some() {
            return if config.is_exclusive() || !self.serves() {
                UpdateKind::Unproven { version }
            } else {
                UpdateKind::Replica { version, attempts: Attempts::default() }
            };
        }
        if config.user_config == self.config.user_config {
            return UpdateKind::InPlace;
        }
        UpdateKind::UserConfig { number: self.number_of(&config.user_config), replica: None }
    }

    /// Whether a replica that has been made for the same before waits to take calls.
    fn has_standby(&mut self, version: Version, config: &DeploymentConfig) -> bool {
        let number = self.number_of(&config.user_config);
        self.replicas.values().any(|r| r.version == version && r.runs() && r.configured == number)
    }

    /// The number of a `user_config`. Those that no replica has are forgotten.
    pub(super) fn number_of(&mut self, value: &Option<Value>) -> ConfigNumber {
        let in_force = self.user_config;
        let replicas = &self.replicas;
        self.user_configs.retain(|(number, _)| {
            let has = |n: &ConfigNumber| n == number;
            *number == in_force
                || replicas.values().any(|r| has(&r.configured) || has(&r.configured_before))
        });
        if let Some((number, _)) = self.user_configs.iter().find(|(_, known)| known == value) {
            return *number;
        }
        self.last_config += 1;
        self.user_configs.push((self.last_config, value.clone()));
        self.last_config
    }

    /// The trial's turn has come; whether it has just come.
    pub(crate) fn begin_trial(&mut self) -> bool {
        let waiting = self.trial.as_mut().filter(|trial| trial.state == TrialState::Waiting);
        waiting.map(|trial| trial.state = TrialState::Running).is_some()
    }

    pub(crate) fn proof(&self) -> Proof {
        match self.trial.as_ref().map(|trial| &trial.state) {
            None | Some(TrialState::Proven) => Proof::Proven,
            Some(TrialState::Waiting | TrialState::Running) => Proof::Pending,
            Some(TrialState::Failed(why)) => Proof::Failed(why.clone()),
        }
    }

    /// Whether what is tried is a `user_config` on a replica that serves: the last thing to be tried,
    /// because it alone touches what is there.
    pub(crate) fn tries_user_config(&self) -> bool {
        self.trial.as_ref().is_some_and(|trial| matches!(trial.kind, UpdateKind::UserConfig { .. }))
    }

    pub(crate) fn has_trial(&self) -> bool {
        self.trial.is_some()
    }

    /// Forgets the trial. Its replica goes; one that took the new `user_config` gets the old one again.
    pub(crate) fn abandon(&mut self) {
        if self.trial.take().is_some() && self.given_up.is_none() {
            self.message.clear();
        }
    }

    /// What has been tried becomes the goal.
    pub(crate) fn roll(&mut self) {
        let Some(trial) = self.trial.take() else { return };
        let version = trial.version().unwrap_or(self.version);
        self.pinned_before.get_or_insert(self.counts.pinned);
        self.aim(version, trial.config);
    }

    /// An earlier version becomes the goal again.
    pub(crate) fn return_to(&mut self, version: Version, config: Arc<DeploymentConfig>) {
        self.trial = None;
        self.aim(version, config);
        (self.is_lasting, self.is_on_probation) = (true, false);
        // What the update has ended goes on.
        if let Some(pinned) = self.pinned_before.take() {
            self.counts.pinned = self.counts.pinned.or(pinned);
        }
    }

    /// A deployment that was being deleted, or had been given up, is wanted again.
    pub(crate) fn revive(&mut self, version: Version, config: Arc<DeploymentConfig>) {
        self.trial = None;
        self.deleting = None;
        self.enter(STARTED);
        self.aim(version, config);
        self.is_lasting = false;
    }

    fn aim(&mut self, version: Version, config: Arc<DeploymentConfig>) {
        let before = self.counts.target();
        self.counts.declare(&config);
        let user_config = self.number_of(&config.user_config);
        if version != self.version || self.given_up.is_some() {
            self.attempts = Attempts::default();
            self.is_lasting = false;
        } else if user_config != self.user_config || self.counts.target() > before {
            self.attempts = Attempts::default();
            self.is_on_probation = true;
        }
        // Those that serve go on until others have taken their place.
        for record in self.replicas.values_mut() {
            record.routed |= record.version == self.version && record.runs();
        }
        let is_same_version = version == self.version && self.given_up.is_none();
        self.given_up = None;
        self.version = version;
        self.user_config = user_config;
        if is_same_version && self.differs_in_count_alone(&config) {
            self.scaled(before);
        } else {
            self.change(Change::ConfigUpdate);
        }
        self.config = config;
        self.is_unconfigured = true;
        self.message.clear();
    }

    fn differs_in_count_alone(&self, config: &DeploymentConfig) -> bool {
        let differences = self.config.differences(config);
        differences.iter().all(|option| matches!(*option, "num_replicas" | "autoscaling"))
    }

    fn scaled(&mut self, before: u32) {
        match self.counts.target().cmp(&before) {
            std::cmp::Ordering::Less => self.change(Change::ManualDownscale),
            std::cmp::Ordering::Greater => self.change(Change::ManualUpscale),
            std::cmp::Ordering::Equal => {}
        }
    }

    /// The update is complete, or the way back from it.
    pub(crate) fn finish(&mut self) {
        self.pinned_before = None;
        (self.is_lasting, self.is_on_probation) = (true, false);
    }

    /// As many replicas from now on, whatever is declared. `None` ends that.
    pub(crate) fn pin(&mut self, replicas: Option<u32>) {
        let before = self.counts.target();
        self.pinned_before = None;
        self.counts.pinned = replicas;
        self.scaled(before);
    }

    /// The load asks for as many replicas.
    pub(crate) fn autoscale(&mut self, replicas: u32) {
        let before = self.counts.target();
        self.counts.autoscaled = Some(replicas);
        match self.counts.target().cmp(&before) {
            std::cmp::Ordering::Less => self.change(Change::AutoscaledDown),
            std::cmp::Ordering::Greater => self.change(Change::AutoscaledUp),
            std::cmp::Ordering::Equal => {}
        }
    }

    /// Whether the goal is reached: as many of its replicas take calls as there shall be, with its
    /// `user_config`, and no others but those that finish what they have.
    pub(crate) fn is_rolled(&self) -> bool {
        let live = self.numbers(Record::is_live);
        let is_right = |record: &Record| {
            record.is_of(self.version)
                && record.state == ReplicaState::Running
                && record.configured == self.user_config
        };
        self.trial.is_none()
            && self.given_up.is_none()
            && live.len() == self.target()
            && live == self.published
            && live.iter().all(|number| is_right(&self.replicas[number]))
    }

    /// The update is not waited for any longer, and there is nothing to go back to.
    pub(crate) fn give_up_unless_rolled(&mut self, why: &str) {
        if self.given_up.is_none() && !self.is_rolled() {
            self.give_up(why.to_owned());
        }
    }

    /// Why the goal will not be reached.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.given_up.as_deref()
    }
}

impl Trial {
    /// The version that is tried, if it is another.
    pub(super) fn version(&self) -> Option<Version> {
        match self.kind {
            UpdateKind::Unproven { version } | UpdateKind::Replica { version, .. } => Some(version),
            UpdateKind::InPlace | UpdateKind::UserConfig { .. } => None,
        }
    }
}
