//! A replica that lives behind a link: in a process of its own, and for all this code knows on another
//! machine.
//!
//! The parent keeps its permits and its place in the router as for any other replica; only the calls go
//! over the link (`exchange`). A call is registered before it is sent, holds its permit until the far side
//! is done with it, and is completed by the link's reader, without a task of its own.

mod batch;
mod http;
mod methods;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::call::{Executed, Failure, RequestInfo, Stoppable};
use crate::deployment::{Deployment, Failure as HookFailure};
use crate::exchange::{Again, Origin, Outbound, Peer};
use crate::replica::hooks::in_time;
use crate::replica::{Instance, Station};
use crate::router::{Router, refuse};
use crate::wire::{Answer, Body, CallHead, Form, Outcome, Outgoing, System, Target};

use methods::Methods;

pub(crate) use methods::{other_signature, signature_of};

/// The near end of a replica behind a link.
pub(crate) struct FarReplica {
    peer: Arc<Peer>,
    methods: Methods,
}

impl FarReplica {
    /// The replica of `D` at the other end of this link, which is open.
    pub(crate) fn new<D: Deployment>(peer: Arc<Peer>) -> Self {
        let methods = peer.introduction().map(Methods::compare::<D>).unwrap_or_default();
        Self { peer, methods }
    }

    /// Sends a call. Whatever becomes of it, `cell` gets exactly one outcome.
    pub(crate) fn send<D: Deployment>(
        &self,
        instance: Instance<D>,
        call: D::Call,
        cell: &Arc<dyn Stoppable>,
        request: RequestInfo,
        pinned: bool,
    ) {
        let Outgoing { method, arguments, awaited } = self.peer.with_handles(|| D::encode(call));
        let body = match arguments {
            Ok(arguments) => arguments,
            Err(error) => return refuse(cell, Failure::NotSent(error.to_string()), awaited),
        };
        let signature = match self.methods.signature::<D>(method) {
            Ok(signature) => signature,
            Err(why) => return refuse(cell, why, awaited),
        };
        let head = CallHead { signature, ..CallHead::of(method, awaited.form(), &request) };
        let deadline = request.deadline;
        let (arguments, cell) = (body.clone(), Arc::clone(cell));
        let origin = Sent { instance, method, arguments, cell: Arc::clone(&cell), request, pinned };
        let origin = Box::new(origin);
        self.peer.send(Outbound { head, body, awaited, origin, deadline }, &cell);
    }

    /// Tells the far side how many requests it may have at once, before it gets the next.
    pub(crate) fn set_ongoing_max(&self, requests: u32) {
        self.peer.tell(Target::Replica, Form::OngoingMax(requests), Bytes::new());
    }

    /// One of the system's own calls.
    ///
    /// # Errors
    ///
    /// The user's own, or the link's.
    pub(crate) async fn ask(&self, system: System, body: Bytes) -> Result<(), HookFailure> {
        self.peer.ask(Form::System(system), body).await
    }

    /// Hands the user's type its configuration.
    ///
    /// # Errors
    ///
    /// As [`Self::ask`].
    pub(crate) async fn reconfigure(&self, config: &serde_json::Value) -> Result<(), HookFailure> {
        let body = serde_json::to_vec(config).map_err(HookFailure::new)?;
        self.ask(System::Reconfigure, body.into()).await
    }

    /// Asks the user's health check; no answer in time is a failure.
    ///
    /// # Errors
    ///
    /// As [`Self::ask`].
    pub(crate) async fn check_health(&self, timeout: Duration) -> Result<(), HookFailure> {
        in_time(timeout, self.ask(System::CheckHealth, Bytes::new())).await
    }
}

impl Drop for FarReplica {
    fn drop(&mut self) {
        // The tasks of the link would go on for as long as the other end does.
        self.peer.close();
    }
}

/// What it takes to send a call once more that certainly never ran.
struct Sent<D: Deployment> {
    instance: Instance<D>,
    method: &'static str,
    arguments: Body,
    cell: Arc<dyn Stoppable>,
    request: RequestInfo,
    /// It was meant for this replica and no other.
    pinned: bool,
}

const NEVER_RAN: Failure = Failure::ReplicaDied { executed: Executed::No };

impl<D: Deployment> Origin for Sent<D> {
    fn send_again(self: Box<Self>, reply: Box<dyn Any + Send>, again: Again) {
        let Self { instance, method, arguments, cell, request, pinned } = *self;
        let router = Arc::clone(instance.replica().whole().router());
        // Its permit first, or it might stand in its own way.
        drop(instance);
        if pinned {
            return refuse(&cell, NEVER_RAN, reply);
        }
        let arguments = arguments.into_bytes();
        reroute(&router, method, &arguments, reply, &cell, request, again);
    }

    fn close(&self) {
        self.instance.replica().close();
    }

    fn answered(&self, outcome: &Outcome<'_>) {
        note(&**self.instance.replica(), outcome.failure());
    }
}

/// Makes a call once more that certainly never ran, and lets the router find another place for it.
fn reroute<D: Deployment>(
    router: &Router<D>,
    method: &str,
    arguments: &Bytes,
    reply: Box<dyn Any + Send>,
    cell: &Arc<dyn Stoppable>,
    request: RequestInfo,
    again: Again,
) {
    match D::decode(method, arguments, &mut Answer::near(reply)) {
        Ok(call) => match again {
            Again::Budgeted => router.send_again(call, cell, request, NEVER_RAN),
            Again::Free => router.enqueue_any(call, cell, request),
        },
        // What this process has written itself it can read.
        Err(error) => cell.stop(Failure::NotSent(error.to_string())),
    }
}

/// How a call went counts for the replica's standing as it does where a replica is here.
fn note(station: &dyn Station, failure: Option<&Failure>) {
    match failure {
        Some(Failure::Panicked { .. }) => station.failed(),
        None if station.site().standing.is_failing() => station.recovered(),
        Some(_) | None => {}
    }
}
