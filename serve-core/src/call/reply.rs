//! The answering end of a call.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use super::cell::{ErasedCall, address};
use super::context::{CallScope, with_frame};
use super::error::{CallError, Executed, Failure};
use crate::contained::discard;
use crate::panic::catch;

/// The place to answer a call to, once. Part of every value of a generated call enum.
///
/// A reply that is dropped unanswered fails the call with [`CallError::ReplicaDied`], so no caller
/// waits for ever.
///
/// ```
/// # fn example(reply: serve_core::Reply<String>) {
/// reply.ok("Hello".to_owned());
/// # }
/// ```
pub struct Reply<T, E = std::convert::Infallible> {
    cell: Option<Arc<dyn ReplySink<T, E>>>,
}

/// What takes the outcome of a call: its cell, wherever its caller is.
pub(crate) trait ReplySink<T, E>: ErasedCall {
    /// Sets the outcome if there is none yet, and lets the caller know.
    fn complete(&self, outcome: Result<T, CallError<E>>);
}

impl<T, E> Reply<T, E> {
    pub(crate) fn new(cell: Arc<impl ReplySink<T, E> + 'static>) -> Self {
        Self { cell: Some(cell) }
    }

    /// Answers with a result.
    pub fn ok(self, value: T) {
        self.send(Ok(value));
    }

    /// Answers with the method's own error.
    pub fn err(self, error: E) {
        self.send(Err(CallError::App(error)));
    }

    /// Answers with either, or with a failure of the system (in a mock, to test how callers take it).
    pub fn send(self, outcome: Result<T, CallError<E>>) {
        if let Err(CallError::App(_)) = outcome {
            with_frame(CallScope::note_error);
        }
        self.pass_on(outcome);
    }

    /// The same for an answer that has been given elsewhere: it is none of the call that runs here.
    pub(crate) fn pass_on(mut self, outcome: Result<T, CallError<E>>) {
        if let Some(cell) = self.cell.take() {
            cell.complete(outcome);
        }
    }

    /// The cell, for whoever will make a reply of it again.
    pub(crate) fn into_cell(mut self) -> Option<Arc<dyn ErasedCall>> {
        self.cell.take().map(|cell| cell as Arc<dyn ErasedCall>)
    }

    /// Lets go of a call that whoever runs it will answer.
    pub(crate) fn abandon(mut self) {
        self.cell = None;
    }

    /// What stands for this call, whatever its types, for whoever runs a call that came as a value.
    #[doc(hidden)]
    #[must_use]
    pub fn watched(&self) -> CallToken
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let cell = self.cell.as_ref().expect("a reply has its cell until it has been sent");
        CallToken(Arc::<dyn ReplySink<T, E>>::clone(cell))
    }

    /// Answers with what the method returned.
    #[doc(hidden)]
    pub fn complete(self, outcome: Result<T, E>) {
        self.send(outcome.map_err(CallError::App));
    }
}

thread_local! {
    /// Why calls that are being dropped right now will not be answered.
    static WHY_DROPPED: RefCell<Option<Failure>> = const { RefCell::new(None) };
}

/// Drops a call, or something that holds calls, and lets their callers know why.
pub(crate) fn drop_because<C>(why: Failure, call: C) {
    let before = WHY_DROPPED.replace(Some(why));
    // If it panics, the reason does not stay behind.
    discard(call);
    WHY_DROPPED.set(before);
}

/// Ends a call that cannot be queued. Told first, dropped then: the reply inside would only say that it
/// was dropped.
pub(crate) fn refuse<C>(cell: &Arc<dyn ErasedCall>, why: Failure, call: C) {
    cell.refuse(why.clone());
    drop_because(why, call);
}

/// Why what is being dropped right now is dropped, if anybody said so.
pub(crate) fn why_dropped() -> Option<Failure> {
    WHY_DROPPED.try_with(|why| why.borrow().clone()).ok().flatten()
}

fn is_running_here(address: usize) -> bool {
    with_frame(|frame| frame.call == address).unwrap_or(false)
}

/// Why the reply to the call of this cell is dropped unanswered; `None` where its runner will tell.
pub(super) fn why_unanswered<C: ?Sized>(cell: &Arc<C>) -> Option<Failure> {
    match why_dropped() {
        Some(why) => Some(why),
        // The call that panics here is reported by its runner, which knows the message.
        None if std::thread::panicking() && is_running_here(address(cell)) => None,
        None if std::thread::panicking() => {
            Some(Failure::Panicked { message: "whoever was to answer panicked".to_owned() })
        }
        None => Some(Failure::ReplicaDied { executed: Executed::Maybe }),
    }
}

/// Runs a mock in the context of the call that it answers; one that panics fails the call as a method that
/// panics would.
pub(crate) fn answer_from_mock(cell: &Arc<dyn ErasedCall>, frame: &CallScope, mock: impl FnOnce()) {
    if let Err(message) = catch(|| frame.enter(mock)) {
        cell.stop(Failure::Panicked { message });
    }
}

/// A call without its types, see [`Reply::watched`].
#[doc(hidden)]
pub struct CallToken(pub(crate) Arc<dyn ErasedCall>);

impl fmt::Debug for CallToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallToken")
    }
}

impl<T, E> Drop for Reply<T, E> {
    fn drop(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        if let Some(why) = why_unanswered(&cell) {
            cell.complete(Err(why.widen()));
        }
    }
}

impl<T, E> fmt::Debug for Reply<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}
