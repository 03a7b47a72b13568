//! The calls that have been sent and not been answered to their end, by their stream.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use bytes::Bytes;
use http::StatusCode;
use tokio::sync::oneshot;

use super::items::RemoteItems;
use super::origin::{NEVER_RAN, Origin, RetryCost};
use super::peer::Numbers;
use crate::call::{ErasedCall, Failure};
use crate::link::{Body, Occupant, SendError, Table};
use crate::observe::CallJournal;
use crate::wire::{Arrived, Awaited, FarReply, Tunnel};

/// A call that has been sent and not been answered to its end.
pub(crate) enum Pending {
    Value {
        reply: FarReply,
        origin: Origin,
    },
    Items {
        items: Arc<Mutex<RemoteItems>>,
        cell: Arc<dyn ErasedCall>,
        origin: Origin,
    },
    /// Many calls that are one to the far side.
    Batch {
        batch: Box<dyn SentBatch>,
        /// No caller is left.
        cancelled: bool,
    },
    /// Its caller has gone; the far side has not yet said that it knows.
    Cancelled {
        origin: Origin,
    },
    /// A request over HTTP.
    Tunnel(Arc<Tunnel>),
    /// One of the system's own: a construction, a health check, a reconfiguration.
    System(Waiter),
}

/// Who waits for one of the system's own calls.
pub(crate) type Waiter = oneshot::Sender<Result<Bytes, String>>;

/// A batch of calls, which holds its slot at the replica until the far side is done with it.
pub(crate) trait SentBatch: Send {
    /// Whether no caller is left.
    fn is_done(&self) -> bool;

    /// It certainly has not been executed.
    fn send_again(self: Box<Self>, again: RetryCost);

    /// The far side takes no more calls.
    fn close(&self);

    /// It is over.
    fn answer(self: Box<Self>, outcome: Arrived<'_>);
}

/// The table of a link. After the link has closed it takes nothing more.
pub(super) struct Calls {
    next: AtomicU64,
    pending: Mutex<Option<Table<Pending>>>,
}

/// Why a call was not sent. It is not in the table.
pub(super) enum NotSent {
    /// Nobody wants it any more.
    Unwanted,
    /// By the link.
    Refused(SendError),
}

impl From<SendError> for NotSent {
    fn from(error: SendError) -> Self {
        Self::Refused(error)
    }
}

// === impl Calls ===

impl Calls {
    pub(super) fn new(numbers: Numbers) -> Self {
        let first = match numbers {
            Numbers::Odd => 1,
            // Zero is the connection itself.
            Numbers::Even => 2,
        };
        Self { next: AtomicU64::new(first), pending: Mutex::new(Some(Table::default())) }
    }

    /// The number of a new call.
    pub(super) fn next_stream(&self) -> u64 {
        self.next.fetch_add(2, Relaxed)
    }

    /// Sends a call and notes it, in one step for who answers it or gives it up: both find it only when it
    /// has been sent, so nothing is said of a call that is not known at the other end.
    ///
    /// # Errors
    ///
    /// Gives the call back where it was not sent.
    #[inline]
    pub(super) fn send<R>(
        &self,
        stream: u64,
        mut call: Pending,
        send: impl FnOnce(&mut Pending) -> Result<R, NotSent>,
    ) -> Result<R, Box<(NotSent, Pending)>> {
        let mut table = self.lock();
        let Some(pending) = table.as_mut() else {
            return Err(Box::new((NotSent::Refused(SendError::Closed), call)));
        };
        match send(&mut call) {
            Ok(sent) => {
                pending.insert(stream, call);
                Ok(sent)
            }
            Err(why) => Err(Box::new((why, call))),
        }
    }

    /// The calls that are open, each by its method and the id of its request.
    pub(super) fn open(&self) -> Vec<(&'static str, String)> {
        let name = |pending: &Pending| match pending {
            Pending::Value { origin, .. } | Pending::Items { origin, .. } => origin.name(),
            Pending::Batch { .. } => Some(("a batch", String::new())),
            Pending::Tunnel(_) => Some(("a request over HTTP", String::new())),
            Pending::Cancelled { .. } | Pending::System(_) => None,
        };
        let table = self.lock();
        table.iter().flat_map(Table::all).filter_map(name).collect()
    }

    pub(super) fn remove(&self, stream: u64) -> Option<Pending> {
        self.lock().as_mut()?.remove(stream)
    }

    /// Lets `look` at the reader of a stream; not under the lock of the table, because items are read by
    /// the user's code.
    pub(super) fn with_items<R>(
        &self,
        stream: u64,
        look: impl FnOnce(&mut RemoteItems) -> R,
    ) -> Option<R> {
        let items = match self.lock().as_ref()?.get(stream)? {
            Pending::Items { items, .. } => Arc::clone(items),
            Pending::Value { .. }
            | Pending::Batch { .. }
            | Pending::Tunnel(_)
            | Pending::Cancelled { .. }
            | Pending::System(_) => return None,
        };
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        Some(look(&mut items))
    }

