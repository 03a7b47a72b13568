//! Latencies as a histogram: a mean would hide what callers notice.

use hdrhistogram::Histogram;

/// Longer ones are counted as this long, which is a minute in nanoseconds.
const LATENCY_MAX: u64 = 60_000_000_000;

/// A histogram of nanoseconds, three digits exact.
#[derive(Clone, Debug)]
pub struct Latencies {
    histogram: Histogram<u64>,
}

impl Latencies {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        let histogram = Histogram::new_with_bounds(1, LATENCY_MAX, 3);
        let mut histogram =
            histogram.expect("the bounds are in order and three digits are allowed");
        // Writes to every page, so that what is measured does not seem to take more and more memory.
        histogram.reset();
        Self { histogram }
    }

    /// Counts one, given in nanoseconds.
    pub fn record_nanos(&mut self, nanos: u64) {
        self.histogram.saturating_record(nanos);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_what_was_recorded() {
        let mut latencies = Latencies::new();
        (1..=1000).for_each(|micros| latencies.record_nanos(micros * 1000));
        for (quantile, micros) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1000.0)] {
            let found = latencies.micros_at(quantile);
            assert!((found / micros - 1.0).abs() < 0.01, "{found} for {micros}");
        }
    }
}
