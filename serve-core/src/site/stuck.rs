//! Handlers that run for too long: what `stuck_after` looks at.
//!
//! A handler is counted while a step of it runs, and from its first wait to its end. So one that loops for
//! ever is found as well as one that waits for ever, and a call that never waits costs one look at a number.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::info::MethodInfo;

const WATCHED: u64 = 1 << 63;

/// The handlers of one replica, if anybody wants to know.
#[derive(Debug, Default)]
pub(crate) struct StuckWatch {
    /// In nanoseconds; zero if nobody wants to know. The highest bit says that somebody watches the replica's calls, so that
    /// for both a call looks at one word.
    after: AtomicU64,
    /// Those that stream may take as long as they like.
    methods: OnceLock<&'static [MethodInfo]>,
    handlers: Arc<Mutex<Handlers>>,
}

#[derive(Debug, Default)]
struct Handlers {
    next: u64,
    /// By the number in which they began, so the first is the oldest.
    running: BTreeMap<u64, (&'static str, Instant)>,
}

/// A handler that runs.
#[derive(Debug)]
pub(crate) struct RunningHandler {
    number: u64,
    handlers: Arc<Mutex<Handlers>>,
}

impl StuckWatch {
    /// Of a replica with these methods.
    pub(crate) fn know(&self, methods: &'static [MethodInfo]) {
        let _ = self.methods.set(methods);
    }

    pub(crate) fn set(&self, after: Option<Duration>) {
        let nanos = after.map_or(0, |after| u64::try_from(after.as_nanos()).unwrap_or(u64::MAX));
        let keep_watched = |word| Some((word & WATCHED) | (nanos & !WATCHED));
        let _ = self.after.fetch_update(Relaxed, Relaxed, keep_watched);
    }

    /// Whether somebody watches the replica's calls.
    #[cfg(feature = "admin")]
    pub(crate) fn set_watched(&self, is_watched: bool) {
        match is_watched {
            true => self.after.fetch_or(WATCHED, Relaxed),
            false => self.after.fetch_and(!WATCHED, Relaxed),
        };
    }

    pub(crate) fn after(&self) -> Option<Duration> {
        let nanos = self.after.load(Relaxed) & !WATCHED;
        Some(Duration::from_nanos(nanos)).filter(|after| !after.is_zero())
    }

    /// Whether anybody wants to know anything of each call.
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.after.load(Relaxed) != 0
    }

    /// Counts a handler of this method until what this gives is dropped.
    #[inline]
    pub(crate) fn begin(&self, method: &'static str) -> Option<RunningHandler> {
        if self.after().is_some() { self.count(method) } else { None }
    }

    #[cold]
    fn count(&self, method: &'static str) -> Option<RunningHandler> {
        let methods = self.methods.get().copied().unwrap_or_default();
        if methods.iter().any(|info| info.name == method && info.streaming) {
            return None;
        }
        let mut handlers = lock(&self.handlers);
        let number = handlers.next;
        handlers.next += 1;
        handlers.running.insert(number, (method, Instant::now()));
        Some(RunningHandler { number, handlers: Arc::clone(&self.handlers) })
    }

    /// What to say of the oldest handler, if it has run for too long.
    pub(crate) fn complaint(&self) -> Option<String> {
        let after = self.after()?;
        let (method, begun) = *lock(&self.handlers).running.values().next()?;
        let age = begun.elapsed();
        (age > after).then(|| {
            format!(
                "method `{method}` has run for {age:.0?}, longer than `stuck_after` ({after:?})"
            )
        })
    }
}

impl Drop for RunningHandler {
    fn drop(&mut self) {
        lock(&self.handlers).running.remove(&self.number);
    }
}

fn lock(handlers: &Mutex<Handlers>) -> MutexGuard<'_, Handlers> {
    handlers.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_oldest_handler_is_complained_of_until_it_ends() {
        let watch = StuckWatch::default();
        assert!(watch.begin("unwatched").is_none());
        watch.set(Some(Duration::from_secs(5)));
        let first = watch.begin("first");
        tokio::time::advance(Duration::from_secs(3)).await;
        let second = watch.begin("second");
        assert_eq!(watch.complaint(), None);
        tokio::time::advance(Duration::from_secs(3)).await;
        let said = watch.complaint().unwrap();
        assert!(said.contains("`first` has run for 6"), "{said}");
        drop(first);
        assert_eq!(watch.complaint(), None);
        drop(second);
        watch.set(None);
        assert_eq!(watch.complaint(), None);
    }
}
