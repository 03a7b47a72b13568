//! The way back of one call that runs here.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, ready};

use super::peer::Peer;
use crate::wire::{Answered, ItemSource, Message, Resolve, Sink, Window, WindowClosed, WireError};

pub(super) struct Answering {
    peer: Arc<Peer>,
    stream: u64,
}

impl Answering {
    pub(super) fn new(peer: &Arc<Peer>, stream: u64) -> Arc<Self> {
        Arc::new(Self { peer: Arc::clone(peer), stream })
    }
}

impl Sink for Answering {
    fn assigned(&self) {
        if self.peer.running.assigned(self.stream) {
            self.peer.tell_peer(Message::Assigned { stream: self.stream });
        }
    }

    fn answered(&self, answered: Answered) {
        self.peer.answer(self.stream, answered);
    }

    fn streams(&self, items: Box<dyn ItemSource>) {
        let window = self.peer.running.open_window(self.stream);
        let pump = pump(Arc::clone(&self.peer), self.stream, items, window);
        self.peer.tasks().spawn_until_stopped(pump);
    }

    fn resolver(&self) -> Option<&Arc<dyn Resolve>> {
        Some(self.peer.handles())
    }
}

/// Sends the items of a stream as fast as its reader takes them: one whenever there is credit for it.
/// Dropping the source cancels the call.
async fn pump(peer: Arc<Peer>, stream: u64, mut items: Box<dyn ItemSource>, window: Arc<Window>) {
    loop {
        let next = poll_fn(|context| match ready!(window.poll_ready(context)) {
            Ok(()) => items.poll_next(context).map(Ok),
            Err(WindowClosed) => Poll::Ready(Err(WindowClosed)),
        });
        let item = match next.await {
            Ok(Some(Answered::Value(body))) => body,
            Ok(Some(last)) => return peer.answer(stream, last),
            Ok(None) => return peer.end_stream(stream),
            // Nobody wants the items any more.
            Err(WindowClosed) => return peer.fail(stream, WireError::Cancelled),
        };
        window.spend(item.len());
        peer.tell_peer(Message::Item { stream, body: item });
    }
}
