//! A line: bounded, first in, first out for each client (see [`lanes`](super::lanes)), and one may leave it at any time.
//!
//! A cancelled entry gives up its place at once: it no longer counts, and when half of the queue is
//! void the queue is swept, so that neither the bound nor memory depends on anybody finishing.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::lanes::Lanes;
use crate::call::QueueWatch;
use crate::contained::{discard, discard_all};

/// Something that can wait in a queue.
pub(crate) trait WaitEntry: Send + 'static {
    /// Enters the queue, which wants to know when it is cancelled; `false` if it has been already.
    fn enter(&self, line: Weak<dyn QueueWatch>) -> bool;

    /// Leaves the queue to be served; `false` if it was cancelled.
    fn leave(&self) -> bool;

    /// Whether it still waits.
    fn is_live(&self) -> bool;

    /// The key of the client that it is for, if it has one.
    fn key(&self) -> Option<&Arc<str>>;
}

pub(crate) struct WaitQueue<T: WaitEntry> {
    /// Live entries. Read by every call, so it has a word of its own outside the lock.
    waiting: AtomicUsize,
    entries: Mutex<Entries<T>>,
    this: Weak<Self>,
}

struct Entries<T> {
    all: Lanes<T>,
    /// Entries that were cancelled and not yet swept. Below zero for a moment when one is cancelled
    /// between leaving the queue and being looked at.
    void: isize,
}

/// What to do with an entry that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    Take,
    Leave,
    /// Leave it and look no further.
    Stop,
}

/// Below this many void entries a sweep is not worth its lock.
const SWEEP_MIN: isize = 32;

impl<T: WaitEntry> WaitQueue<T> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            waiting: AtomicUsize::new(0),
            entries: Mutex::new(Entries { all: Lanes::default(), void: 0 }),
            this: Weak::clone(this),
        })
    }

    /// How many wait and have not been cancelled.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(SeqCst)
    }

    /// Adds an entry at the end, and says who had to make room for it: they are still counted, and are for the caller to
    /// stop. Nobody has to if nobody has a key.
    ///
    /// # Errors
    ///
    /// The line is full; says how many are in it, and gives the entry back.
    pub(crate) fn push(&self, entry: T, waiting_max: usize) -> Result<Vec<T>, (usize, T)> {
        let mut entries = self.lock();
        let waiting = self.waiting();
        let (mut made_room, mut void) = (Vec::new(), Vec::new());
        if waiting >= waiting_max {
            let taken = entries.all.make_room_for(&entry);
            // What was void already has made no room.
            (made_room, void) = taken.into_iter().partition(T::is_live);
            entries.void -= void.len() as isize;
            if made_room.is_empty() {
                drop(entries);
                discard_all(void);
                return Err((waiting, entry));
            }
        }
        self.waiting.fetch_add(1, SeqCst);
        if entry.enter(Weak::<Self>::clone(&self.this)) {
            entries.all.push_back(entry);
            drop(entries);
        } else {
            // Cancelled before it got here: its outcome is set, nothing needs to wait.
            self.waiting.fetch_sub(1, SeqCst);
            drop(entries);
            discard(entry);
        }
        discard_all(void);
        Ok(made_room)
    }

    /// Takes whoever is next and has not been cancelled. It is no longer cancelled in the queue from here on, but where it
    /// runs.
    pub(crate) fn pop(&self) -> Option<T> {
        loop {
            let mut void = Vec::new();
            let entry = self.lock().all.pop_front(&mut void);
            // Dropped here, outside the lock.
            discard_all(void.extract_if(.., |entry| !self.leave(entry)));
            let entry = entry?;
            if self.leave(&entry) {
                return Some(entry);
            }
            discard(entry);
        }
    }

    /// An entry, whichever, cancelled or not, still counted as it was.
    pub(crate) fn pop_any(&self) -> Option<T> {
        self.lock().all.pop_any()
    }

    /// Lets an entry that has been taken out leave the queue; `false` if it was cancelled.
    pub(crate) fn leave(&self, entry: &T) -> bool {
        let live = entry.leave();
        if live {
            self.waiting.fetch_sub(1, SeqCst);
        } else {
            self.forget_void();
        }
        live
    }

    /// A cancelled entry has been taken out.
    pub(crate) fn forget_void(&self) {
        self.lock().void -= 1;
    }

    /// Takes those entries that `pick` says, in their turn. Cancelled ones on the way go without being asked about.
    pub(crate) fn take(&self, mut pick: impl FnMut(&T) -> Pick) -> Vec<T> {
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        let mut entries = self.lock();
        while let Some(entry) = entries.all.pop_front(&mut taken) {
            let picked = if entry.is_live() { pick(&entry) } else { Pick::Take };
            match picked {
                Pick::Take => taken.push(entry),
                Pick::Leave => left.push(entry),
                Pick::Stop => {
                    left.push(entry);
                    break;
                }
            }
        }
        while let Some(entry) = left.pop() {
            entries.all.push_front(entry);
        }
        drop(entries);
        // Void entries, and their arguments with them, are dropped here, outside the lock.
        discard_all(taken.extract_if(.., |entry| !self.leave(entry)));
        taken
    }

    /// Shows the live entries, in their turn, until `look` says no more.
    pub(crate) fn look(&self, look: impl FnMut(&T) -> bool) {
        let entries = self.lock();
        let _ = entries.all.in_turn().filter(|entry| entry.is_live()).all(look);
    }

    fn lock(&self) -> MutexGuard<'_, Entries<T>> {
        // Only moves of entries happen under this lock, so a poisoned one is still whole.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: WaitEntry> QueueWatch for WaitQueue<T> {
    fn entry_cancelled(&self) {
        self.waiting.fetch_sub(1, SeqCst);
        let mut entries = self.lock();
        entries.void += 1;
        if entries.void < SWEEP_MIN || entries.void < entries.all.len() as isize / 2 {
            return;
        }
        let void = entries.all.sweep();
        entries.void -= void.len() as isize;
        drop(entries);
        // The arguments of the void calls are dropped outside the lock.
        discard_all(void);
    }
}
