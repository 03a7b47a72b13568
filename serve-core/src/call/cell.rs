//! The meeting point of a caller and the replica that answers: one allocation per call.
//!
//! The cell holds the outcome once there is one, the waker of whoever awaits it, and the way to
//! whoever has the call now (the queue it waits in or the task that runs it), so that a cancelled call
//! gives up its place or its permit at once. An outcome is set exactly once; everything that comes
//! later is dropped.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Waker};

use tokio::time::Instant;

use super::error::{CallError, Failure};
use super::reply::ReplySink;
use crate::contained::discard;

/// A call without its types: what the queue, the runner and a cancelling parent need of it.
pub(crate) trait ErasedCall: Send + Sync {
    /// The cell itself, for who knows its types.
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;

    /// Ends the call with `why`, unless it already has an outcome, and wakes whoever has it.
    fn stop(&self, why: Failure);

    /// Ends a call that no replica has taken.
    fn refuse(&self, why: Failure) {
        self.stop(why);
    }

    /// Changes who is told when the call is stopped; `false` when it has already ended.
    fn change_runner(&self, change: &mut dyn FnMut(&mut OnCancel)) -> bool;

    /// Leaves a waker to be woken when the call is stopped; `false` when it has already ended.
    fn park_runner(&self, waker: &Waker) -> bool {
        self.change_runner(&mut |runner| runner.park(waker))
    }

    /// Notes that the call waits in `queue`; `false` when it has already ended.
    fn enter_queue(&self, queue: Weak<dyn QueueWatch>) -> bool {
        let mut waits = OnCancel::Queue(queue);
        self.change_runner(&mut |runner| std::mem::swap(runner, &mut waits))
    }

    /// Notes that the call has been sent to another process, by `sender` under this number; `false` when
    /// it has already ended.
    fn note_sent(&self, sender: Arc<dyn Sender>, number: u64) -> bool {
        let mut sent = OnCancel::Sent(sender, number);
        self.change_runner(&mut |runner| std::mem::swap(runner, &mut sent))
    }

    /// Notes that a replica takes the call, out of the queue or at once; `false` when it has already ended.
    fn assign(&self) -> bool {
        self.change_runner(&mut OnCancel::leave_queue)
    }

    /// Ends a call whose deadline has passed. Returns whether it still waited in a queue; one that is being taken out at
    /// this very moment may count as waiting too.
    fn expire(&self) -> bool {
        let mut has_waited = false;
        self.change_runner(&mut |runner| has_waited = matches!(runner, OnCancel::Queue(_)));
        self.stop(Failure::DeadlineExceeded);
        has_waited
    }

    /// Whether there already is an outcome.
    fn is_done(&self) -> bool {
        !self.change_runner(&mut |_| {})
    }
}

/// Which call this is, for as long as somebody holds it. Nothing else is at zero.
pub(crate) fn address<C: ?Sized>(call: &Arc<C>) -> usize {
    Arc::as_ptr(call).cast::<()>() as usize
}

/// Ends a call at its deadline, if anybody still holds it then.
pub(crate) async fn stop_at(deadline: Instant, call: Weak<dyn ErasedCall>) {
    tokio::time::sleep_until(deadline).await;
    stop_late(&call);
}

/// Ends a call whose deadline has passed.
pub(crate) fn stop_late(call: &Weak<dyn ErasedCall>) {
    if let Some(call) = call.upgrade() {
        call.stop(Failure::DeadlineExceeded);
    }
}

/// A queue that wants to know when an entry of it has become void.
pub(crate) trait QueueWatch: Send + Sync {
    fn entry_cancelled(&self);

    /// Somebody waits for an entry to be taken, which is told by whoever takes it. For those who do not
    /// learn that otherwise.
    fn assignment_awaited(&self) {}
}

/// Who has sent calls to another process, and lets it know when one has ended otherwise.
pub(crate) trait Sender: Send + Sync {
    fn call_cancelled(&self, number: u64);
}

/// Runs a call that nobody has begun yet on the thread that waits for it.
pub(crate) trait InlineRun: Send + Sync {
    fn help(&self, sequence: u64);
}

