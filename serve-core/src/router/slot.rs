//! How many requests a replica runs: one atomic word that admits, releases and counts.
//!
//! The low 28 bits hold the ongoing requests. Four bits say that the replica takes no more, none for now,
//! one to see how it does, or that others are preferred. The high half counts the finished ones (modulo
//! 2³²), so that releasing and counting is one instruction. The count of ongoing requests can be raised
//! only below the maximum: a full replica cannot get a call.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};

use super::choose::Load;

const CLOSED: u64 = 1 << 31;
/// Left out of routing for a while.
const EJECTED: u64 = 1 << 30;
/// Back from that, with one request at a time until one succeeds.
const PROBED: u64 = 1 << 29;
/// Something there waits to run alone, and what comes would wait behind it: others are preferred.
const AVOIDED: u64 = 1 << 28;
const ONGOING: u64 = AVOIDED - 1;
const FINISHED: u64 = 1 << 32;

#[derive(Debug)]
pub(crate) struct Slot {
    word: AtomicU64,
    ongoing_max: AtomicU32,
}

impl Slot {
    pub(crate) fn new(ongoing_max: u32) -> Self {
        let slot = Self { word: AtomicU64::new(0), ongoing_max: AtomicU32::new(0) };
        slot.set_ongoing_max(ongoing_max);
        slot
    }

    #[inline]
    pub(crate) fn load(&self) -> Load {
        let word = self.word.load(SeqCst);
        Load { rank: (word & (AVOIDED | ONGOING)) as u32, has_room: self.has_room(word) }
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

    /// Whether a permit that comes free may go straight to the next in the queue: not where there are more
    /// than the maximum, and not where none is given now, or only one at a time.
    pub(crate) fn may_pass_on(&self) -> bool {
        let held = self.word.load(SeqCst) & (CLOSED | EJECTED | PROBED | ONGOING);
        held <= u64::from(self.ongoing_max.load(Relaxed))
    }

    /// Whether it is closed and its last request has ended.
    pub(crate) fn is_drained(&self) -> bool {
        self.word.load(SeqCst) & (CLOSED | ONGOING) == CLOSED
    }

    pub(crate) fn set_ongoing_max(&self, ongoing_max: u32) {
        self.ongoing_max.store(ongoing_max.min(ONGOING as u32), SeqCst);
    }

    /// Takes a permit beyond the maximum, for a call that goes to every replica. `false` where it is
    /// closed.
    pub(crate) fn acquire_beyond(&self) -> bool {
        self.word
            .fetch_update(SeqCst, SeqCst, |word| (word & CLOSED == 0).then_some(word + 1))
            .is_ok()
    }

    /// No permit is given until `probe`.
    pub(crate) fn eject(&self) {
        let eject = |word: u64| Some((word | EJECTED) & !PROBED);
        let _ = self.word.fetch_update(SeqCst, SeqCst, eject);
    }

    /// One permit at a time is given until `admit`, unless they are given as ever already.
    pub(crate) fn probe(&self) {
        let probe = |word: u64| (word & EJECTED != 0).then_some((word | PROBED) & !EJECTED);
        let _ = self.word.fetch_update(SeqCst, SeqCst, probe);
    }

    /// Permits are given as ever.
    pub(crate) fn admit(&self) {
        self.word.fetch_and(!(EJECTED | PROBED), SeqCst);
    }

    /// Others are preferred from now on, or no more.
    pub(crate) fn set_avoided(&self, avoided: bool) {
        if avoided {
            self.word.fetch_or(AVOIDED, SeqCst);
        } else {
            self.word.fetch_and(!AVOIDED, SeqCst);
        }
    }

    /// How many requests it has at the moment.
    pub(crate) fn ongoing(&self) -> u32 {
        (self.word.load(SeqCst) & ONGOING) as u32
    }

    pub(crate) fn is_ejected(&self) -> bool {
        self.word.load(SeqCst) & EJECTED != 0
    }

    pub(crate) fn is_probed(&self) -> bool {
        self.word.load(SeqCst) & PROBED != 0
    }

    /// How many requests have been finished, modulo 2³².
    pub(crate) fn finished(&self) -> u64 {
        self.word.load(Relaxed) >> 32
    }

    #[inline]
    fn has_room(&self, word: u64) -> bool {
        let held = word & (CLOSED | EJECTED | PROBED | ONGOING);
        held < u64::from(self.ongoing_max.load(Relaxed)) || held == PROBED
    }
}

impl Load {
    pub(crate) fn ongoing(self) -> u32 {
        self.rank & ONGOING as u32
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
    fn an_ejected_slot_admits_one_at_a_time_when_it_is_probed() {
        let slot = Slot::new(5);
        slot.eject();
        assert!(!slot.try_acquire());
        slot.probe();
        assert!(slot.try_acquire());
        assert!(!slot.try_acquire());
        slot.release();
        slot.admit();
        assert!(slot.try_acquire() && slot.try_acquire());
    }

    #[test]
    fn a_slot_that_has_been_admitted_meanwhile_is_not_probed() {
        let slot = Slot::new(5);
        slot.eject();
        slot.admit();
        slot.probe();
        assert!(slot.try_acquire() && slot.try_acquire());
    }

    #[test]
    fn a_permit_beyond_the_maximum_is_not_passed_on() {
        let slot = Slot::new(1);
        assert!(slot.try_acquire() && slot.may_pass_on());
        assert!(slot.acquire_beyond() && !slot.may_pass_on());
        slot.release();
        assert!(slot.may_pass_on());
        slot.eject();
        assert!(!slot.may_pass_on());
    }

    #[test]
    fn an_avoided_slot_admits_but_seems_fuller_than_any_other() {
        let slot = Slot::new(2);
        slot.set_avoided(true);
        assert!(slot.try_acquire());
        assert!(slot.load().has_room && slot.load().rank > 1_000_000);
        assert_eq!((slot.ongoing(), slot.load().ongoing()), (1, 1));
        slot.set_avoided(false);
        assert_eq!(slot.load(), Load { rank: 1, has_room: true });
    }

    #[test]
    fn the_count_of_finished_requests_wraps_without_touching_the_rest() {
        let slot = Slot::new(1);
        slot.word.store(u64::MAX << 32, SeqCst);
        assert!(slot.try_acquire());
        slot.release();
        assert_eq!(slot.load(), Load { rank: 0, has_room: true });
    }
}
