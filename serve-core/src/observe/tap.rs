//! Calls as they end, for whoever watches them live.
//!
//! Nobody by default, and then a call asks nothing: its replica has a word that it looks at anyway (`site/stuck.rs`), and
//! a bit of that says that somebody watches. Whoever tells of a call never waits: each reader has a bounded queue, and is
//! told how many did not find room there.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use futures_core::Stream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::SeenCall;
use super::tap_filter::TapFilter;
use super::times::{seconds, seconds_since_1970};

/// A request or a call that has ended, see [`AdminClient::tap`](crate::AdminClient::tap). What was sent or answered is not
/// in it.
///
/// ```
/// # fn example(call: &serve_core::TappedCall) {
/// println!("{} {} {} {:?}", call.deployment, call.method, call.outcome, call.took);
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct TappedCall {
    /// When it ended; serialised as seconds since 1970.
    #[serde(with = "seconds_since_1970")]
    #[schemars(with = "f64")]
    pub at: SystemTime,
    /// What it is.
    pub kind: TapKind,
    /// The id that its log lines have.
    pub request_id: String,
    /// Whose it is; empty for a request that no route is for.
    pub application: String,
    /// Whose it is; empty for a request that no route is for.
    pub deployment: String,
    /// Where it ran, if it is a call.
    pub replica: Option<String>,
    /// The method of HTTP, or the one that was called.
    pub method: String,
    /// The path of a request, without its query.
    pub path: Option<String>,
    /// The status of a response; 499 where the client has gone.
    pub status: Option<u16>,
    /// How it ended: `ok`, `error`, `panicked`, `cancelled`, `timed_out` or `lost`.
    pub outcome: String,
    /// How long it took; serialised as seconds.
    #[serde(with = "seconds")]
    #[schemars(with = "f64")]
    pub took: Duration,
}

/// What of a server's work a tap shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TapKind {
    /// A request over HTTP, until its response has been sent.
    Request,
    /// A call by handle.
    Call,
}

/// How many calls a reader did not see.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[non_exhaustive]
pub struct TapMissed {
    /// Because it reads too slowly.
    pub too_slow: u64,
    /// Because there were more in a second than it has asked for.
    pub over_limit: u64,
}

/// Who watches the calls of a server. A clone is the same.
#[derive(Clone, Default)]
pub(crate) struct Taps(Arc<Open>);

#[derive(Default)]
struct Open {
    count: AtomicUsize,
    readers: ArcSwap<Vec<Arc<Reader>>>,
    /// Held while the readers are exchanged.
    changing: Mutex<()>,
}

struct Reader {
    filter: TapFilter,
    queue: mpsc::Sender<TappedCall>,
    opened: Instant,
    /// Which second it is since then, and how many there have been in it.
    second: AtomicU64,
    told: AtomicU64,
    too_slow: AtomicU64,
    over_limit: AtomicU64,
}

/// So many wait for a reader.
const QUEUE_MAX: usize = 1024;

impl Taps {
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.0.count.load(Relaxed) > 0
    }

    /// Lets whoever wants to know of a call. Never waits.
    #[cold]
    pub(crate) fn tell(&self, seen: SeenCall<'_>) {
        for reader in self.0.readers.load().iter() {
            reader.tell(seen);
        }
    }

    /// The calls that end from now on.
    pub(crate) fn open(&self, filter: TapFilter) -> TapStream {
        let (queue, calls) = mpsc::channel(QUEUE_MAX);
        let reader = Arc::new(Reader {
            filter,
            queue,
            opened: Instant::now(),
            second: AtomicU64::new(0),
            told: AtomicU64::new(0),
            too_slow: AtomicU64::new(0),
            over_limit: AtomicU64::new(0),
        });
        self.change(|readers| readers.push(Arc::clone(&reader)));
        TapStream { taps: self.clone(), reader, calls }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Arc<Reader>>)) {
        let _one_at_a_time = self.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut readers = self.0.readers.load().to_vec();
        change(&mut readers);
        self.0.count.store(readers.len(), Relaxed);
        self.0.readers.store(Arc::new(readers));
    }
}

