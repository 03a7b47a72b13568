//! One end of a link: the calls that it has sent, and those that it runs.

use std::sync::{Arc, OnceLock, Weak};

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::handles::{Resolve, with_resolver};
use super::incoming::Incoming;
use super::once_signal::OnceSignal;
use super::origin::Origin;
use super::pending::{Calls, NotSent, Pending, Waiter};
use super::receive::Receiver;
use super::running::RunningCalls;
use super::streaming::StreamingCall;
use super::watch::CallWatch;
use crate::call::{ErasedCall, Executed, Failure, QueueWatch, RequestInfo, Sender, stop_at};
use crate::error::Failure as HookFailure;
use crate::link::{Body, CallHead, Form, Hello, Link, Message, SendError, Target, WireError};
use crate::tasks::Tasks;
use crate::wire::{Answered, Awaited, Guarded, Hold, ItemSource, ReplyPath, Tunnel};

/// One end of a link.
pub(crate) struct Peer {
    this: Weak<Self>,
    /// Once both ends have introduced themselves.
    link: OnceLock<Link>,
    pub(super) calls: Calls,
    pub(super) running: RunningCalls,
    pub(super) callee: Arc<dyn Callee>,
    handles: Arc<dyn Resolve>,
    tasks: Tasks,
    /// The other end takes no more calls, and has some to finish; or it needs this end no longer.
    leaving: OnceSignal,
    /// The link has closed.
    closed: OnceSignal,
}

/// Who runs the calls of the other end.
pub(crate) trait Callee: Send + Sync {
    /// Begins a call. The link's reader calls it, so it must not wait.
    fn call(&self, call: Incoming<'_>);

    /// For now those were all: what it has put off, to begin several at once, begins now.
    fn rest(&self) {}

    /// The link has closed: nothing will come any more.
    fn closed(&self) {}
}

/// How an end numbers its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// The server's end.
    Odd,
    /// That of a replica's process.
    Even,
}

/// A call on its way out.
pub(crate) struct Outbound {
    pub(crate) head: CallHead,
    pub(crate) body: Body,
    pub(crate) pending: Pending,
    pub(crate) deadline: Option<Instant>,
}

