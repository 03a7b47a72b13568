//! The meeting point of a stream's producer and its reader: a bounded buffer, and an end that is set
//! exactly once.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use futures_util::stream::BoxStream;

use crate::call::cell::{ErasedCall, OnCancel};
use crate::call::error::{CallError, Failure};
use crate::contained::{discard, discard_all};

/// How many items a producer may be ahead of its reader. The reader takes all of them at once, so twice
/// as many may be on their way.
const BUFFERED_MAX: usize = 32;

pub(crate) struct StreamCell<T, E> {
    state: Mutex<State<T, E>>,
}

struct State<T, E> {
    items: VecDeque<Result<T, E>>,
    end: Option<Result<(), Failure>>,
    /// A mock's answer, which the reader polls itself.
    source: Option<Source<T, E>>,
    reader: Option<Waker>,
    producer: Option<Waker>,
    runner: OnCancel,
    buffered_max: usize,
}

pub(super) type Source<T, E> = BoxStream<'static, Result<T, CallError<E>>>;

/// What became of an item.
pub(super) enum Pushed {
    /// There is room for more.
    Room,
    /// It was the last that fits, or nobody will read it.
    Full,
}

/// What a reader gets.
pub(super) enum Taken<T, E> {
    /// There are new items.
    Items,
    /// There will be no more.
    End(Result<(), Failure>),
    /// The items come from here.
    Source(Source<T, E>),
}

impl<T, E> StreamCell<T, E> {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                end: None,
                source: None,
                reader: None,
                producer: None,
                runner: OnCancel::None,
                buffered_max: BUFFERED_MAX,
            }),
        }
    }

    /// A stream that goes over a connection has a buffer at both ends, which together keep the promise
    /// that one makes.
    pub(crate) fn halve_buffer(&self) {
        self.lock().buffered_max = BUFFERED_MAX / 2;
    }

    // === the producer's side ===

    /// Resolves when there is room for an item. There never will be in a stream that has been ended from
    /// outside: its runner has been woken to learn that, so no waker is left.
    pub(super) fn poll_room(&self, waker: &Waker) -> Poll<()> {
        match self.poll_wanted(waker) {
            Poll::Ready(true) => Poll::Ready(()),
            Poll::Ready(false) | Poll::Pending => Poll::Pending,
        }
    }

    /// Resolves when there is room for an item, or, to `false`, when the stream has ended.
    pub(super) fn poll_wanted(&self, waker: &Waker) -> Poll<bool> {
        let mut state = self.lock();
        if state.end.is_some() {
            return Poll::Ready(false);
        }
        if state.items.len() < state.buffered_max {
            return Poll::Ready(true);
        }
        wait(&mut state.producer, waker);
        Poll::Pending
    }

    pub(super) fn push(&self, item: Result<T, E>) -> Pushed {
        let mut state = self.lock();
        if state.end.is_some() {
            // The item is the user's; its `Drop` does not run under the lock.
            drop(state);
            discard(item);
            return Pushed::Full;
        }
        state.items.push_back(item);
        let pushed = match state.items.len() < state.buffered_max {
            true => Pushed::Room,
            false => Pushed::Full,
        };
        let reader = state.reader.take();
        drop(state);
        wake(reader);
        pushed
    }

    /// The producer has nothing more.
    pub(super) fn finish(&self) {
        self.end(Ok(()));
    }

    /// The items come from `source`, which the reader polls.
    pub(super) fn set_source(&self, source: Source<T, E>) {
        let mut state = self.lock();
        if state.end.is_some() {
            drop(state);
            discard(source);
            return;
        }
        state.source = Some(source);
        let reader = state.reader.take();
        drop(state);
        wake(reader);
    }

    // === the reader's side ===

    /// Moves all that is there into `items`, which must be empty, or leaves `waker`.
    pub(super) fn poll_take(
        &self,
        items: &mut VecDeque<Result<T, E>>,
        waker: &Waker,
    ) -> Poll<Taken<T, E>> {
        let mut state = self.lock();
        if let Some(source) = state.source.take() {
            return Poll::Ready(Taken::Source(source));
        }
        if !state.items.is_empty() {
            std::mem::swap(&mut state.items, items);
            let producer = state.producer.take();
            drop(state);
            wake(producer);
            return Poll::Ready(Taken::Items);
        }
        if let Some(end) = &state.end {
            return Poll::Ready(Taken::End(end.clone()));
        }
        wait(&mut state.reader, waker);
        Poll::Pending
    }

    /// Why the stream was ended by the system, if it was; else leaves `waker`.
    pub(super) fn poll_stopped(&self, waker: &Waker) -> Poll<Failure> {
        let mut state = self.lock();
        if let Some(Err(why)) = &state.end {
            return Poll::Ready(why.clone());
        }
        wait(&mut state.reader, waker);
        Poll::Pending
    }

    /// The reader wants no more: what is buffered goes, and the producer ends. A producer that was done
    /// has not been read to its end all the same.
    pub(super) fn cancel(&self) {
        self.end(Err(Failure::Cancelled));
        let mut state = self.lock();
        if let Some(Ok(())) = state.end {
            state.end = Some(Err(Failure::Cancelled));
        }
        let (items, source) = (std::mem::take(&mut state.items), state.source.take());
        drop(state);
        discard_all(items);
        discard_all(source);
    }

    pub(super) fn end(&self, end: Result<(), Failure>) {
        let mut state = self.lock();
        if state.end.is_some() {
            return;
        }
        state.end = Some(end);
        let wakers = [state.reader.take(), state.producer.take()];
        let runner = std::mem::replace(&mut state.runner, OnCancel::None);
        drop(state);
        runner.stop();
        wakers.into_iter().for_each(wake);
    }

    fn lock(&self) -> MutexGuard<'_, State<T, E>> {
        // No user code runs under this lock, so a poisoned one still holds a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait(place: &mut Option<Waker>, waker: &Waker) {
    match place {
        Some(waiting) => waiting.clone_from(waker),
        none => *none = Some(waker.clone()),
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl<T: Send + 'static, E: Send + 'static> ErasedCall for StreamCell<T, E> {
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn stop(&self, why: Failure) {
        self.end(Err(why));
    }

    fn change_runner(&self, change: &mut dyn FnMut(&mut OnCancel)) -> bool {
        let mut state = self.lock();
        let is_pending = state.end.is_none();
        if is_pending {
            change(&mut state.runner);
        }
        is_pending
    }
}

/// What nobody has read, and whoever drops the call last may be anybody.
impl<T, E> Drop for StreamCell<T, E> {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        discard_all(state.items.drain(..));
        discard_all(state.source.take());
    }
}

impl<T, E> fmt::Debug for StreamCell<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("StreamCell")
            .field("buffered", &state.items.len())
            .field("ended", &state.end.is_some())
            .finish()
    }
}
