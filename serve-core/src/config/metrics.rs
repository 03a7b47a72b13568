//! Options of what is counted and how it is shown.

use super::deployment::setters;

/// What [`Serve::metrics`](crate::Serve::metrics) shows, and under which names.
///
/// With the feature `metrics`, the first server that counts makes its recorder the one of the crate `metrics`, if there is
/// no other: what a method counts with `metrics::counter!` is shown as well. See [the guide](crate::guide::metrics).
///
/// ```
/// use serve_core::{MetricsOptions, Serve};
///
/// let builder = Serve::builder().metrics(MetricsOptions::ray());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricsOptions {
    /// Whether calls and requests, and metrics of your own, are counted at all. Default true; it costs a call no more than some forty
    /// instructions, without a clock.
    pub enabled: bool,
    /// Which names and units the metrics have. Default [`MetricsSpelling::Serve`].
    pub spelling: MetricsSpelling,
    /// How many series one metric may have. Default 10 000, which is enough for as many replicas; what is beyond is
    /// added up in one more series, whose labels say `overflow`, so that nothing is lost in sums. Too few hide which
    /// replica is which; too many make whatever stores them large and slow.
    pub max_series: usize,
}

/// The names of metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricsSpelling {
    /// `serve_…`, in seconds and bytes, as Prometheus recommends.
    #[default]
    Serve,
    /// `ray_serve_…`, in milliseconds, with Ray Serve's labels, so that its Grafana dashboards work.
    Ray,
}

impl Default for MetricsOptions {
    fn default() -> Self {
        Self { enabled: true, spelling: MetricsSpelling::default(), max_series: 10_000 }
    }
}

impl MetricsOptions {
    /// Names, units and labels of Ray Serve.
    #[must_use]
    pub fn ray() -> Self {
        Self { spelling: MetricsSpelling::Ray, ..Self::default() }
    }

    /// Nothing is counted.
    #[must_use]
    pub fn disabled() -> Self {
        Self { enabled: false, ..Self::default() }
    }

    setters! {
        enabled: bool;
        spelling: MetricsSpelling;
        max_series: usize;
    }
}
