//! What the link to a replica brings: answers, and its end.

use std::sync::{Arc, Weak};
use std::task::{Wake, Waker};

use tokio::sync::oneshot;

use super::calls::{Calls, Pending};
use crate::call::{Executed, Failure};
use crate::deployment::Deployment;
use crate::wire::{Link, LinkError, Message, Outcome, Receive, WireError};

/// Takes the answers of one replica. The link's reader calls it; nothing here waits.
pub(crate) struct Answers<D: Deployment> {
    calls: Arc<Calls<D>>,
    link: Option<Link>,
    /// Told why the far side takes no more calls; `None` once it has been.
    leaving: Option<oneshot::Sender<String>>,
    /// Told why the link has closed.
    closed: Option<oneshot::Sender<String>>,
}

/// What becomes of the link, for whoever watches over the replica. Each resolves to the reason.
pub(crate) struct LinkWatch {
    /// The far side takes no more calls, and has some to finish.
    pub(crate) leaving: oneshot::Receiver<String>,
    pub(crate) closed: oneshot::Receiver<String>,
}

impl<D: Deployment> Answers<D> {
    pub(crate) fn new() -> (Self, LinkWatch) {
        let ((leaves, leaving), (closes, closed)) = (oneshot::channel(), oneshot::channel());
        let answers =
            Self { calls: Calls::new(), link: None, leaving: Some(leaves), closed: Some(closes) };
        (answers, LinkWatch { leaving, closed })
    }

    pub(super) fn calls(&self) -> Arc<Calls<D>> {
        Arc::clone(&self.calls)
    }

    fn answer(&self, stream: u64, outcome: Outcome<'_>) {
        if let Some(call) = self.calls.remove(stream) {
            call.answer(outcome);
        }
    }

    /// The far side has not executed a call: it is full, or it goes.
    fn refused(&self, stream: u64) {
        let Some(call) = self.calls.remove(stream) else { return };
        match self.leaving {
            Some(_) => call.send_again(),
            None => {
                // Or it would come here again.
                call.close_replica();
                call.send_elsewhere();
            }
        }
    }

    fn item(&self, stream: u64, body: &[u8]) {
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
            Message::Reply { stream, body, .. } => self.answer(stream, Outcome::Value(&body)),
            Message::End { stream, .. } => self.answer(stream, Outcome::Value(&[])),
            Message::Error { stream, error: WireError::App, body, .. } => {
                self.answer(stream, Outcome::App(&body));
            }
            Message::Error { stream, error, .. } => {
                self.answer(stream, Outcome::Failed(error.into_failure()));
            }
            Message::Item { stream, body } => match self.calls.tunnel(stream) {
                Some(tunnel) => tunnel.received(body),
                None => self.item(stream, &body),
            },
            Message::Credit { stream, bytes } => {
                if let Some(tunnel) = self.calls.tunnel(stream) {
                    tunnel.refunded(bytes);
                }
            }
            Message::Reject { stream, .. } => self.refused(stream),
            Message::GoAway { reason } => tell(&mut self.leaving, reason),
            Message::Hello(_)
            | Message::Call { .. }
            | Message::Cancel { .. }
            | Message::Ping(_)
            | Message::Pong(_) => {}
        }
    }

    fn closed(&mut self, why: LinkError, unsent: Vec<u64>) {
        tracing::debug!("the link to a replica has closed: {why}");
        // Nothing is routed here any more before what never ran looks for another place.
        tell(&mut self.closed, why.to_string());
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

/// Whoever does not wait for it has other reasons to let the replica go.
fn tell(watch: &mut Option<oneshot::Sender<String>>, reason: String) {
    if let Some(watch) = watch.take() {
        let _ = watch.send(reason);
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
