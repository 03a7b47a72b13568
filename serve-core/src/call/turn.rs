//! Lets other tasks have their turn in a loop over things that are all there already.
//!
//! tokio counts what a task takes, and sends it to the back of the queue after 128. That wakes an idle
//! worker, which takes the task over with cold caches: as much time as thirty calls, a quarter of each
//! call's. A call or an item is less than the reads of a socket that tokio has in mind, so here sixteen
//! of them count as one.

use std::cell::Cell;
use std::future::poll_fn;
use std::task::{Context, Poll};

use tokio::task::coop::{RestoreOnPending, poll_proceed};

/// So many calls or items are one unit of tokio's budget.
const UNIT: u8 = 16;

thread_local! {
    static TAKEN: Cell<u8> = const { Cell::new(0) };
}

/// A call's or item's part in the turn of its task; given back when nothing came of it.
pub(crate) struct Turn(Option<RestoreOnPending>);

impl Turn {
    #[inline]
    pub(crate) fn made_progress(self) {
        if let Some(unit) = self.0 {
            unit.made_progress();
        }
    }
}

/// Ready until the task has had its turn; then it is woken again after the others.
#[inline]
pub(crate) fn poll_turn(context: &mut Context<'_>) -> Poll<Turn> {
    // A thread that is losing its locals counts every one.
    let taken = TAKEN.try_with(|taken| taken.replace(taken.get().wrapping_add(1))).unwrap_or(0);
    if taken.is_multiple_of(UNIT) {
        poll_proceed(context).map(|unit| Turn(Some(unit)))
    } else {
        Poll::Ready(Turn(None))
    }
}

/// Waits for the next turn where this one is over.
pub(crate) async fn turn() {
    poll_fn(poll_turn).await.made_progress();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_loop_that_never_waits_has_an_end_to_its_turn() {
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut taken = 0;
        while let Poll::Ready(turn) = poll_turn(&mut context) {
            turn.made_progress();
            taken += 1;
        }
        assert!((1024..=4096).contains(&taken), "{taken}");
        tokio::task::yield_now().await;
        assert!(poll_turn(&mut context).is_ready());
    }

    #[tokio::test]
    async fn what_came_to_nothing_is_given_back() {
        let mut context = Context::from_waker(std::task::Waker::noop());
        for _ in 0..100_000 {
            assert!(poll_turn(&mut context).is_ready());
        }
    }
}