    /// The calls that the request has made of which this is a call, if anybody wants to know.
    pub(super) fn journal(&self, stream: u64) -> Option<Arc<CallJournal>> {
        match self.lock().as_ref()?.get(stream)? {
            Pending::Value { origin, .. } | Pending::Items { origin, .. } => origin.journal(),
            Pending::Tunnel(tunnel) => Some(tunnel.begin_journal()),
            Pending::Batch { .. } | Pending::Cancelled { .. } | Pending::System(_) => None,
        }
    }

    /// The bytes of a request over HTTP.
    pub(super) fn tunnel(&self, stream: u64) -> Option<Arc<Tunnel>> {
        match self.lock().as_ref()?.get(stream)? {
            Pending::Tunnel(tunnel) => Some(Arc::clone(tunnel)),
            Pending::Value { .. }
            | Pending::Items { .. }
            | Pending::Batch { .. }
            | Pending::Cancelled { .. }
            | Pending::System(_) => None,
        }
    }

    /// Notes that a call's caller has gone; `false` where that is no news. What the call holds stays until
    /// the far side has let go of it, or a full replica would get the next one.
    pub(super) fn cancel(&self, stream: u64) -> bool {
        let mut table = self.lock();
        let Some(pending) = table.as_mut() else { return false };
        let Some(call) = pending.remove(stream) else { return false };
        let (is_news, call, reply, items) = match call {
            Pending::Value { reply, origin } => {
                (true, Pending::Cancelled { origin }, Some(reply), None)
            }
            Pending::Items { items, origin, .. } => {
                (true, Pending::Cancelled { origin }, None, Some(items))
            }
            Pending::Batch { batch, cancelled } => {
                let is_over = batch.is_done();
                (is_over && !cancelled, Pending::Batch { batch, cancelled: is_over }, None, None)
            }
            other @ (Pending::Cancelled { .. } | Pending::Tunnel(_) | Pending::System(_)) => {
                (false, other, None, None)
            }
        };
        pending.insert(stream, call);
        drop(table);
        // They are the user's, and may run user code when dropped.
        drop((reply, items));
        is_news
    }

    /// A call has been refused: the request that has made it learns how to tell its client.
    pub(super) fn refused(&self, stream: u64, status: StatusCode) {
        let table = self.lock();
        let origin = match table.as_ref().and_then(|pending| pending.get(stream)) {
            Some(Pending::Value { origin, .. } | Pending::Items { origin, .. }) => origin,
            _ => return,
        };
        if let Origin::Handle(watch) = origin {
            watch.refusal_to().tell(status);
        }
    }

    /// A replica has taken a call.
    pub(super) fn assigned(&self, stream: u64) {
        let watched = self.lock().as_ref().and_then(|pending| pending.get(stream)?.watched());
        let Some((cell, watch)) = watched else { return };
        cell.assign();
        // Out of the queue it is told as a task would be.
        if !cell.park_runner(&watch) {
            watch.wake();
        }
    }

    /// Whether calls of this number are ours.
    pub(super) fn owns(&self, stream: u64) -> bool {
        stream % 2 == self.next.load(Relaxed) % 2
    }

