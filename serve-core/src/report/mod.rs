//! What is shown of a server: the snapshot, metrics as text, and spans for a collector.
//!
//! Everything here is made when somebody asks, of what the controller has published and of what has been recorded
//! (`observe`); nothing is decided here, and nobody else counts.

#[cfg(test)]
mod dashboard;
mod families;
#[cfg(test)]
mod guide;
mod metrics;
mod openmetrics;
#[cfg(feature = "otel")]
mod otlp;
#[cfg(not(feature = "otel"))]
#[path = "otlp_missing.rs"]
mod otlp;
#[cfg(feature = "metrics")]
mod own;
#[cfg(not(feature = "metrics"))]
#[path = "own_missing.rs"]
mod own;
mod rates;
mod snapshot;
mod snapshots;

pub use snapshot::{
    ApplicationSnapshot, DeploymentSnapshot, Handling, Rates, ReplicaSnapshot, Restart, Snapshot,
};

pub(crate) use openmetrics::CONTENT_TYPE;
pub(crate) use otlp::{Traces, tracer};
pub(crate) use rates::{EVERY as RATES_EVERY, RateHistory};

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::time::Instant;

use crate::config::MetricsOptions;
use crate::controller::{ControllerPulse, Directory};
use crate::observe::{EventLog, Meters, SlowRequest};

/// What a report is made of.
pub(crate) struct Sources<'a> {
    pub(crate) directory: Arc<Directory>,
    /// `None` where nothing is counted.
    pub(crate) meters: Option<&'a Meters>,
    pub(crate) events: &'a EventLog,
    pub(crate) rates: &'a RateHistory,
    pub(crate) pulse: &'a ControllerPulse,
    pub(crate) options: &'a MetricsOptions,
    pub(crate) listeners: Vec<SocketAddr>,
}

impl Sources<'_> {
    /// All metrics as OpenMetrics text.
    pub(crate) fn metrics(&self) -> String {
        openmetrics::text(metrics::collect(self), own::collect(self), self.options)
    }

    /// The slowest first.
    pub(crate) fn slow_requests(&self) -> Vec<SlowRequest> {
        let now = Instant::now();
        let deployments = self.directory.entries().flat_map(|(_, it)| it.published.deployments());
        let mut slow: Vec<_> = deployments.flat_map(|it| it.host.meter().slow.read(now)).collect();
        slow.sort_by_key(|request| std::cmp::Reverse(request.total));
        slow
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        snapshots::take(self)
    }
}
