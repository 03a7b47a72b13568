//! How many requests a replica runs: one atomic word that admits, releases and counts.
//!
//! The low 31 bits hold the ongoing requests, bit 31 says that the replica takes no more, and the high
//! half counts the finished ones (modulo 2³²), so that releasing and counting is one instruction. The
//! count of ongoing requests can be raised only below the maximum: a full replica cannot get a call.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};

use super::choose::Load;

const CLOSED: u64 = 1 << 31;
const ONGOING: u64 = CLOSED - 1;
const FINISHED: u64 = 1 << 32;

#[derive(Debug)]
pub(crate) struct Slot {
    word: AtomicU64,
    ongoing_max: AtomicU32,
}

impl Slot {
    pub(crate) fn new(ongoing_max: u32) -> Self {
        Self { word: AtomicU64::new(0), ongoing_max: AtomicU32::new(ongoing_max) }
    }

    #[inline]
    pub(crate) fn load(&self) -> Load {
        let word = self.word.load(SeqCst);
        Load { ongoing: (word & ONGOING) as u32, has_room: self.has_room(word) }
    }

    /// Takes a permit if there is one.
    #[inline]
    pub(crate) fn try_acquire(&self) -> bool {
        self.word
            .fetch_update(SeqCst, SeqCst, |word| self.has_room(word).then_some(word + 1))
            .is_ok()
    }

    /// Gives a permit back and counts a finished request. Says whether that was the last one of a
    /// replica that takes no more.
    #[inline]
    pub(crate) fn release(&self) -> bool {
        let before = self.word.fetch_add(FINISHED - 1, SeqCst);
        before & (CLOSED | ONGOING) == CLOSED | 1
    }

    /// Counts a finished request whose permit goes on to the next.
    #[inline]
    pub(crate) fn count_finished(&self) {
        self.word.fetch_add(FINISHED, Relaxed);
    }

    /// Gives a permit back that nothing ran on.
    #[inline]
    pub(crate) fn release_uncounted(&self) {
        self.word.fetch_sub(1, SeqCst);
    }

    /// No permit will be given any more.
    pub(crate) fn close(&self) {
        self.word.fetch_or(CLOSED, SeqCst);
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.word.load(SeqCst) & CLOSED != 0
    }

    /// Whether it is closed and its last request has ended.
    pub(crate) fn is_drained(&self) -> bool {
        self.word.load(SeqCst) & (CLOSED | ONGOING) == CLOSED
    }

    pub(crate) fn set_ongoing_max(&self, ongoing_max: u32) {
        self.ongoing_max.store(ongoing_max, SeqCst);
    }

    #[inline]
    fn has_room(&self, word: u64) -> bool {
        word & (CLOSED | ONGOING) < u64::from(self.ongoing_max.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_end_at_the_maximum_and_come_back() {
        let slot = Slot::new(2);
        assert!(slot.try_acquire() && slot.try_acquire());
        assert!(!slot.try_acquire());
        slot.release();
        assert!(slot.try_acquire());
    }

    #[test]
    fn a_closed_slot_admits_nothing_and_drains() {
        let slot = Slot::new(2);
        assert!(slot.try_acquire());
        slot.close();
        assert!(!slot.try_acquire());
        assert!(!slot.is_drained());
        assert!(slot.release());
        assert!(slot.is_drained());
    }

    #[test]
    fn the_count_of_finished_requests_wraps_without_touching_the_rest() {
        let slot = Slot::new(1);
        slot.word.store(u64::MAX - ONGOING - CLOSED, SeqCst);
        assert!(slot.try_acquire());
        slot.release();
        assert_eq!(slot.load(), Load { ongoing: 0, has_room: true });
    }
}
