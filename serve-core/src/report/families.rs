//! The one table of metrics: what each means, and what it is called in each spelling.

use crate::config::MetricsSpelling;

/// What kind of metric it is, and so in which unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MetricKind {
    Counter,
    Gauge,
    /// A histogram of nanoseconds; shown in seconds, and in milliseconds in Ray Serve's spelling.
    Durations,
    /// A histogram of numbers.
    Sizes,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: MetricKind,
    /// Without the prefix, the unit and the suffix of counters; empty where there is none.
    ours: &'static str,
    rays: &'static str,
    pub(super) help: &'static str,
}

macro_rules! families {
    ($($family:ident: $kind:ident, $ours:literal, $rays:literal, $help:literal;)*) => {
        /// A metric.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) enum Family { $($family),* }

        impl Family {
            #[cfg(any(test, feature = "metrics"))]
            pub(super) const ALL: &'static [Self] = &[$(Self::$family),*];

            pub(super) fn row(self) -> &'static Row {
                match self {
                    $(Self::$family => {
                        &Row { kind: MetricKind::$kind, ours: $ours, rays: $rays, help: $help }
                    })*
                }
            }
        }
    };
}

families! {
    HttpRequests: Counter, "http_requests", "num_http_requests",
        "HTTP requests that have been answered, by route, method and status; 499 if the client went before";
    HttpErrors: Counter, "", "num_http_error_requests",
        "HTTP requests that were answered with a status of 400 or above";
    DeploymentHttpErrors: Counter, "", "num_deployment_http_error_requests",
        "HTTP requests of a deployment that were answered with a status of 400 or above";
    HttpDuration: Durations, "http_request_duration", "http_request_latency_ms",
        "From the arrival of an HTTP request to the end of its response";
    HttpOngoing: Gauge, "http_requests_ongoing", "num_ongoing_http_requests",
        "HTTP requests that are under way";
    Requests: Counter, "requests", "",
        "Calls that have ended, by how: ok, error, panicked, cancelled, timed_out, lost";
    RequestDuration: Durations, "request_duration", "",
        "How long methods ran";
    ReplicaRequests: Counter, "replica_requests", "deployment_request_counter",
        "Calls that have ended on a replica";
    ReplicaErrors: Counter, "replica_errors", "deployment_error_counter",
        "Calls that have failed on a replica";
    ReplicaDuration: Durations, "", "deployment_processing_latency_ms",
        "How long methods ran on a replica";
    ReplicaOngoing: Gauge, "replica_requests_ongoing", "replica_processing_queries",
        "Calls that run on a replica";
    ReplicaEjected: Gauge, "replica_ejected", "",
        "1 for a replica that gets no calls for a while because it kept failing, else 0";
    ReplicaMemory: Gauge, "replica_memory_bytes", "",
        "Resident memory of a replica's process";
    ReplicaModels: Gauge, "replica_models", "num_multiplexed_models",
        "Models that a replica has loaded";
    ModelRequests: Counter, "replica_model_requests", "multiplexed_get_model_requests_counter",
        "How often a replica was asked for a model";
    ModelLoads: Counter, "replica_model_loads", "multiplexed_models_load_counter",
        "Models that a replica has loaded in all";
    ModelUnloads: Counter, "replica_model_unloads", "multiplexed_models_unload_counter",
        "Models that a replica has dropped to make room for others";
    ModelLoadDuration: Durations, "replica_model_load", "multiplexed_model_load_latency_ms",
        "How long models took to load";
    Queued: Gauge, "queued_requests", "deployment_queued_queries",
        "Calls that wait for a replica";
    QueueWait: Durations, "queue_wait", "request_router_fulfillment_time_ms",
        "How long calls that had to wait have waited for a replica, or until their deadline";
    Refused: Counter, "refused_requests", "",
        "Calls that were refused because the queue was full";
    Expired: Counter, "expired_requests", "",
        "Calls whose deadline has passed while they waited for a replica";
    Replicas: Gauge, "replicas", "",
        "Replicas of a deployment, by state";
    HealthyReplicas: Gauge, "", "deployment_replica_healthy",
        "Replicas of a deployment that take calls";
    TargetReplicas: Gauge, "target_replicas", "autoscaling_target_replicas",
        "How many replicas a deployment shall have";
    DeploymentStatus: Gauge, "deployment_status", "",
        "1 for the status that a deployment is in";
    ApplicationStatus: Gauge, "application_status", "",
        "1 for the status that an application is in";
    ReplicaStarts: Counter, "replica_starts", "deployment_replica_starts",
        "Replicas that have been started";
    ReplicaStartFailures: Counter, "replica_start_failures", "",
        "Replicas that could not be started";
    ReplicaDeaths: Counter, "replica_deaths", "",
        "Replicas that have ended by themselves";
    ReplicaEjections: Counter, "replica_ejections", "",
        "How often a replica was left out because it kept failing";
    PolicyFailures: Counter, "autoscaling_policy_failures", "record_autoscaling_stats_failed",
        "How often a policy of the user's has panicked or taken too long";
    HealthCheckFailures: Counter, "health_check_failures", "health_check_failures",
        "Health checks that have failed";
    ReplicaStartup: Durations, "replica_startup", "replica_startup_latency_ms",
        "From the beginning of a replica's constructor until it takes calls";
    ReplicaDrain: Durations, "replica_drain", "replica_shutdown_duration_ms",
        "How long replicas took to finish what they had, and to end";
    BatchSize: Sizes, "batch_size", "actual_batch_size",
        "How many calls ran together";
    Batches: Counter, "", "batches_processed",
        "Batches that have been cut";
    BatchWait: Durations, "batch_wait", "batch_wait_time_ms",
        "How long the first call of each batch has waited";
    BatchDuration: Durations, "batch_duration", "batch_execution_time_ms",
        "How long batches ran";
    ControllerLoops: Counter, "controller_loops", "",
        "Rounds that the controller has made";
    ControllerLoopsGauge: Gauge, "", "controller_num_control_loops",
        "Rounds that the controller has made";
    ControllerLoopDuration: Gauge, "controller_loop_duration_seconds", "controller_control_loop_duration_s",
        "How long the controller's last round took, in seconds";
    Events: Counter, "events", "",
        "Events that have been told";
}

