//! What waits in the queue for a permit: a call to be started by whoever has one, or a task that wants to run
//! its own call.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use tokio::time::Instant;

use super::noted_wait::NotedWait;
use super::wait_queue::{WaitEntry, WaitQueue};
use crate::call::{ErasedCall, Failure, QueueWatch, RequestInfo, drop_because};
use crate::deployment::Deployment;
use crate::replica::Instance;

/// What waits in the queue.
pub(crate) enum Waiting<D: Deployment> {
    Call {
        call: D::Call,
        cell: Arc<dyn ErasedCall>,
        request: RequestInfo,
        since: Instant,
        /// If anybody wants to know of its end.
        noted: Option<Arc<NotedWait>>,
    },
    Task(Arc<QueueWaiter<D>>),
}

pub(crate) type Queue<D> = WaitQueue<Waiting<D>>;

impl<D: Deployment> Queue<D> {
    /// Ends every wait with `why`.
    pub(crate) fn fail_all(&self, why: &Failure) {
        while let Some(entry) = self.pop_any() {
            self.fail(entry, why);
        }
    }

    /// Ends the wait of an entry that has been taken out with `why`.
    pub(crate) fn fail(&self, entry: Waiting<D>, why: &Failure) {
        match entry {
            // Stopped as if cancelled, not served: the call has never been assigned.
            Waiting::Call { cell, call, noted, .. } => {
                NotedWait::failed(noted.as_ref(), why);
                cell.stop(why.clone());
                self.forget_void();
                drop_because(why.clone(), call);
            }
            task @ Waiting::Task(_) => {
                if self.leave(&task)
                    && let Waiting::Task(waiter) = task
                {
                    waiter.fail(why.clone());
                }
            }
        }
    }

    /// A place in the queue for the calling task, which is about `request`: the entry to push, and the future of its turn.
    pub(crate) fn waiter(
        queue: &Arc<Self>,
        request: &RequestInfo,
    ) -> (Arc<QueueWaiter<D>>, QueueTurn<D>) {
        let state = Mutex::new(Turns::New);
        let (since, key) = (Instant::now(), request.api_key().cloned());
        let waiter = Arc::new(QueueWaiter { state, since, key });
        let turn = QueueTurn { waiter: Arc::clone(&waiter), queue: Arc::clone(queue) };
        (waiter, turn)
    }
}

impl<D: Deployment> WaitEntry for Waiting<D> {
    fn enter(&self, queue: Weak<dyn QueueWatch>) -> bool {
        match self {
            Self::Call { cell, noted, .. } => NotedWait::enter(noted.as_ref(), cell, queue),
            Self::Task(waiter) => waiter.enter(),
        }
    }

    fn leave(&self) -> bool {
        match self {
            Self::Call { cell, .. } => cell.assign(),
            Self::Task(waiter) => waiter.leave(),
        }
    }

    fn is_live(&self) -> bool {
        match self {
            Self::Call { cell, .. } => !cell.is_done(),
            Self::Task(waiter) => waiter.is_live(),
        }
    }

    fn key(&self) -> Option<&Arc<str>> {
        match self {
            Self::Call { request, .. } => request.api_key(),
            Self::Task(waiter) => waiter.key.as_ref(),
        }
    }
}

/// One task's place in the queue.
pub(crate) struct QueueWaiter<D: Deployment> {
    state: Mutex<Turns<D>>,
    since: Instant,
    /// That of the client.
    key: Option<Arc<str>>,
}

enum Turns<D: Deployment> {
    /// Not in the queue yet.
    New,
    Waiting(Option<Waker>),
    /// Out of the queue, about to be served.
    Leaving(Option<Waker>),
    Granted(Instance<D>),
    Failed(Failure),
    /// The task has its permit, or has gone away.
    Gone,
}

impl<D: Deployment> QueueWaiter<D> {
    /// Since when it has waited.
    pub(super) fn since(&self) -> Instant {
        self.since
    }

    fn enter(&self) -> bool {
        *self.lock() = Turns::Waiting(None);
        true
    }

    fn leave(&self) -> bool {
        let mut state = self.lock();
        match &mut *state {
            Turns::Waiting(waker) => {
                *state = Turns::Leaving(waker.take());
                true
            }
            _ => false,
        }
    }

    fn is_live(&self) -> bool {
        matches!(*self.lock(), Turns::Waiting(_))
    }

    /// Hands the task its permit. If it has gone away since, dropping the permit serves the next.
    pub(crate) fn grant(&self, instance: Instance<D>) {
        self.resolve(Turns::Granted(instance));
    }

    fn fail(&self, why: Failure) {
        self.resolve(Turns::Failed(why));
    }

    fn resolve(&self, answer: Turns<D>) {
        let mut state = self.lock();
        let unused = match &mut *state {
            Turns::Leaving(waker) => {
                let waker = waker.take();
                *state = answer;
                drop(state);
                if let Some(waker) = waker {
                    waker.wake();
                }
                return;
            }
            _ => answer,
        };
        drop(state);
        drop(unused);
    }

    fn lock(&self) -> MutexGuard<'_, Turns<D>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Resolves to a permit when it is this task's turn. Dropping it gives the place, or the permit, up.
pub(crate) struct QueueTurn<D: Deployment> {
    waiter: Arc<QueueWaiter<D>>,
    queue: Arc<Queue<D>>,
}

impl<D: Deployment> Future for QueueTurn<D> {
    type Output = Result<Instance<D>, Failure>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.waiter.lock();
        match &mut *state {
            Turns::Waiting(waker) | Turns::Leaving(waker) => {
                match waker {
                    Some(waker) => waker.clone_from(context.waker()),
                    none => *none = Some(context.waker().clone()),
                }
                Poll::Pending
            }
            _ => match std::mem::replace(&mut *state, Turns::Gone) {
                Turns::Granted(instance) => Poll::Ready(Ok(instance)),
                Turns::Failed(why) => Poll::Ready(Err(why)),
                Turns::New | Turns::Waiting(_) | Turns::Leaving(_) | Turns::Gone => {
                    Poll::Ready(Err(Failure::Cancelled))
                }
            },
        }
    }
}

impl<D: Deployment> Drop for QueueTurn<D> {
    fn drop(&mut self) {
        let before = std::mem::replace(&mut *self.waiter.lock(), Turns::Gone);
        match before {
            Turns::Waiting(_) => self.queue.entry_cancelled(),
            // Dropped here, outside the lock: a permit goes to the next in the queue.
            Turns::Granted(instance) => drop(instance),
            Turns::New | Turns::Leaving(_) | Turns::Failed(_) | Turns::Gone => {}
        }
    }
}
