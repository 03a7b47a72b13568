//! What is counted of a deployment, and of each of its replicas.
//!
//! A replica's counts end with it, but those of its deployment never fall: what a replica has counted stays with the
//! deployment when it goes.

use super::histogram::{Histogram, HistogramCells, LIFECYCLE, SECONDS, SIZES};
use super::own::OwnMetrics;
use super::slow::SlowLog;
use super::tally::{CallEnd, Counters, Label, Took, Totals};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is counted of one deployment.
#[derive(Debug)]
pub(crate) struct DeploymentMeter {
    calls: Mutex<Calls>,
    /// Refused because the queue was full.
    pub(crate) refused: Count,
    /// Whose deadline has passed in the queue.
    pub(crate) expired: Count,
    /// How long calls have waited in the queue, for a replica or until their deadline.
    pub(crate) queue_wait: HistogramCells,
    batches: Mutex<BTreeMap<&'static str, Arc<BatchMeter>>>,
    /// Replicas that have been begun, and what became of them.
    pub(crate) starts: Count,
    pub(crate) start_failures: Count,
    pub(crate) deaths: Count,
    pub(crate) health_failures: Count,
    pub(crate) ejections: Count,
    /// How often a policy of the user's has failed.
    pub(crate) policy_failures: Count,
    pub(crate) slow: SlowLog,
    /// How long replicas took from the beginning of their constructor until they were ready.
    pub(crate) startup: HistogramCells,
    /// How long replicas took to finish what they had.
    pub(crate) drain: HistogramCells,
}

/// Something that is counted seldom.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

#[derive(Debug, Default)]
struct Calls {
    /// Of replicas that have gone, by method.
    past: BTreeMap<&'static str, Totals>,
    live: Vec<Live>,
}

/// What is counted of a replica that there is.
#[derive(Debug)]
struct Live {
    id: Arc<str>,
    counters: Arc<Counters>,
    #[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "there is nothing in it"))]
    own: Arc<OwnMetrics>,
}

/// What is counted of a batched method.
#[derive(Debug)]
pub(crate) struct BatchMeter {
    pub(crate) sizes: HistogramCells,
    /// How long the oldest item of each batch has waited.
    pub(crate) waits: HistogramCells,
    pub(crate) durations: HistogramCells,
}

/// A batched method at one moment.
pub(crate) struct BatchTotals {
    pub(crate) method: &'static str,
    pub(crate) sizes: Histogram,
    pub(crate) waits: Histogram,
    pub(crate) durations: Histogram,
}

impl Default for BatchMeter {
    fn default() -> Self {
        let durations = || HistogramCells::new(SECONDS);
        Self { sizes: HistogramCells::new(SIZES), waits: durations(), durations: durations() }
    }
}

/// The calls of one replica, by method.
pub(crate) struct ReplicaCalls {
    pub(crate) id: Arc<str>,
    pub(crate) methods: BTreeMap<&'static str, Totals>,
}

/// The calls of a deployment: all that there have ever been by method, and those of its replicas.
pub(crate) struct DeploymentCalls {
    pub(crate) methods: BTreeMap<&'static str, Totals>,
    pub(crate) replicas: Vec<ReplicaCalls>,
}

impl DeploymentCalls {
    pub(crate) fn all(&self) -> Totals {
        sum(self.methods.values())
    }
}

impl ReplicaCalls {
    pub(crate) fn all(&self) -> Totals {
        sum(self.methods.values())
    }
}

fn sum<'a>(methods: impl Iterator<Item = &'a Totals>) -> Totals {
    methods.fold(Totals::default(), |mut all, totals| {
        all.add(totals);
        all
    })
}

impl Default for DeploymentMeter {
    fn default() -> Self {
        Self {
            calls: Mutex::default(),
            refused: Count::default(),
            expired: Count::default(),
            queue_wait: HistogramCells::new(SECONDS),
            batches: Mutex::default(),
            starts: Count::default(),
            start_failures: Count::default(),
            deaths: Count::default(),
            health_failures: Count::default(),
            ejections: Count::default(),
            policy_failures: Count::default(),
            slow: SlowLog::default(),
            startup: HistogramCells::new(LIFECYCLE),
            drain: HistogramCells::new(LIFECYCLE),
        }
    }
}

impl DeploymentMeter {
    /// Counts the calls of the replica of this id, for as long as it lives.
    pub(crate) fn replica(self: &Arc<Self>, id: &Arc<str>) -> ReplicaMeter {
        let (counters, own) = (Arc::<Counters>::default(), Arc::<OwnMetrics>::default());
        self.lock().live.push(Live {
            id: Arc::clone(id),
            counters: Arc::clone(&counters),
            own: Arc::clone(&own),
        });
        ReplicaMeter { counters, own, deployment: Arc::clone(self) }
    }

