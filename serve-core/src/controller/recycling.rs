//! Replicas that have done enough: after so many calls, or with so much memory, another takes their place.
//!
//! One at a time, so that they do not all go at once; each serves until its successor does.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::application::Application;
use super::deployment_state::ReplicaNumber;
use super::document::MemberId;
use super::host::Host;
use super::memory::memory_of;
use crate::config::DeploymentConfig;
use crate::observe::{Draft, EventKind};

/// How often replicas are looked at.
const EVERY: Duration = Duration::from_secs(1);

impl Application {
    /// When it is time to look, if there is anything to look at.
    pub(super) fn recycles_at(&self) -> Option<Instant> {
        self.recycle_at
    }

    /// Lets a replica go that has done enough.
    pub(super) fn recycle(&mut self, now: Instant) {
        let serving = self.state.serving().into_iter();
        let entries: Vec<_> = serving
            .flat_map(|serving| serving.entries.values())
            .filter(|entry| is_limited(&entry.config))
            .map(|entry| (entry.member, Arc::clone(&entry.config)))
            .collect();
        if entries.is_empty() {
            self.recycle_at = None;
            return;
        }
        if self.recycle_at.is_some_and(|at| now < at) {
            return;
        }
        self.recycle_at = Some(now + EVERY);
        for (member, config) in entries {
            self.recycle_one(member, &config);
        }
    }

    fn recycle_one(&mut self, member: MemberId, config: &DeploymentConfig) {
        let Some(host) = self.hosts.get(&member).cloned() else { return };
        let Some(found) = self.state.members().get(&member) else { return };
        if !found.state.is_rolled() {
            return;
        }
        let replicas = found.state.routable();
        let enough =
            replicas.into_iter().find_map(|number| Some((number, why(&host, number, config)?)));
        let Some((number, why)) = enough else { return };
        if let Some(state) = self.state.member_mut(member) {
            state.condemn(number);
        }
        let message = format!("{why}; another takes its place");
        let draft = Draft::info(EventKind::ReplicaRecycled, message);
        self.note_cause(member, draft.replica(&host.replica_name(number)));
    }
}

fn is_limited(config: &DeploymentConfig) -> bool {
    config.max_requests_per_replica.is_some() || config.max_replica_memory.is_some()
}

/// Why a replica has done enough, if it has.
fn why(host: &Host, number: ReplicaNumber, config: &DeploymentConfig) -> Option<String> {
    let live = host.look_at(number)?;
    if let Some(max) = config.max_requests_per_replica
        && live.finished >= u64::from(max)
    {
        return Some(format!("it has had {} calls, {max} are enough", live.finished));
    }
    let (max, memory) = (config.max_replica_memory?, live.pid.and_then(memory_of)?);
    (memory > max).then(|| format!("its process has {memory} bytes of memory, {max} are enough"))
}
