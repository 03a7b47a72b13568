//! A replica whose value is elsewhere: its calls become bytes here, and what comes of them concerns its router.

use std::sync::Arc;

use tokio::time::Instant;

use super::{AnyReplica, Instance, Replica};
use crate::call::{ErasedCall, Failure, RequestInfo, Sender};
use crate::deployment::{Deployment, encode};
use crate::exchange::{Ended, NEVER_RAN, NearEnd, RetryCost, Sent, Unsent};
use crate::observe::{NotedCall, NotedEnd, RequestParts, Took};
use crate::router::Router;
use crate::site::ReplicaContext;
use crate::striped::Lane;
use crate::wire::Answer;

impl<D: Deployment> Instance<D> {
    /// Sends `call` to a replica behind a link.
    pub(super) fn send_far(
        self,
        call: D::Call,
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
        pinned: bool,
    ) {
        let replica = Arc::clone(self.replica());
        let Some(far) = replica.as_far() else { return };
        let Some(call) = encode::<D>(call, cell, far.handles()) else { return };
        let sent = Sent::new(self.into_permit(), call.method, request, pinned);
        far.send(call, sent, cell, Arc::<Lane<Replica<D>>>::clone(&replica));
    }
}

impl<D: Deployment> NearEnd for Lane<Replica<D>> {
    fn give_back(self: Arc<Self>) {
        Router::release(&self);
    }

    fn send_again(&self, call: Unsent, again: RetryCost) {
        reroute(self.router(), call, again);
    }

    fn close(&self) {
        self.whole().close();
    }

    fn answered(&self, failure: Option<&Failure>, ended: Ended<'_>) {
        note(self, failure);
        let (site, now) = (ReplicaContext::site(self), Instant::now());
        let Ended { method, outcome, begun, request } = ended;
        let took = now.saturating_duration_since(begun);
        site.count(method, outcome, Took::Exactly(took));
        if site.taps.is_on() {
            site.tell_taps(&request.id, method, outcome, took);
        }
        let parts = RequestParts { queued: request.waited(), method: took, ..Default::default() };
        request.keep_far(site, method, outcome, parts);
        if let Some(journal) = request.journal() {
            let deployment = Arc::clone(&site.name.deployment);
            let end = NotedEnd::At(now, outcome.name());
            journal.note(NotedCall { deployment, method, begun, end });
        }
        request.end_span(&site.name, method, outcome);
    }
}

impl<D: Deployment> Sender for Lane<Replica<D>> {
    fn call_cancelled(&self, number: u64) {
        if let Some(far) = self.as_far() {
            far.cancel(number);
        }
    }
}

/// Makes a call once more that certainly never ran, and lets the router find another place for it.
pub(super) fn reroute<D: Deployment>(router: &Router<D>, call: Unsent, again: RetryCost) {
    let Unsent { method, arguments, reply, cell, request } = call;
    match D::decode(method, &arguments.into_bytes(), &mut Answer::near(reply)) {
        Ok(call) => match again {
            RetryCost::Budgeted => router.send_again(call, &cell, request, NEVER_RAN),
            RetryCost::Free => router.enqueue_any(call, &cell, request),
        },
        // What this process has written itself it can read.
        Err(error) => cell.stop(Failure::NotSent(error.to_string())),
    }
}

/// How a call went counts for the replica's standing as it does where a replica is here.
pub(crate) fn note(station: &dyn ReplicaContext, failure: Option<&Failure>) {
    match failure {
        Some(Failure::Panicked { .. }) => station.failed(),
        None if station.site().standing.is_failing() => station.recovered(),
        Some(_) | None => {}
    }
}
