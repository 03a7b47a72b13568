//! All metrics of a server at one moment, whatever they will be called.

use std::collections::BTreeMap;

use super::Sources;
use super::families::Family;
use crate::config::MetricsSpelling;
use crate::controller::{DeploymentStatusOverview, DeploymentView, ReplicaState, memory_of};
use crate::observe::{CALL_ENDS, Histogram, RouteMeter, Totals};

const STATES: [ReplicaState; 4] =
    [ReplicaState::Starting, ReplicaState::Running, ReplicaState::Updating, ReplicaState::Stopping];

/// One series.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) labels: Vec<(&'static str, String)>,
    pub(super) value: MetricValue,
}

#[derive(Debug)]
pub(super) enum MetricValue {
    Count(u64),
    Gauge(f64),
    Histogram(Histogram),
}

impl MetricValue {
    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Count(one), Self::Count(other)) => Self::Count(one + other),
            (Self::Gauge(one), Self::Gauge(other)) => Self::Gauge(one + other),
            (Self::Histogram(mut one), Self::Histogram(other)) => {
                one.add(&other);
                Self::Histogram(one)
            }
            (one, _) => one,
        }
    }
}

/// The series of each family.
struct Collection {
    families: BTreeMap<Family, Vec<Series>>,
    spelling: MetricsSpelling,
}

