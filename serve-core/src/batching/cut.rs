//! When to cut a batch, and what goes into it: plain functions of what waits and what time it is.
//!
//! **Natural batching** is the default (`batch_wait_timeout = 0`): a replica that is free takes what is
//! there, so a lone caller never waits, and under load batches fill by themselves while the replica is
//! busy. One refinement: right after a batch, its callers are often about to call again (a closed loop
//! of clients). Cutting at the first of them would split such a group into a tiny batch and a large
//! one, for ever, or keep two halves apart that would fit into one. So while fewer wait than waited and
//! were answered when the last batch ended, and they keep coming, the cut is put off, by at most a
//! twentieth of what that batch took since the last arrival. Where callers do not come back this is
//! tried less and less often.

use std::time::Duration;

use tokio::time::Instant;

use crate::router::Pick;

/// What waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) queued: usize,
    /// The largest cost is reached.
    pub(super) is_full: bool,
    /// When the oldest item came.
    pub(super) oldest: Instant,
    /// The earliest deadline of those that wait.
    pub(super) earliest_deadline: Option<Instant>,
}

/// What the method's options say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) max_size: usize,
    pub(super) wait: Duration,
}

/// What is known of the last batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How many may be there soon: those that waited when it ended, and those it has answered. Zero where
    /// nobody is to be waited for.
    pub(super) expected: usize,
    pub(super) took: Duration,
    pub(super) ended: Instant,
    /// Whether all of its callers have been told. Its slot is free a little earlier.
    pub(super) is_told: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing waits.
    Idle,
    Cut,
    /// Wait for more items, not beyond this time.
    WaitUntil(Instant),
    /// Let others run, then look again.
    Settle,
}

/// Whether it has been worth while to wait for callers who come back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patience {
    /// How often in a row it was not.
    vain: u32,
    /// How many batches are left to be cut without.
    pause: u32,
}

impl Patience {
    /// A batch has ended: whether its callers are to be waited for.
    pub(super) fn is_up(&mut self) -> bool {
        let is_up = self.pause == 0;
        self.pause = self.pause.saturating_sub(1);
        is_up
    }

    /// They have been waited for, and came, or not.
    pub(super) fn learn(&mut self, came: bool) {
        self.vain = if came { 0 } else { (self.vain + 1).min(VAIN_MAX) };
        self.pause = (1 << self.vain) - 1;
    }
}

/// After this many times in vain it is tried at every 32nd batch.
const VAIN_MAX: u32 = 5;

/// The part of the last batch's time for which callers who come back are waited for.
const SETTLE_DIVISOR: u32 = 20;

/// For how much of the last batch's time those who come after it may be its callers who come back.
const RETURN_DIVISOR: u32 = 4;

/// What counts as the last arrival when a gathering begins.
pub(super) fn first_arrival(pace: Option<Pace>, now: Instant) -> Instant {
    match pace {
        Some(pace) if now > pace.ended + pace.took / RETURN_DIVISOR => pace.ended,
        _ => now,
    }
}

/// Decides; `last_arrival` is when the queue was last seen to grow, see also [`first_arrival`].
pub(super) fn decide(
    view: Option<View>,
    rule: Rule,
    pace: Option<Pace>,
    last_arrival: Instant,
    now: Instant,
) -> Decision {
    let Some(view) = view else { return Decision::Idle };
    if view.is_full || view.queued >= rule.max_size {
        return Decision::Cut;
    }
    let took = pace.map_or(Duration::ZERO, |pace| pace.took);
    // Early enough that the most urgent item can still be done in time. What the last batch took says
    // little, or nothing where there was none, so at least a quarter of the item's own time is left.
    let latest = view.earliest_deadline.map(|deadline| {
        let quarter = deadline.saturating_duration_since(view.oldest) / 4;
        deadline.checked_sub(took.max(quarter)).unwrap_or(view.oldest)
    });
    if !rule.wait.is_zero() {
        let due = view.oldest + rule.wait;
        let due = latest.map_or(due, |latest| due.min(latest));
        return if now < due { Decision::WaitUntil(due) } else { Decision::Cut };
    }
    let is_coming_back = pace.is_some_and(|pace| {
        let until = if pace.is_told {
            pace.ended.max(last_arrival) + pace.took / SETTLE_DIVISOR
        } else {
            pace.ended + pace.took
        };
        view.queued < pace.expected.min(rule.max_size) && now < until
    });
    if is_coming_back { Decision::Settle } else { Decision::Cut }
}

