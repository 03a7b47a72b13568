//! References to one value, counted apart for each thread.
//!
//! Where every call takes a reference to the same thing, the count of references is a cache line that
//! all processors fight for, and the fight costs more than the call. Here each thread counts on a line
//! of its own; the value goes when the last lane has gone.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// One value with a lane of references for each thread.
pub(crate) struct Striped<T> {
    lanes: Arc<[Arc<Lane<T>>]>,
}

/// A thread's own way to the value. Aligned, so that two lanes never share a cache line.
#[repr(align(128))]
pub(crate) struct Lane<T>(Arc<T>);

/// Enough to keep the threads of a large machine apart, and never more than it has.
const LANES_MAX: usize = 64;

impl<T> Striped<T> {
    pub(crate) fn new(value: &Arc<T>) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let lanes = (threads * 2).next_power_of_two().min(LANES_MAX);
        let mut all = Vec::with_capacity(lanes);
        for _ in 0..lanes {
            all.push(Arc::new(Lane(Arc::clone(value))));
        }
        Self { lanes: all.into() }
    }

    /// The lane of the current thread.
    #[inline]
    pub(crate) fn here(&self) -> &Arc<Lane<T>> {
        &self.lanes[thread_number() & (self.lanes.len() - 1)]
    }
}

impl<T> Lane<T> {
    /// A lane for a value that is seldom asked for.
    pub(crate) fn single(value: Arc<T>) -> Arc<Self> {
        Arc::new(Self(value))
    }

    pub(crate) fn whole(&self) -> &Arc<T> {
        &self.0
    }
}

impl<T> Clone for Striped<T> {
    fn clone(&self) -> Self {
        Self { lanes: Arc::clone(&self.lanes) }
    }
}

impl<T> Deref for Lane<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A small number for this thread, dealt in the order in which threads first ask.
#[inline]
pub(crate) fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    thread_local! {
        /// Zero before the thread has asked.
        static NUMBER: Cell<usize> = const { Cell::new(0) };
    }
    NUMBER.with(|number| {
        if number.get() == 0 {
            number.set(NEXT.fetch_add(1, Relaxed));
        }
        number.get()
    })
}
