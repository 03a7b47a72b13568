//! The calls that have been sent and not been answered to their end, by their stream.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::sync::oneshot;

use super::items::Items;
use super::peer::Numbers;
use super::table::Table;
use crate::call::{Executed, Failure, Stoppable};
use crate::wire::{AwaitValue, Awaited, Outcome, Tunnel};

/// A call that has been sent and not been answered to its end.
pub(super) enum Pending {
    Value {
        awaited: Box<dyn AwaitValue>,
        origin: Box<dyn Origin>,
    },
    Items {
        items: Arc<Mutex<Items>>,
        origin: Box<dyn Origin>,
    },
    /// Its caller has gone; the far side has not yet said that it knows.
    Cancelled {
        _origin: Box<dyn Origin>,
    },
    /// A request over HTTP.
    Tunnel(Arc<Tunnel>),
    /// One of the system's own: a construction, a health check, a reconfiguration.
    System(Waiter),
}

/// Who waits for one of the system's own calls.
pub(super) type Waiter = oneshot::Sender<Result<(), String>>;

/// What a call holds until the far side is done with it. Dropped before its caller learns the outcome.
pub(crate) trait Origin: Send {
    /// The call has certainly not been executed. It is the reply of `Awaited::into_reply`.
    fn send_again(self: Box<Self>, reply: Box<dyn Any + Send>, again: Again);

    /// The far side takes no more calls.
    fn close(&self) {}

    /// The far side has answered.
    fn answered(&self, outcome: &Outcome<'_>) {
        let _ = outcome;
    }

    /// The call, where it is news that a replica takes it, and what to wake when it ends.
    fn watched(&self) -> Option<(Arc<dyn Stoppable>, Waker)> {
        None
    }
}

/// What a call costs that is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// One out of the retry budget.
    Budgeted,
    /// Nothing: it was refused by one that goes, which cannot refuse it a second time.
    Free,
}

/// What a call fails with that certainly never ran.
pub(super) const NEVER_RAN: Failure = Failure::ReplicaDied { executed: Executed::No };

/// The table of a link. After the link has closed it takes nothing more.
pub(super) struct Calls {
    next: AtomicU64,
    pending: Mutex<Option<Table<Pending>>>,
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

    /// # Errors
    ///
    /// Gives the call back where the link has closed.
    pub(super) fn insert(&self, stream: u64, call: Pending) -> Result<(), Pending> {
        match &mut *self.lock() {
            Some(pending) => {
                pending.insert(stream, call);
                Ok(())
            }
            None => Err(call),
        }
    }

    pub(super) fn remove(&self, stream: u64) -> Option<Pending> {
        self.lock().as_mut()?.remove(stream)
    }

    /// Lets `look` at the reader of a stream; not under the lock of the table, because items are read by
    /// the user's code.
    pub(super) fn with_items<R>(
        &self,
        stream: u64,
        look: impl FnOnce(&mut Items) -> R,
    ) -> Option<R> {
        let items = match self.lock().as_mut()?.get_mut(stream)? {
            Pending::Items { items, .. } => Arc::clone(items),
            Pending::Value { .. }
            | Pending::Tunnel(_)
            | Pending::Cancelled { .. }
            | Pending::System(_) => return None,
        };
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        Some(look(&mut items))
    }

    /// The bytes of a request over HTTP.
    pub(super) fn tunnel(&self, stream: u64) -> Option<Arc<Tunnel>> {
        match self.lock().as_ref()?.get(stream)? {
            Pending::Tunnel(tunnel) => Some(Arc::clone(tunnel)),
            Pending::Value { .. }
            | Pending::Items { .. }
            | Pending::Cancelled { .. }
            | Pending::System(_) => None,
        }
    }

    /// Notes that a call's caller has gone; `false` where it has been answered already. What it holds
    /// stays until the far side has let go of the call, or a full replica would get the next one.
    pub(super) fn cancel(&self, stream: u64) -> bool {
        let mut table = self.lock();
        let Some(pending) = table.as_mut() else { return false };
        let (value, items, origin) = match pending.remove(stream) {
            Some(Pending::Value { awaited, origin }) => (Some(awaited), None, origin),
            Some(Pending::Items { items, origin }) => (None, Some(items), origin),
            Some(other @ (Pending::Tunnel(_) | Pending::Cancelled { .. } | Pending::System(_))) => {
                pending.insert(stream, other);
                return false;
            }
            None => return false,
        };
        pending.insert(stream, Pending::Cancelled { _origin: origin });
        drop(table);
        // They are the user's, and may run user code when dropped.
        drop((value, items));
        true
    }