/// A claim to begin a call oneself, see [`InlineRun`].
pub(crate) struct InlineClaim {
    pub(crate) pool: Arc<dyn InlineRun>,
    pub(crate) sequence: u64,
}

pub(crate) struct CallCell<T, E> {
    state: Mutex<State<T, E>>,
}

struct State<T, E> {
    outcome: CellOutcome<T, E>,
    consumer: Option<Waker>,
    runner: OnCancel,
    assigned: bool,
    /// Somebody awaits the assignment, not only the outcome.
    assignment_awaited: bool,
}

enum CellOutcome<T, E> {
    Pending,
    Done(Result<T, CallError<E>>),
    Taken,
}

/// Whoever has a call now.
pub(crate) enum OnCancel {
    None,
    Task(Waker),
    Queue(Weak<dyn QueueWatch>),
    /// Another process, where it has this number.
    Sent(Arc<dyn Sender>, u64),
}

impl OnCancel {
    /// Leaves the waker of the task that runs the call.
    pub(crate) fn park(&mut self, waker: &Waker) {
        match self {
            Self::Task(runner) => runner.clone_from(waker),
            other => *other = Self::Task(waker.clone()),
        }
    }

    /// It is no longer a queue. A task that has the call already stays.
    pub(crate) fn leave_queue(&mut self) {
        if let Self::Queue(_) = self {
            *self = Self::None;
        }
    }

    /// Tells that the call has ended otherwise.
    pub(crate) fn stop(self) {
        match self {
            Self::None => {}
            Self::Task(waker) => waker.wake(),
            Self::Queue(queue) => {
                if let Some(queue) = queue.upgrade() {
                    queue.entry_cancelled();
                }
            }
            Self::Sent(sender, number) => sender.call_cancelled(number),
        }
    }
}

impl<T, E> CallCell<T, E> {
    /// A call that has not met a queue: if it never does, a replica takes it at once.
    pub(crate) fn new() -> Self {
        Self::with_assigned(true)
    }

    /// A call that waits for its arguments before anything else.
    pub(crate) fn unassigned() -> Self {
        Self::with_assigned(false)
    }

    fn with_assigned(assigned: bool) -> Self {
        Self {
            state: Mutex::new(State {
                outcome: CellOutcome::Pending,
                consumer: None,
                runner: OnCancel::None,
                assigned,
                assignment_awaited: false,
            }),
        }
    }

    /// Sets the outcome if there is none yet, and wakes the caller.
    pub(crate) fn set(&self, outcome: Result<T, CallError<E>>) {
        let mut state = self.lock();
        if !matches!(state.outcome, CellOutcome::Pending) {
            // The late value is the user's, so not under the lock.
            drop(state);
            discard(outcome);
            return;
        }
        state.outcome = CellOutcome::Done(outcome);
        let consumer = state.consumer.take();
        let runner = std::mem::replace(&mut state.runner, OnCancel::None);
        drop(state);
        drop(runner);
        if let Some(waker) = consumer {
            waker.wake();
        }
    }

    /// Ends the call with `why`, unless it already has an outcome, and wakes whoever has it.
    pub(crate) fn end(&self, why: Failure) {
        let mut state = self.lock();
        if !matches!(state.outcome, CellOutcome::Pending) {
            return;
        }
        state.outcome = CellOutcome::Done(Err(why.widen()));
        let consumer = state.consumer.take();
        let runner = std::mem::replace(&mut state.runner, OnCancel::None);
        drop(state);
        runner.stop();
        if let Some(waker) = consumer {
            waker.wake();
        }
    }

    /// Takes the outcome, or leaves `waker` to be woken when there is one.
    ///
    /// A second look after the outcome was taken answers `Cancelled`: the only way to get there is to
    /// poll a future again that has already resolved.
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<Result<T, CallError<E>>> {
        let mut state = self.lock();
        match std::mem::replace(&mut state.outcome, CellOutcome::Taken) {
            CellOutcome::Done(outcome) => Poll::Ready(outcome),
            CellOutcome::Taken => Poll::Ready(Err(CallError::Cancelled)),
            CellOutcome::Pending => {
                state.outcome = CellOutcome::Pending;
                state.wait(waker);
                Poll::Pending
            }
        }
    }

