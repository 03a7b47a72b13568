//! What a caller's end has to tell the other: that nobody wants a call any more, that somebody wants to
//! know when it is taken, and that a stream's reader has made room.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Weak};
use std::task::{Wake, Waker};

use super::peer::Peer;
use crate::call::{QueueWatch, Stoppable};
use crate::wire::Message;

/// Woken when a call has ended without an answer from the far side.
pub(super) struct Watch {
    peer: Weak<Peer>,
    stream: u64,
    /// Nothing may be said of a call that is not known there.
    sent: AtomicBool,
    /// Somebody wants to know when it is taken.
    asked: AtomicBool,
    /// Of a batch: it ends with the last of these.
    all: Option<Weak<dyn Stoppable>>,
}

impl Watch {
    pub(super) fn new(peer: Weak<Peer>, stream: u64) -> Arc<Self> {
        Self::make(peer, stream, None)
    }

    /// For calls that are one at the far side.
    pub(super) fn of_all(peer: Weak<Peer>, stream: u64, all: Weak<dyn Stoppable>) -> Arc<Self> {
        Self::make(peer, stream, Some(all))
    }

    fn make(peer: Weak<Peer>, stream: u64, all: Option<Weak<dyn Stoppable>>) -> Arc<Self> {
        Arc::new(Self {
            peer,
            stream,
            sent: AtomicBool::new(false),
            asked: AtomicBool::new(false),
            all,
        })
    }

    pub(super) fn stream(&self) -> u64 {
        self.stream
    }

    /// The call has been sent. Where it has ended meanwhile, the far side learns it now.
    pub(super) fn call_is_sent(&self, cell: &dyn Stoppable) {
        self.sent.store(true, SeqCst);
        if cell.is_done() {
            self.cancel();
        } else if self.asked.load(SeqCst) {
            self.ask();
        }
    }

    /// Wants to be told when a replica has taken the call. Twice is as good as once.
    fn ask(&self) {
        if let Some(peer) = self.peer.upgrade() {
            peer.send_message(Message::Assigned { stream: self.stream });
        }
    }

    fn cancel(&self) {
        let some_live = self.all.as_ref().and_then(Weak::upgrade).is_some_and(|all| !all.is_done());
        if some_live {
            return;
        }
        let Some(peer) = self.peer.upgrade() else { return };
        if self.sent.load(SeqCst) && peer.calls.cancel(self.stream) {
            peer.send_message(Message::Cancel { stream: self.stream });
        }
    }
}

impl Wake for Watch {
    fn wake(self: Arc<Self>) {
        self.cancel();
    }
}

impl QueueWatch for Watch {
    fn entry_cancelled(&self) {
        self.cancel();
    }

    fn assignment_awaited(&self) {
        self.asked.store(true, SeqCst);
        if self.sent.load(SeqCst) {
            self.ask();
        }
    }
}

/// Woken when a stream's reader has made room.
pub(super) struct Room {
    peer: Weak<Peer>,
    stream: u64,
}

impl Room {
    pub(super) fn waker(peer: &Arc<Peer>, stream: u64) -> Waker {
        Waker::from(Arc::new(Self { peer: Arc::downgrade(peer), stream }))
    }
}

impl Wake for Room {
    fn wake(self: Arc<Self>) {
        let Some(peer) = self.peer.upgrade() else { return };
        let waker = Waker::from(Arc::clone(&self));
        let credit = peer.calls.with_items(self.stream, |items| items.resume(&waker));
        if let Some(bytes) = credit.flatten() {
            peer.send_message(Message::Credit { stream: self.stream, bytes });
        }
    }
}
