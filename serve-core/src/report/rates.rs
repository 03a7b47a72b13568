//! Rates and quantiles of the last minutes: from what was counted now and then, kept for each deployment.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::snapshot::Rates;
use crate::controller::Directory;
use crate::observe::{DeploymentMeter, Totals};

/// How often counts are kept. A minute is exact to a sixth.
pub(crate) const EVERY: Duration = Duration::from_secs(10);
/// As many as five minutes need.
const KEPT_MAX: usize = 31;

/// What has been counted, by application and deployment.
#[derive(Default)]
pub(crate) struct RateHistory(Mutex<BTreeMap<Key, Kept>>);

type Key = (Arc<str>, Arc<str>);

struct Kept {
    /// Whose counts these are: another deployment may have taken the name.
    meter: Arc<DeploymentMeter>,
    counts: VecDeque<Counts>,
}

#[derive(Clone)]
struct Counts {
    at: Instant,
    calls: Totals,
    refused: u64,
}

impl Counts {
    fn of(meter: &DeploymentMeter, now: Instant) -> Self {
        Self { at: now, calls: meter.calls().all(), refused: meter.refused.get() }
    }
}

impl RateHistory {
    /// Keeps what has been counted up to now; forgets deployments that are gone.
    pub(crate) fn keep(&self, directory: &Directory, now: Instant) {
        let mut kept = self.lock();
        let mut before = std::mem::take(&mut *kept);
        for (application, entry) in directory.entries() {
            for deployment in entry.published.deployments() {
                let key = (Arc::clone(application), Arc::clone(deployment.name));
                let meter = deployment.host.meter();
                let of_this = before.remove(&key).filter(|it| Arc::ptr_eq(&it.meter, meter));
                let new = || Kept { meter: Arc::clone(meter), counts: VecDeque::new() };
                let mut of_this = of_this.unwrap_or_else(new);
                of_this.counts.push_back(Counts::of(meter, now));
                if of_this.counts.len() > KEPT_MAX {
                    drop(of_this.counts.pop_front());
                }
                kept.insert(key, of_this);
            }
        }
    }

    /// What came in about the last `window`, or since the deployment has been there.
    pub(super) fn rates(
        &self,
        application: &Arc<str>,
        deployment: &Arc<str>,
        meter: &Arc<DeploymentMeter>,
        window: Duration,
    ) -> Rates {
        let now = Counts::of(meter, Instant::now());
        let key = (Arc::clone(application), Arc::clone(deployment));
        let before = {
            let kept = self.lock();
            let kept = kept.get(&key).filter(|it| Arc::ptr_eq(&it.meter, meter));
            kept.and_then(|kept| {
                // The latest that is old enough, or else the oldest there is.
                let is_old =
                    |counts: &&Counts| now.at.saturating_duration_since(counts.at) >= window;
                kept.counts.iter().rev().find(is_old).or_else(|| kept.counts.front()).cloned()
            })
        };
        match before {
            Some(before) if before.at < now.at => between(&before, &now),
            _ => Rates::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn between(before: &Counts, now: &Counts) -> Rates {
    let seconds = now.at.saturating_duration_since(before.at).as_secs_f64();
    let calls = now.calls.since(&before.calls);
    let per_second = |count: u64| count as f64 / seconds;
    let quantile = |share: f64| calls.took.quantile(share).map(|nanos| nanos / 1e9);
    Rates {
        seconds,
        requests_per_second: per_second(calls.count()),
        errors_per_second: per_second(calls.failed()),
        refused_per_second: per_second(now.refused.saturating_sub(before.refused)),
        mean: calls.took.mean().map(|mean| mean.as_secs_f64()),
        p50: quantile(0.5),
        p90: quantile(0.9),
        p99: quantile(0.99),
    }
}