    /// A replica has taken a call.
    pub(super) fn assigned(&self, stream: u64) {
        let watched = match self.lock().as_ref().and_then(|pending| pending.get(stream)) {
            Some(Pending::Value { origin, .. } | Pending::Items { origin, .. }) => origin.watched(),
            Some(Pending::Tunnel(_) | Pending::Cancelled { .. } | Pending::System(_)) | None => {
                None
            }
        };
        let Some((cell, watch)) = watched else { return };
        cell.assign();
        // Out of the line it is told as a task would be.
        if !cell.park_runner(&watch) {
            watch.wake();
        }
    }

    /// Whether calls of this number are ours.
    pub(super) fn owns(&self, stream: u64) -> bool {
        stream % 2 == self.next.load(Relaxed) % 2
    }

    /// Takes everything; nothing can be added any more.
    pub(super) fn close(&self) -> Table<Pending> {
        self.lock().take().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Table<Pending>>> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Pending ===

impl Pending {
    pub(super) fn new(awaited: Awaited, origin: Box<dyn Origin>) -> Self {
        match awaited {
            Awaited::Value(awaited) => Self::Value { awaited, origin },
            Awaited::Items(awaited) => Self::Items { items: Items::new(awaited), origin },
        }
    }

    /// The call is over.
    pub(super) fn answer(self, outcome: Outcome<'_>) {
        match self {
            Self::Value { awaited, origin } => {
                origin.answered(&outcome);
                // Its permit first: whoever learns the answer finds the replica free.
                drop(origin);
                awaited.answer(outcome);
            }
            Self::Items { items, origin } => {
                origin.answered(&outcome);
                drop(origin);
                items.lock().unwrap_or_else(PoisonError::into_inner).end(outcome);
            }
            Self::Tunnel(tunnel) => tunnel.answered(match outcome {
                Outcome::Failed(why) => Some(why),
                Outcome::Value(_) | Outcome::App(_) => None,
            }),
            Self::System(waiter) => drop(waiter.send(match outcome {
                Outcome::Value(_) => Ok(()),
                Outcome::App(body) => Err(String::from_utf8_lossy(body).into_owned()),
                Outcome::Failed(failure) => Err(failure.to_string()),
            })),
            // The caller has gone, and now its permit does.
            Self::Cancelled { .. } => {}
        }
    }

    /// The far side takes no more calls.
    pub(super) fn close(&self) {
        match self {
            Self::Value { origin, .. } | Self::Items { origin, .. } => origin.close(),
            Self::Tunnel(tunnel) => tunnel.close_replica(),
            Self::Cancelled { .. } | Self::System(_) => {}
        }
    }

    pub(super) fn fail(self, why: Failure) {
        self.answer(Outcome::Failed(why));
    }

    /// The far side is full: the call goes elsewhere.
    pub(super) fn reject(self) {
        self.reroute(Again::Budgeted);
    }

    /// The link has closed, and the call has not been executed: it goes elsewhere.
    pub(super) fn send_again(self) {
        // Or it would come here again.
        self.close();
        self.reroute(Again::Budgeted);
    }

    /// The far side takes no more calls, and so has not executed this one.
    pub(super) fn send_elsewhere(self) {
        self.close();
        self.reroute(Again::Free);
    }

    fn reroute(self, again: Again) {
        let (reply, origin) = match self {
            Self::Value { awaited, origin } => (awaited.into_reply(), origin),
            Self::Items { items, origin } => match Items::into_reply(&items) {
                Some(reply) => (reply, origin),
                None => return,
            },
            Self::Tunnel(tunnel) => return tunnel.reject(),
            other @ (Self::Cancelled { .. } | Self::System(_)) => return other.fail(NEVER_RAN),
        };
        origin.send_again(reply, again);
    }
}
