//! Counters that every thread has for itself.
//!
//! A call is counted with loads and stores on cells that only its thread writes; to read a count is to add up those of
//! all threads. Which cells are its own a thread finds in a small cache, without a lock.
//!
//! A clock costs more than all of that. So of calls that have never waited only one in some sixty is timed, and counts
//! for those after it that are not; the first of them is known when the next is timed. Nothing that has been read once is ever
//! counted elsewhere afterwards: whoever reads histograms takes a bucket that falls for one that has begun anew.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{
    AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release, fence,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::histogram::{Histogram, HistogramCells, SECONDS, bump, nanos};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallEnd {
    Ok,
    /// With an error of the method's own; over HTTP a status of 500 or above.
    Error,
    Panicked,
    Cancelled,
    TimedOut,
    /// The replica went, or the call could not reach it.
    Lost,
}

pub(crate) const CALL_ENDS: [CallEnd; 6] = [
    CallEnd::Ok,
    CallEnd::Error,
    CallEnd::Panicked,
    CallEnd::Cancelled,
    CallEnd::TimedOut,
    CallEnd::Lost,
];

impl CallEnd {
    /// Of a call that has run to its end.
    #[inline]
    pub(crate) fn of(is_error: bool) -> Self {
        if is_error { Self::Error } else { Self::Ok }
    }

    /// As the label of a metric.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Panicked => "panicked",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
            Self::Lost => "lost",
        }
    }
}

/// How long a call took, as far as somebody looked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Took {
    /// It never waited, and was not timed.
    AtOnce,
    /// It never waited, and stands for others that are not timed.
    Sampled(Duration),
    Exactly(Duration),
}

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Method(&'static str),
    /// Requests that have come, by their method.
    Arrived(u8),
    /// Responses, by the request's method and their status.
    Answered(u8, u16),
}

impl Label {
    /// What is compared for each call. Names are constants of generated code: the same name is nearly always at the same
    /// address, and whatever else begins there has another length.
    #[inline]
    fn key(self) -> u64 {
        /// No address is as high, and no name as long.
        const NO_NAME: u64 = 1 << 63;
        match self {
            Self::Method(name) => name.as_ptr().addr() as u64 ^ (name.len() as u64) << 48,
            Self::Arrived(method) => NO_NAME | u64::from(method),
            Self::Answered(method, status) => {
                NO_NAME | 1 << 32 | u64::from(method) << 16 | u64::from(status)
            }
        }
    }
}

/// What one thread has counted for one label.
#[derive(Debug)]
struct Tally {
    outcomes: [AtomicU64; CALL_ENDS.len()],
    took: HistogramCells,
    /// Calls that never waited since the last of them that was timed.
    untimed: AtomicU64,
    /// How long that one took, in nanoseconds; [`NONE_YET`](Self::NONE_YET) before there is one.
    timed: AtomicU64,
    /// Odd while the three above do not fit together.
    version: AtomicU64,
}

impl Tally {
    fn new() -> Self {
        Self {
            outcomes: Default::default(),
            took: HistogramCells::new(SECONDS),
            untimed: AtomicU64::new(0),
            timed: AtomicU64::new(Self::NONE_YET),
            version: AtomicU64::new(0),
        }
    }

    const NONE_YET: u64 = u64::MAX;

    #[inline]
    fn count(&self, outcome: CallEnd, times: u64, took: Took) {
        bump(&self.outcomes[outcome as usize], times);
        match took {
            Took::AtOnce => bump(&self.untimed, times),
            Took::Sampled(duration) => self.sample(nanos(duration), times),
            Took::Exactly(duration) => self.took.add_alone(nanos(duration), times),
        }
    }

    #[cold]
    fn sample(&self, nanos: u64, times: u64) {
        let version = self.version.load(Relaxed);
        self.version.store(version.wrapping_add(1), Relaxed);
        fence(Release);
        let before = match self.timed.load(Relaxed) {
            Self::NONE_YET => nanos,
            timed => timed,
        };
        self.took.add_alone(before, self.untimed.load(Relaxed));
        self.took.add_alone(nanos, times);
        self.untimed.store(0, Relaxed);
        self.timed.store(nanos.min(Self::NONE_YET - 1), Relaxed);
        self.version.store(version.wrapping_add(2), Release);
    }

