//! The reader of a stream, and what it owes to the far side.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::link::{Meter, WINDOW_BYTES};
use crate::wire::{Arrived, AwaitItems, Flow};

pub(crate) struct RemoteItems {
    /// `None` once the stream has ended.
    awaited: Option<Box<dyn AwaitItems>>,
    meter: Meter,
    /// The lengths of items that came when there was no more room.
    held_back: Vec<usize>,
}

impl RemoteItems {
    pub(super) fn new(awaited: Box<dyn AwaitItems>) -> Arc<Mutex<Self>> {
        let awaited = Some(awaited);
        Arc::new(Mutex::new(Self {
            awaited,
            meter: Meter::new(WINDOW_BYTES),
            held_back: Vec::new(),
        }))
    }

    /// The reply, of a stream that nothing has come of.
    pub(super) fn into_reply(items: &Mutex<Self>) -> Option<Box<dyn Any + Send>> {
        let awaited = items.lock().unwrap_or_else(PoisonError::into_inner).awaited.take();
        awaited.map(AwaitItems::into_reply)
    }

    /// Takes an item; gives the CREDIT to send, if it is time. Where there is no more room, `waker` is
    /// woken when there is.
    pub(super) fn item(
        &mut self,
        item: Arrived<'_>,
        bytes: usize,
        waker: impl FnOnce() -> Waker,
    ) -> Option<u32> {
        match self.awaited.as_mut()?.item(item) {
            Flow::Room => self.meter.consumed(bytes),
            Flow::Full => {
                self.held_back.push(bytes);
                self.resume(&waker())
            }
            Flow::Ended => None,
        }
    }

    /// Looks whether there is room again.
    pub(super) fn resume(&mut self, waker: &Waker) -> Option<u32> {
        match self.awaited.as_ref()?.poll_wanted(&mut Context::from_waker(waker)) {
            // Of a stream that has been given up nothing is wanted any more; that is told otherwise.
            Poll::Ready(false) => None,
            Poll::Ready(true) => {
                let consumed =
                    self.held_back.drain(..).filter_map(|item| self.meter.consumed(item));
                consumed.reduce(u32::saturating_add)
            }
            Poll::Pending => None,
        }
    }

    pub(super) fn end(&mut self, outcome: Arrived<'_>) {
        let Some(mut awaited) = self.awaited.take() else { return };
        match outcome {
            Arrived::Value(_) => awaited.end(),
            failed => drop(awaited.item(failed)),
        }
    }
}
