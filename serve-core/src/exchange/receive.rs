//! What the link brings: calls of the other end, answers to ours, and its end.

use std::sync::Arc;

use bytes::Bytes;

use super::incoming::Incoming;
use super::peer::Peer;
use super::watch::Room;
use crate::link::{Link, LinkError, Message, Receive, WireError};
use crate::log;
use crate::wire::{Arrived, Tunnel};

/// Takes what arrives for a [`Peer`]. The link's reader calls it; nothing here waits.
pub(crate) struct Receiver(Arc<Peer>);

impl Receiver {
    pub(super) fn new(peer: Arc<Peer>) -> Self {
        Self(peer)
    }

    fn answer(&self, stream: u64, outcome: Arrived<'_>) {
        if let Some(call) = self.0.calls.remove(stream) {
            self.0.with_handles(|| call.answer(outcome));
        }
    }

    fn tunnel(&self, stream: u64) -> Option<Arc<Tunnel>> {
        match self.0.calls.owns(stream) {
            true => self.0.calls.tunnel(stream),
            false => self.0.running.tunnel(stream),
        }
    }

    fn item(&self, stream: u64, item: Arrived<'_>, bytes: usize) {
        let peer = &self.0;
        let waker = || Room::waker(peer, stream);
        let take = || peer.calls.with_items(stream, |items| items.item(item, bytes, waker));
        if let Some(bytes) = peer.with_handles(take).flatten() {
            peer.send_message(&Message::Credit { stream, bytes });
        }
    }
}

impl Receive for Receiver {
    fn opened(&mut self, link: &Link) {
        self.0.open(link);
    }

    fn message(&mut self, message: Message) {
        let peer = &self.0;
        match message {
            Message::Call { stream, head, body } => {
                peer.callee.call(Incoming { peer, stream, head: &head, body: body.into_bytes() });
            }
            Message::Cancel { stream } => peer.running.cancel(stream),
            Message::Credit { stream, bytes } if peer.calls.owns(stream) => {
                if let Some(tunnel) = peer.calls.tunnel(stream) {
                    tunnel.refunded(bytes);
                }
            }
            Message::Credit { stream, bytes } => peer.running.refund(stream, bytes),
            Message::Reply { stream, body } => {
                self.answer(stream, Arrived::Value(&body.into_bytes()))
            }
            Message::End { stream } => self.answer(stream, Arrived::Value(&Bytes::new())),
            Message::Error { stream, error: WireError::App, body } => {
                self.answer(stream, Arrived::App(&body.into_bytes()));
            }
            Message::Error { stream, error, .. } => {
                if let Some(status) = error.refusal() {
                    peer.calls.refused(stream, status);
                }
                self.answer(stream, Arrived::Failed(error.into_failure()));
            }
            Message::Item { stream, body } => {
                let body = body.into_bytes();
                match self.tunnel(stream) {
                    Some(tunnel) => tunnel.received(body),
                    None => self.item(stream, Arrived::Value(&body), body.len()),
                }
            }
            Message::ItemError { stream, body } => {
                let body = body.into_bytes();
                self.item(stream, Arrived::App(&body), body.len());
            }
            Message::Reject { stream } => {
                if let Some(call) = peer.calls.remove(stream) {
                    peer.with_handles(|| match peer.leaving().is_said() {
                        true => call.send_elsewhere(),
                        false => call.reject(),
                    });
                }
            }
            Message::Assigned { stream } if peer.calls.owns(stream) => peer.calls.assigned(stream),
            Message::Assigned { stream } => {
                if peer.running.want_assignment(stream) {
                    peer.send_message(&Message::Assigned { stream });
                }
            }
            Message::GoAway { reason } => peer.leaving().say(reason),
            Message::Hello(_) | Message::Ping(_) | Message::Pong(_) => {}
        }
    }

    fn batch_end(&mut self) {
        self.0.callee.rest();
    }

    fn closed(&mut self, why: LinkError, unsent: Vec<u64>) {
        log::debug("a link has closed").cause(&why).emit();
        self.0.end(why.to_string(), &unsent);
    }
}
