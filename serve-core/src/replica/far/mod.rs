//! A replica that lives behind a link: in a process of its own, and for all this code knows on another
//! machine.
//!
//! The parent keeps its permits and its place in the router as for any other replica; only the calls go
//! over the link. A call is registered before it is sent, holds its permit until the far side is done
//! with it, and is completed by the link's reader, without a task of its own.

mod calls;
mod receive;

use std::sync::{Arc, Weak};
use std::task::{Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::call::{Executed, Failure, RequestInfo, Stoppable, stop_at};
use crate::deployment::{Deployment, Failure as HookFailure};
use crate::replica::Instance;
use crate::replica::hooks::in_time;
use crate::router::refuse;
use crate::tasks::Tasks;
use crate::wire::{Awaited, CallHead, Form, Link, Message, Outgoing, SendError, System};

use calls::{Calls, Pending, Sent, Waiter};

pub(crate) use receive::Answers;

/// The near end of a replica behind a link.
pub(crate) struct FarReplica<D: Deployment> {
    link: Link,
    calls: Arc<Calls<D>>,
    tasks: Tasks,
}

impl<D: Deployment> FarReplica<D> {
    /// The table of the calls that `answers` will take answers for, before there is a link.
    pub(crate) fn calls(answers: &Answers<D>) -> FarCalls<D> {
        FarCalls(answers.calls())
    }

    pub(crate) fn new(link: Link, calls: FarCalls<D>, tasks: Tasks) -> Self {
        Self { link, calls: calls.0, tasks }
    }

    /// Sends a call. Whatever becomes of it, `cell` gets exactly one outcome.
    pub(crate) fn send(
        &self,
        instance: Instance<D>,
        call: D::Call,
        cell: &Arc<dyn Stoppable>,
        request: RequestInfo,
        pinned: bool,
    ) {
        let Outgoing { method, arguments, awaited } = D::encode(call);
        let arguments = match arguments {
            Ok(arguments) => arguments,
            Err(error) => return refuse(cell, Failure::Transport(error.to_string()), awaited),
        };
        let form = match &awaited {
            Awaited::Value(_) => Form::Unary,
            Awaited::Items(_) => Form::Streaming,
        };
        let (head, deadline) = (CallHead::of(method, form, &request), request.deadline);
        let sent = Sent {
            permit: Arc::new(instance),
            method,
            arguments: arguments.clone(),
            cell: Arc::clone(cell),
            request,
            pinned,
        };
        let stream = self.calls.next_stream();
        if let Err(call) = self.calls.insert(stream, Pending::new(awaited, sent)) {
            // Or the call would come here again.
            call.close_replica();
            return call.send_again();
        }
        self.send_registered(stream, Message::Call { stream, head, body: arguments });
        self.watch(stream, cell, deadline);
    }

    /// Tells the far side how many requests it may have at once, before it gets the next.
    pub(crate) fn set_ongoing_max(&self, requests: u32) {
        let (waiter, _nobody) = oneshot::channel();
        self.send_system(waiter, Form::OngoingMax(requests), Bytes::new());
    }

    /// One of the system's own calls.
    ///
    /// # Errors
    ///
    /// The user's own, or the link's.
    pub(crate) async fn ask(&self, system: System, body: Bytes) -> Result<(), HookFailure> {
        let (waiter, answer) = oneshot::channel();
        self.send_system(waiter, Form::System(system), body);
        let answer = answer.await.unwrap_or_else(|_| Err("the replica went away".to_owned()));
        answer.map_err(HookFailure::new)
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

    fn send_system(&self, waiter: Waiter, form: Form, body: Bytes) {
        let head = CallHead::of("", form, &RequestInfo::root());
        let stream = self.calls.next_stream();
        match self.calls.insert(stream, Pending::System(waiter)) {
            Ok(()) => {
                self.send_registered(stream, Message::Call { stream, head, body: body.into() })
            }
            Err(call) => call.fail(Failure::ReplicaDied { executed: Executed::No }),
        }
    }

    fn send_registered(&self, stream: u64, call: Message) {
        match self.link.send(call) {
            Ok(()) => {}
            // Whoever finds it in the table, we or the reader that clears up, sends it again.
            Err(SendError::Closed) => {
                if let Some(call) = self.calls.remove(stream) {
                    call.close_replica();
                    call.send_again();
                }
            }
            Err(error @ SendError::Limit(_)) => {
                if let Some(call) = self.calls.remove(stream) {
                    call.fail(Failure::Transport(error.to_string()));
                }
            }
        }
    }

    /// Lets the far side know when nobody wants the call any more. After it has been sent, because nothing
    /// may be said of a call that is not known there.
    fn watch(&self, stream: u64, cell: &Arc<dyn Stoppable>, deadline: Option<Instant>) {
        let (calls, link) = (Arc::downgrade(&self.calls), self.link.clone());
        let cancel = Arc::new(Cancel { calls, link, stream });
        if !cell.park_runner(&Waker::from(Arc::clone(&cancel))) {
            cancel.wake();
        } else if let Some(deadline) = deadline {
            self.tasks.spawn_until_stopped(stop_at(deadline, Arc::downgrade(cell)));
        }
    }
}

impl<D: Deployment> Drop for FarReplica<D> {
    fn drop(&mut self) {
        // The tasks of the link would go on for as long as the other end does.
        self.link.close();
    }
}

/// See [`FarReplica::calls`].
pub(crate) struct FarCalls<D: Deployment>(Arc<Calls<D>>);

/// Woken when a call has ended without an answer from the far side.
struct Cancel<D: Deployment> {
    calls: Weak<Calls<D>>,
    link: Link,
    stream: u64,
}

impl<D: Deployment> Wake for Cancel<D> {
    fn wake(self: Arc<Self>) {
        let Some(calls) = self.calls.upgrade() else { return };
        if calls.cancel(self.stream) {
            // A link that has closed has nobody left to tell.
            let _ = self.link.send(Message::Cancel { stream: self.stream });
        }
    }
}
