//! The reference to a call's result.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::cell::{CallCell, InlineClaim};
use super::error::{CallError, Failure};
use super::park;
use super::shared::SharedRef;
use super::turn::poll_turn;
use crate::id::RequestId;

/// The unfinished result of a call that is already on its way.
///
/// Await it, block on it with [`get`](Self::get), or pass it as an argument to another call. Dropping
/// it lets the call go on (fire and forget); [`cancel`](Self::cancel) ends it.
///
/// It works on any async runtime and on plain threads. If nobody has begun the call when it is first
/// awaited on the replica's own runtime, the awaiting task makes the first step itself, which saves
/// two changes of task; a call that does not finish in that step goes on where calls run.
///
/// # Cancel safety
///
/// Awaiting `&mut reference` is cancel safe: the result stays there for the next await.
///
/// ```
/// # use serve_core::{CallError, ObjectRef};
/// # async fn example(reference: ObjectRef<String>) -> Result<(), CallError> {
/// println!("{} answered {}", reference.request_id().to_owned(), reference.await?);
/// # Ok(()) }
/// ```
#[must_use = "the call goes on, but its outcome is lost; use `let _ =` to fire and forget"]
pub struct ObjectRef<T, E = std::convert::Infallible> {
    cell: Arc<CallCell<T, E>>,
    ticket: Option<InlineClaim>,
    id: RequestId,
    id_text: OnceLock<String>,
}

impl<T, E> ObjectRef<T, E> {
    pub(crate) fn new(
        cell: Arc<CallCell<T, E>>,
        id: RequestId,
        ticket: Option<InlineClaim>,
    ) -> Self {
        Self { cell, ticket, id, id_text: OnceLock::new() }
    }

    /// The result of a call that could not be made.
    pub(crate) fn failed(why: Failure) -> Self {
        let cell = CallCell::unassigned();
        cell.set(Err(why.widen()));
        Self::new(Arc::new(cell), RequestId::Unset, None)
    }

    /// The id of the request this call belongs to, known at once.
    pub fn request_id(&self) -> &str {
        match &self.id {
            RequestId::Text(text) => text,
            id => self.id_text.get_or_init(|| id.to_string()),
        }
    }

    /// Blocks until the call has an outcome.
    ///
    /// # Errors
    ///
    /// The outcome's own error, or [`CallError::Blocking`] at once inside asynchronous code, where it
    /// could wait for itself; `.await` it there.
    ///
    /// ```no_run
    /// # fn example(reference: serve_core::ObjectRef<String>) -> Result<(), serve_core::CallError> {
    /// let greeting = reference.get()?;
    /// # Ok(()) }
    /// ```
    pub fn get(mut self) -> Result<T, CallError<E>> {
        if park::is_polling_a_task() {
            return Err(CallError::Blocking);
        }
        // A thread that blocks inside a call must not wait for the worker that it holds itself.
        self.help();
        let cell = self.cell;
        let outcome = poll_fn(|context| cell.poll(context.waker()));
        park::block_on(outcome, None).unwrap_or(Err(CallError::DeadlineExceeded))
    }

    /// Blocks until the call has an outcome, or `timeout` has passed. A timeout does not cancel the
    /// call: ask again, await it, or [`cancel`](Self::cancel) it.
    ///
    /// # Errors
    ///
    /// [`CallError::DeadlineExceeded`] after `timeout`, [`CallError::Blocking`] inside asynchronous
    /// code, else the outcome's own error.
    pub fn get_timeout(&mut self, timeout: Duration) -> Result<T, CallError<E>> {
        if park::is_polling_a_task() {
            return Err(CallError::Blocking);
        }
        self.help();
        let outcome = poll_fn(|context| self.cell.poll(context.waker()));
        park::block_on(outcome, Some(timeout)).unwrap_or(Err(CallError::DeadlineExceeded))
    }

    /// Waits until a replica has taken the call, not for its outcome: the backpressure a producer
    /// wants to feel.
    ///
    /// # Errors
    ///
    /// What the call failed with before any replica took it.
    pub async fn assigned(self) -> Result<Self, CallError<E>> {
        poll_fn(|context| self.cell.poll_assigned(context.waker())).await;
        match self.cell.take_failure() {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// A reference that may be cloned and awaited many times.
    #[must_use]
    pub fn shared(self) -> SharedRef<T, E>
    where
        T: Clone + Send + Sync + 'static,
        E: Send + Sync + 'static,
    {
        SharedRef::new(self)
    }

    /// In place of one that asynchronous code must not block on. The call goes on.
    pub(super) fn blocking(self) -> Self {
        let cell = CallCell::unassigned();
        cell.set(Err(CallError::Blocking));
        Self::new(Arc::new(cell), self.id, None)
    }

    /// Whether awaiting would not wait.
    pub(crate) fn poll_finished(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.help();
        self.cell.poll_finished(context.waker())
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.cell.is_finished()
    }

    fn help(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            ticket.pool.help(ticket.sequence);
        }
    }
}

impl<T: Send, E: Send> ObjectRef<T, E> {
    /// Ends the call, queued or running, and the calls made inside it. The outcome becomes
    /// [`CallError::Cancelled`] unless there already is one. A running method stops at its next
    /// `.await`; a `#[blocking]` one cannot be interrupted and keeps its place until it returns.
    pub fn cancel(&self) {
        self.cell.end(Failure::Cancelled);
    }
}

impl<T, E> Unpin for ObjectRef<T, E> {}

impl<T, E> Future for ObjectRef<T, E> {
    type Output = Result<T, CallError<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // A loop of calls that are all answered at once must still let other tasks run.
        let turn = ready!(poll_turn(context));
        self.help();
        let outcome = ready!(self.cell.poll(context.waker()));
        turn.made_progress();
        Poll::Ready(outcome)
    }
}

impl<T, E> fmt::Debug for ObjectRef<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectRef")
            .field("request_id", &self.request_id())
            .field("state", &self.cell)
            .finish()
    }
}