impl Family {
    /// The name in a spelling, with its prefix; `None` where that has none. Counters get a suffix, histograms of
    /// durations of ours a unit.
    pub(super) fn name(self, spelling: MetricsSpelling) -> Option<String> {
        let row = self.row();
        let (prefix, name) = match spelling {
            MetricsSpelling::Serve => ("serve", row.ours),
            MetricsSpelling::Ray => ("ray_serve", row.rays),
        };
        (!name.is_empty()).then(|| format!("{prefix}_{name}"))
    }

    /// The name that queries are written with: with the suffix of counters, and the unit of our durations.
    #[cfg(any(test, feature = "metrics"))]
    pub(super) fn full_name(self, spelling: MetricsSpelling) -> Option<String> {
        let name = self.name(spelling)?;
        Some(match (self.row().kind, spelling) {
            (MetricKind::Counter, _) => name + "_total",
            (MetricKind::Durations, MetricsSpelling::Serve) => name + "_seconds",
            (MetricKind::Durations, MetricsSpelling::Ray)
            | (MetricKind::Gauge | MetricKind::Sizes, _) => name,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_metric_has_a_name_of_its_own_in_some_spelling() {
        let mut names = BTreeSet::new();
        for family in Family::ALL {
            let spellings = [MetricsSpelling::Serve, MetricsSpelling::Ray];
            let spelled: Vec<_> = spellings.iter().filter_map(|it| family.name(*it)).collect();
            assert!(!spelled.is_empty(), "{family:?}");
            assert!(spelled.into_iter().all(|name| names.insert(name)), "{family:?}");
        }
    }
}
