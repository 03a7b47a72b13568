//! Polls parts of one task that wake each other, such as a connection and what reads from it, until all of them wait.
//!
//! Each wakes the task, which is just being polled, so a runtime would poll it once more, later, and wake another thread to
//! look after it meanwhile. At one connection that is a system call for each request, and HTTP to a process has 0.86 of a
//! design by hand without it, where it had 0.68 (`benches/benches/http.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// So many turns at most: then others have theirs.
const TURNS_MAX: usize = 16;

pub(super) struct Driver {
    shared: Arc<Shared>,
    waker: Waker,
}

#[derive(Default)]
struct Shared {
    task: AtomicWaker,
    is_polling: AtomicBool,
    is_woken: AtomicBool,
}

impl Driver {
    pub(super) fn new() -> Self {
        let shared = Arc::new(Shared::default());
        Self { waker: Waker::from(Arc::clone(&shared)), shared }
    }

    /// Lets `poll` poll, as long as something that it has polled wakes it.
    pub(super) fn poll<T>(
        &self,
        context: &Context<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let Self { shared, waker } = self;
        shared.task.register(context.waker());
        for _ in 0..TURNS_MAX {
            shared.is_woken.store(false, SeqCst);
            shared.is_polling.store(true, SeqCst);
            let polled = poll(&mut Context::from_waker(waker));
            shared.is_polling.store(false, SeqCst);
            // Whoever comes from here on wakes the task.
            if polled.is_ready() || !shared.is_woken.load(SeqCst) {
                return polled;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, SeqCst);
        if !self.is_polling.load(SeqCst) {
            self.task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use futures_util::task::noop_waker_ref;

    use super::*;

    /// Notes that it was woken.
    #[derive(Default)]
    struct Task(AtomicBool);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.store(true, SeqCst);
        }
    }

    #[test]
    fn what_wakes_itself_is_polled_again_at_once_and_the_task_is_not_woken() {
        let (driver, task) = (Driver::new(), Arc::new(Task::default()));
        let waker = Waker::from(Arc::clone(&task));
        let mut turns = 0;
        let polled = driver.poll(&Context::from_waker(&waker), |context| {
            turns += 1;
            if turns < 3 {
                context.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        });
        assert!(polled.is_pending() && turns == 3);
        assert!(!task.0.load(SeqCst));
    }

    #[test]
    fn what_is_woken_later_wakes_the_task() {
        let (driver, task) = (Driver::new(), Arc::new(Task::default()));
        let waker = Waker::from(Arc::clone(&task));
        let mut kept = None;
        let polled = driver.poll(&Context::from_waker(&waker), |context| {
            kept = Some(context.waker().clone());
            Poll::<()>::Pending
        });
        assert!(polled.is_pending() && !task.0.load(SeqCst));
        kept.into_iter().for_each(Waker::wake);
        assert!(task.0.load(SeqCst));
    }

    #[test]
    fn what_wakes_itself_without_end_lets_others_have_their_turn() {
        let (driver, task) = (Driver::new(), Arc::new(Task::default()));
        let waker = Waker::from(Arc::clone(&task));
        let polled = driver.poll(&Context::from_waker(&waker), |context| {
            context.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        assert!(polled.is_pending() && task.0.load(SeqCst));
        let polled = driver.poll(&Context::from_waker(noop_waker_ref()), |_| Poll::Ready(1));
        assert_eq!(polled, Poll::Ready(1));
    }
}
