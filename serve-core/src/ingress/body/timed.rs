//! A body with a deadline ends in time although its client takes nothing.
//!
//! A body is polled only while there is room for more on its connection. Without this one, a client that
//! stops reading would keep a permit for as long as it likes.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame as BodyFrame, SizeHint};
use tokio::time::{Instant, sleep_until};

use super::held::{Cut, HeldBody};
use crate::call::Failure;
use crate::tasks::{OwnedTask, Tasks};

pub(super) struct TimedBody {
    shared: Arc<Shared>,
    _end: OwnedTask<()>,
}

#[derive(Default)]
struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    /// `None` after the end.
    body: Option<HeldBody>,
    waker: Option<Waker>,
}

impl TimedBody {
    pub(super) fn new(body: HeldBody, end: Instant, tasks: &Tasks) -> Self {
        let shared = Arc::new(Shared(Mutex::new(State { body: Some(body), waker: None })));
        let end = end_at(end, Arc::downgrade(&shared));
        Self { shared, _end: OwnedTask(tasks.spawn(end)) }
    }
}

async fn end_at(end: Instant, shared: Weak<Shared>) {
    sleep_until(end).await;
    let Some(shared) = shared.upgrade() else { return };
    let ended = std::mem::take(&mut *shared.lock());
    drop(ended.body);
    if let Some(waker) = ended.waker {
        waker.wake();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Panics of user code are caught before they get here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        let mut state = self.shared.lock();
        let Some(body) = &mut state.body else {
            return Poll::Ready(Some(Err(axum::Error::new(Cut(Failure::DeadlineExceeded)))));
        };
        let polled = Pin::new(body).poll_frame(context);
        if polled.is_pending() {
            state.waker = Some(context.waker().clone());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.shared.lock().body.as_ref().is_some_and(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.shared.lock().body.as_ref().map_or_else(SizeHint::default, HttpBody::size_hint)
    }
}
