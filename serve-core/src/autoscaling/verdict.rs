//! What a decision is made from besides the load, and what it says.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

/// What there is of a deployment at the moment of a decision.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) application: Arc<str>,
    pub(crate) deployment: Arc<str>,
    /// The count to start with, if anybody has said so.
    pub(crate) declared: Option<u32>,
    /// How many replicas there shall be so far. Whether the last verdict was carried out is seen from it.
    pub(crate) target: u32,
    /// How many take calls.
    pub(crate) running: u32,
    /// How many are being made.
    pub(crate) starting: u32,
    /// How long a call takes on a replica, in the mean of the look-back period.
    pub(crate) mean_duration: Option<Duration>,
    /// How long a replica takes until it serves.
    pub(crate) startup_time: Option<Duration>,
}

/// How many replicas there should be, and why.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// Within the bounds, always.
    pub(crate) target: u32,
    /// A sentence with the figures.
    pub(crate) reason: String,
    pub(crate) inputs: ScalingInputs,
    /// When to sample and ask again. Sooner does no harm, and is needed where a call comes to a deployment without replicas.
    pub(crate) next_look: Instant,
}

/// What a verdict was made from. Loads are calls that are there at once; one that was refused counts as what it would have
/// been.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ScalingInputs {
    /// The target before.
    pub(crate) target: u32,
    pub(crate) running: u32,
    pub(crate) starting: u32,
    /// What the load, or the policy, wants: before delays, steps and bounds.
    pub(crate) wanted: u32,
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) target_ongoing_requests: f64,
    /// At the last sample.
    pub(crate) ongoing: u64,
    /// At the last sample.
    pub(crate) queued: u64,
    /// In the look-back period.
    pub(crate) refused: u64,
    /// In the look-back period, those included that were refused.
    pub(crate) arrivals_per_second: f64,
    /// In seconds.
    pub(crate) mean_duration: Option<f64>,
    /// In seconds.
    pub(crate) startup_time: Option<f64>,
    /// The mean over the look-back period.
    pub(crate) load: f64,
    /// What calls per second times seconds per call amount to.
    pub(crate) load_by_flow: f64,
    /// What comes, and waits, over the last tenth of the look-back period.
    pub(crate) load_burst: f64,
}
