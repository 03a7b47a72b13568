//! Where a call that has been sent comes from: what it holds here until the far side is done with it, and
//! what it takes to make it once more.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::watch::CallWatch;
use crate::call::{ErasedCall, Executed, Failure, RequestInfo, refuse};
use crate::link::Body;
use crate::observe::{CallEnd, CallJournal};
use crate::wire::Arrived;

/// Where a call comes from. Dropped before its caller learns the outcome.
pub(crate) enum Origin {
    /// A router, which has sent it to a replica.
    Router(Sent),
    /// A handle to a deployment whose router is at the other end. The cell has no more than a weak
    /// reference to the watch.
    Handle(Arc<CallWatch>),
}

/// A call of a replica.
pub(crate) struct Sent {
    permit: RemotePermit,
    method: &'static str,
    /// Kept from what was sent.
    pub(super) arguments: Body,
    request: RequestInfo,
    /// It was meant for this replica and no other.
    pinned: bool,
    begun: Instant,
}

/// A permit on a replica whose type is not known here. Given back when it is dropped.
pub(crate) struct RemotePermit(Option<Arc<dyn NearEnd>>);

/// A replica behind a link, as its router has it.
pub(crate) trait NearEnd: Send + Sync {
    /// A call has ended.
    fn give_back(self: Arc<Self>);

    /// The call has certainly not been executed. It is the reply of `FarReply::into_reply`.
    fn send_again(&self, call: Unsent, again: RetryCost);

    /// The far side takes no more calls.
    fn close(&self);

    /// A call is over; its far side has answered with a failure, or not.
    fn answered(&self, failure: Option<&Failure>, ended: Ended<'_>);
}

/// A call that is over, as it is counted.
#[derive(Debug)]
pub(crate) struct Ended<'a> {
    pub(crate) method: &'static str,
    pub(crate) outcome: CallEnd,
    pub(crate) begun: Instant,
    pub(crate) request: &'a RequestInfo,
}

/// A call that never ran.
pub(crate) struct Unsent {
    pub(crate) method: &'static str,
    pub(crate) arguments: Body,
    pub(crate) reply: Box<dyn Any + Send>,
    pub(crate) cell: Arc<dyn ErasedCall>,
    pub(crate) request: RequestInfo,
}

/// What a call costs that is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryCost {
    /// One out of the retry budget.
    Budgeted,
    /// Nothing: it was refused by one that goes, which cannot refuse it a second time.
    Free,
}

/// What a call fails with that certainly never ran.
pub(crate) const NEVER_RAN: Failure = Failure::ReplicaDied { executed: Executed::No };

impl Origin {
    pub(super) fn journal(&self) -> Option<Arc<CallJournal>> {
        match self {
            Self::Router(sent) => sent.request.journal().cloned(),
            Self::Handle(_) => None,
        }
    }

    /// The method that is called, and the id of the request.
    pub(super) fn name(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Router(sent) => Some((sent.method, sent.request.id.to_string())),
            Self::Handle(_) => None,
        }
    }
}

// === impl Sent ===

impl Sent {
    pub(crate) fn new(
        permit: RemotePermit,
        method: &'static str,
        request: RequestInfo,
        pinned: bool,
    ) -> Self {
        Self { permit, method, arguments: Body::EMPTY, request, pinned, begun: Instant::now() }
    }

    pub(crate) fn request(&self) -> &RequestInfo {
        &self.request
    }
}

// === impl Origin ===

impl Origin {
    /// The call has certainly not been executed.
    pub(super) fn send_again(
        self,
        reply: Box<dyn Any + Send>,
        cell: Arc<dyn ErasedCall>,
        again: RetryCost,
    ) {
        let Self::Router(Sent { permit, method, arguments, request, pinned: false, .. }) = self
        else {
            // There is no other way. Its permit first: whoever learns that finds the replica free.
            drop(self);
            return refuse(&cell, NEVER_RAN, reply);
        };
        if let Some(near) = permit.into_near_end() {
            near.send_again(Unsent { method, arguments, reply, cell, request }, again);
        }
    }

    pub(super) fn close(&self) {
        if let Some(near) = self.near_end() {
            near.close();
        }
    }

    pub(super) fn answered(&self, outcome: &Arrived<'_>) {
        self.ended(outcome.failure(), outcome_of(outcome));
    }

    /// Its caller has gone before it was over, or has been told that it is too late.
    pub(super) fn cancelled(&self) {
        let is_late =
            matches!(self, Self::Router(sent) if sent.request.is_expired_for(Duration::ZERO));
        let why = if is_late { Failure::DeadlineExceeded } else { Failure::Cancelled };
        self.ended(Some(&why), why.outcome());
    }

    fn ended(&self, failure: Option<&Failure>, outcome: CallEnd) {
        if let Self::Router(sent) = self
            && let Some(near) = &sent.permit.0
        {
            let (method, begun) = (sent.method, sent.begun);
            let ended = Ended { method, outcome, begun, request: &sent.request };
            near.answered(failure, ended);
        }
    }

    fn near_end(&self) -> Option<&Arc<dyn NearEnd>> {
        match self {
            Self::Router(sent) => sent.permit.0.as_ref(),
            Self::Handle(_) => None,
        }
    }
}

/// As it is counted.
fn outcome_of(arrived: &Arrived<'_>) -> CallEnd {
    match arrived {
        Arrived::Value(_) => CallEnd::Ok,
        Arrived::App(_) => CallEnd::Error,
        Arrived::Failed(why) => why.outcome(),
    }
}

// === impl Permit ===

impl RemotePermit {
    /// Of a permit that has been taken there.
    pub(crate) fn new(near: Arc<dyn NearEnd>) -> Self {
        Self(Some(near))
    }

    /// Whose it was: it has been given back, or the call might stand in its own way.
    fn into_near_end(self) -> Option<Arc<dyn NearEnd>> {
        self.0.clone()
    }
}

impl Drop for RemotePermit {
    #[inline]
    fn drop(&mut self) {
        if let Some(near) = self.0.take() {
            near.give_back();
        }
    }
}