    /// Counts a call whose deadline has passed after it had waited so long.
    pub(crate) fn count_expired(&self, waited: Duration) {
        self.expired.add();
        self.queue_wait.add_duration(waited);
    }

    pub(crate) fn batch(&self, method: &'static str) -> Arc<BatchMeter> {
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(batches.entry(method).or_default())
    }

    /// The batched methods that have had batches.
    pub(crate) fn batches(&self) -> Vec<BatchTotals> {
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let totals = |(&method, it): (&&'static str, &Arc<BatchMeter>)| BatchTotals {
            method,
            sizes: it.sizes.read(),
            waits: it.waits.read(),
            durations: it.durations.read(),
        };
        batches.iter().map(totals).collect()
    }

    pub(crate) fn calls(&self) -> DeploymentCalls {
        let calls = self.lock();
        let mut methods = calls.past.clone();
        let mut replicas = Vec::with_capacity(calls.live.len());
        for Live { id, counters, .. } in &calls.live {
            let of_replica = by_method(counters);
            add_all(&mut methods, &of_replica);
            replicas.push(ReplicaCalls { id: Arc::clone(id), methods: of_replica });
        }
        DeploymentCalls { methods, replicas }
    }

    /// The user's own metrics of each replica.
    #[cfg(feature = "metrics")]
    pub(crate) fn own(&self) -> Vec<(Arc<str>, Arc<OwnMetrics>)> {
        let calls = self.lock();
        calls.live.iter().map(|live| (Arc::clone(&live.id), Arc::clone(&live.own))).collect()
    }

    fn forget(&self, counters: &Arc<Counters>) {
        let mut calls = self.lock();
        let counted = by_method(counters);
        add_all(&mut calls.past, &counted);
        calls.live.retain(|live| !Arc::ptr_eq(&live.counters, counters));
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn by_method(counters: &Counters) -> BTreeMap<&'static str, Totals> {
    let read = counters.read().into_iter();
    read.filter_map(|(label, totals)| match label {
        Label::Method(name) => Some((name, totals)),
        Label::Arrived(_) | Label::Answered(..) => None,
    })
    .collect()
}

fn add_all(methods: &mut BTreeMap<&'static str, Totals>, more: &BTreeMap<&'static str, Totals>) {
    for (name, totals) in more {
        methods.entry(name).or_default().add(totals);
    }
}

/// Counts the calls of one replica.
pub(crate) struct ReplicaMeter {
    counters: Arc<Counters>,
    own: Arc<OwnMetrics>,
    deployment: Arc<DeploymentMeter>,
}

impl ReplicaMeter {
    /// Counts a call that has ended.
    #[inline]
    pub(crate) fn count(&self, method: &'static str, outcome: CallEnd, took: Took) {
        self.counters.count(Label::Method(method), outcome, took);
    }

    /// Counts the items of a batch, of which so many were answered with an error if it ran to its end.
    pub(crate) fn count_batch(
        &self,
        method: &'static str,
        outcome: CallEnd,
        errors: u32,
        items: u32,
        took: Took,
    ) {
        let label = Label::Method(method);
        let (outcome, errors) = match outcome {
            CallEnd::Ok | CallEnd::Error => (CallEnd::Ok, u64::from(errors.min(items))),
            other => (other, 0),
        };
        self.counters.count_many(label, outcome, u64::from(items) - errors, took);
        if errors > 0 {
            self.counters.count_many(label, CallEnd::Error, errors, took);
        }
    }
}

impl ReplicaMeter {
    /// The user's own metrics of this replica.
    pub(crate) fn own(&self) -> &Arc<OwnMetrics> {
        &self.own
    }

    pub(crate) fn deployment(&self) -> &Arc<DeploymentMeter> {
        &self.deployment
    }
}

impl Drop for ReplicaMeter {
    fn drop(&mut self) {
        self.deployment.forget(&self.counters);
    }
}

impl fmt::Debug for ReplicaMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplicaMeter")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_a_replica_has_counted_stays_with_its_deployment() {
        let deployment = Arc::<DeploymentMeter>::default();
        let (one, other) = (deployment.replica(&"a#0".into()), deployment.replica(&"a#1".into()));
        one.count("hello", CallEnd::Ok, Took::Sampled(Duration::from_micros(1)));
        other.count("hello", CallEnd::Error, Took::Exactly(Duration::from_millis(2)));
        drop(one);
        let calls = deployment.calls();
        assert_eq!(calls.replicas.len(), 1);
        assert_eq!(&*calls.replicas[0].id, "a#1");
        assert_eq!((calls.all().count(), calls.all().failed()), (2, 1));
        drop(other);
        assert_eq!(deployment.calls().all().took.count(), 2);
        assert!(deployment.calls().replicas.is_empty());
    }
}
