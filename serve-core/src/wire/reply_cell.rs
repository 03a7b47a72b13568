//! The cell of a call that has come over a connection: whoever answers makes bytes of the outcome, on the
//! thread where it does, and no task waits for it.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::answer::{Answered, Guarded, ReplyPath};
use crate::call::{CallError, ErasedCall, Failure, OnCancel, QueueWatch, ReplySink};
use crate::codec::Codecs;

/// A call that runs here for a caller at the other end of a connection.
pub(super) struct RemoteReplyCell<T: 'static, E: 'static> {
    back: Arc<dyn ReplyPath>,
    /// The number that `back` knows it by.
    number: u64,
    codecs: &'static Codecs<T, E>,
    state: Mutex<State>,
}

struct State {
    outcome: AnswerState,
    runner: OnCancel,
    /// Somebody puts off the answer.
    guarded: bool,
    /// The other end has been told that a replica has the call.
    assigned: bool,
}

enum AnswerState {
    Pending,
    /// Goes when nobody puts it off any more.
    Done(Answered),
    Gone,
}

impl<T: 'static, E: 'static> RemoteReplyCell<T, E> {
    pub(super) fn new(
        back: Arc<dyn ReplyPath>,
        number: u64,
        codecs: &'static Codecs<T, E>,
        guarded: bool,
    ) -> Self {
        let (outcome, runner) = (AnswerState::Pending, OnCancel::None);
        let state = Mutex::new(State { outcome, runner, guarded, assigned: false });
        Self { back, number, codecs, state }
    }

    /// Sets the outcome if there is none yet, and gives who is to learn that.
    fn set(&self, answered: Answered) -> Option<(OnCancel, Option<Answered>)> {
        let mut state = self.lock();
        if !matches!(state.outcome, AnswerState::Pending) {
            return None;
        }
        let now;
        (state.outcome, now) = match state.guarded {
            true => (AnswerState::Done(answered), None),
            false => (AnswerState::Gone, Some(answered)),
        };
        Some((std::mem::replace(&mut state.runner, OnCancel::None), now))
    }

    fn send(&self, answered: Option<Answered>) {
        if let Some(answered) = answered {
            self.back.answered(self.number, answered);
        }
    }

    fn pending(&self) -> Option<MutexGuard<'_, State>> {
        Some(self.lock()).filter(|state| matches!(state.outcome, AnswerState::Pending))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No user code runs under this lock, so a poisoned one still holds a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send + 'static, E: Send + 'static> ReplySink<T, E> for RemoteReplyCell<T, E> {
    fn complete(&self, outcome: Result<T, CallError<E>>) {
        let (mut outcome, mut answered) = (Some(outcome), None);
        self.back.write(&mut || answered = outcome.take().map(|it| self.codecs.encode(it)));
        if let Some((runner, answered)) = answered.and_then(|answered| self.set(answered)) {
            drop(runner);
            self.send(answered);
        }
    }
}

impl<T: Send + 'static, E: Send + 'static> ErasedCall for RemoteReplyCell<T, E> {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn stop(&self, why: Failure) {
        if let Some((runner, answered)) = self.set(Answered::Failed(why)) {
            runner.stop();
            self.send(answered);
        }
    }

    fn change_runner(&self, change: &mut dyn FnMut(&mut OnCancel)) -> bool {
        let Some(mut state) = self.pending() else { return false };
        change(&mut state.runner);
        true
    }

    fn enter_queue(&self, queue: Weak<dyn QueueWatch>) -> bool {
        let Some(mut state) = self.pending() else { return false };
        // The other end may want to know when it is taken.
        let watch = if state.assigned { None } else { queue.upgrade() };
        state.runner = OnCancel::Queue(queue);
        drop(state);
        if let Some(watch) = watch {
            watch.assignment_awaited();
        }
        true
    }

    fn assign(&self) -> bool {
        let Some(mut state) = self.pending() else { return false };
        state.runner.leave_queue();
        let is_news = !std::mem::replace(&mut state.assigned, true);
        drop(state);
        if is_news {
            self.back.assigned(self.number);
        }
        true
    }
}

impl<T: Send + 'static, E: Send + 'static> Guarded for RemoteReplyCell<T, E> {
    fn release(&self) {
        let mut state = self.lock();
        state.guarded = false;
        let outcome = std::mem::replace(&mut state.outcome, AnswerState::Gone);
        match outcome {
            AnswerState::Done(answered) => {
                drop(state);
                self.send(Some(answered));
            }
            other => state.outcome = other,
        }
    }
}

impl<T, E> fmt::Debug for RemoteReplyCell<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteReplyCell").field("number", &self.number).finish_non_exhaustive()
    }
}
