//! How the controller itself does.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// How many rounds the controller has made, and how long the last one took.
#[derive(Debug, Default)]
pub(crate) struct ControllerPulse {
    loops: AtomicU64,
    last_nanos: AtomicU64,
}

impl ControllerPulse {
    pub(super) fn note(&self, took: Duration) {
        self.loops.fetch_add(1, Relaxed);
        self.last_nanos.store(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }

    pub(crate) fn loops(&self) -> u64 {
        self.loops.load(Relaxed)
    }

    pub(crate) fn last(&self) -> Duration {
        Duration::from_nanos(self.last_nanos.load(Relaxed))
    }
}
