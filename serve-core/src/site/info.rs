//! What is known of a replica: its names, its end, its counts.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio_util::sync::CancellationToken;

use super::standing::Standing;
use super::stuck::StuckWatch;
use super::{CutCalls, Models, SlowClock};
use crate::id::ReplicaName;
use crate::observe::{CallEnd, ReplicaMeter, Took};

/// What is known of a replica without its type.
pub(crate) struct ReplicaInfo {
    pub(crate) name: ReplicaName,
    /// Cancelled when the replica may wait for its requests no longer.
    pub(crate) kill: CancellationToken,
    /// What that has ended.
    pub(crate) cut: CutCalls,
    pub(crate) stuck: StuckWatch,
    pub(crate) panics: AtomicU64,
    pub(crate) standing: Standing,
    pub(crate) models: Arc<Models>,
    pub(crate) clock: SlowClock,
    /// Counts its calls; `None` where nobody would read it.
    meter: Option<ReplicaMeter>,
}

impl ReplicaInfo {
    pub(crate) fn new(name: ReplicaName, clock: SlowClock) -> Self {
        Self {
            name,
            kill: CancellationToken::new(),
            cut: CutCalls::default(),
            stuck: StuckWatch::default(),
            panics: AtomicU64::new(0),
            standing: Standing::default(),
            models: Arc::default(),
            clock,
            meter: None,
        }
    }

    /// With a count of its calls.
    pub(crate) fn metered(self, meter: Option<ReplicaMeter>) -> Self {
        Self { meter, ..self }
    }

    pub(crate) fn meter(&self) -> Option<&ReplicaMeter> {
        self.meter.as_ref()
    }

    /// Counts a call that has ended.
    #[inline]
    pub(crate) fn count(&self, method: &'static str, outcome: CallEnd, took: Took) {
        if let Some(meter) = &self.meter {
            meter.count(method, outcome, took);
        }
    }
}

impl fmt::Debug for ReplicaInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, f)
    }
}
