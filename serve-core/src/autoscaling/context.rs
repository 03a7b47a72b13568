//! What a policy is told, and the samples that the load is known by.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

/// The load of a deployment at one moment, and what has happened since the sample before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadSample {
    /// When it was taken.
    pub at: Instant,
    /// How many calls ran on a replica.
    pub ongoing: u64,
    /// How many calls waited for one.
    pub queued: u64,
    /// How many calls have been refused since the sample before, because the queue was full.
    pub refused: u64,
    /// How many calls have ended since the sample before, well or not.
    pub finished: u64,
    /// How many replicas took calls.
    pub running: u32,
}

impl LoadSample {
    /// A moment without any load; set the fields that differ.
    ///
    /// ```
    /// use serve_core::LoadSample;
    /// use tokio::time::Instant;
    ///
    /// let mut sample = LoadSample::new(Instant::now());
    /// sample.ongoing = 3;
    /// assert_eq!(sample.queued, 0);
    /// ```
    pub fn new(at: Instant) -> Self {
        Self { at, ongoing: 0, queued: 0, refused: 0, finished: 0, running: 0 }
    }
}

/// What an [`AutoscalingPolicy`](crate::AutoscalingPolicy) is told. "The window" is the last `look_back_period`.
///
/// ```
/// use serve_core::AutoscalingContext;
///
/// let mut context = AutoscalingContext::new(0, 8);
/// context.target = 2;
/// context.queued = 40;
/// assert_eq!((context.min, context.max, context.ongoing), (0, 8, 0));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AutoscalingContext {
    /// The application that the deployment belongs to.
    pub application: Arc<str>,
    /// The deployment's name.
    pub deployment: Arc<str>,
    /// How many replicas it is declared to start with, if anybody has said so.
    pub declared: Option<u32>,
    /// How many replicas it shall have at present: the last decision, or what it started with.
    pub target: u32,
    /// How many replicas take calls.
    pub running: u32,
    /// How many replicas are being made.
    pub starting: u32,
    /// `min_replicas`: a smaller decision counts as this.
    pub min: u32,
    /// `max_replicas`: a larger decision counts as this.
    pub max: u32,
    /// `target_ongoing_requests`: the load aimed at per replica.
    pub target_ongoing_requests: f64,
    /// How many calls run now.
    pub ongoing: u64,
    /// How many calls wait for a replica now.
    pub queued: u64,
    /// How many calls have been refused in the window, because the queue was full.
    pub refused: u64,
    /// How many calls have come per second in the window, those included that were refused.
    pub arrivals_per_second: f64,
    /// How long a call takes on a replica, in the mean of those that have ended in the window.
    pub mean_duration: Option<Duration>,
    /// How long a replica takes from its beginning until it serves, as measured; `None` before one has.
    pub startup_time: Option<Duration>,
    /// The samples of the window, oldest first. The first may be older: what it says was still true when the window
    /// began.
    pub history: Vec<LoadSample>,
    /// The present time.
    pub now: Instant,
}

impl AutoscalingContext {
    /// An idle deployment with these bounds and the smallest number of replicas, for tests of your own policies; set the
    /// fields that differ.
    pub fn new(min: u32, max: u32) -> Self {
        Self {
            application: Arc::from("default"),
            deployment: Arc::from("test"),
            declared: None,
            target: min,
            running: min,
            starting: 0,
            min,
            max,
            target_ongoing_requests: 2.0,
            ongoing: 0,
            queued: 0,
            refused: 0,
            arrivals_per_second: 0.0,
            mean_duration: None,
            startup_time: None,
            history: Vec::new(),
            now: Instant::now(),
        }
    }
}
