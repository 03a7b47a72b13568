//! A server at one moment, as data.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::controller::{
    ApplicationStatus, DeploymentStatus, ReplicaCounts, ReplicaState, Revision, StatusTrigger,
};
use crate::observe::{ScalingRecord, seconds, seconds_since_1970};
use crate::site::Ejection;

/// Everything there is to see of a server at one moment, see [`Serve::snapshot`](crate::Serve::snapshot).
///
/// ```
/// # fn example(serve: serve_core::Serve) {
/// let snapshot = serve.snapshot();
/// for (name, deployment) in &snapshot.applications["default"].deployments {
///     println!("{name}: {} at {}/s", deployment.status, deployment.last_minute.requests_per_second);
/// }
/// println!("{}", serde_json::to_string_pretty(&snapshot).unwrap());
/// # }
/// ```
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct Snapshot {
    /// When it was taken; serialised as seconds since 1970.
    #[serde(with = "seconds_since_1970")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub at: SystemTime,
    /// The number of the last event before it: [`Serve::recent_events`](crate::Serve::recent_events) from here on
    /// says what has changed since.
    pub last_event: u64,
    /// By name.
    pub applications: BTreeMap<String, ApplicationSnapshot>,
    /// Who holds whose handle.
    pub topology: Vec<Handling>,
    /// Where the server listens.
    #[cfg_attr(feature = "admin", schemars(with = "Vec<String>"))]
    pub listeners: Vec<SocketAddr>,
}

/// A deployment holds a handle to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct Handling {
    /// The application of both.
    pub application: String,
    /// Who calls.
    pub caller: String,
    /// Who is called.
    pub callee: String,
}

/// One application.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct ApplicationSnapshot {
    /// The worst of its deployments.
    pub status: ApplicationStatus,
    /// Why it is not running, or why its last update failed; else empty.
    pub message: String,
    /// The number of the revision that serves; `None` while it is being deleted.
    pub revision: Option<u64>,
    /// What `If-Match` takes in the admin API: another text after each change that somebody has asked for. `None` while
    /// it is being deleted.
    pub tag: Option<String>,
    /// The deployment that a handle to the application leads to; `None` while it is being deleted.
    pub ingress: Option<String>,
    /// Below which path the ingress answers requests, if it does.
    pub route_prefix: Option<String>,
    /// The last ten revisions, oldest first.
    pub revisions: Vec<Revision>,
    /// By name.
    pub deployments: BTreeMap<String, DeploymentSnapshot>,
}

/// One deployment.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct DeploymentSnapshot {
    /// What it is doing.
    pub status: DeploymentStatus,
    /// What brought it there.
    pub status_trigger: StatusTrigger,
    /// The last failure, if there has been one since it was last healthy, or what it waits for.
    pub message: String,
    /// How many replicas there shall be, and who says so.
    pub counts: ReplicaCounts,
    /// How many replicas take calls.
    pub running: usize,
    /// How many are being made.
    pub starting: usize,
    /// How many finish what they have.
    pub draining: usize,
    /// How many calls run.
    pub ongoing: u64,
    /// How many calls wait for a replica.
    pub queued: usize,
    /// How many calls have ended since the deployment has been there.
    pub requests: u64,
    /// How many of them failed.
    pub errors: u64,
    /// How many calls were refused because the queue was full.
    pub refused: u64,
    /// How many calls came to their deadline while they waited for a replica.
    pub expired: u64,
    /// What came in about the last minute.
    pub last_minute: Rates,
    /// What came in about the last five minutes.
    pub last_five_minutes: Rates,
    /// The last decisions about the number of replicas, oldest first; at most 100.
    pub scaling: Vec<ScalingRecord>,
    /// Replicas that have ended by themselves or could not be started, oldest first; at most 100.
    pub restarts: Vec<Restart>,
    /// Every replica.
    pub replicas: Vec<ReplicaSnapshot>,
}

/// How often and how long, in a window of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct Rates {
    /// How long the window is: shorter where the deployment is younger, zero where it has just come.
    pub seconds: f64,
    /// Calls that ended.
    pub requests_per_second: f64,
    /// Those of them that failed: with an error of the method's own, a panic, a time-out, or with their replica.
    pub errors_per_second: f64,
    /// Calls that were refused because the queue was full.
    pub refused_per_second: f64,
    /// How long methods ran on average, in seconds; `None` where there was none.
    pub mean: Option<f64>,
    /// Half of the methods ran no longer than this, in seconds.
    pub p50: Option<f64>,
    /// Nine of ten methods ran no longer than this, in seconds.
    pub p90: Option<f64>,
    /// 99 of a hundred methods ran no longer than this, in seconds.
    pub p99: Option<f64>,
}

/// A replica that had to be replaced.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct Restart {
    /// The number of the event that tells of it.
    pub event: u64,
    /// When; serialised as seconds since 1970.
    #[serde(with = "seconds_since_1970")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub at: SystemTime,
    /// Which replica it was.
    pub replica: String,
    /// Why.
    pub cause: String,
}

/// One replica.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReplicaSnapshot {
    /// As in [`RequestContext::replica_id`](crate::RequestContext::replica_id).
    pub id: String,
    /// What it is doing.
    pub state: ReplicaState,
    /// How long it has been in that state; serialised as seconds.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub in_state_for: Duration,
    /// How long it has been there; serialised as seconds.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub age: Duration,
    /// What it is made of: two replicas of one version are alike.
    pub version: u64,
    /// Where it runs: `task`, `thread` or `process`.
    pub place: String,
    /// Of its process, if it has one of its own.
    pub pid: Option<u32>,
    /// Resident memory of that process, in bytes.
    pub memory: Option<u64>,
    /// How many calls it has.
    pub ongoing: u32,
    /// How many calls have ended there.
    pub requests: u64,
    /// How many of them failed.
    pub errors: u64,
    /// Why it gets no calls for a while, if so.
    pub ejected: Option<Ejection>,
    /// The models that it has loaded.
    pub models: Vec<String>,
}
