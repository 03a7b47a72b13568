//! What one series of a user's is while it is counted.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::series::{OwnValue, Spread, bounds};

/// A cell that can be made for a metric of any name.
pub(super) trait Cell: Send + Sync {
    fn new(name: &str) -> Self;
    fn read(&self) -> OwnValue;
}

#[derive(Debug)]
pub(super) struct CounterCell(AtomicU64);

/// The bits of a number.
#[derive(Debug)]
pub(super) struct GaugeCell(AtomicU64);

#[derive(Debug)]
pub(super) struct SpreadCell {
    bounds: &'static [f64],
    buckets: Box<[AtomicU64]>,
    sum: GaugeCell,
}

// === impl CounterCell ===

impl CounterCell {
    pub(super) fn add(&self, count: u64) {
        self.0.fetch_add(count, Relaxed);
    }

    pub(super) fn raise(&self, count: u64) {
        self.0.fetch_max(count, Relaxed);
    }
}

impl Cell for CounterCell {
    fn new(_name: &str) -> Self {
        Self(AtomicU64::new(0))
    }

    fn read(&self) -> OwnValue {
        OwnValue::Count(self.0.load(Relaxed))
    }
}

// === impl GaugeCell ===

impl GaugeCell {
    pub(super) fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Relaxed);
    }

    pub(super) fn add(&self, value: f64) {
        let mut before = self.0.load(Relaxed);
        loop {
            let after = (f64::from_bits(before) + value).to_bits();
            match self.0.compare_exchange_weak(before, after, Relaxed, Relaxed) {
                Ok(_) => return,
                Err(now) => before = now,
            }
        }
    }

    fn get(&self) -> f64 {
        f64::from_bits(self.0.load(Relaxed))
    }
}

impl Cell for GaugeCell {
    fn new(_name: &str) -> Self {
        Self(AtomicU64::new(0))
    }

    fn read(&self) -> OwnValue {
        OwnValue::Gauge(self.get())
    }
}

// === impl SpreadCell ===

impl SpreadCell {
    /// What is no number is in no bucket, and would spoil the sum.
    pub(super) fn record(&self, value: f64, times: u64) {
        if value.is_finite() {
            let bucket = self.bounds.partition_point(|bound| *bound < value);
            self.buckets[bucket].fetch_add(times, Relaxed);
            self.sum.add(value * times as f64);
        }
    }
}

impl Cell for SpreadCell {
    fn new(name: &str) -> Self {
        let bounds = bounds(name);
        let buckets = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, buckets, sum: GaugeCell::new(name) }
    }

    fn read(&self) -> OwnValue {
        let buckets = self.buckets.iter().map(|bucket| bucket.load(Relaxed)).collect();
        OwnValue::Spread(Spread { buckets, sum: self.sum.get() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_a_bound_is_below_it_and_what_is_no_number_is_nowhere() {
        let cell = SpreadCell::new("tokens");
        for value in [1.0, 3.0, 1e12, -5.0, f64::NAN, f64::INFINITY] {
            cell.record(value, 2);
        }
        let OwnValue::Spread(Spread { buckets, sum }) = cell.read() else { panic!("a spread") };
        let of = |bound: f64| bounds("tokens").iter().position(|it| *it == bound).expect("a bound");
        assert_eq!((buckets[of(1.0)], buckets[of(3.0)], buckets[0]), (2, 2, 2));
        assert_eq!((buckets.last(), buckets.iter().sum()), (Some(&2), 8));
        assert!((sum - 2.0 * (1.0 + 3.0 + 1e12 - 5.0)).abs() < 1.0, "{sum}");
    }

    #[test]
    fn a_gauge_goes_up_and_down_and_a_counter_only_up() {
        let gauge = GaugeCell::new("temperature");
        gauge.set(20.0);
        gauge.add(1.5);
        gauge.add(-3.0);
        assert_eq!(gauge.read(), OwnValue::Gauge(18.5));
        let counter = CounterCell::new("tokens");
        counter.add(5);
        counter.raise(3);
        counter.raise(7);
        assert_eq!(counter.read(), OwnValue::Count(7));
    }
}
