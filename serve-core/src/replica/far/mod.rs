//! A replica that lives behind a link: in a process of its own, and for all this code knows on another
//! machine.
//!
//! The parent keeps its permits and its place in the router as for any other replica; only the calls go
//! over the link (`exchange`). A call is registered before it is sent, holds its permit until the far side
//! is done with it, and is completed by the link's reader, without a task of its own.

mod batch;
mod http;
mod methods;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::call::{ErasedCall, Failure, RequestInfo, Sender, refuse};
use crate::deployment::Deployment;
use crate::error::Failure as HookFailure;
use crate::exchange::{
    NEVER_RAN, NearEnd, Origin, Outbound, Peer, Pending, RetryCost, Sent, Unsent,
};
use crate::hosting::{HealthQuestion, Reconfiguration};
use crate::info::TypeInfo;
use crate::link::{CallHead, Form, System, Target};
use crate::packed::{pack, unpack};
use crate::replica::{AnyReplica, Instance, Replica};
use crate::router::Router;
use crate::site::{CutCalls, ReplicaContext, ReplicaHealth, ReplicaInfo};
use crate::striped::Lane;
use crate::wire::{Answer, Outgoing, encode};

use methods::Methods;

pub(crate) use methods::{method_of, other_signature};

/// The near end of a replica behind a link.
pub(crate) struct FarReplica {
    peer: Arc<Peer>,
    methods: Methods,
}

impl FarReplica {
    /// The replica of this type at the other end of this link, which is open.
    pub(crate) fn new(info: &TypeInfo, peer: Arc<Peer>) -> Self {
        let introduction = peer.introduction();
        let methods = introduction.map(|it| Methods::compare(info, it)).unwrap_or_default();
        Self { peer, methods }
    }

    /// Sends a call. Whatever becomes of it, `cell` gets exactly one outcome.
    pub(crate) fn send<D: Deployment>(
        &self,
        instance: Instance<D>,
        call: D::Call,
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
        pinned: bool,
    ) {
        let Some(outgoing) = encode::<D>(call, cell, self.peer.handles()) else { return };
        let Outgoing { method, arguments, awaited } = outgoing;
        let body = match arguments {
            Ok(arguments) => arguments,
            Err(error) => return refuse(cell, Failure::NotSent(error.to_string()), awaited),
        };
        let method = match self.methods.find(TypeInfo::of::<D>(), method) {
            Ok(method) => method,
            Err(why) => return refuse(cell, why, awaited),
        };
        let head = CallHead::of_method(method, awaited.form(), &request);
        let deadline = request.deadline;
        let sender = Arc::<Lane<Replica<D>>>::clone(instance.replica());
        let origin = Sent::new(instance.into_permit(), method.name, request, pinned);
        let pending = Pending::new(awaited, cell, Origin::Router(origin));
        self.peer.send(Outbound { head, body, pending, deadline }, cell, sender);
    }

    /// Tells the far side how many requests it may have at once, before it gets the next.
    pub(crate) fn set_ongoing_max(&self, requests: u32) {
        self.peer.tell(Target::Replica, Form::OngoingMax(requests), Bytes::new());
    }

    /// Notes what its far side has not answered.
    pub(crate) fn note_open(&self, cut: &CutCalls) {
        self.peer.open_calls().iter().for_each(|(method, id)| cut.note(method, id));
    }

    /// One of the system's own calls.
    ///
    /// # Errors
    ///
    /// The user's own, or the link's.
    pub(crate) async fn ask(&self, system: System, body: Bytes) -> Result<Bytes, HookFailure> {
        self.peer.ask(Form::System(system), body).await
    }

    /// Hands the user's type its configuration; the far side keeps the time.
    ///
    /// # Errors
    ///
    /// As [`Self::ask`].
    pub(crate) async fn reconfigure(
        &self,
        config: &serde_json::Value,
        patience: Duration,
    ) -> Result<(), HookFailure> {
        let config = serde_json::to_vec(config).map_err(HookFailure::new)?;
        let reconfiguration = Reconfiguration { config, patience };
        let body = pack(&reconfiguration).map_err(HookFailure::new)?;
        self.ask(System::Reconfigure, body.into()).await.map(drop)
    }

    /// Asks the user's health check. The far side answers in time, whatever the check does, unless it is
    /// itself held up; and then successes of calls speak for it.
    pub(crate) async fn check_health(
        &self,
        site: &ReplicaInfo,
        timeout: Duration,
    ) -> ReplicaHealth {
        let standing = &site.standing;
        standing.watch();
        let question = HealthQuestion { timeout, stuck_after: site.stuck.after() };
        let question = match pack(&question) {
            Ok(question) => question,
            Err(error) => return ReplicaHealth::Failed(error.to_string()),
        };
        let asked = self.ask(System::CheckHealth, question.into());
        // Once for its turn, if something runs alone there, and once for the check.
        let patience = timeout.saturating_mul(2).saturating_add(ANSWER_PATIENCE);
        match tokio::time::timeout(patience, asked).await {
            Ok(Ok(health)) => match unpack(&health) {
                Ok(health) => health,
                Err(error) => ReplicaHealth::Failed(error.to_string()),
            },
            Ok(Err(failure)) => ReplicaHealth::Failed(failure.to_string()),
            Err(_) => ReplicaHealth::no_answer(standing.has_succeeded(), timeout),
        }
    }
}

/// What a far side may take to say that a check has not answered.
const ANSWER_PATIENCE: Duration = Duration::from_secs(1);

impl Drop for FarReplica {
    fn drop(&mut self) {
        // The tasks of the link would go on for as long as the other end does.
        self.peer.close();
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

    fn answered(&self, failure: Option<&Failure>) {
        note(self, failure);
    }
}

impl<D: Deployment> Sender for Lane<Replica<D>> {
    fn call_cancelled(&self, number: u64) {
        if let Some(far) = self.as_far() {
            far.peer.cancel(number);
        }
    }
}

/// Makes a call once more that certainly never ran, and lets the router find another place for it.
fn reroute<D: Deployment>(router: &Router<D>, call: Unsent, again: RetryCost) {
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
fn note(station: &dyn ReplicaContext, failure: Option<&Failure>) {
    match failure {
        Some(Failure::Panicked { .. }) => station.failed(),
        None if station.site().standing.is_failing() => station.recovered(),
        Some(_) | None => {}
    }
}
