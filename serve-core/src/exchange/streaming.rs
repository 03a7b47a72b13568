//! The items of a call that runs here, on their way.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, ready};

use super::peer::Peer;
use crate::link::{Message, Window, WindowClosed, WireError};
use crate::wire::{Answered, Guarded, ItemSource};

/// Keeps the last word on a call that streams, and sends it when it is dropped: when the items have ended
/// and whoever has to be done with the call before the other end learns that, such as what holds its
/// permit, has let go of this.
pub(super) struct StreamingCall {
    peer: Arc<Peer>,
    stream: u64,
    last: Mutex<Option<Last>>,
}

enum Last {
    /// What ended the items.
    Answer(Answered),
    /// Of the items.
    End,
    /// Nobody wants the items any more.
    Unwanted,
}

impl StreamingCall {
    /// Sends the items of a call as long as they are wanted.
    pub(super) fn start(
        peer: Arc<Peer>,
        stream: u64,
        items: Box<dyn ItemSource>,
    ) -> Arc<dyn Guarded> {
        let window = peer.running.open_window(stream);
        let this = Arc::new(Self { peer, stream, last: Mutex::new(None) });
        let pump = Arc::clone(&this).pump(items, window);
        this.peer.tasks().spawn_until_stopped(pump);
        this
    }

    /// Sends the items of a stream as fast as its reader takes them: one whenever there is credit for it.
    /// Dropping the source cancels the call.
    async fn pump(self: Arc<Self>, mut items: Box<dyn ItemSource>, window: Arc<Window>) {
        loop {
            let next = poll_fn(|context| match ready!(window.poll_ready(context)) {
                Ok(()) => self.peer.with_handles(|| items.poll_next(context)).map(Ok),
                Err(WindowClosed) => Poll::Ready(Err(WindowClosed)),
            });
            let stream = self.stream;
            let (item, bytes) = match next.await {
                Ok(Some(Answered::Value(body))) => {
                    let bytes = body.len();
                    (Message::Item { stream, body }, bytes)
                }
                Ok(Some(Answered::App(body))) => {
                    let bytes = body.len();
                    (Message::ItemError { stream, body }, bytes)
                }
                Ok(Some(last @ Answered::Failed(_))) => return self.set(Last::Answer(last)),
                Ok(None) => return self.set(Last::End),
                Err(WindowClosed) => return self.set(Last::Unwanted),
            };
            window.spend(bytes);
            self.peer.send_message(&item);
        }
    }

    fn set(&self, last: Last) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    }
}

impl Drop for StreamingCall {
    fn drop(&mut self) {
        let (peer, stream) = (&self.peer, self.stream);
        match self.last.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            Some(Last::Answer(answered)) => peer.answer(stream, answered),
            Some(Last::End) => peer.end_stream(stream),
            Some(Last::Unwanted) => peer.fail(stream, WireError::Cancelled),
            // The server stops.
            None => {}
        }
    }
}

impl Guarded for StreamingCall {
    fn release(&self) {
        // What is released is dropped next.
    }
}
