//! The calls that are under way on one link, by their stream.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;

use crate::call::{Executed, Failure, RequestInfo, Stoppable};
use crate::deployment::Deployment;
use crate::replica::Instance;
use crate::router::refuse;
use crate::wire::{
    Answer, AwaitItems, AwaitValue, Awaited, Body, Flow, Meter, Outcome, Streams, WINDOW_BYTES,
};

/// A call that has been sent and not been answered to its end.
pub(super) enum Pending<D: Deployment> {
    Value {
        awaited: Box<dyn AwaitValue>,
        sent: Sent<D>,
    },
    Items {
        items: Arc<Mutex<Items>>,
        sent: Sent<D>,
    },
    /// Its caller has gone; the far side has not yet said that it knows.
    Cancelled {
        _permit: Permit<D>,
    },
    /// One of the system's own: a construction, a health check, a reconfiguration.
    System(Waiter),
}

/// Who waits for one of the system's own calls.
pub(super) type Waiter = oneshot::Sender<Result<(), String>>;

/// What a call holds until the far side is done with it. Calls of one batch share it.
pub(super) type Permit<D> = Arc<Instance<D>>;

/// What it takes to send a call once more that certainly never ran.
pub(super) struct Sent<D: Deployment> {
    pub(super) permit: Permit<D>,
    pub(super) method: &'static str,
    pub(super) arguments: Body,
    pub(super) cell: Arc<dyn Stoppable>,
    pub(super) request: RequestInfo,
    /// It was meant for this replica and no other.
    pub(super) pinned: bool,
}

/// The reader of a stream, and what it owes to the far side.
pub(super) struct Items {
    /// `None` once the stream has ended.
    awaited: Option<Box<dyn AwaitItems>>,
    meter: Meter,
    /// The lengths of items that came when there was no more room.
    held_back: Vec<usize>,
}

/// The table of a link. After the link has closed it takes nothing more.
pub(super) struct Calls<D: Deployment> {
    next: AtomicU64,
    pending: Mutex<Option<Streams<Pending<D>>>>,
}

// === impl Calls ===

