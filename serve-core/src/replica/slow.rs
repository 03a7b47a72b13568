//! Names methods that hold an async worker for too long.
//!
//! Two readings of a real clock would cost a call a tenth of its time. A thread that counts quarters of
//! a tenth of a second costs nothing: a poll during which the count moved by five took over 100 ms.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use super::Site;

/// The length of a tick.
const TICK: Duration = Duration::from_millis(25);
/// A poll that saw this many ticks lasted longer than four of them, which is 100 ms.
const TICKS_MAX: u64 = 5;
/// A warning is given at most once in this many ticks (10 s): the second one says nothing new.
const TICKS_QUIET: u64 = 400;

/// One count for the whole process, so that a call finds it without asking its replica.
static TICKS: AtomicU64 = AtomicU64::new(0);
static QUIET_UNTIL: AtomicU64 = AtomicU64::new(0);

/// Keeps the clock going. Its thread ends with the last of them.
#[derive(Clone, Debug)]
pub(crate) struct SlowClock {
    _running: Arc<()>,
}

impl SlowClock {
    /// Joins the clock that is running, or starts it.
    pub(crate) fn start() -> Self {
        static RUNNING: Mutex<Weak<()>> = Mutex::new(Weak::new());
        let mut shared = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Self { _running: running };
        }
        let running = Arc::new(());
        *shared = Arc::downgrade(&running);
        let watched = Arc::downgrade(&running);
        let ticking = std::thread::Builder::new().name("serve-clock".to_owned()).spawn(move || {
            while watched.strong_count() > 0 {
                std::thread::sleep(TICK);
                TICKS.fetch_add(1, Relaxed);
            }
        });
        if let Err(error) = ticking {
            tracing::warn!("methods that block an async worker will not be named: {error}");
        }
        Self { _running: running }
    }
}

/// Ticks since the process began.
#[inline]
pub(crate) fn ticks() -> u64 {
    TICKS.load(Relaxed)
}

/// Whether too much time has passed since `before` for one step of a method.
#[inline]
pub(crate) fn was_slow(before: u64) -> bool {
    ticks().wrapping_sub(before) >= TICKS_MAX
}

/// Names a method that took too long.
#[cold]
pub(crate) fn warn(site: &Site, method: &'static str) {
    let now = ticks();
    if now < QUIET_UNTIL.load(Relaxed) {
        return;
    }
    QUIET_UNTIL.store(now + TICKS_QUIET, Relaxed);
    tracing::warn!(
        application = &*site.name.application,
        deployment = &*site.name.deployment,
        replica = &*site.name.replica,
        method,
        "method `{method}` of `{}` held an async worker for more than 100 ms; \
         annotate it with #[blocking], or await instead of blocking",
        site.name.deployment
    );
}
