//! How a replica has been doing: after failures in a row it is left out of routing for a while, then
//! tried with a single call.
//!
//! Only what the system sees as failures count, which in one process are panics. A method's own errors
//! are answers. Without this, a replica that fails fast would be the least loaded one, and get every
//! call.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::observe::seconds;

/// So many failures in a row, and a replica is ejected.
const FAILURES_MAX: u32 = 5;
/// How long the first time; twice as long each time after.
const PAUSE_MIN: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// Beside the count of failures: somebody wants to know of the next success. So calls look at one word.
const WATCHED: u32 = 1 << 31;

#[derive(Debug, Default)]
pub(crate) struct Standing {
    failures: AtomicU32,
    ejections: AtomicU32,
    succeeded: AtomicBool,
    /// When the replica that is ejected is tried again.
    tried_again: Mutex<Option<Instant>>,
}

/// A replica gets no calls for a while.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "admin", derive(serde::Deserialize, schemars::JsonSchema))]
#[non_exhaustive]
pub struct Ejection {
    /// For how much longer; serialised as seconds. Zero while it is tried with one call at a time.
    #[serde(with = "seconds")]
    #[cfg_attr(feature = "admin", schemars(with = "f64"))]
    pub left: Duration,
    /// Why.
    pub why: String,
}

impl Standing {
    /// Counts a failure; `true` when there have been enough in a row to eject the replica.
    pub(crate) fn fail(&self) -> bool {
        (self.failures.fetch_add(1, Relaxed) & !WATCHED) + 1 >= FAILURES_MAX
    }

    /// Begins to watch for a success.
    pub(crate) fn watch(&self) {
        self.succeeded.store(false, Relaxed);
        self.failures.fetch_or(WATCHED, Relaxed);
    }

    /// Whether a call has succeeded since.
    pub(crate) fn has_succeeded(&self) -> bool {
        self.succeeded.load(Relaxed)
    }

    /// Whether a success means anything: the last call failed, or somebody watches.
    #[inline]
    pub(crate) fn is_failing(&self) -> bool {
        self.failures.load(Relaxed) != 0
    }

    /// A call has succeeded.
    pub(crate) fn recover(&self) {
        if self.failures.swap(0, Relaxed) & WATCHED != 0 {
            self.succeeded.store(true, Relaxed);
        }
        self.ejections.store(0, Relaxed);
    }

    /// The replica is ejected: for how long. `jitter` from 0 to 1 spreads the returns.
    pub(crate) fn eject(&self, jitter: f64) -> Duration {
        let before = self.ejections.fetch_add(1, Relaxed);
        let pause = PAUSE_MIN.saturating_mul(1 << before.min(10)).min(PAUSE_MAX);
        let pause = pause / 2 + pause.mul_f64(jitter / 2.0);
        *self.lock() = Instant::now().checked_add(pause);
        pause
    }

    /// Of a replica that is ejected, or being tried again.
    pub(crate) fn ejection(&self) -> Ejection {
        let again = *self.lock();
        let left = again.map(|at| at.saturating_duration_since(Instant::now()));
        let ejections = self.ejections.load(Relaxed);
        let why = format!("{FAILURES_MAX} failures in a row, ejected {ejections} time(s)");
        Ejection { left: left.unwrap_or_default(), why }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.tried_again.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_are_enough_and_a_success_begins_anew() {
        let standing = Standing::default();
        assert!((0..4).all(|_| !standing.fail()));
        standing.recover();
        assert!((0..4).all(|_| !standing.fail()));
        assert!(standing.fail());
    }

    #[test]
    fn a_success_is_noted_once_somebody_watches() {
        let standing = Standing::default();
        assert!(!standing.is_failing());
        standing.watch();
        assert!(standing.is_failing() && !standing.has_succeeded());
        assert!((0..4).all(|_| !standing.fail()));
        assert!(standing.fail());
        standing.recover();
        assert!(standing.has_succeeded() && !standing.is_failing());
        standing.watch();
        assert!(!standing.has_succeeded());
    }

    #[test]
    fn each_ejection_lasts_twice_as_long_up_to_a_minute() {
        let standing = Standing::default();
        let pauses: Vec<_> = (0..6).map(|_| standing.eject(1.0).as_secs()).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
    }
}
