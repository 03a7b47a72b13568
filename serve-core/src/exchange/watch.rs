//! What a caller's end has to tell the other: that nobody wants a call any more, that somebody wants to
//! know when it is taken, and that a stream's reader has made room.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Weak};
use std::task::{Wake, Waker};

use super::peer::Peer;
use crate::call::{QueueWatch, RefusalTo};
use crate::link::Message;

/// Woken when a call of a deployment beyond the link has ended without an answer from there.
pub(crate) struct CallWatch {
    peer: Weak<Peer>,
    stream: u64,
    /// Nothing may be asked of a call that is not known there.
    sent: AtomicBool,
    /// Somebody wants to know when it is taken.
    asked: AtomicBool,
    /// The request that has made the call.
    request: RefusalTo,
}

impl CallWatch {
    pub(super) fn new(peer: Weak<Peer>, stream: u64) -> Arc<Self> {
        let (sent, asked) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { peer, stream, sent, asked, request: RefusalTo::current() })
    }

    pub(super) fn stream(&self) -> u64 {
        self.stream
    }

    pub(super) fn refusal_to(&self) -> &RefusalTo {
        &self.request
    }

    /// The call has been sent.
    pub(super) fn call_is_sent(&self) {
        self.sent.store(true, SeqCst);
        if self.asked.load(SeqCst) {
            self.ask();
        }
    }

    /// Wants to be told when a replica has taken the call. Twice is as good as once.
    fn ask(&self) {
        if let Some(peer) = self.peer.upgrade() {
            peer.send_message(&Message::Assigned { stream: self.stream });
        }
    }

    fn cancel(&self) {
        if let Some(peer) = self.peer.upgrade() {
            peer.cancel(self.stream);
        }
    }
}

impl Wake for CallWatch {
    fn wake(self: Arc<Self>) {
        self.cancel();
    }
}

impl QueueWatch for CallWatch {
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
            peer.send_message(&Message::Credit { stream: self.stream, bytes });
        }
    }
}
