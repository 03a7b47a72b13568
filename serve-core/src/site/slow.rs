//! Finds methods that hold an async worker for too long, and sees to it that the others work on.
//!
//! Two readings of a real clock would cost a call a tenth of its time. A thread that counts quarters of
//! a tenth of a second costs nothing: a poll during which the count moved by five took over 100 ms.
//!
//! One of a runtime's threads waits for sockets and timers for all of them. If what it finds there holds it, the
//! threads that sleep are not told, and the process hears nothing more. So the clock wakes one of them now and then.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::log;
use crate::tasks::Tasks;

/// The length of a tick.
const TICK: Duration = Duration::from_millis(25);
/// After so many a thread that sleeps is woken.
const TICKS_OF_SLEEP: u64 = 4;
/// A poll that saw this many ticks lasted longer than four of them, which is 100 ms.
const TICKS_MAX: u64 = 5;
/// A method is named at most once in this many ticks (10 s): the second warning says nothing new.
const TICKS_QUIET: u64 = 400;

/// A coarse clock shared by all replicas of a server. Its thread ends with the last of them.
#[derive(Clone, Debug)]
pub(crate) struct SlowClock {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    ticks: AtomicU64,
    quiet_until: AtomicU64,
}

impl SlowClock {
    pub(crate) fn start(tasks: &Tasks) -> Self {
        let tasks = tasks.clone();
        let counts = Arc::new(Counts::default());
        let watched: Weak<Counts> = Arc::downgrade(&counts);
        let ticking = std::thread::Builder::new().name("serve-clock".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(TICK);
                let Some(counts) = watched.upgrade() else { return };
                let ticks = counts.ticks.fetch_add(1, Relaxed);
                if ticks.is_multiple_of(TICKS_OF_SLEEP) {
                    tasks.wake_a_thread();
                }
            }
        });
        if let Err(error) = ticking {
            log::warn("methods that block an async worker will not be named").cause(error).emit();
        }
        Self { counts }
    }

    /// One that stands still, for what is never checked.
    pub(crate) fn stopped() -> Self {
        Self { counts: Arc::default() }
    }

    #[inline]
    pub(crate) fn ticks(&self) -> u64 {
        self.counts.ticks.load(Relaxed)
    }

    /// Whether too much time has passed since `before`, and somebody shall say so.
    #[inline]
    pub(crate) fn is_late(&self, before: u64) -> bool {
        let now = self.ticks();
        now.wrapping_sub(before) >= TICKS_MAX && self.is_news(now)
    }

    #[cold]
    fn is_news(&self, now: u64) -> bool {
        let is_news = now >= self.counts.quiet_until.load(Relaxed);
        if is_news {
            self.counts.quiet_until.store(now + TICKS_QUIET, Relaxed);
        }
        is_news
    }
}
