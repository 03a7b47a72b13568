//! What is counted of the models of one replica: in its own process, and as far as that has told in the server.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::histogram::{Histogram, HistogramCells, LIFECYCLE};

/// How often others are told of requests that change nothing.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// The counts of one replica.
#[derive(Debug)]
pub(crate) struct ModelMeter {
    requests: AtomicU64,
    unloads: AtomicU64,
    loads: HistogramCells,
    told: Mutex<Instant>,
}

/// They at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModelTotals {
    /// How often a model was asked for.
    pub(crate) requests: u64,
    /// How many were dropped to make room.
    pub(crate) unloads: u64,
    /// How long those that were loaded took.
    pub(crate) loads: Histogram,
}

/// The same as it crosses: whole values, so that nothing counts twice.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ModelCounts {
    requests: u64,
    unloads: u64,
    loads: Vec<u64>,
    load_nanos: u64,
}

impl Default for ModelMeter {
    fn default() -> Self {
        Self {
            requests: AtomicU64::new(0),
            unloads: AtomicU64::new(0),
            loads: HistogramCells::new(LIFECYCLE),
            told: Mutex::new(Instant::now()),
        }
    }
}

impl ModelMeter {
    /// A model has been asked for.
    pub(crate) fn count_request(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    /// Whether it is time to tell others of requests; then it is not, for a while.
    pub(crate) fn is_due(&self) -> bool {
        let now = Instant::now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = now.saturating_duration_since(*told) >= TOLD_EVERY;
        if is_due {
            *told = now;
        }
        is_due
    }

    /// A model has been loaded, and others were dropped for it.
    pub(crate) fn count_load(&self, took: Duration, unloaded: usize) {
        self.loads.add_duration(took);
        self.unloads.fetch_add(unloaded as u64, Relaxed);
    }

    pub(crate) fn read(&self) -> ModelTotals {
        ModelTotals {
            requests: self.requests.load(Relaxed),
            unloads: self.unloads.load(Relaxed),
            loads: self.loads.read(),
        }
    }

    pub(crate) fn counts(&self) -> ModelCounts {
        let ModelTotals { requests, unloads, loads } = self.read();
        ModelCounts { requests, unloads, loads: loads.buckets, load_nanos: loads.sum }
    }

    /// Takes over what has been counted elsewhere.
    pub(crate) fn take(&self, counts: &ModelCounts) {
        self.requests.store(counts.requests, Relaxed);
        self.unloads.store(counts.unloads, Relaxed);
        self.loads.store(&counts.loads, counts.load_nanos);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_crosses_is_the_same_there() {
        let (here, there) = (ModelMeter::default(), ModelMeter::default());
        here.count_request();
        here.count_load(Duration::from_millis(30), 2);
        there.take(&here.counts());
        assert_eq!(there.read(), here.read());
        let other = ModelCounts { requests: 1, unloads: 0, loads: vec![1; 99], load_nanos: 0 };
        there.take(&other);
        assert_eq!(there.read().loads.buckets.len(), LIFECYCLE.len() + 1, "of another build");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_alone_are_told_once_a_second() {
        let meter = ModelMeter::default();
        assert!(!meter.is_due());
        tokio::time::advance(TOLD_EVERY).await;
        assert!(meter.is_due() && !meter.is_due());
    }
}
