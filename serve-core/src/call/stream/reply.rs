//! The answering end of a call that streams.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::task::{Poll, Waker};

use futures_core::Stream;
use futures_util::StreamExt;

use super::cell::{Pushed, StreamCell};
use super::items::Items;
use crate::call::error::{CallError, Failure};
use crate::call::reply::{CallToken, why_unanswered};

/// The place to send a stream's items to, once. Part of the values of a generated call enum.
///
/// A method answers through generated code. A mock answers with [`ok`](Self::ok),
/// [`err`](Self::err) or [`send`](Self::send); one that is dropped unanswered ends the stream with
/// [`CallError::ReplicaDied`].
///
/// ```
/// # fn example(reply: serve_core::StreamReply<String>) {
/// reply.ok(["Hello".to_owned(), "Alice".to_owned()]);
/// # }
/// ```
pub struct StreamReply<T, E = std::convert::Infallible> {
    cell: Option<Arc<StreamCell<T, E>>>,
}

impl<T, E> StreamReply<T, E> {
    pub(crate) fn new(cell: Arc<StreamCell<T, E>>) -> Self {
        Self { cell: Some(cell) }
    }

    /// Answers with these items; they are taken one by one as the reader wants them.
    pub fn ok<I>(self, items: I)
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
        T: 'static,
        E: 'static,
    {
        self.send(futures_util::stream::iter(items.into_iter().map(Ok)));
    }

    /// Answers with the method's own error as the only item.
    pub fn err(self, error: E)
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        self.send(futures_util::stream::iter([Err(CallError::App(error))]));
    }

    /// Answers with a stream, failures of the system among its items (to test how callers take them).
    pub fn send(mut self, items: impl Stream<Item = Result<T, CallError<E>>> + Send + 'static) {
        if let Some(cell) = self.cell.take() {
            cell.set_source(items.boxed());
        }
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
        CallToken(Arc::<StreamCell<T, E>>::clone(cell))
    }

    /// The items come over a connection, one by one.
    pub(crate) fn expect_items(&self) {
        if let Some(cell) = &self.cell {
            cell.halve_buffer();
        }
    }

    /// Resolves when there is room for one, or, to `false`, when nobody wants any.
    pub(crate) fn poll_wanted(&self, waker: &Waker) -> Poll<bool> {
        self.cell.as_ref().map_or(Poll::Ready(false), |cell| cell.poll_wanted(waker))
    }

    /// Takes an item, and says whether there is room for another.
    pub(crate) fn push(&self, item: Result<T, E>) -> bool {
        self.cell.as_ref().is_some_and(|cell| matches!(cell.push(item), Pushed::Room))
    }

    /// There are no more items.
    pub(crate) fn end(&self, end: Result<(), Failure>) {
        if let Some(cell) = &self.cell {
            cell.end(end);
        }
    }

    /// Runs a method that produces into what it is given, then ends the stream.
    #[doc(hidden)]
    pub async fn run<Fut: Future<Output = ()>>(mut self, produce: impl FnOnce(Items<T, E>) -> Fut) {
        let Some(cell) = &self.cell else { return };
        produce(Items::buffered(Arc::clone(cell))).await;
        if let Some(cell) = self.cell.take() {
            cell.finish();
        }
    }
}

impl<T, E> Drop for StreamReply<T, E> {
    fn drop(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        if let Some(why) = why_unanswered(&cell) {
            cell.end(Err(why));
        }
    }
}

impl<T, E> fmt::Debug for StreamReply<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReply").finish_non_exhaustive()
    }
}