impl<D: Deployment> Calls<D> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { next: AtomicU64::new(1), pending: Mutex::new(Some(Streams::default())) })
    }

    /// The number of a new call: odd, as all of this end.
    pub(super) fn next_stream(&self) -> u64 {
        self.next.fetch_add(2, Relaxed)
    }

    /// # Errors
    ///
    /// Gives the call back where the link has closed.
    #[expect(clippy::result_large_err, reason = "given back as it came")]
    pub(super) fn insert(&self, stream: u64, call: Pending<D>) -> Result<(), Pending<D>> {
        match &mut *self.lock() {
            Some(pending) => {
                pending.insert(stream, call);
                Ok(())
            }
            None => Err(call),
        }
    }

    pub(super) fn remove(&self, stream: u64) -> Option<Pending<D>> {
        self.lock().as_mut()?.remove(&stream)
    }

    /// Lets `look` at the reader of a stream; not under the lock of the table, because items are read by
    /// the user's code.
    pub(super) fn with_items<R>(
        &self,
        stream: u64,
        look: impl FnOnce(&mut Items) -> R,
    ) -> Option<R> {
        let items = match self.lock().as_mut()?.get_mut(&stream)? {
            Pending::Items { items, .. } => Arc::clone(items),
            Pending::Value { .. } | Pending::Cancelled { .. } | Pending::System(_) => return None,
        };
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        Some(look(&mut items))
    }

    /// Notes that a call's caller has gone; `false` where it has been answered already. The permit stays
    /// until the far side has let go of the call, or a full replica would get the next one.
    pub(super) fn cancel(&self, stream: u64) -> bool {
        let mut pending = self.lock();
        let Some(call) = pending.as_mut().and_then(|pending| pending.get_mut(&stream)) else {
            return false;
        };
        let permit = match call {
            Pending::Value { sent, .. } | Pending::Items { sent, .. } => Arc::clone(&sent.permit),
            Pending::Cancelled { .. } | Pending::System(_) => return false,
        };
        let cancelled = std::mem::replace(call, Pending::Cancelled { _permit: permit });
        drop(pending);
        // What it holds is the user's, and may run user code when dropped.
        drop(cancelled);
        true
    }

    /// Takes everything; nothing can be added any more.
    pub(super) fn close(&self) -> Streams<Pending<D>> {
        self.lock().take().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Streams<Pending<D>>>> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Pending ===

impl<D: Deployment> Pending<D> {
    pub(super) fn new(awaited: Awaited, sent: Sent<D>) -> Self {
        match awaited {
            Awaited::Value(awaited) => Self::Value { awaited, sent },
            Awaited::Items(awaited) => Self::Items { items: Items::new(awaited), sent },
        }
    }

    /// The call is over.
    pub(super) fn answer(self, outcome: Outcome<'_>) {
        match self {
            Self::Value { awaited, sent } => {
                // Its permit first: whoever learns the answer finds the replica free.
                drop(sent);
                awaited.answer(outcome);
            }
            Self::Items { items, sent } => {
                drop(sent);
                items.lock().unwrap_or_else(PoisonError::into_inner).end(outcome);
            }
            Self::System(waiter) => drop(waiter.send(match outcome {
                Outcome::Value(_) => Ok(()),
                Outcome::App(body) => Err(String::from_utf8_lossy(body).into_owned()),
                Outcome::Failed(failure) => Err(failure.to_string()),
            })),
            // The caller has gone, and now its permit does.
            Self::Cancelled { .. } => {}
        }
    }

    /// Its replica takes no more calls.
    pub(super) fn close_replica(&self) {
        if let Self::Value { sent, .. } | Self::Items { sent, .. } = self {
            sent.permit.replica().close();
        }
    }

    pub(super) fn fail(self, why: Failure) {
        self.answer(Outcome::Failed(why));
    }

    /// The call has not been executed: the router looks for another replica.
    pub(super) fn send_again(self) {
        let (reply, sent) = match self {
            Self::Value { awaited, sent } => (awaited.into_reply(), sent),
            Self::Items { items, sent } => match Items::into_reply(&items) {
                Some(reply) => (reply, sent),
                None => return,
            },
            other @ (Self::Cancelled { .. } | Self::System(_)) => return other.fail(NEVER_RAN),
        };
        let Sent { permit, method, arguments, cell, request, pinned } = sent;
        let router = Arc::clone(permit.replica().whole().router());
        // Its permit first, or it might stand in its own way.
        drop(permit);
        match D::decode(method, &arguments.into_bytes(), &mut Answer::near(reply)) {
            Ok(call) if pinned => refuse(&cell, NEVER_RAN, call),
            Ok(call) => router.send_again(call, &cell, request, NEVER_RAN),
            // What this process has written itself it can read.
            Err(error) => cell.stop(Failure::Transport(error.to_string())),
        }
    }
}

const NEVER_RAN: Failure = Failure::ReplicaDied { executed: Executed::No };

// === impl Items ===

impl Items {
    fn new(awaited: Box<dyn AwaitItems>) -> Arc<Mutex<Self>> {
        let awaited = Some(awaited);
        Arc::new(Mutex::new(Self {
            awaited,
            meter: Meter::new(WINDOW_BYTES),
            held_back: Vec::new(),
        }))
    }

    /// The reply, of a stream that nothing has come of.
    fn into_reply(items: &Mutex<Self>) -> Option<Box<dyn Any + Send>> {
        let awaited = items.lock().unwrap_or_else(PoisonError::into_inner).awaited.take();
        awaited.map(AwaitItems::into_reply)
    }

    /// Takes an item; gives the CREDIT to send, if it is time. Where there is no more room, `waker` is
    /// woken when there is.
    pub(super) fn item(&mut self, item: Outcome<'_>, bytes: usize, waker: &Waker) -> Option<u32> {
        match self.awaited.as_mut()?.item(item) {
            Flow::Room => self.meter.consumed(bytes),
            Flow::Full => {
                self.held_back.push(bytes);
                self.resume(waker)
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

    fn end(&mut self, outcome: Outcome<'_>) {
        let Some(mut awaited) = self.awaited.take() else { return };
        match outcome {
            Outcome::Value(_) => awaited.end(),
            failed => drop(awaited.item(failed)),
        }
    }
}
