//! The series of a user's own metrics as data: as they cross, and as they are shown.

use serde::{Deserialize, Serialize};

/// Of durations, by the name of their metric: in seconds, the buckets of ours.
const SECONDS: &[f64] = &[
    0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4,
    0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 120.0, 300.0, 600.0,
];

/// Of anything else, from scores below one to bytes: two in each power of ten.
const ANYTHING: &[f64] = &[
    0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 3e4,
    1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9,
];

/// The upper bounds of the buckets of the histogram of this name; one more bucket is above the last.
pub(crate) fn bounds(name: &str) -> &'static [f64] {
    match name.strip_suffix("seconds") {
        // Whatever stands before it is shown as `_`.
        Some(rest) if rest.ends_with(|last: char| !last.is_ascii_alphanumeric()) => SECONDS,
        _ => ANYTHING,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum OwnKind {
    Counter,
    Gauge,
    Histogram,
}

/// Which series it is, with the names as the user writes them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct SeriesId {
    pub(crate) name: String,
    pub(crate) kind: OwnKind,
    pub(crate) labels: Vec<(String, String)>,
}

/// One series at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OwnSeries {
    pub(crate) id: SeriesId,
    pub(crate) value: OwnValue,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum OwnValue {
    Count(u64),
    Gauge(f64),
    Spread(Spread),
}

/// A histogram; the bounds follow from its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    /// One more than bounds; not cumulative.
    pub(crate) buckets: Vec<u64>,
    pub(crate) sum: f64,
}

/// What a replica's process has to tell: whole values, so that one that is told twice does no harm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct OwnBatch {
    /// What metrics are, in the user's words.
    pub(crate) described: Vec<(String, String)>,
    pub(crate) series: Vec<OwnSeries>,
}

impl OwnValue {
    /// Two series as one.
    pub(crate) fn plus(&mut self, other: Self) {
        match (self, other) {
            (Self::Count(one), Self::Count(other)) => *one = one.saturating_add(other),
            (Self::Gauge(one), Self::Gauge(other)) => *one += other,
            (Self::Spread(one), Self::Spread(other)) => {
                for (bucket, more) in one.buckets.iter_mut().zip(other.buckets) {
                    *bucket += more;
                }
                one.sum += other.sum;
            }
            (Self::Count(_) | Self::Gauge(_) | Self::Spread(_), _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::histogram;

    #[test]
    fn durations_have_the_buckets_that_ours_have() {
        let ours: Vec<_> = histogram::SECONDS.iter().map(|&nanos| nanos as f64 / 1e9).collect();
        assert_eq!(bounds("load_seconds"), ours);
        assert_eq!(bounds("load.seconds"), ours);
        assert_ne!(bounds("milliseconds"), ours);
        assert!(bounds("tokens").is_sorted());
    }
}
