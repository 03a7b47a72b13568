//! The answering end of a call.

use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::cell::CallCell;
use super::error::{CallError, Executed, Failure};

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
    cell: Option<Arc<CallCell<T, E>>>,
}

impl<T, E> Reply<T, E> {
    pub(crate) fn new(cell: Arc<CallCell<T, E>>) -> Self {
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
    pub fn send(mut self, outcome: Result<T, CallError<E>>) {
        if let Some(cell) = self.cell.take() {
            cell.complete(outcome);
        }
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
    // Arguments are the user's, and so is their `Drop`: if it panics, the reason must not stay behind.
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(call)));
    WHY_DROPPED.set(before);
    if dropped.is_err() {
        tracing::error!("an argument panicked when it was dropped");
    }
}

impl<T, E> Drop for Reply<T, E> {
    fn drop(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let why = WHY_DROPPED.try_with(|why| why.borrow().clone()).ok().flatten();
        match why {
            Some(why) => cell.complete(Err(why.widen())),
            // During a panic the runner reports the panic itself, which says more.
            None if std::thread::panicking() => {}
            None => cell.complete(Err(CallError::ReplicaDied { executed: Executed::Maybe })),
        }
    }
}

impl<T, E> fmt::Debug for Reply<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}