    fn read(&self) -> Totals {
        let outcomes = self.outcomes.each_ref().map(|cell| cell.load(Relaxed));
        Totals { outcomes, took: self.read_took() }
    }

    fn read_took(&self) -> Histogram {
        loop {
            let version = self.version.load(Acquire);
            let mut took = self.took.read();
            let (untimed, timed) = (self.untimed.load(Relaxed), self.timed.load(Relaxed));
            fence(Acquire);
            if version.is_multiple_of(2) && self.version.load(Relaxed) == version {
                if timed != Self::NONE_YET {
                    took.add_value(timed, untimed);
                }
                return took;
            }
            // Whoever counts there is in the midst of a few stores.
            std::thread::yield_now();
        }
    }
}

/// What all threads have counted for one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    outcomes: [u64; CALL_ENDS.len()],
    pub(crate) took: Histogram,
}

impl Default for Totals {
    fn default() -> Self {
        Self { outcomes: [0; CALL_ENDS.len()], took: Histogram::new(SECONDS) }
    }
}

impl Totals {
    pub(crate) fn of(&self, outcome: CallEnd) -> u64 {
        self.outcomes[outcome as usize]
    }

    pub(crate) fn count(&self) -> u64 {
        self.outcomes.iter().sum()
    }

    /// Those that were answered with an error, or not at all.
    pub(crate) fn failed(&self) -> u64 {
        self.count() - self.of(CallEnd::Ok) - self.of(CallEnd::Cancelled)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (count, more) in self.outcomes.iter_mut().zip(other.outcomes) {
            *count += more;
        }
        self.took.add(&other.took);
    }

    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let mut outcomes = self.outcomes;
        for (count, before) in outcomes.iter_mut().zip(earlier.outcomes) {
            *count = count.saturating_sub(before);
        }
        Self { outcomes, took: self.took.since(&earlier.took) }
    }
}

/// What is counted about one thing, by label and thread.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    tallies: Mutex<Vec<(Label, Arc<Tally>)>>,
}

impl Counters {
    /// Counts something that has ended. The thread's own cells, so nothing here waits.
    #[inline]
    pub(crate) fn count(self: &Arc<Self>, label: Label, outcome: CallEnd, took: Took) {
        self.count_many(label, outcome, 1, took);
    }

    /// The same for several that have ended together.
    #[inline]
    pub(crate) fn count_many(
        self: &Arc<Self>,
        label: Label,
        outcome: CallEnd,
        times: u64,
        took: Took,
    ) {
        // At the end of a thread its cache is gone; what ends then is not counted.
        let _ = CACHE.try_with(|cache| {
            let Ok(mut cache) = cache.try_borrow_mut() else { return };
            let key = label.key();
            match &cache.front {
                Some(front) if front.is(self, key) => front.tally.count(outcome, times, took),
                _ => cache.find(self, label, key, took).count(outcome, times, took),
            }
        });
    }

    /// Cells for the calling thread: new ones, or those of a thread that has let go of them.
    #[cold]
    fn tally(&self, label: Label) -> Arc<Tally> {
        let mut tallies = self.lock();
        let mut of_label = tallies.iter().filter(|(other, _)| *other == label);
        if let Some((_, free)) = of_label.find(|(_, tally)| Arc::strong_count(tally) == 1) {
            // Only under this lock does the count rise again; what the last owner has written is seen.
            fence(Acquire);
            return Arc::clone(free);
        }
        // So that the first of its durations is known soon.
        UNTIMED.set(0);
        let tally = Arc::new(Tally::new());
        tallies.push((label, Arc::clone(&tally)));
        tally
    }

