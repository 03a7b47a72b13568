//! The way back of one call that runs here.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Poll, Wake, Waker, ready};

use super::peer::Peer;
use crate::wire::{
    Answered, FarCell, ItemSource, Message, Resolve, Sink, Window, WindowClosed, WireError,
};

/// Keeps the last word on a call, and sends it when it is dropped. Whoever has to be done with the call
/// before the other end learns its outcome, such as what holds its permit, holds this.
pub(crate) struct Answering {
    peer: Arc<Peer>,
    stream: u64,
    /// What the outcome will be in, unless the call streams.
    cell: OnceLock<FarCell>,
    last: Mutex<Option<Last>>,
}

enum Last {
    Answer(Answered),
    /// Of the items.
    End,
    /// Nobody wants the items any more.
    Unwanted,
}

impl Answering {
    pub(super) fn new(peer: &Arc<Peer>, stream: u64) -> Arc<Self> {
        let (cell, last) = (OnceLock::new(), Mutex::new(None));
        Arc::new(Self { peer: Arc::clone(peer), stream, cell, last })
    }

    fn set(&self, last: Last) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let (peer, stream) = (&self.peer, self.stream);
        match self.last.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            Some(Last::Answer(answered)) => peer.answer(stream, answered),
            Some(Last::End) => peer.end_stream(stream),
            Some(Last::Unwanted) => peer.fail(stream, WireError::Cancelled),
            // The call could not be read, and that has been answered.
            None => {}
        }
    }
}

impl Wake for Answering {
    fn wake(self: Arc<Self>) {
        if let Some(cell) = self.cell.get() {
            cell.tell(&*self, &Waker::from(Arc::clone(&self)));
        }
    }
}

impl Sink for Answering {
    /// The cell holds it and it holds the cell, until there is an outcome; a reply that is dropped leaves
    /// one too.
    fn answers(self: Arc<Self>, cell: FarCell) -> Waker {
        let _ = self.cell.set(cell);
        Waker::from(self)
    }

    fn assigned(&self) {
        if self.peer.running.assigned(self.stream) {
            self.peer.send_message(Message::Assigned { stream: self.stream });
        }
    }

    fn answered(&self, answered: Answered) {
        self.set(Last::Answer(answered));
    }

    fn streams(self: Arc<Self>, items: Box<dyn ItemSource>) {
        let window = self.peer.running.open_window(self.stream);
        let peer = Arc::clone(&self.peer);
        peer.tasks().spawn_until_stopped(self.pump(items, window));
    }

    fn resolver(&self) -> Option<&Arc<dyn Resolve>> {
        Some(self.peer.handles())
    }
}

impl Answering {
    /// Sends the items of a stream as fast as its reader takes them: one whenever there is credit for it.
    /// Dropping the source cancels the call.
    async fn pump(self: Arc<Self>, mut items: Box<dyn ItemSource>, window: Arc<Window>) {
        loop {
            let next = poll_fn(|context| match ready!(window.poll_ready(context)) {
                Ok(()) => items.poll_next(context).map(Ok),
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
            self.peer.send_message(item);
        }
    }
}
