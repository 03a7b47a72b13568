//! Where a stream method's items go, seen from the method.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::cell::{Pushed, StreamCell};
use crate::call::context::{CallScope, with_frame};
use crate::call::turn::poll_turn;

/// Takes the items of a stream method. Part of generated code.
#[doc(hidden)]
pub struct Items<T, E>(Sink<T, E>);

enum Sink<T, E> {
    /// A task runs the method; a reader elsewhere empties the buffer.
    Buffer(Arc<StreamCell<T, E>>),
    /// The reader runs the method, and takes each item before it goes on.
    ItemSlot(Arc<ItemSlot<T, E>>),
}

/// Room for one item, between a method and the reader that polls it. Never contended.
pub(crate) struct ItemSlot<T, E>(Mutex<Option<Result<T, E>>>);

impl<T, E> Items<T, E> {
    pub(super) fn buffered(cell: Arc<StreamCell<T, E>>) -> Self {
        Self(Sink::Buffer(cell))
    }

    /// Takes items until `stream` ends, or nobody wants more; `wrap` tells errors from values.
    pub async fn forward<S: Stream>(self, stream: S, wrap: impl Fn(S::Item) -> Result<T, E>) {
        let stream = pin!(stream);
        let wrap = |item| {
            let wrapped = wrap(item);
            if wrapped.is_err() {
                with_frame(CallScope::note_error);
            }
            wrapped
        };
        match self.0 {
            Sink::Buffer(cell) => fill(&cell, stream, wrap).await,
            Sink::ItemSlot(slot) => hand_over(&slot, stream, wrap).await,
        }
    }
}

async fn fill<T, E, S: Stream>(
    cell: &StreamCell<T, E>,
    mut stream: Pin<&mut S>,
    wrap: impl Fn(S::Item) -> Result<T, E>,
) {
    let mut room = false;
    poll_fn(|context| {
        loop {
            if !room {
                // Not the end of the method where the reader has gone: whoever runs it is told, and drops
                // it with all it has begun.
                ready!(cell.poll_room(context.waker()));
                room = true;
            }
            // A stream that is always ready must still let other tasks run.
            let turn = ready!(poll_turn(context));
            let Some(item) = ready!(stream.as_mut().poll_next(context)) else {
                return Poll::Ready(());
            };
            turn.made_progress();
            room = matches!(cell.push(wrap(item)), Pushed::Room);
        }
    })
    .await;
}

async fn hand_over<T, E, S: Stream>(
    slot: &ItemSlot<T, E>,
    mut stream: Pin<&mut S>,
    wrap: impl Fn(S::Item) -> Result<T, E>,
) {
    poll_fn(|context| match ready!(stream.as_mut().poll_next(context)) {
        None => Poll::Ready(()),
        Some(item) => {
            slot.put(wrap(item));
            // Not a wait: the reader that polls this takes the item and comes back for the next.
            Poll::Pending
        }
    })
    .await;
}

impl<T, E> ItemSlot<T, E> {
    fn put(&self, item: Result<T, E>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(item);
    }

    fn take(&self) -> Option<Result<T, E>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T, E> fmt::Debug for Items<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}

/// The items of `produce` as a stream that runs it while it is polled.
pub(crate) fn pulled<T, E, Fut>(produce: impl FnOnce(Items<T, E>) -> Fut) -> Pulled<T, E, Fut>
where
    Fut: Future<Output = ()>,
{
    let slot = Arc::new(ItemSlot(Mutex::new(None)));
    let producing = produce(Items(Sink::ItemSlot(Arc::clone(&slot))));
    Pulled { producing, slot, ended: false }
}

pin_project! {
    /// See [`pulled`].
    pub(crate) struct Pulled<T, E, Fut> {
        #[pin]
        producing: Fut,
        slot: Arc<ItemSlot<T, E>>,
        ended: bool,
    }
}

impl<T, E, Fut: Future<Output = ()>> Stream for Pulled<T, E, Fut> {
    type Item = Result<T, E>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        if *this.ended {
            return Poll::Ready(None);
        }
        let polled = this.producing.poll(context);
        *this.ended = polled.is_ready();
        match this.slot.take() {
            Some(item) => Poll::Ready(Some(item)),
            None => polled.map(|()| None),
        }
    }
}
