//! The reading end of a stream.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::cell::{Source, StreamCell, Taken};
use crate::call::cell::InlineClaim;
use crate::call::error::CallError;
use crate::call::park;
use crate::call::turn::poll_turn;
use crate::contained::discard_all;
use crate::id::RequestId;

/// The items of a call that streams, in the order in which the method made them.
///
/// A [`Stream`] of `Result<T, CallError<E>>`: the method's own errors arrive as
/// [`CallError::App`] where they stood, and what the system did to the call ends the stream.
///
/// **Flow control.** The method runs at most 64 items ahead of its reader; a slow reader holds it back.
/// **Dropping the stream cancels the call**, and so does [`cancel`](Self::cancel): the method stops at
/// its next `.await`, and the calls it has made inside end with it.
///
/// It is `Send`, and a value like any other: pass it to another deployment whose method takes a
/// `ResponseStream<T, E>`, return it from a method that returns `impl Stream`, or from `__call__` as an
/// HTTP body, or as server-sent events with [`sse`](Self::sse).
///
/// # Cancel safety
///
/// [`next`](Self::next) is cancel safe: an item that was not returned comes with the next call.
///
/// ```
/// # use serve_core::{CallError, ResponseStream};
/// # async fn example(mut tokens: ResponseStream<String>) -> Result<(), CallError> {
/// while let Some(token) = tokens.next().await {
///     print!("{}", token?);
/// }
/// # Ok(()) }
/// ```
#[must_use = "a stream that is dropped cancels its call"]
pub struct ResponseStream<T, E = std::convert::Infallible> {
    cell: Arc<StreamCell<T, E>>,
    /// Taken out of the cell all at once, so that most items cost no lock.
    taken: VecDeque<Result<T, E>>,
    source: Option<Source<T, E>>,
    ticket: Option<InlineClaim>,
    id: RequestId,
    id_text: OnceLock<String>,
    cancelled: AtomicBool,
    ended: bool,
}

impl<T, E> ResponseStream<T, E> {
    pub(crate) fn new(
        cell: Arc<StreamCell<T, E>>,
        id: RequestId,
        ticket: Option<InlineClaim>,
    ) -> Self {
        Self {
            cell,
            taken: VecDeque::new(),
            source: None,
            ticket,
            id,
            id_text: OnceLock::new(),
            cancelled: AtomicBool::new(false),
            ended: false,
        }
    }

    /// The id of the request this call belongs to, known at once.
    pub fn request_id(&self) -> &str {
        match &self.id {
            RequestId::Text(text) => text,
            id => self.id_text.get_or_init(|| id.to_string()),
        }
    }

    /// The next item; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<T, CallError<E>>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Resolves when the first item is there, which stays the first. If the method fails before it, or no replica takes the
    /// call, the stream is that error: an HTTP handler then answers with its status, instead of a 200 that breaks off.
    ///
    /// # Cancel safety
    ///
    /// Dropping it before it resolves drops the stream, which cancels the call.
    ///
    /// # Errors
    ///
    /// The failure, or the method's own error in the place of the first item.
    ///
    /// ```
    /// # use serve_core::{CallError, ResponseStream};
    /// # use serve_core::prelude::*;
    /// async fn answer(tokens: ResponseStream<String>) -> Result<Response, CallError> {
    ///     Ok(tokens.started().await?.sse())
    /// }
    /// ```
    pub async fn started(mut self) -> Result<Self, CallError<E>> {
        if let Some(first) = self.next().await {
            self.taken.push_front(Ok(first?));
        }
        Ok(self)
    }

    /// The next item, for plain threads: blocks until there is one.
    ///
    /// # Errors
    ///
    /// [`CallError::Blocking`] inside asynchronous code, where it could wait for itself; use
    /// [`next`](Self::next) there.
    pub fn blocking_next(&mut self) -> Option<Result<T, CallError<E>>> {
        if park::is_polling_a_task() {
            return Some(Err(CallError::Blocking));
        }
        park::block_on(self.next(), None).flatten()
    }

    /// All items one by one, for plain threads, as Ray Serve's `for item in stream`.
    ///
    /// ```no_run
    /// # fn example(tokens: serve_core::ResponseStream<String>) -> Result<(), serve_core::CallError> {
    /// for token in tokens.blocking_iter() {
    ///     print!("{}", token?);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn blocking_iter(self) -> BlockingIter<T, E> {
        BlockingIter(self)
    }

    /// Ends the call. What has been read stays read; the next item is [`CallError::Cancelled`] and the
    /// last.
    pub fn cancel(&self) {
        self.cancelled.store(true, Relaxed);
        self.cell.cancel();
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, CallError<E>>>> {
        loop {
            if let Some(item) = self.taken.pop_front() {
                return Poll::Ready(Some(item.map_err(CallError::App)));
            }
            if let Some(source) = &mut self.source {
                if let Poll::Ready(why) = self.cell.poll_stopped(context.waker()) {
                    return Poll::Ready(self.end(Err(CallError::widen(why))));
                }
                let item = ready!(source.as_mut().poll_next(context));
                self.ended = item.is_none();
                return Poll::Ready(item);
            }
            match ready!(self.cell.poll_take(&mut self.taken, context.waker())) {
                Taken::Items => {}
                Taken::Source(source) => self.source = Some(source),
                Taken::End(end) => return Poll::Ready(self.end(end.map_err(CallError::widen))),
            }
        }
    }

    fn end(&mut self, end: Result<(), CallError<E>>) -> Option<Result<T, CallError<E>>> {
        self.ended = true;
        discard_all(self.source.take());
        end.err().map(Err)
    }
}

impl<T, E> Unpin for ResponseStream<T, E> {}

impl<T, E> Stream for ResponseStream<T, E> {
    type Item = Result<T, CallError<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        if *this.cancelled.get_mut() {
            discard_all(this.taken.drain(..));
        }
        // A loop over items that are all there must still let other tasks run.
        let turn = ready!(poll_turn(context));
        if let Some(ticket) = this.ticket.take() {
            ticket.pool.help(ticket.sequence);
        }
        let item = ready!(this.poll_item(context));
        turn.made_progress();
        Poll::Ready(item)
    }
}

impl<T, E> Drop for ResponseStream<T, E> {
    fn drop(&mut self) {
        self.cell.cancel();
        discard_all(self.taken.drain(..));
        discard_all(self.source.take());
    }
}

impl<T, E> fmt::Debug for ResponseStream<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseStream")
            .field("request_id", &self.request_id())
            .field("state", &self.cell)
            .finish_non_exhaustive()
    }
}

/// See [`ResponseStream::blocking_iter`].
#[derive(Debug)]
#[must_use = "a stream that is dropped cancels its call"]
pub struct BlockingIter<T, E>(ResponseStream<T, E>);

impl<T, E> Iterator for BlockingIter<T, E> {
    type Item = Result<T, CallError<E>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.ended {
            return None;
        }
        let item = self.0.blocking_next();
        // Asked again it would say the same for ever.
        self.0.ended |= matches!(item, Some(Err(CallError::Blocking)));
        item
    }
}