    /// Resolves once a replica has taken the call, or it has failed before.
    pub(crate) fn poll_assigned(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.lock();
        if state.assigned || !matches!(state.outcome, CellOutcome::Pending) {
            return Poll::Ready(());
        }
        let queue = match &state.runner {
            OnCancel::Queue(queue) if !state.assignment_awaited => queue.upgrade(),
            _ => None,
        };
        state.assignment_awaited = true;
        state.wait(waker);
        drop(state);
        if let Some(queue) = queue {
            queue.assignment_awaited();
        }
        Poll::Pending
    }

    /// Resolves once there is an outcome, without taking it.
    pub(crate) fn poll_finished(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.lock();
        if !matches!(state.outcome, CellOutcome::Pending) {
            return Poll::Ready(());
        }
        state.wait(waker);
        Poll::Pending
    }

    pub(crate) fn is_finished(&self) -> bool {
        !matches!(self.lock().outcome, CellOutcome::Pending)
    }

    /// The error of a call that failed before any replica took it.
    pub(crate) fn take_failure(&self) -> Option<CallError<E>> {
        let mut state = self.lock();
        if state.assigned {
            return None;
        }
        match std::mem::replace(&mut state.outcome, CellOutcome::Taken) {
            CellOutcome::Done(Err(error)) => Some(error),
            other => {
                state.outcome = other;
                None
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T, E>> {
        // No user code runs under this lock, so a poisoned one still holds a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody has wanted the outcome, and whoever drops the call last may be anybody.
impl<T, E> Drop for CallCell<T, E> {
    #[inline]
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if matches!(state.outcome, CellOutcome::Done(_)) {
            discard(std::mem::replace(&mut state.outcome, CellOutcome::Taken));
        }
    }
}

impl<T, E> State<T, E> {
    fn wait(&mut self, waker: &Waker) {
        match &mut self.consumer {
            Some(consumer) => consumer.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
    }
}

impl<T: Send + 'static, E: Send + 'static> ErasedCall for CallCell<T, E> {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn stop(&self, why: Failure) {
        self.end(why);
    }

    fn refuse(&self, why: Failure) {
        let mut state = self.lock();
        state.assigned = false;
        drop(state);
        self.stop(why);
    }

    fn change_runner(&self, change: &mut dyn FnMut(&mut OnCancel)) -> bool {
        let mut state = self.lock();
        let is_pending = matches!(state.outcome, CellOutcome::Pending);
        if is_pending {
            change(&mut state.runner);
        }
        is_pending
    }

    fn enter_queue(&self, queue: Weak<dyn QueueWatch>) -> bool {
        let mut state = self.lock();
        if !matches!(state.outcome, CellOutcome::Pending) {
            return false;
        }
        let is_awaited = state.assignment_awaited;
        let watch = if is_awaited { queue.upgrade() } else { None };
        state.runner = OnCancel::Queue(queue);
        state.assigned = false;
        drop(state);
        if let Some(watch) = watch {
            watch.assignment_awaited();
        }
        true
    }

    fn assign(&self) -> bool {
        let mut state = self.lock();
        if !matches!(state.outcome, CellOutcome::Pending) {
            return false;
        }
        state.runner.leave_queue();
        state.assigned = true;
        let consumer = if state.assignment_awaited { state.consumer.take() } else { None };
        drop(state);
        if let Some(waker) = consumer {
            waker.wake();
        }
        true
    }
}

impl<T: Send + 'static, E: Send + 'static> ReplySink<T, E> for CallCell<T, E> {
    #[inline]
    fn complete(&self, outcome: Result<T, CallError<E>>) {
        self.set(outcome);
    }
}

impl<T, E> fmt::Debug for CallCell<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.lock().outcome {
            CellOutcome::Pending => "Pending",
            CellOutcome::Done(Ok(_)) => "Ok",
            CellOutcome::Done(Err(_)) => "Err",
            CellOutcome::Taken => "Taken",
        };
        f.write_str(name)
    }
}