    /// What all threads have counted, for each label that occurs.
    pub(crate) fn read(&self) -> Vec<(Label, Totals)> {
        let mut all: Vec<(Label, Totals)> = Vec::new();
        for (label, tally) in self.lock().iter() {
            let totals = tally.read();
            match all.iter_mut().find(|(other, _)| other == label) {
                Some((_, sum)) => sum.add(&totals),
                None => all.push((*label, totals)),
            }
        }
        all
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Label, Arc<Tally>)>> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread works for few methods at a time; of two that share a place each use looks under the lock.
const PLACES: usize = 64;

/// The cells that a thread has used last.
struct Cache {
    /// One of those in the places, mostly that which is used most: it takes whatever is timed. It saves a call a fifth of
    /// what it costs to count it.
    front: Option<Cached>,
    places: [Option<Cached>; PLACES],
}

/// Keeps the counters, so that nothing else can come to be at their address.
#[derive(Clone)]
struct Cached {
    counters: Arc<Counters>,
    key: u64,
    tally: Arc<Tally>,
}

impl Cached {
    #[inline]
    fn is(&self, counters: &Arc<Counters>, key: u64) -> bool {
        Arc::ptr_eq(&self.counters, counters) && self.key == key
    }
}

impl Cache {
    const EMPTY: Self = Self { front: None, places: [const { None }; PLACES] };

    fn find(&mut self, counters: &Arc<Counters>, label: Label, key: u64, took: Took) -> &Tally {
        let place = (Arc::as_ptr(counters).addr() >> 6) ^ usize::try_from(key & 63).unwrap_or(0);
        let place = &mut self.places[place % PLACES];
        if place.as_ref().is_none_or(|cached| !cached.is(counters, key)) {
            let tally = counters.tally(label);
            *place = Some(Cached { counters: Arc::clone(counters), key, tally });
        }
        if let Took::Sampled(_) = took {
            self.front.clone_from(place);
        }
        &place.as_ref().expect("it has just been filled").tally
    }
}

thread_local! {
    static CACHE: RefCell<Cache> = const { RefCell::new(Cache::EMPTY) };
    /// How many calls are still to go by before one is timed.
    static UNTIMED: Cell<u32> = const { Cell::new(0) };
}

/// A clock for a call that may turn out to end at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer(Option<Instant>);

impl Timer {
    /// One that never runs, for what nobody counts.
    pub(crate) const OFF: Self = Self(None);

    /// One that is running, for one call in some sixty; by chance, so that no pattern of calls escapes it.
    #[inline]
    pub(crate) fn sometimes() -> Self {
        let left = UNTIMED.get();
        if left > 0 {
            UNTIMED.set(left - 1);
            return Self(None);
        }
        Self::chosen()
    }

    #[cold]
    fn chosen() -> Self {
        UNTIMED.set(fastrand::u32(32..96));
        Self(Some(Instant::now()))
    }

    pub(crate) fn running() -> Self {
        Self(Some(Instant::now()))
    }

    /// One that has been running since then.
    pub(crate) fn since(begun: Instant) -> Self {
        Self(Some(begun))
    }

    /// Since when, for a call that begins to wait.
    pub(crate) fn begun(self) -> Instant {
        self.0.unwrap_or_else(Instant::now)
    }

