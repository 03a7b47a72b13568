//! Latencies as a histogram: a mean would hide what callers notice.

use std::time::Duration;

use hdrhistogram::Histogram;

/// A histogram of nanoseconds, three digits exact.
#[derive(Clone, Debug)]
pub struct Latencies {
    histogram: Histogram<u64>,
}

impl Latencies {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self { histogram: Histogram::new(3).expect("three digits are among those allowed") }
    }

    /// Counts one.
    pub fn record(&mut self, latency: Duration) {
        self.record_nanos(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Counts one given in nanoseconds.
    pub fn record_nanos(&mut self, nanos: u64) {
        self.histogram.saturating_record(nanos.max(1));
    }

    /// The latency that a share of `quantile` of all does not exceed, in microseconds.
    #[must_use]
    pub fn micros_at(&self, quantile: f64) -> f64 {
        self.histogram.value_at_quantile(quantile) as f64 / 1e3
    }
}

impl Default for Latencies {
    fn default() -> Self {
        Self::new()
    }
}