/// Fills one batch: told of each item in order, says whether it goes in.
#[derive(Debug)]
pub(super) struct Filling<M> {
    max_size: usize,
    max_cost: usize,
    model: Option<M>,
    size: usize,
    cost: usize,
    passed: usize,
}

/// How many items that are too large for what is left of a batch are passed over in search of smaller
/// ones. Few, so that a large one is not overtaken for long.
const PASSED_MAX: usize = 16;

impl<M: PartialEq> Filling<M> {
    pub(super) fn new(max_size: usize, max_cost: usize) -> Self {
        Self { max_size, max_cost, model: None, size: 0, cost: 0, passed: 0 }
    }

    /// An item of this model and cost. The first of all always goes in, however large.
    pub(super) fn pick(&mut self, model: M, cost: usize) -> Pick {
        if self.size >= self.max_size {
            return Pick::Stop;
        }
        if self.model.as_ref().is_some_and(|first| *first != model) {
            return Pick::Leave;
        }
        let total = self.cost.saturating_add(cost);
        if self.size > 0 && total > self.max_cost {
            self.passed += 1;
            return if self.passed > PASSED_MAX { Pick::Stop } else { Pick::Leave };
        }
        self.model.get_or_insert(model);
        self.size += 1;
        self.cost = total;
        Pick::Take
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn view(queued: usize, oldest: Instant) -> Option<View> {
        Some(View { queued, is_full: false, oldest, earliest_deadline: None })
    }

    fn natural(max_size: usize) -> Rule {
        Rule { max_size, wait: Duration::ZERO }
    }

    #[test]
    fn a_lone_item_is_cut_at_once() {
        let now = Instant::now();
        assert_eq!(decide(view(1, now), natural(32), None, now, now), Decision::Cut);
        let pace = Pace { expected: 1, took: 100 * MS, ended: now, is_told: true };
        assert_eq!(decide(view(1, now), natural(32), Some(pace), now, now), Decision::Cut);
    }

    #[test]
    fn nothing_is_cut_where_nothing_waits() {
        let now = Instant::now();
        assert_eq!(decide(None, natural(32), None, now, now), Decision::Idle);
    }

    #[test]
    fn callers_that_come_back_are_waited_for_while_they_keep_coming() {
        let ended = Instant::now();
        let pace = Some(Pace { expected: 8, took: 100 * MS, ended, is_told: true });
        let at =
            |queued, arrival, now| decide(view(queued, ended), natural(32), pace, arrival, now);
        assert_eq!(at(3, ended, ended + MS), Decision::Settle);
        assert_eq!(at(8, ended, ended + MS), Decision::Cut);
        assert_eq!(at(3, ended, ended + 5 * MS), Decision::Cut);
        assert_eq!(at(4, ended + 4 * MS, ended + 5 * MS), Decision::Settle);
    }

    #[test]
    fn callers_that_have_not_been_told_yet_are_waited_for() {
        let ended = Instant::now();
        let pace = Some(Pace { expected: 8, took: 100 * MS, ended, is_told: false });
        let decided = |later| decide(view(1, ended), natural(32), pace, ended, later);
        assert_eq!(decided(ended + 90 * MS), Decision::Settle);
        assert_eq!(decided(ended + 100 * MS), Decision::Cut);
    }

    #[test]
    fn no_more_are_waited_for_than_fit() {
        let now = Instant::now();
        let pace = Some(Pace { expected: 64, took: 100 * MS, ended: now, is_told: true });
        assert_eq!(decide(view(32, now), natural(32), pace, now, now), Decision::Cut);
    }

    #[test]
    fn a_wait_ends_when_the_batch_is_full_or_its_time_is_over() {
        let now = Instant::now();
        let rule = Rule { max_size: 4, wait: 5 * MS };
        let waits = Decision::WaitUntil(now + 5 * MS);
        assert_eq!(decide(view(1, now), rule, None, now, now), waits);
        assert_eq!(decide(view(4, now), rule, None, now, now), Decision::Cut);
        assert_eq!(decide(view(1, now), rule, None, now, now + 5 * MS), Decision::Cut);
    }

    #[test]
    fn a_wait_leaves_the_most_urgent_item_time_to_run() {
        let now = Instant::now();
        let rule = Rule { max_size: 4, wait: 50 * MS };
        let urgent =
            View { queued: 1, is_full: false, oldest: now, earliest_deadline: Some(now + 30 * MS) };
        let pace = Some(Pace { expected: 1, took: 10 * MS, ended: now, is_told: true });
        let decided = decide(Some(urgent), rule, pace, now, now);
        assert_eq!(decided, Decision::WaitUntil(now + 20 * MS));
    }

    #[test]
    fn a_wait_ends_before_the_first_deadline_also_where_nothing_is_known_of_the_method() {
        let now = Instant::now();
        let rule = Rule { max_size: 4, wait: 50 * MS };
        let urgent =
            View { queued: 1, is_full: false, oldest: now, earliest_deadline: Some(now + 20 * MS) };
        let decided = decide(Some(urgent), rule, None, now, now);
        assert_eq!(decided, Decision::WaitUntil(now + 15 * MS));
    }

    #[test]
    fn who_comes_long_after_the_last_batch_is_not_taken_for_one_who_comes_back() {
        let ended = Instant::now();
        let pace = Some(Pace { expected: 8, took: 100 * MS, ended, is_told: true });
        let decided = |later| {
            let arrival = first_arrival(pace, later);
            decide(view(1, later), natural(32), pace, arrival, later)
        };
        assert_eq!(decided(ended + 20 * MS), Decision::Settle);
        assert_eq!(decided(ended + 30 * MS), Decision::Cut);
    }

    #[test]
    fn waiting_in_vain_is_tried_less_and_less_often() {
        let mut patience = Patience::default();
        let mut tries = Vec::new();
        for batch in 0..20 {
            if patience.is_up() {
                tries.push(batch);
                patience.learn(false);
            }
        }
        assert_eq!(tries, [0, 2, 6, 14]);
        patience.learn(true);
        assert!(patience.is_up() && patience.is_up());
    }

    fn filled(max_size: usize, max_cost: usize, items: &[(&'static str, usize)]) -> Vec<usize> {
        let mut filling = Filling::new(max_size, max_cost);
        let mut taken = Vec::new();
        for (index, &(model, cost)) in items.iter().enumerate() {
            match filling.pick(model, cost) {
                Pick::Take => taken.push(index),
                Pick::Leave => {}
                Pick::Stop => break,
            }
        }
        taken
    }

    #[test]
    fn a_batch_ends_at_its_size_and_at_its_cost() {
        assert_eq!(filled(2, 100, &[("", 1), ("", 1), ("", 1)]), [0, 1]);
        assert_eq!(filled(9, 10, &[("", 6), ("", 5), ("", 4), ("", 1)]), [0, 2]);
    }

    #[test]
    fn an_item_larger_than_any_batch_goes_alone() {
        assert_eq!(filled(9, 10, &[("", 50), ("", 1)]), [0]);
    }

    #[test]
    fn a_batch_has_one_model() {
        assert_eq!(filled(9, 10, &[("a", 1), ("b", 1), ("a", 1)]), [0, 2]);
    }
}
