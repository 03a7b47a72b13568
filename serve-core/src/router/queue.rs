//! The line in which calls wait for a permit: bounded, first in, first out.
//!
//! An entry is a call to be started by whoever has a permit, or a task that wants to run its own call.
//! A cancelled entry gives up its place at once: it no longer counts, and when half of the line is
//! void the line is swept, so that neither the bound nor memory depends on anybody finishing.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use crate::call::{Failure, QueueWatch, RequestInfo, Stoppable, drop_because};
use crate::deployment::Deployment;
use crate::replica::Instance;

/// What waits in line.
pub(crate) enum Waiting<D: Deployment> {
    Call { call: D::Call, cell: Arc<dyn Stoppable>, request: RequestInfo },
    Task(Arc<Waiter<D>>),
}

pub(crate) struct Queue<D: Deployment> {
    /// Live entries. Read by every call, so it has a word of its own outside the lock.
    waiting: AtomicUsize,
    line: Mutex<Line<D>>,
    this: Weak<Self>,
}

struct Line<D: Deployment> {
    entries: VecDeque<Waiting<D>>,
    /// Entries that were cancelled and not yet swept. Below zero for a moment when one is cancelled
    /// between leaving the line and being looked at.
    void: isize,
}

/// Below this many void entries a sweep is not worth its lock.
const SWEEP_MIN: isize = 32;

impl<D: Deployment> Queue<D> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            waiting: AtomicUsize::new(0),
            line: Mutex::new(Line { entries: VecDeque::new(), void: 0 }),
            this: Weak::clone(this),
        })
    }

    /// How many calls wait and have not been cancelled.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(SeqCst)
    }

    /// For the entries, to tell when one is cancelled.
    fn watch(&self) -> Weak<dyn QueueWatch> {
        Weak::<Self>::clone(&self.this)
    }

    /// Adds an entry at the end.
    ///
    /// # Errors
    ///
    /// The line is full; says how many are in it, and gives the entry back.
    pub(crate) fn push(
        &self,
        entry: Waiting<D>,
        waiting_max: usize,
    ) -> Result<(), (usize, Waiting<D>)> {
        let mut line = self.lock();
        let waiting = self.waiting();
        if waiting >= waiting_max {
            return Err((waiting, entry));
        }
        self.waiting.fetch_add(1, SeqCst);
        if entry.enter(self.watch()) {
            line.entries.push_back(entry);
        } else {
            // Cancelled before it got here: its outcome is set, nothing needs to wait.
            self.waiting.fetch_sub(1, SeqCst);
            drop(line);
            drop(entry);
        }
        Ok(())
    }

    /// Takes the oldest entry that nobody has cancelled. A call is no longer cancelled in the line
    /// from here on, but where it runs.
    pub(crate) fn pop(&self) -> Option<Waiting<D>> {
        loop {
            let entry = self.pop_any()?;
            if entry.leave() {
                self.waiting.fetch_sub(1, SeqCst);
                return Some(entry);
            }
            self.lock().void -= 1;
        }
    }

    /// Ends every wait with `why`.
    pub(crate) fn fail_all(&self, why: &Failure) {
        while let Some(entry) = self.pop_any() {
            match entry {
                // Stopped as if cancelled, not served: the call has never been assigned.
                Waiting::Call { cell, call, .. } => {
                    cell.stop(why.clone());
                    self.lock().void -= 1;
                    drop_because(why.clone(), call);
                }
                Waiting::Task(waiter) => {
                    if waiter.leave() {
                        self.waiting.fetch_sub(1, SeqCst);
                        waiter.fail(why.clone());
                    } else {
                        self.lock().void -= 1;
                    }
                }
            }
        }
    }

    /// A place in line for the calling task: the entry to push, and the future of its turn.
    pub(crate) fn waiter(queue: &Arc<Self>) -> (Arc<Waiter<D>>, Turn<D>) {
        let waiter = Arc::new(Waiter { state: Mutex::new(Turns::New) });
        let turn = Turn { waiter: Arc::clone(&waiter), queue: Arc::clone(queue) };
        (waiter, turn)
    }

    fn pop_any(&self) -> Option<Waiting<D>> {
        self.lock().entries.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, Line<D>> {
        // Only moves of entries happen under this lock, so a poisoned one is still whole.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Deployment> QueueWatch for Queue<D> {
    fn entry_cancelled(&self) {
        self.waiting.fetch_sub(1, SeqCst);
        let mut line = self.lock();
        line.void += 1;
        if line.void < SWEEP_MIN || line.void < line.entries.len() as isize / 2 {
            return;
        }
        let entries = std::mem::take(&mut line.entries);
        let before = entries.len();
        let (live, void): (VecDeque<_>, VecDeque<_>) =
            entries.into_iter().partition(Waiting::is_live);
        line.void -= (before - live.len()) as isize;
        line.entries = live;
        drop(line);
        // The arguments of the void calls are dropped outside the lock.
        drop(void);
    }
}

impl<D: Deployment> Waiting<D> {
    /// Enters the line; `false` if it has been cancelled already.
    fn enter(&self, queue: Weak<dyn QueueWatch>) -> bool {
        match self {
            Self::Call { cell, .. } => cell.enter_queue(queue),
            Self::Task(waiter) => waiter.enter(),
        }
    }

    /// Leaves the line to be served; `false` if it was cancelled.
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
}

/// One task's place in line.
pub(crate) struct Waiter<D: Deployment> {
    state: Mutex<Turns<D>>,
}

enum Turns<D: Deployment> {
    /// Not in line yet.
    New,
    Waiting(Option<Waker>),
    /// Out of the line, about to be served.
    Leaving(Option<Waker>),
    Granted(Instance<D>),
    Failed(Failure),
    /// The task has its permit, or has gone away.
    Gone,
}

impl<D: Deployment> Waiter<D> {
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
pub(crate) struct Turn<D: Deployment> {
    waiter: Arc<Waiter<D>>,
    queue: Arc<Queue<D>>,
}

impl<D: Deployment> Future for Turn<D> {
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

impl<D: Deployment> Drop for Turn<D> {
    fn drop(&mut self) {
        let before = std::mem::replace(&mut *self.waiter.lock(), Turns::Gone);
        match before {
            Turns::Waiting(_) => self.queue.entry_cancelled(),
            // Dropped here, outside the lock: a permit goes to the next in line.
            Turns::Granted(instance) => drop(instance),
            Turns::New | Turns::Leaving(_) | Turns::Failed(_) | Turns::Gone => {}
        }
    }
}
