//! How many calls may be sent a second time: a budget for the whole deployment, so that retries never
//! multiply the load of one that fails (Finagle's retry budget: a fifth of the calls and ten a second,
//! over ten seconds).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(10);
/// Ten a second.
const RESERVE: u64 = 100;
/// One retry for so many calls.
const CALLS_PER_RETRY: u64 = 5;

#[derive(Debug, Default)]
pub(crate) struct RetryBudget(Mutex<Option<Window>>);

#[derive(Clone, Copy, Debug)]
struct Window {
    begun: Instant,
    /// How many calls had been finished when it began.
    finished_before: u64,
    retries: u64,
}

impl RetryBudget {
    /// Takes one retry out, if there is one; `finished` is the number of calls finished so far.
    pub(crate) fn withdraw(&self, now: Instant, finished: u64) -> bool {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, granted) = withdraw(*window, now, finished);
        *window = Some(next);
        granted
    }
}

fn withdraw(window: Option<Window>, now: Instant, finished: u64) -> (Window, bool) {
    let mut window = window
        .filter(|window| now.saturating_duration_since(window.begun) < WINDOW)
        .unwrap_or(Window { begun: now, finished_before: finished, retries: 0 });
    let calls = finished.saturating_sub(window.finished_before);
    let granted = window.retries < RESERVE + calls / CALLS_PER_RETRY;
    window.retries += u64::from(granted);
    (window, granted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_a_reserve_and_a_fifth_of_the_calls() {
        let (budget, now) = (RetryBudget::default(), Instant::now());
        let granted = |finished| (0..1000).filter(|_| budget.withdraw(now, finished)).count();
        assert_eq!(granted(0), 100);
        assert_eq!(granted(50), 10);
    }

    #[test]
    fn a_new_window_begins_full() {
        let (budget, now) = (RetryBudget::default(), Instant::now());
        while budget.withdraw(now, 0) {}
        assert!(budget.withdraw(now + WINDOW, 0));
    }
}