/// What all series of one thing have in common.
#[derive(Clone)]
struct Labels(Vec<(&'static str, String)>);

impl Labels {
    fn of_deployment(application: &str, deployment: &str) -> Self {
        Self(vec![("application", application.to_owned()), ("deployment", deployment.to_owned())])
    }

    fn with(&self, name: &'static str, value: &impl ToString) -> Self {
        let mut labels = self.0.clone();
        labels.push((name, value.to_string()));
        Self(labels)
    }
}

impl Collection {
    fn push(&mut self, family: Family, labels: &Labels, value: MetricValue) {
        if family.name(self.spelling).is_some() {
            let labels = labels.0.clone();
            self.families.entry(family).or_default().push(Series { labels, value });
        }
    }

    fn count(&mut self, family: Family, labels: &Labels, count: u64) {
        self.push(family, labels, MetricValue::Count(count));
    }

    fn gauge(&mut self, family: Family, labels: &Labels, value: f64) {
        self.push(family, labels, MetricValue::Gauge(value));
    }

    fn histogram(&mut self, family: Family, labels: &Labels, histogram: Histogram) {
        self.push(family, labels, MetricValue::Histogram(histogram));
    }
}

pub(super) fn collect(sources: &Sources<'_>) -> BTreeMap<Family, Vec<Series>> {
    let spelling = sources.options.spelling;
    let mut all = Collection { families: BTreeMap::new(), spelling };
    if let Some(meters) = sources.meters {
        let routes = meters.routes();
        routes.iter().chain([&meters.unmatched]).for_each(|route| of_route(&mut all, route));
    }
    for (name, entry) in sources.directory.entries() {
        let labels = Labels(vec![("application", name.to_string())]);
        let status = labels.with("status", &entry.published.status());
        all.gauge(Family::ApplicationStatus, &status, 1.0);
        for deployment in entry.published.deployments() {
            of_deployment(&mut all, name, &deployment);
        }
    }
    let none = Labels(Vec::new());
    let (loops, seconds) = (sources.pulse.loops(), sources.pulse.last().as_secs_f64());
    all.count(Family::ControllerLoops, &none, loops);
    all.gauge(Family::ControllerLoopsGauge, &none, loops as f64);
    all.gauge(Family::ControllerLoopDuration, &none, seconds);
    all.count(Family::Events, &none, sources.events.newest());
    all.families
}

fn of_route(all: &mut Collection, meter: &RouteMeter) {
    let totals = meter.read();
    let route = Labels(vec![
        ("application", meter.application.to_string()),
        ("route", meter.route.to_string()),
    ]);
    all.gauge(Family::HttpOngoing, &route, totals.ongoing as f64);
    for ((method, status), counted) in totals.answered {
        let labels = route.with("method", &method);
        let answered = labels.with("status_code", &status);
        all.count(Family::HttpRequests, &answered, counted.count());
        if status >= 400 {
            let error = labels.with("error_code", &status);
            all.count(Family::HttpErrors, &error, counted.count());
            if let Some(deployment) = &meter.deployment {
                let error = error.with("deployment", deployment);
                all.count(Family::DeploymentHttpErrors, &error, counted.count());
            }
        }
        all.histogram(Family::HttpDuration, &answered, counted.took);
    }
}

fn of_deployment(all: &mut Collection, application: &str, view: &DeploymentView<'_>) {
    let labels = Labels::of_deployment(application, view.name);
    let overview = view.overview();
    let meter = view.host.meter();
    of_state(all, &labels, &overview);
    all.gauge(Family::Queued, &labels, overview.queued as f64);
    all.histogram(Family::QueueWait, &labels, meter.queue_wait.read());
    for (family, count) in [
        (Family::Refused, &meter.refused),
        (Family::Expired, &meter.expired),
        (Family::ReplicaStarts, &meter.starts),
        (Family::ReplicaStartFailures, &meter.start_failures),
        (Family::ReplicaDeaths, &meter.deaths),
        (Family::ReplicaEjections, &meter.ejections),
        (Family::HealthCheckFailures, &meter.health_failures),
        (Family::PolicyFailures, &meter.policy_failures),
    ] {
        all.count(family, &labels, count.get());
    }
    all.histogram(Family::ReplicaStartup, &labels, meter.startup.read());
    all.histogram(Family::ReplicaDrain, &labels, meter.drain.read());
    let calls = meter.calls();
    for (method, totals) in calls.methods {
        of_method(all, &labels.with("method", &method), totals);
    }
    for replica in calls.replicas {
        let totals = replica.all();
        let labels = labels.with("replica", &replica.id);
        all.count(Family::ReplicaRequests, &labels, totals.count());
        all.count(Family::ReplicaErrors, &labels, totals.failed());
        all.histogram(Family::ReplicaDuration, &labels, totals.took);
    }
    for batch in meter.batches() {
        let labels = labels.with("method", &batch.method);
        all.count(Family::Batches, &labels, batch.sizes.count());
        all.histogram(Family::BatchSize, &labels, batch.sizes);
        all.histogram(Family::BatchWait, &labels, batch.waits);
        all.histogram(Family::BatchDuration, &labels, batch.durations);
    }
}

fn of_state(all: &mut Collection, labels: &Labels, overview: &DeploymentStatusOverview) {
    all.gauge(Family::DeploymentStatus, &labels.with("status", &overview.status), 1.0);
    all.gauge(Family::TargetReplicas, labels, f64::from(overview.counts.target));
    all.gauge(Family::HealthyReplicas, labels, overview.running_replicas.len() as f64);
    // Zeros as well: who asks how many are missing compares with what runs, and none may.
    for state in STATES {
        let count = overview.replica_states.get(&state).copied().unwrap_or_default();
        all.gauge(Family::Replicas, &labels.with("state", &state), count as f64);
    }
    for replica in &overview.replicas {
        let labels = labels.with("replica", &replica.id);
        all.gauge(Family::ReplicaOngoing, &labels, f64::from(replica.ongoing));
        all.gauge(Family::ReplicaEjected, &labels, f64::from(u8::from(replica.is_ejected)));
        if !replica.models.is_empty() {
            all.gauge(Family::ReplicaModels, &labels, replica.models.len() as f64);
        }
        if let Some(counted) = &replica.model_totals {
            all.count(Family::ModelRequests, &labels, counted.requests);
            all.count(Family::ModelLoads, &labels, counted.loads.count());
            all.count(Family::ModelUnloads, &labels, counted.unloads);
            all.histogram(Family::ModelLoadDuration, &labels, counted.loads.clone());
        }
        if let Some(memory) = replica.pid.and_then(memory_of) {
            all.gauge(Family::ReplicaMemory, &labels, memory as f64);
        }
    }
}

fn of_method(all: &mut Collection, labels: &Labels, totals: Totals) {
    // Those that have not occurred as well: of a series that begins above zero nobody sees the first increase.
    for outcome in CALL_ENDS {
        let labels = labels.with("outcome", &outcome.name());
        all.count(Family::Requests, &labels, totals.of(outcome));
    }
    all.histogram(Family::RequestDuration, labels, totals.took);
}
