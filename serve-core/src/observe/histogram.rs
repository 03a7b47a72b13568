//! How values are spread: counts below fixed bounds, and their sum.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// The upper bounds of the buckets, in the unit of what is counted; one more bucket is above the last.
pub(crate) type Scale = &'static [u64];

const MICROS: u64 = 1_000;
const MILLIS: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

/// Durations in nanoseconds: Ray Serve's buckets, and four below its first.
pub(crate) const SECONDS: Scale = &[
    50 * MICROS,
    100 * MICROS,
    200 * MICROS,
    500 * MICROS,
    MILLIS,
    2 * MILLIS,
    5 * MILLIS,
    10 * MILLIS,
    20 * MILLIS,
    50 * MILLIS,
    100 * MILLIS,
    200 * MILLIS,
    300 * MILLIS,
    400 * MILLIS,
    500 * MILLIS,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    60 * SECOND,
    120 * SECOND,
    300 * SECOND,
    600 * SECOND,
];

/// Sizes of batches: Ray Serve's buckets.
pub(crate) const SIZES: Scale = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// Durations of what happens once in a replica's life, in nanoseconds: Ray Serve's buckets.
pub(crate) const LIFECYCLE: Scale = &[
    5 * MILLIS,
    20 * MILLIS,
    50 * MILLIS,
    100 * MILLIS,
    250 * MILLIS,
    500 * MILLIS,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    20 * SECOND,
    30 * SECOND,
    60 * SECOND,
    120 * SECOND,
    240 * SECOND,
];

/// A histogram that is being filled.
#[derive(Debug)]
pub(crate) struct HistogramCells {
    scale: Scale,
    buckets: Box<[AtomicU64]>,
    sum: AtomicU64,
}

impl HistogramCells {
    pub(crate) fn new(scale: Scale) -> Self {
        let buckets = (0..=scale.len()).map(|_| AtomicU64::new(0)).collect();
        Self { scale, buckets, sum: AtomicU64::new(0) }
    }

    fn bucket(&self, value: u64) -> &AtomicU64 {
        &self.buckets[self.scale.partition_point(|bound| *bound < value)]
    }

    /// Counts a value as often as `weight` says. For one writer at a time: it is a load and a store.
    pub(crate) fn add_alone(&self, value: u64, weight: u64) {
        bump(self.bucket(value), weight);
        bump(&self.sum, value.saturating_mul(weight));
    }

    /// Counts a value, whoever else does.
    pub(crate) fn add(&self, value: u64) {
        self.bucket(value).fetch_add(1, Relaxed);
        self.sum.fetch_add(value, Relaxed);
    }

    pub(crate) fn add_duration(&self, duration: Duration) {
        self.add(nanos(duration));
    }

    /// Becomes what has been counted elsewhere on the same scale.
    pub(crate) fn store(&self, buckets: &[u64], sum: u64) {
        for (cell, count) in self.buckets.iter().zip(buckets) {
            cell.store(*count, Relaxed);
        }
        self.sum.store(sum, Relaxed);
    }

    pub(crate) fn read(&self) -> Histogram {
        Histogram {
            scale: self.scale,
            buckets: self.buckets.iter().map(|bucket| bucket.load(Relaxed)).collect(),
            sum: self.sum.load(Relaxed),
        }
    }
}

/// Adds to a cell that nobody else writes.
#[inline]
pub(super) fn bump(cell: &AtomicU64, by: u64) {
    cell.store(cell.load(Relaxed).wrapping_add(by), Relaxed);
}

pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A histogram at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Histogram {
    pub(crate) scale: Scale,
    /// One more than bounds; not cumulative.
    pub(crate) buckets: Vec<u64>,
    pub(crate) sum: u64,
}

impl Histogram {
    pub(crate) fn new(scale: Scale) -> Self {
        Self { scale, buckets: vec![0; scale.len() + 1], sum: 0 }
    }

    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket += more;
        }
        self.sum = self.sum.wrapping_add(other.sum);
    }

    pub(super) fn add_value(&mut self, value: u64, weight: u64) {
        self.buckets[self.scale.partition_point(|bound| *bound < value)] += weight;
        self.sum = self.sum.wrapping_add(value.saturating_mul(weight));
    }

    /// What has come since `earlier`, of the same histogram.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let buckets = self.buckets.iter().zip(&earlier.buckets);
        Self {
            scale: self.scale,
            buckets: buckets.map(|(now, before)| now.saturating_sub(*before)).collect(),
            sum: self.sum.saturating_sub(earlier.sum),
        }
    }

    /// Of a histogram of nanoseconds.
    pub(crate) fn median(&self) -> Option<Duration> {
        self.quantile(0.5).map(|nanos| Duration::from_secs_f64(nanos / 1e9))
    }

    pub(crate) fn mean(&self) -> Option<Duration> {
        Some(Duration::from_nanos(self.sum.checked_div(self.count())?))
    }

    /// The value below which a share `quantile` of all lies: as in Prometheus, evenly spread within its bucket, and
    /// the last bound for what is above it. `None` where there is nothing.
    pub(crate) fn quantile(&self, quantile: f64) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = quantile * count as f64;
        let mut below = 0;
        for (index, &in_bucket) in self.buckets.iter().enumerate() {
            if in_bucket > 0 && (below + in_bucket) as f64 >= rank {
                let lower = index.checked_sub(1).map_or(0, |index| self.scale[index]) as f64;
                let Some(&upper) = self.scale.get(index) else { return Some(lower) };
                let share = ((rank - below as f64) / in_bucket as f64).clamp(0.0, 1.0);
                return Some(lower + (upper as f64 - lower) * share);
            }
            below += in_bucket;
        }
        self.scale.last().map(|&last| last as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_a_bound_is_below_it() {
        let cells = HistogramCells::new(SIZES);
        [1, 2, 3, 4, 5000].into_iter().for_each(|value| cells.add(value));
        let read = cells.read();
        assert_eq!(read.buckets, [1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!((read.count(), read.sum), (5, 5010));
    }

    #[test]
    fn quantiles_are_spread_evenly_within_a_bucket() {
        let mut histogram = Histogram::new(SIZES);
        assert_eq!(histogram.quantile(0.5), None);
        histogram.add_value(3, 10);
        assert_eq!(histogram.quantile(0.5), Some(3.0));
        assert_eq!(histogram.quantile(1.0), Some(4.0));
        histogram.add_value(u64::MAX, 90);
        assert_eq!(histogram.quantile(0.99), Some(1024.0));
    }

    #[test]
    fn what_came_since_is_the_difference() {
        let cells = HistogramCells::new(SECONDS);
        cells.add_duration(Duration::from_millis(3));
        let before = cells.read();
        cells.add_alone(nanos(Duration::from_millis(7)), 2);
        let since = cells.read().since(&before);
        assert_eq!(since.count(), 2);
        assert_eq!(since.mean(), Some(Duration::from_millis(7)));
    }
}
