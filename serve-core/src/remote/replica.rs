//! A replica that lives behind a link: in a process of its own, and for all this code knows on another
//! machine.
//!
//! The parent keeps its permits and its place in the router as for any other replica; only the calls go
//! over the link (`exchange`). A call is registered before it is sent, holds its permit until the far side
//! is done with it, and is completed by the link's reader, without a task of its own.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::system::{HealthQuestion, Reconfiguration};
use crate::call::{ErasedCall, Failure, RequestInfo, Sender, refuse};
use crate::error::Failure as HookFailure;
use crate::exchange::{Methods, Origin, Outbound, Peer, Pending, Resolve, Sent, SentBatch};
use crate::info::{MethodInfo, TypeInfo};
use crate::link::{CallHead, Form, System, Target};
use crate::packed::{pack, unpack};
use crate::site::{CutCalls, ReplicaHealth, ReplicaInfo};
use crate::wire::{Hold, Outgoing, Tunnel};

/// The near end of a replica behind a link.
pub(crate) struct FarReplica {
    peer: Arc<Peer>,
    info: &'static TypeInfo,
    methods: Methods,
}

/// A batch on its way out.
pub(crate) struct OutboundBatch {
    pub(crate) method: &'static MethodInfo,
    pub(crate) count: u32,
    pub(crate) body: Bytes,
    pub(crate) batch: Box<dyn SentBatch>,
}

impl FarReplica {
    /// The replica of this type at the other end of this link, which is open.
    pub(crate) fn new(info: &'static TypeInfo, peer: Arc<Peer>) -> Self {
        let introduction = peer.introduction();
        let methods = introduction.map(|it| Methods::compare(info, it)).unwrap_or_default();
        Self { peer, info, methods }
    }

    /// What handles are among values that go there.
    pub(crate) fn handles(&self) -> &Arc<dyn Resolve> {
        self.peer.handles()
    }

    /// A method, if a call of it means the same on the far side.
    ///
    /// # Errors
    ///
    /// Says what is different.
    pub(crate) fn method(&self, name: &str) -> Result<&'static MethodInfo, Failure> {
        self.methods.find(self.info, name)
    }

    /// Sends a call. Whatever becomes of it, `cell` gets exactly one outcome.
    pub(crate) fn send(
        &self,
        call: Outgoing,
        sent: Sent,
        cell: &Arc<dyn ErasedCall>,
        sender: Arc<dyn Sender>,
    ) {
        let Outgoing { method, arguments, awaited } = call;
        let arguments = arguments.map_err(|error| Failure::NotSent(error.to_string()));
        let (body, method) = match arguments.and_then(|body| Ok((body, self.method(method)?))) {
            Ok(call) => call,
            Err(why) => return refuse(cell, why, awaited),
        };
        let head = CallHead::of_method(method, awaited.form(), sent.request());
        let deadline = sent.request().deadline;
        let pending = Pending::new(awaited, cell, Origin::Router(sent));
        self.peer.send(Outbound { head, body, pending, deadline }, cell, sender);
    }

    /// Sends a batch, in this request. `cells` are those of its items.
    pub(crate) fn send_batch(
        &self,
        call: OutboundBatch,
        request: &RequestInfo,
        cells: &Arc<dyn ErasedCall>,
        sender: Arc<dyn Sender>,
    ) {
        let OutboundBatch { method, count, body, batch } = call;
        let head = CallHead::of_method(method, Form::Batched(count), request);
        let pending = Pending::batch(batch);
        // Each item has a deadline of its own.
        let call = Outbound { head, body: body.into(), pending, deadline: None };
        self.peer.send(call, cells, sender);
    }

    /// Nobody wants the call of this number any more.
    pub(crate) fn cancel(&self, number: u64) {
        self.peer.cancel(number);
    }

    /// Leads `tunnel` to this replica. Where that has not executed the call, the tunnel says so and may
    /// be led to another. `hold` is dropped when the replica is free again.
    pub(crate) fn open_tunnel(
        &self,
        tunnel: &Arc<Tunnel>,
        hold: Arc<dyn Hold>,
        head: &CallHead,
        body: Bytes,
    ) {
        self.peer.send_tunnel(tunnel, hold, head, body);
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

    /// Lets it warm up.
    pub(crate) async fn warm_up(&self) -> Result<(), HookFailure> {
        self.ask(System::WarmUp, Bytes::new()).await.map(drop)
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