    /// Of a call that has ended without waiting.
    #[inline]
    pub(crate) fn took(self) -> Took {
        match self.0 {
            None => Took::AtOnce,
            Some(begun) => Took::Sampled(begun.elapsed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HELLO: Label = Label::Method("hello");

    fn totals(counters: &Counters) -> Totals {
        counters.read().into_iter().next().map(|(_, totals)| totals).unwrap_or_default()
    }

    #[test]
    fn what_all_threads_have_counted_adds_up() {
        let counters = Arc::<Counters>::default();
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let counters = Arc::clone(&counters);
                std::thread::spawn(move || {
                    for _ in 0..1000 {
                        counters.count(HELLO, CallEnd::Ok, Timer::sometimes().took());
                    }
                    counters.count(HELLO, CallEnd::Panicked, Took::Exactly(Duration::from_secs(1)));
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().expect("it ends"));
        let totals = totals(&counters);
        assert_eq!((totals.of(CallEnd::Ok), totals.of(CallEnd::Panicked)), (8000, 8));
        assert_eq!((totals.count(), totals.took.count(), totals.failed()), (8008, 8008, 8));
    }

    #[test]
    fn a_thread_takes_over_the_cells_of_one_that_has_ended() {
        let counters = Arc::<Counters>::default();
        for _ in 0..50 {
            let counters = Arc::clone(&counters);
            let counting = std::thread::spawn(move || {
                counters.count(HELLO, CallEnd::Ok, Took::AtOnce);
            });
            counting.join().expect("it ends");
        }
        assert_eq!(totals(&counters).count(), 50);
        assert_eq!(counters.lock().len(), 1);
    }

    #[test]
    fn one_that_is_timed_stands_for_those_after_it_and_the_first_for_those_before() {
        let counters = Arc::<Counters>::default();
        let count = |times, took| {
            (0..times).for_each(|_| counters.count(HELLO, CallEnd::Ok, took));
            totals(&counters).took
        };
        assert_eq!(count(9, Took::AtOnce).count(), 0, "nobody knows how long they took");
        let took = count(1, Took::Sampled(Duration::from_millis(3)));
        assert_eq!((took.count(), took.sum), (10, 30_000_000));
        let took = count(5, Took::AtOnce);
        assert_eq!((took.count(), took.sum), (15, 45_000_000));
        let took = count(1, Took::Sampled(Duration::from_millis(700)));
        assert_eq!((took.count(), took.sum), (16, 745_000_000));
    }

    proptest! {
        /// A scraper takes whatever falls for something that has begun anew, and adds all of it once more.
        #[test]
        fn no_bucket_and_no_sum_ever_falls(
            calls in prop::collection::vec((0_u8..3, 0_u64..2_000_000_000), 1..200),
        ) {
            let counters = Arc::<Counters>::default();
            let mut before = Totals::default();
            for (kind, nanos) in calls {
                let took = Duration::from_nanos(nanos);
                counters.count(HELLO, CallEnd::Ok, match kind {
                    0 => Took::AtOnce,
                    1 => Took::Sampled(took),
                    _ => Took::Exactly(took),
                });
                let now = totals(&counters);
                let pairs = now.took.buckets.iter().zip(&before.took.buckets);
                prop_assert!(pairs.into_iter().all(|(now, before)| now >= before));
                prop_assert!(now.took.sum >= before.took.sum && now.count() == before.count() + 1);
                before = now;
            }
        }
    }

    #[test]
    fn what_is_read_while_a_thread_counts_never_falls() {
        let counters = Arc::<Counters>::default();
        let counting = {
            let counters = Arc::clone(&counters);
            std::thread::spawn(move || {
                for nanos in 0..200_000_u64 {
                    counters.count(
                        HELLO,
                        CallEnd::Ok,
                        match nanos % 3 {
                            0 => Took::Sampled(Duration::from_nanos(nanos * 5_000 % 1_000_000_000)),
                            _ => Took::AtOnce,
                        },
                    );
                }
            })
        };
        let mut before = Totals::default();
        while !counting.is_finished() {
            let now = totals(&counters);
            let mut pairs = now.took.buckets.iter().zip(&before.took.buckets);
            assert!(pairs.all(|(now, before)| now >= before), "{before:?} {now:?}");
            assert!(now.took.sum >= before.took.sum);
            before = now;
        }
        counting.join().expect("it ends");
        assert_eq!(totals(&counters).took.count(), 200_000);
    }

    #[test]
    fn names_at_two_addresses_are_one_label() {
        let counters = Arc::<Counters>::default();
        let elsewhere: &'static str = String::from("hello").leak();
        counters.count(HELLO, CallEnd::Ok, Took::AtOnce);
        counters.count(Label::Method(elsewhere), CallEnd::Ok, Took::AtOnce);
        assert_eq!(counters.read().len(), 1);
        assert_eq!(totals(&counters).count(), 2);
    }

    #[test]
    fn things_that_share_a_place_in_the_cache_are_counted_apart() {
        let many: Vec<_> = (0..1000).map(|_| Arc::<Counters>::default()).collect();
        for _ in 0..3 {
            many.iter().for_each(|counters| counters.count(HELLO, CallEnd::Ok, Took::AtOnce));
        }
        assert!(many.iter().all(|counters| totals(counters).count() == 3));
        assert!(many.iter().all(|counters| counters.lock().len() == 1));
    }
}
