//! What others see of a deployment's state.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::{
    Counts, DeploymentConfig, DeploymentState, DeploymentStatus, ReplicaNumber, ReplicaState,
    Status, Version,
};

/// One replica.
pub(crate) struct ReplicaView {
    pub(crate) number: ReplicaNumber,
    pub(crate) state: ReplicaState,
    pub(crate) created: Instant,
    pub(crate) since: Instant,
    pub(crate) version: Version,
    pub(crate) is_left_behind: bool,
}

impl DeploymentState {
    /// Whether the replicas are exactly those there should be, but for those that finish what they have.
    pub(super) fn is_settled(&self) -> bool {
        self.deleting.is_none()
            && self.is_rolled()
            && self.replicas.values().all(|r| !r.is_live() || r.health_failures == 0)
    }

    pub(crate) fn config(&self) -> &DeploymentConfig {
        &self.config
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// What is wrong, or what it waits for.
    pub(crate) fn message(&self) -> String {
        if !self.message.is_empty() || self.deleting.is_some() {
            return self.message.clone();
        }
        let updating = self.numbers(|r| r.state == ReplicaState::Updating);
        if !updating.is_empty() {
            return format!(
                "Replicas {updating:?} have not taken the new `user_config` yet; a `reconfigure` with `&mut self` waits \
                 for all that runs there, streams too."
            );
        }
        let outdated = self.count(|r| r.is_live() && !r.is_of(self.version) && r.routed);
        let draining = self.numbers(|r| !r.is_live() && !r.left_behind);
        if outdated == 0 || self.given_up.is_some() || draining.len() < self.target().max(2) {
            return String::new();
        }
        format!(
            "The update waits for {} replicas that finish what they have: {draining:?}.",
            draining.len()
        )
    }

    /// Whether calls are answered: some replica takes them, or none is wanted, or the first is being made for those that
    /// have come meanwhile.
    pub(crate) fn serves(&self) -> bool {
        let is_idle = || self.target() == 0 || self.is_waking();
        self.deleting.is_none() && (!self.routable().is_empty() || is_idle())
    }

    fn is_waking(&self) -> bool {
        let sleeps = self.config.scaling().is_some_and(|scaling| scaling.min_replicas == 0);
        sleeps && self.is_lasting && self.status.0 == DeploymentStatus::Upscaling
    }

    /// Whether as many replicas take calls as there shall be.
    pub(crate) fn has_count(&self) -> bool {
        self.published.len() == self.target() && self.published == self.routable()
    }

    /// Why there will not be as many for now, if that is so.
    pub(crate) fn struggles(&self) -> Option<String> {
        let failures_max = self.config.constructor_failures_max(self.counts.target());
        let is_stuck = self.attempts.failures >= failures_max
            || (self.attempts_left() == 0
                && self.count(|r| r.state == ReplicaState::Starting) == 0);
        self.given_up.clone().or_else(|| is_stuck.then(|| self.message.clone()))
    }

    pub(crate) fn has_no_replicas(&self) -> bool {
        // A constructor that cannot be stopped is nothing to wait for.
        self.replicas.values().all(|record| record.left_behind)
    }

    pub(crate) fn is_deleting(&self) -> bool {
        self.deleting.is_some()
    }

    pub(crate) fn replica_states(&self) -> BTreeMap<ReplicaState, usize> {
        let mut states = BTreeMap::new();
        for record in self.replicas.values() {
            *states.entry(record.state).or_default() += 1;
        }
        states
    }

    pub(crate) fn routable(&self) -> Vec<ReplicaNumber> {
        self.numbers(|record| self.is_routable(record))
    }

    pub(crate) fn replicas(&self) -> impl Iterator<Item = ReplicaView> + '_ {
        self.replicas.iter().map(|(&number, record)| ReplicaView {
            number,
            state: record.state,
            created: record.created,
            since: record.since,
            version: record.version,
            is_left_behind: record.left_behind,
        })
    }

    /// Since when a replica has been in its state.
    pub(crate) fn in_state_since(&self, number: ReplicaNumber) -> Option<Instant> {
        self.replicas.get(&number).map(|record| record.since)
    }

    /// Whether a replica of this version is left; a constructor that does not return is none.
    pub(crate) fn has_replica_of(&self, version: Version) -> bool {
        self.replicas.values().any(|record| record.version == version && !record.left_behind)
    }

    /// How many replicas of a version are not on their way out.
    pub(crate) fn live_of(&self, version: Version) -> usize {
        self.count(|r| r.is_live() && r.version == version)
    }

    /// The versions that some replica is made of.
    pub(crate) fn versions(&self) -> impl Iterator<Item = Version> + '_ {
        self.replicas.values().map(|record| record.version)
    }
}
