//! How many calls may be sent a second time: a budget for the whole deployment, so that retries never
//! multiply the load of one that fails (Finagle's retry budget: a fifth of the calls and ten a second,
//! over ten seconds).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(10);
/// Ten a second.
const RESERVE: u64 = 100;
/// One retry for so many calls.
const CALLS_PER_RETRY: u64 = 5;

#[derive(Debug, Default)]
pub(crate) struct RetryBudget(Mutex<Account>);

#[derive(Debug, Default)]
struct Account {
    /// Calls finished so far, also by replicas that have gone.
    finished: u64,
    /// What the replicas that are there had finished when they were last looked at.
    seen: u64,
    window: Option<Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    begun: Instant,
    /// How many calls had been finished when it began.
    finished_before: u64,
    retries: u64,
}

// === impl RetryBudget ===

impl RetryBudget {
    /// Takes one retry out, if there is one; `finished` is what the replicas have finished so far.
    pub(crate) fn withdraw(&self, now: Instant, finished: impl FnOnce() -> u64) -> bool {
        let mut account = self.lock();
        account.count(finished());
        account.withdraw(now)
    }

    /// `replace` puts other replicas in the place of those there are: it gives what these have finished,
    /// and what the others have. Nobody looks meanwhile.
    pub(crate) fn replace(&self, replace: impl FnOnce() -> (u64, u64)) {
        let mut account = self.lock();
        let (finished_before, finished) = replace();
        account.count(finished_before);
        account.seen = finished;
    }

    fn lock(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Account ===

impl Account {
    fn count(&mut self, finished: u64) {
        self.finished += finished.saturating_sub(self.seen);
        self.seen = finished;
    }

    fn withdraw(&mut self, now: Instant) -> bool {
        let is_current = |window: &Window| now.saturating_duration_since(window.begun) < WINDOW;
        let finished = self.finished;
        if !self.window.as_ref().is_some_and(is_current) {
            self.window = Some(Window { begun: now, finished_before: finished, retries: 0 });
        }
        self.window.as_mut().is_some_and(|window| {
            let granted =
                window.retries < RESERVE + (finished - window.finished_before) / CALLS_PER_RETRY;
            window.retries += u64::from(granted);
            granted
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_a_reserve_and_a_fifth_of_the_calls() {
        let (budget, now) = (RetryBudget::default(), Instant::now());
        let granted = |finished| (0..1000).filter(|_| budget.withdraw(now, || finished)).count();
        assert_eq!(granted(0), 100);
        assert_eq!(granted(50), 10);
    }

    #[test]
    fn what_a_replica_has_finished_counts_when_it_has_gone() {
        let (budget, now) = (RetryBudget::default(), Instant::now());
        assert!(budget.withdraw(now, || 0));
        budget.replace(|| (1000, 100));
        assert!(budget.withdraw(now, || 200));
        let left = (0..1000).filter(|_| budget.withdraw(now, || 200)).count();
        assert_eq!(left + 2, 100 + 1100 / 5);
    }

    #[test]
    fn a_new_window_begins_full() {
        let (budget, now) = (RetryBudget::default(), Instant::now());
        while budget.withdraw(now, || 0) {}
        assert!(budget.withdraw(now + WINDOW, || 0));
    }
}
