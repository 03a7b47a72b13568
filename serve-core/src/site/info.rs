//! What is known of a replica: its names, its end, its counts.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::standing::Standing;
use super::stuck::StuckWatch;
use super::{CutCalls, Models, SlowClock};
use crate::id::ReplicaName;
use crate::observe::{CallEnd, ReplicaMeter, SeenCall, TapKind, Taps, Took};

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
    /// Who watches its calls.
    pub(crate) taps: Taps,
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
            taps: Taps::default(),
            meter: None,
        }
    }

    /// With a count of its calls.
    pub(crate) fn metered(self, meter: Option<ReplicaMeter>) -> Self {
        Self { meter, ..self }
    }

    /// Watched by these.
    pub(crate) fn tapped(self, taps: &Taps) -> Self {
        #[cfg(feature = "admin")]
        self.stuck.set_watched(taps.is_on());
        Self { taps: taps.clone(), ..self }
    }

    pub(crate) fn meter(&self) -> Option<&ReplicaMeter> {
        self.meter.as_ref()
    }

    /// Tells whoever watches of a call that has ended.
    #[cold]
    pub(crate) fn tell_taps(
        &self,
        request_id: &dyn fmt::Display,
        method: &str,
        end: CallEnd,
        took: Duration,
    ) {
        self.taps.tell(SeenCall {
            kind: TapKind::Call,
            request_id,
            application: &self.name.application,
            deployment: &self.name.deployment,
            replica: Some(&self.name.replica),
            method,
            path: None,
            status: None,
            outcome: end.name(),
            took,
        });
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