    /// Takes everything; nothing can be added any more.
    pub(super) fn close(&self) -> Vec<(u64, Pending)> {
        self.lock().take().unwrap_or_default().into_all().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Table<Pending>>> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Pending ===

impl Occupant for Pending {
    fn is_over(&self) -> bool {
        false
    }
}

impl Pending {
    pub(crate) fn new(awaited: Awaited, cell: &Arc<dyn ErasedCall>, origin: Origin) -> Self {
        match awaited {
            Awaited::Value(reply) => Self::Value { reply, origin },
            Awaited::Items(items) => {
                Self::Items { items: RemoteItems::new(items), cell: Arc::clone(cell), origin }
            }
        }
    }

    pub(crate) fn batch(batch: Box<dyn SentBatch>) -> Self {
        Self::Batch { batch, cancelled: false }
    }

    /// Keeps the arguments of a call that may be made once more.
    pub(super) fn keep(&mut self, arguments: Body) {
        if let Self::Value { origin, .. } | Self::Items { origin, .. } = self
            && let Origin::Router(sent) = origin
        {
            sent.arguments = arguments;
        }
    }

    /// The call, where it is news that a replica takes it, and what to wake when it ends.
    fn watched(&self) -> Option<(Arc<dyn ErasedCall>, Waker)> {
        let (cell, origin) = match self {
            Self::Value { reply, origin } => (reply.cell()?, origin),
            Self::Items { cell, origin, .. } => (cell, origin),
            Self::Batch { .. } | Self::Tunnel(_) | Self::Cancelled { .. } | Self::System(_) => {
                return None;
            }
        };
        match origin {
            Origin::Handle(watch) => Some((Arc::clone(cell), Waker::from(Arc::clone(watch)))),
            Origin::Router(_) => None,
        }
    }

    /// The call is over.
    pub(super) fn answer(self, outcome: Arrived<'_>) {
        match self {
            Self::Value { reply, origin } => {
                origin.answered(&outcome);
                // Its permit first: whoever learns the answer finds the replica free.
                drop(origin);
                reply.answer(outcome);
            }
            Self::Items { items, origin, .. } => {
                origin.answered(&outcome);
                drop(origin);
                items.lock().unwrap_or_else(PoisonError::into_inner).end(outcome);
            }
            Self::Batch { batch, .. } => batch.answer(outcome),
            Self::Tunnel(tunnel) => tunnel.answered(match outcome {
                Arrived::Failed(why) => Some(why),
                Arrived::Value(_) | Arrived::App(_) => None,
            }),
            Self::System(waiter) => drop(waiter.send(match outcome {
                Arrived::Value(body) => Ok(Bytes::copy_from_slice(body)),
                Arrived::App(body) => Err(String::from_utf8_lossy(body).into_owned()),
                Arrived::Failed(failure) => Err(failure.to_string()),
            })),
            // The caller has gone, and now its permit does.
            Self::Cancelled { origin } => origin.cancelled(),
        }
    }

    /// The far side takes no more calls.
    pub(super) fn close(&self) {
        match self {
            Self::Value { origin, .. } | Self::Items { origin, .. } => origin.close(),
            Self::Batch { batch, .. } => batch.close(),
            Self::Tunnel(tunnel) => tunnel.close_replica(),
            Self::Cancelled { .. } | Self::System(_) => {}
        }
    }

    pub(super) fn fail(self, why: Failure) {
        self.answer(Arrived::Failed(why));
    }

    /// The far side is full: the call goes elsewhere.
    pub(super) fn reject(self) {
        self.reroute(RetryCost::Budgeted);
    }

    /// The link has closed, and the call has not been executed: it goes elsewhere.
    pub(super) fn send_again(self) {
        // Or it would come here again.
        self.close();
        self.reroute(RetryCost::Budgeted);
    }

    /// The far side takes no more calls, and so has not executed this one.
    pub(super) fn send_elsewhere(self) {
        self.close();
        self.reroute(RetryCost::Free);
    }

    fn reroute(self, again: RetryCost) {
        match self {
            Self::Value { reply, origin } => {
                if let Some(cell) = reply.cell().cloned() {
                    origin.send_again(reply.into_reply(), cell, again);
                }
            }
            Self::Items { items, cell, origin } => {
                if let Some(reply) = RemoteItems::into_reply(&items) {
                    origin.send_again(reply, cell, again);
                }
            }
            Self::Batch { batch, .. } => batch.send_again(again),
            Self::Tunnel(tunnel) => tunnel.reject(),
            other @ (Self::Cancelled { .. } | Self::System(_)) => other.fail(NEVER_RAN),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    /// A batch whose callers go when it is said.
    struct Scripted(Arc<AtomicBool>);

    impl SentBatch for Scripted {
        fn is_done(&self) -> bool {
            self.0.load(Relaxed)
        }

        fn send_again(self: Box<Self>, _: RetryCost) {}

        fn close(&self) {}

        fn answer(self: Box<Self>, _: Arrived<'_>) {}
    }

    #[test]
    fn a_batch_is_given_up_once_and_only_with_its_last_caller() {
        let (calls, done) = (Calls::new(Numbers::Odd), Arc::new(AtomicBool::new(false)));
        let batch = Pending::batch(Box::new(Scripted(Arc::clone(&done))));
        assert!(calls.send(1, batch, |_| Ok(())).is_ok());
        assert!(!calls.cancel(1), "some are left");
        done.store(true, Relaxed);
        assert!(calls.cancel(1));
        assert!(!calls.cancel(1), "that is no news");
        assert!(calls.remove(1).is_some(), "it holds its slot until it is answered");
        assert!(!calls.cancel(1));
    }

    #[test]
    fn a_call_that_was_not_sent_is_not_in_the_table() {
        let calls = Calls::new(Numbers::Odd);
        let (waiter, _nobody) = oneshot::channel();
        let call = Pending::System(waiter);
        let unsent = calls.send(1, call, |_| Err::<(), _>(NotSent::Unwanted));
        let (why, call) = *unsent.expect_err("it was not sent");
        assert!(matches!(why, NotSent::Unwanted) && calls.remove(1).is_none());
        drop(calls.close());
        let (why, _) = *calls.send(1, call, |_| Ok(())).expect_err("the link has closed");
        assert!(matches!(why, NotSent::Refused(SendError::Closed)));
    }
}
