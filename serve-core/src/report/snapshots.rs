//! Takes the snapshot.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::Sources;
use super::snapshot::{
    ApplicationSnapshot, DeploymentSnapshot, Handling, ReplicaSnapshot, Restart, Snapshot,
};
use crate::controller::{DeploymentView, Entry, Graph, ReplicaOverview, ReplicaState, memory_of};
use crate::observe::{DeploymentCalls, Event, EventKind, ReplicaCalls, ScalingRecord};

/// How many decisions and restarts of each deployment are shown.
const SHOWN_MAX: usize = 100;
const MINUTE: Duration = Duration::from_secs(60);

/// What the kept events say of each deployment.
#[derive(Default)]
struct Past {
    scaling: Vec<ScalingRecord>,
    restarts: Vec<Restart>,
}

type Pasts = BTreeMap<(String, String), Past>;

pub(super) fn take(sources: &Sources<'_>) -> Snapshot {
    let events = sources.events.since(0);
    let last_event = events.last().map_or(0, |event| event.number);
    let mut pasts = pasts(events);
    let (mut applications, mut topology) = (BTreeMap::new(), Vec::new());
    for (name, entry) in sources.directory.entries() {
        topology.extend(entry.wanted.iter().flat_map(|graph| handlings(graph)));
        applications.insert(name.to_string(), application(sources, name, entry, &mut pasts));
    }
    let listeners = sources.listeners.clone();
    Snapshot { at: SystemTime::now(), last_event, applications, topology, listeners }
}

fn pasts(events: Vec<Event>) -> Pasts {
    let mut pasts = Pasts::new();
    for event in events {
        let (Some(application), Some(deployment)) = (event.application, event.deployment) else {
            continue;
        };
        let past = pasts.entry((application, deployment)).or_default();
        past.scaling.extend(event.scaling);
        let is_restart = matches!(
            event.kind,
            EventKind::ReplicaDied
                | EventKind::ReplicaKilled
                | EventKind::ReplicaLeaving
                | EventKind::ReplicaStartFailed
                | EventKind::ReplicaUnhealthy
        );
        if let (true, Some(replica)) = (is_restart, event.replica) {
            let (event, at, cause) = (event.number, event.at, event.message);
            past.restarts.push(Restart { event, at, replica, cause });
        }
    }
    for past in pasts.values_mut() {
        past.scaling.drain(..past.scaling.len().saturating_sub(SHOWN_MAX));
        past.restarts.drain(..past.restarts.len().saturating_sub(SHOWN_MAX));
    }
    pasts
}

fn handlings(graph: &Graph) -> impl Iterator<Item = Handling> + '_ {
    let of = |caller: &Arc<str>, callee: &Arc<str>| Handling {
        application: graph.application.to_string(),
        caller: caller.to_string(),
        callee: callee.to_string(),
    };
    let deployments = graph.deployments.iter();
    deployments
        .flat_map(move |named| named.callees.iter().map(move |callee| of(&named.name, callee)))
}

fn application(
    sources: &Sources<'_>,
    name: &Arc<str>,
    entry: &Entry,
    pasts: &mut Pasts,
) -> ApplicationSnapshot {
    let deployments = entry.published.deployments().map(|view| {
        let key = (name.to_string(), view.name.to_string());
        let past = pasts.remove(&key).unwrap_or_default();
        (key.1, deployment(sources, name, &view, past))
    });
    ApplicationSnapshot {
        status: entry.published.status(),
        message: entry.published.message().to_owned(),
        revision: entry.published.revision(),
        tag: entry.tag.as_ref().map(ToString::to_string),
        ingress: entry.ingress().map(ToString::to_string),
        route_prefix: entry.route_prefix().map(str::to_owned),
        revisions: entry.revisions.clone(),
        deployments: deployments.collect(),
    }
}

fn deployment(
    sources: &Sources<'_>,
    application: &Arc<str>,
    view: &DeploymentView<'_>,
    past: Past,
) -> DeploymentSnapshot {
    let overview = view.overview();
    let (meter, calls) = (view.host.meter(), view.host.meter().calls());
    let in_state = |state| overview.replica_states.get(&state).copied().unwrap_or_default();
    let rates = |window| sources.rates.rates(application, view.name, meter, window);
    let replicas = overview.replicas.iter().map(|it| replica(it, view, &calls));
    DeploymentSnapshot {
        status: overview.status,
        status_trigger: overview.status_trigger,
        message: overview.message.clone(),
        counts: overview.counts,
        running: overview.running_replicas.len(),
        starting: in_state(ReplicaState::Starting),
        draining: in_state(ReplicaState::Stopping),
        ongoing: overview.replicas.iter().map(|replica| u64::from(replica.ongoing)).sum(),
        queued: overview.queued,
        requests: calls.all().count(),
        errors: calls.all().failed(),
        refused: meter.refused.get(),
        expired: meter.expired.get(),
        last_minute: rates(MINUTE),
        last_five_minutes: rates(5 * MINUTE),
        scaling: past.scaling,
        restarts: past.restarts,
        replicas: replicas.collect(),
    }
}

fn replica(
    overview: &ReplicaOverview,
    view: &DeploymentView<'_>,
    calls: &DeploymentCalls,
) -> ReplicaSnapshot {
    let own = calls.replicas.iter().find(|calls| *calls.id == *overview.id);
    let own = own.map(ReplicaCalls::all).unwrap_or_default();
    ReplicaSnapshot {
        id: overview.id.clone(),
        state: overview.state,
        in_state_for: overview.in_state_for,
        age: overview.age,
        version: overview.version,
        place: view.place().to_owned(),
        pid: overview.pid,
        memory: overview.pid.and_then(memory_of),
        ongoing: overview.ongoing,
        requests: own.count(),
        errors: own.failed(),
        ejected: overview.ejected.clone(),
        models: overview.models.clone(),
    }
}