impl Reader {
    fn tell(&self, seen: SeenCall<'_>) {
        if !self.filter.wants(&seen) || !self.filter.samples(fastrand::f64()) {
            return;
        }
        if !self.has_room_this_second() {
            self.over_limit.fetch_add(1, Relaxed);
            return;
        }
        if let Ok(place) = self.queue.try_reserve() {
            place.send(seen.into());
        } else {
            self.too_slow.fetch_add(1, Relaxed);
        }
    }

    /// Several that begin a second at once may let a few more through, which does no harm.
    fn has_room_this_second(&self) -> bool {
        let second = self.opened.elapsed().as_secs();
        if self.second.swap(second, Relaxed) != second {
            self.told.store(0, Relaxed);
        }
        self.told.fetch_add(1, Relaxed) < u64::from(self.filter.max_per_second())
    }
}

impl From<SeenCall<'_>> for TappedCall {
    fn from(seen: SeenCall<'_>) -> Self {
        Self {
            at: SystemTime::now(),
            kind: seen.kind,
            request_id: seen.request_id.to_string(),
            application: seen.application.to_owned(),
            deployment: seen.deployment.to_owned(),
            replica: seen.replica.map(str::to_owned),
            method: seen.method.to_owned(),
            path: seen.path.map(str::to_owned),
            status: seen.status,
            outcome: seen.outcome.to_owned(),
            took: seen.took,
        }
    }
}

/// The calls that one reader sees. Nobody is told of any more when it is dropped.
pub(crate) struct TapStream {
    taps: Taps,
    reader: Arc<Reader>,
    calls: mpsc::Receiver<TappedCall>,
}

impl TapStream {
    /// Is told of no more calls. Returns whether nobody watches any more.
    pub(crate) fn leave(&self) -> bool {
        self.taps.change(|readers| readers.retain(|reader| !Arc::ptr_eq(reader, &self.reader)));
        !self.taps.is_on()
    }

    /// What it has not seen since it was last asked for that.
    pub(crate) fn missed(&self) -> Option<TapMissed> {
        let missed = TapMissed {
            too_slow: self.reader.too_slow.swap(0, Relaxed),
            over_limit: self.reader.over_limit.swap(0, Relaxed),
        };
        (missed != TapMissed::default()).then_some(missed)
    }
}

impl Stream for TapStream {
    type Item = TappedCall;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<TappedCall>> {
        self.calls.poll_recv(context)
    }
}

impl Drop for TapStream {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt};

    use super::*;

    fn seen(method: &str) -> SeenCall<'_> {
        SeenCall {
            kind: TapKind::Call,
            request_id: &"id",
            application: "shop",
            deployment: "Model",
            replica: None,
            method,
            path: None,
            status: None,
            outcome: "ok",
            took: Duration::from_millis(5),
        }
    }

    fn filter(query: serde_json::Value) -> TapFilter {
        serde_json::from_value(query).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_is_slow_and_one_that_wants_few_are_told_what_they_miss() {
        let taps = Taps::default();
        assert!(!taps.is_on());
        let slow = taps.open(filter(serde_json::json!({ "max_per_second": 2000 })));
        let mut few = taps.open(filter(serde_json::json!({ "max_per_second": 2 })));
        (0..QUEUE_MAX + 5).for_each(|_| taps.tell(seen("predict")));
        assert_eq!(slow.missed(), Some(TapMissed { too_slow: 5, over_limit: 0 }));
        assert_eq!(slow.missed(), None);
        let over_limit = QUEUE_MAX as u64 + 3;
        assert_eq!(few.missed(), Some(TapMissed { too_slow: 0, over_limit }));
        tokio::time::advance(Duration::from_secs(1)).await;
        taps.tell(seen("later"));
        let told: Vec<_> = std::iter::from_fn(|| few.next().now_or_never().flatten()).collect();
        let methods: Vec<_> = told.iter().map(|call| &*call.method).collect();
        assert_eq!(methods, ["predict", "predict", "later"]);
        drop(slow);
        assert!(taps.is_on());
        drop(few);
        assert!(!taps.is_on());
    }

    #[test]
    fn of_readers_that_leave_at_once_the_last_one_knows() {
        let taps = Taps::default();
        let (one, two) =
            (taps.open(filter(serde_json::json!({}))), taps.open(filter(serde_json::json!({}))));
        assert!(!one.leave());
        assert!(two.leave() && one.leave(), "both have left before either is gone");
    }
}
