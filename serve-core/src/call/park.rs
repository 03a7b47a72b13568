//! Blocking on a future from a plain thread, and telling where that must not be done.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::Instant;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Blocks this thread until `future` is ready, or `patience` has passed (then `None`).
pub(crate) fn block_on<F: Future>(future: F, patience: Option<Duration>) -> Option<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        match deadline {
            None => thread::park(),
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return None;
                }
                thread::park_timeout(left);
            }
        }
    }
}

/// Waits in the middle of synchronous code, which may be that of a task: on a worker thread of a runtime, the tasks that
/// would wait behind it go to another thread. For what another process answers at once.
pub(crate) fn block_in_task<F: Future>(future: F) -> F::Output {
    let wait = || block_on(future, None).expect("without a limit it waits for the outcome");
    let is_worker = Handle::try_current().is_ok_and(|runtime| {
        runtime.runtime_flavor() == RuntimeFlavor::MultiThread
            && tokio::runtime::worker_index().is_some()
    });
    if is_worker { tokio::task::block_in_place(wait) } else { wait() }
}

/// Whether this thread is in the middle of polling a task, so that blocking it would hold up others.
///
/// A runtime being entered is not enough to tell: it also is on the threads of `spawn_blocking` and
/// inside `block_in_place`, where blocking is what they are for. What sets a task's poll apart is
/// tokio's cooperative budget: it runs out. The budget is given back afterwards, because each unit is
/// returned when its guard is dropped unused.
pub(crate) fn is_polling_a_task() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    let mut units = Vec::new();
    let limited = loop {
        match tokio::task::coop::poll_proceed(&mut context) {
            Poll::Pending => break true,
            Poll::Ready(_) if units.len() == BUDGET_MAX => break false,
            Poll::Ready(unit) => units.push(unit),
        }
    };
    // The first unit restores the whole budget, so it must be the last to go.
    while units.pop().is_some() {}
    limited
}

/// More than tokio grants a task in one poll (128 when this was written).
const BUDGET_MAX: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_is_told_from_the_threads_made_for_blocking() {
        assert!(is_polling_a_task());
        assert!(tokio::task::coop::has_budget_remaining());
        let blocking = tokio::task::spawn_blocking(is_polling_a_task);
        assert!(!blocking.await.unwrap());
        let thread = thread::spawn(is_polling_a_task);
        assert!(!thread.join().unwrap());
    }

    #[test]
    fn block_on_gives_up_when_its_time_has_passed() {
        let nothing = block_on(std::future::pending::<()>(), Some(Duration::from_millis(5)));
        assert_eq!(nothing, None);
    }
}
