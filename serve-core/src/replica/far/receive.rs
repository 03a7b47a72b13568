//! What the link to a replica brings: answers, and its end.

use std::sync::{Arc, Weak};
use std::task::{Wake, Waker};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::calls::{Calls, Pending};
use crate::call::{Executed, Failure};
use crate::deployment::Deployment;
use crate::wire::{Link, LinkError, Message, Outcome, Receive, WireError};

/// Takes the answers of one replica. The link's reader calls it; nothing here waits.
pub(crate) struct Answers<D: Deployment> {
    calls: Arc<Calls<D>>,
    link: Option<Link>,
    /// Cancelled when the link has closed.
    closed: CancellationToken,
}

impl<D: Deployment> Answers<D> {
    pub(crate) fn new(closed: CancellationToken) -> Self {
        Self { calls: Calls::new(), link: None, closed }
    }

    pub(super) fn calls(&self) -> Arc<Calls<D>> {
        Arc::clone(&self.calls)
    }

    fn answer(&self, stream: u64, outcome: Outcome<'_>) {
        if let Some(call) = self.calls.remove(stream) {
            call.answer(outcome);
        }
    }

    fn item(&self, stream: u64, body: &Bytes) {
        let Some(link) = &self.link else { return };
        let room = Room { calls: Arc::downgrade(&self.calls), link: link.clone(), stream };
        let waker = Waker::from(Arc::new(room));
        let credit = self
            .calls
            .with_items(stream, |items| items.item(Outcome::Value(body), body.len(), &waker));
        refund(link, stream, credit.flatten());
    }
}

impl<D: Deployment> Receive for Answers<D> {
    fn opened(&mut self, link: &Link) {
        self.link = Some(link.clone());
    }

    fn message(&mut self, message: Message) {
        match message {
            Message::Reply { stream, body, .. } => {
                self.answer(stream, Outcome::Value(&body.into_bytes()))
            }
            Message::End { stream, .. } => self.answer(stream, Outcome::Value(&Bytes::new())),
            Message::Error { stream, error: WireError::App, body, .. } => {
                self.answer(stream, Outcome::App(&body.into_bytes()));
            }
            Message::Error { stream, error, .. } => {
                self.answer(stream, Outcome::Failed(error.into_failure()));
            }
            Message::Item { stream, body } => self.item(stream, &body.into_bytes()),
            Message::Reject { stream, .. } => {
                if let Some(call) = self.calls.remove(stream) {
                    call.send_again();
                }
            }
            Message::Hello(_)
            | Message::Call { .. }
            | Message::Cancel { .. }
            | Message::Credit { .. }
            | Message::Ping(_)
            | Message::Pong(_)
            | Message::GoAway { .. } => {}
        }
    }

    fn closed(&mut self, why: LinkError, unsent: Vec<u64>) {
        tracing::debug!("the link to a replica has closed: {why}");
        // Nothing is routed here any more before what never ran looks for another place.
        self.closed.cancel();
        let calls = self.calls.close();
        calls.values().for_each(Pending::close_replica);
        for (stream, call) in calls {
            if unsent.contains(&stream) {
                call.send_again();
            } else {
                call.fail(Failure::ReplicaDied { executed: Executed::Maybe });
            }
        }
    }
}

/// Woken when a stream's reader has made room.
struct Room<D: Deployment> {
    calls: Weak<Calls<D>>,
    link: Link,
    stream: u64,
}

impl<D: Deployment> Wake for Room<D> {
    fn wake(self: Arc<Self>) {
        let Some(calls) = self.calls.upgrade() else { return };
        let waker = Waker::from(Arc::clone(&self));
        let credit = calls.with_items(self.stream, |items| items.resume(&waker));
        refund(&self.link, self.stream, credit.flatten());
    }
}

fn refund(link: &Link, stream: u64, credit: Option<u32>) {
    if let Some(bytes) = credit {
        // A link that has closed owes nobody anything.
        let _ = link.send(Message::Credit { stream, bytes });
    }
}
