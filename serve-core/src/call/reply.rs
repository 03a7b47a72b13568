//! The answering end of a call.

use std::fmt;
use std::sync::Arc;

use super::cell::CallCell;
use super::error::{CallError, Executed};

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

impl<T, E> Drop for Reply<T, E> {
    fn drop(&mut self) {
        // During a panic the runner reports the panic itself, which says more.
        if let Some(cell) = self.cell.take()
            && !std::thread::panicking()
        {
            cell.complete(Err(CallError::ReplicaDied { executed: Executed::Maybe }));
        }
    }
}

impl<T, E> fmt::Debug for Reply<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}
