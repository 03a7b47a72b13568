//! The recorder of the crate `metrics`: what its macros count is counted for the replica whose call runs here.
//!
//! A recorder belongs to a process, so this is one as well. Where a value is counted is decided with each value, not
//! when somebody gets hold of a counter: one that is kept from the constructor, or in a `static`, serves all replicas.

use std::sync::{Arc, OnceLock};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};

use super::context::with_frame;
use crate::config::MetricsOptions;
use crate::log;
use crate::observe::OwnMetrics;

/// Ours, if it is the process's.
static INSTALLED: OnceLock<Option<Arc<Place>>> = OnceLock::new();

/// Where values are counted that belong to no call.
#[derive(Debug)]
struct Place {
    own: OwnMetrics,
    series_max: usize,
    /// The process is a replica's: whatever is counted is.
    is_replica: bool,
}

struct OwnRecorder(Arc<Place>);

/// A metric of the user's, wherever it will be counted.
struct OwnMetric {
    key: Key,
    place: Arc<Place>,
}

/// Makes our recorder the process's, if a server counts and there is no other one.
pub(crate) fn install_recorder(options: &MetricsOptions) {
    if options.enabled {
        install(options.max_series, false);
    }
}

/// The same in the process of a replica. Gives what is counted there.
pub(crate) fn install_replica_recorder(series_max: usize) -> Option<OwnOfProcess> {
    Some(OwnOfProcess(Arc::clone(install(series_max, true)?)))
}

/// How many series a replica's process may have; `None` if nobody would take them.
pub(crate) fn own_series_max() -> Option<usize> {
    INSTALLED.get()?.as_ref().map(|place| place.series_max)
}

/// What has been counted outside of calls.
pub(crate) fn own_of_process() -> Option<OwnOfProcess> {
    INSTALLED.get()?.as_ref().map(|place| OwnOfProcess(Arc::clone(place)))
}

/// What is counted in this process outside of calls; in a replica's, everything.
pub(crate) struct OwnOfProcess(Arc<Place>);

impl std::ops::Deref for OwnOfProcess {
    type Target = OwnMetrics;

    fn deref(&self) -> &OwnMetrics {
        &self.0.own
    }
}

fn install(series_max: usize, is_replica: bool) -> Option<&'static Arc<Place>> {
    let install = || {
        let own = OwnMetrics::default();
        let place = Arc::new(Place { own, series_max: series_max.max(1), is_replica });
        if metrics::set_global_recorder(OwnRecorder(Arc::clone(&place))).is_ok() {
            return Some(place);
        }
        let message = "the metrics of the program's own go to another recorder, which was there before; \
                       they do not appear among those of the server";
        log::info(message).emit();
        None
    };
    INSTALLED.get_or_init(install).as_ref()
}

// === impl OwnRecorder ===

impl OwnRecorder {
    fn metric(&self, key: &Key) -> Arc<OwnMetric> {
        Arc::new(OwnMetric { key: key.clone(), place: Arc::clone(&self.0) })
    }

    fn describe(&self, name: &KeyName, description: &SharedString) {
        self.0.own.describe(name.as_str(), description);
    }
}

impl Recorder for OwnRecorder {
    fn describe_counter(&self, name: KeyName, _unit: Option<Unit>, description: SharedString) {
        self.describe(&name, &description);
    }

    fn describe_gauge(&self, name: KeyName, _unit: Option<Unit>, description: SharedString) {
        self.describe(&name, &description);
    }

    fn describe_histogram(&self, name: KeyName, _unit: Option<Unit>, description: SharedString) {
        self.describe(&name, &description);
    }

    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.metric(key))
    }

    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.metric(key))
    }

    fn register_histogram(&self, key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.metric(key))
    }
}

// === impl OwnMetric ===

impl OwnMetric {
    /// Counts for the replica whose call runs here. One that nobody counts has no metrics at all.
    fn record(&self, record: impl Fn(&OwnMetrics, &Key, usize)) {
        let Self { key, place } = self;
        let in_call = !place.is_replica
            && with_frame(|frame| {
                if let Some(meter) = frame.station.site().meter() {
                    record(meter.own(), key, place.series_max);
                }
            })
            .is_some();
        if !in_call {
            record(&place.own, key, place.series_max);
        }
    }
}

impl CounterFn for OwnMetric {
    fn increment(&self, value: u64) {
        self.record(|own, key, max| own.count(key, max, value));
    }

    fn absolute(&self, value: u64) {
        self.record(|own, key, max| own.count_to(key, max, value));
    }
}

impl GaugeFn for OwnMetric {
    fn increment(&self, value: f64) {
        self.record(|own, key, max| own.add(key, max, value));
    }

    fn decrement(&self, value: f64) {
        self.record(|own, key, max| own.add(key, max, -value));
    }

    fn set(&self, value: f64) {
        self.record(|own, key, max| own.set(key, max, value));
    }
}

impl HistogramFn for OwnMetric {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        Self::record(self, |own, key, max| own.record(key, max, value, count as u64));
    }
}