impl Peer {
    /// An end without its link, which [`Self::receiver`] brings. `handles` says what handles are among the
    /// values that come.
    pub(crate) fn new(
        numbers: Numbers,
        callee: Arc<dyn Callee>,
        handles: impl FnOnce(&Weak<Self>) -> Arc<dyn Resolve>,
        tasks: &Tasks,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: Weak::clone(this),
            link: OnceLock::new(),
            calls: Calls::new(numbers),
            running: RunningCalls::default(),
            callee,
            handles: handles(this),
            tasks: tasks.clone(),
            leaving: OnceSignal::default(),
            closed: OnceSignal::default(),
        })
    }

    /// What the link of this end is opened with.
    pub(crate) fn receiver(self: &Arc<Self>) -> Receiver {
        Receiver::new(Arc::clone(self))
    }

    pub(super) fn open(&self, link: &Link) {
        let _ = self.link.set(link.clone());
    }

    /// Who the other end is, once it has introduced itself.
    pub(crate) fn introduction(&self) -> Option<&Hello> {
        self.link.get().map(Link::peer)
    }

    /// Said when the other end sends GOAWAY: why.
    pub(crate) fn leaving(&self) -> &OnceSignal {
        &self.leaving
    }

    /// Said when the link has closed: why.
    pub(crate) fn closed(&self) -> &OnceSignal {
        &self.closed
    }

    /// Sends GOAWAY; `false` where nobody can be told.
    pub(crate) fn leave(&self, reason: &str) -> bool {
        let message = Message::GoAway { reason: reason.to_owned() };
        self.link.get().is_some_and(|link| link.send(&message).is_ok())
    }

    pub(crate) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Ends the link where it stands.
    pub(crate) fn close(&self) {
        if let Some(link) = self.link.get() {
            link.close();
        }
    }

    /// The calls that the other end has not answered, each by its method and the id of its request.
    pub(crate) fn open_calls(&self) -> Vec<(&'static str, String)> {
        self.calls.open()
    }

    pub(crate) fn handles(&self) -> &Arc<dyn Resolve> {
        &self.handles
    }

    /// Reads and writes values that may have handles among them.
    pub(crate) fn with_handles<R>(&self, body: impl FnOnce() -> R) -> R {
        with_resolver(&self.handles, body)
    }

    // === the caller's side ===

    /// Sends a call, unless it has ended already. Whatever becomes of it, `cell` gets exactly one outcome.
    ///
    /// `sender` is who cancels it under its number.
    pub(crate) fn send(&self, call: Outbound, cell: &Arc<dyn ErasedCall>, sender: Arc<dyn Sender>) {
        let stream = self.calls.next_stream();
        self.send_as(stream, call, cell, || cell.note_sent(sender, stream));
    }

    /// What watches the next call.
    pub(super) fn new_watch(&self) -> Arc<CallWatch> {
        CallWatch::new(Weak::clone(&self.this), self.calls.next_stream())
    }

    /// Sends a call under this number. Before anybody can have it who may pass it on, its cell is `told`
    /// where it goes; that fails where the call has ended.
    pub(super) fn send_as(
        &self,
        stream: u64,
        call: Outbound,
        cell: &Arc<dyn ErasedCall>,
        told: impl FnOnce() -> bool,
    ) {
        let Outbound { head, body, pending, deadline } = call;
        if self.register(stream, pending, &head, body, told)
            && let Some(deadline) = deadline
        {
            self.tasks.spawn_until_stopped(stop_at(deadline, Arc::downgrade(cell)));
        }
    }

    /// Sends a call that waits at the other end as in a queue of this process: it is not taken before that end says so.
    pub(super) fn send_watched(
        &self,
        watch: &Arc<CallWatch>,
        head: CallHead,
        body: Body,
        awaited: Awaited,
        (cell, deadline): (&Arc<dyn ErasedCall>, Option<Instant>),
    ) {
        let pending = Pending::new(awaited, cell, Origin::Handle(Arc::clone(watch)));
        let call = Outbound { head, body, pending, deadline };
        let queue: Arc<dyn QueueWatch> = Arc::<CallWatch>::clone(watch);
        self.send_as(watch.stream(), call, cell, || cell.enter_queue(Arc::downgrade(&queue)));
        watch.call_is_sent();
    }

    /// Nobody wants a call any more.
    pub(crate) fn cancel(&self, stream: u64) {
        if self.calls.cancel(stream) {
            self.send_message(&Message::Cancel { stream });
        }
    }

    /// Leads `tunnel` to the other end, by a call of its own. Where that has not executed the call, the
    /// tunnel says so and may be led elsewhere.
    pub(crate) fn send_tunnel(
        &self,
        tunnel: &Arc<Tunnel>,
        hold: Arc<dyn Hold>,
        head: &CallHead,
        body: Bytes,
    ) {
        let stream = self.calls.next_stream();
        let Some(link) = self.link.get() else {
            hold.close_replica();
            return tunnel.reject();
        };
        if tunnel.attach(link.clone(), stream, hold) {
            let pending = Pending::Tunnel(Arc::clone(tunnel));
            if self.register(stream, pending, head, body.into(), || true) {
                tunnel.resend();
            }
        }
    }

    /// One of the system's own calls.
    ///
    /// # Errors
    ///
    /// The user's own, or the link's.
    pub(crate) async fn ask(&self, form: Form, body: Bytes) -> Result<Bytes, HookFailure> {
        let (waiter, answer) = oneshot::channel();
        self.send_system(Target::Replica, form, body, waiter);
        let answer = answer.await.unwrap_or_else(|_| Err("the replica went away".to_owned()));
        answer.map_err(HookFailure::new)
    }

    /// One of the system's own calls, whose outcome nobody waits for.
    pub(crate) fn tell(&self, target: Target, form: Form, body: Bytes) {
        let (waiter, _nobody) = oneshot::channel();
        self.send_system(target, form, body, waiter);
    }

    fn send_system(&self, target: Target, form: Form, body: Bytes, waiter: Waiter) {
        let head = CallHead { target, ..CallHead::of("", form, &RequestInfo::root()) };
        let stream = self.calls.next_stream();
        self.register(stream, Pending::System(waiter), &head, body.into(), || true);
    }

    /// Sends a call if it is `wanted`; `false` where it was not sent, and has been dealt with.
    #[inline]
    fn register(
        &self,
        stream: u64,
        pending: Pending,
        head: &CallHead,
        mut body: Body,
        wanted: impl FnOnce() -> bool,
    ) -> bool {
        let sent = self.calls.send(stream, pending, |pending| {
            if !wanted() {
                return Err(NotSent::Unwanted);
            }
            let link = self.link.get().ok_or(SendError::Closed)?;
            let writer = link.push_call(stream, head, &body)?;
            pending.keep(std::mem::take(&mut body));
            Ok(writer)
        });
        let (why, mut pending) = match sent {
            Ok(writer) => {
                writer.wake();
                return true;
            }
            Err(unsent) => *unsent,
        };
        pending.keep(body);
        match why {
            NotSent::Unwanted => drop(pending),
            NotSent::Refused(SendError::Closed) => self.with_handles(|| pending.send_again()),
            NotSent::Refused(error @ SendError::Limit(_)) => {
                pending.fail(Failure::NotSent(error.to_string()));
            }
        }
        false
    }

    /// The link has closed: what `unsent` says was certainly not executed.
    pub(super) fn end(&self, why: String, unsent: &[u64]) {
        // Nothing is routed here any more before what never ran looks for another place.
        self.closed.say(why);
        let calls = self.calls.close();
        calls.iter().for_each(|(_, call)| call.close());
        for (stream, call) in calls {
            match unsent.contains(&stream) {
                true => self.with_handles(|| call.send_again()),
                false => call.fail(Failure::ReplicaDied { executed: Executed::Maybe }),
            }
        }
        self.running.end();
        self.callee.closed();
    }

    // === the callee's side ===

    /// This end of a tunnel by which a call has come.
    pub(crate) fn accept_tunnel(&self, stream: u64) -> Option<Arc<Tunnel>> {
        let tunnel = Tunnel::answering(self.link.get()?.clone(), stream);
        self.running.insert_tunnel(stream, &tunnel);
        Some(tunnel)
    }

    /// Sends what there is to say; a link that has closed has nobody left to tell.
    pub(super) fn send_message(&self, message: &Message) {
        if let Some(link) = self.link.get() {
            let _ = link.send(message);
        }
    }

    /// Answers a call, for good.
    pub(crate) fn answer(&self, stream: u64, answered: Answered) {
        self.running.remove(stream);
        self.send_answer(stream, answered);
    }

    pub(crate) fn fail(&self, stream: u64, error: WireError) {
        self.running.remove(stream);
        self.send_failure(stream, error);
    }

    fn send_answer(&self, stream: u64, answered: Answered) {
        let answer = match answered {
            Answered::Value(body) => Message::Reply { stream, body },
            Answered::App(body) => Message::Error { stream, error: WireError::App, body },
            Answered::Failed(why) => return self.send_failure(stream, WireError::of(why)),
        };
        let Some(link) = self.link.get() else { return };
        if let Err(error @ SendError::Limit(_)) = link.send(&answer) {
            self.send_failure(stream, WireError::of(Failure::Transport(error.to_string())));
        }
    }

    fn send_failure(&self, stream: u64, error: WireError) {
        self.send_message(&Message::Error { stream, error, body: Body::default() });
    }

    pub(crate) fn end_stream(&self, stream: u64) {
        self.running.remove(stream);
        self.send_message(&Message::End { stream });
    }

    pub(super) fn reject(&self, stream: u64) {
        self.send_message(&Message::Reject { stream });
    }
}

impl ReplyPath for Peer {
    fn assigned(&self, stream: u64) {
        if self.running.assigned(stream) {
            self.send_message(&Message::Assigned { stream });
        }
    }

    fn answered(&self, stream: u64, answered: Answered) {
        // Among the running calls its place is free when its cell has gone.
        self.send_answer(stream, answered);
    }

    fn streams(
        self: Arc<Self>,
        stream: u64,
        items: Box<dyn ItemSource>,
    ) -> Option<Arc<dyn Guarded>> {
        Some(StreamingCall::start(self, stream, items))
    }

    fn write(&self, write: &mut dyn FnMut()) {
        self.with_handles(write);
    }
}
