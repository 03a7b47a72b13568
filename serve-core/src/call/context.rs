//! The ambient context of a request: what `serve_core::context()` shows and child calls inherit.
//!
//! A [`CallScope`] belongs to one running call and stays with the future's owner; while the future is
//! polled, a thread local points to it, so user code needs no argument for it and a poll moves
//! nothing. What is seldom asked for (the id as text, the list of child calls) is made on first use.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use http::StatusCode;
use scoped_tls::scoped_thread_local;
use tokio::time::Instant;

use super::cell::ErasedCall;
use super::error::Failure;
use crate::id::{ReplicaName, RequestId};
use crate::observe::{CallEnd, CallJournal, ChildCall, OpenSpan, RequestParts, SlowRequest};
use crate::panic::message_of;
use crate::site::{ReplicaContext, ReplicaInfo};

scoped_thread_local!(static CURRENT: CallScope);

/// What a request carries along, from its entry to its last child call.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) id: RequestId,
    /// Never later than the parent's.
    pub(crate) deadline: Option<Instant>,
    /// How long its call has waited, in microseconds: for a replica, or to run together with others.
    pub(super) waited: u32,
    /// What most calls do not have.
    pub(crate) extras: Option<Arc<Extras>>,
}

/// The rarer part of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras {
    pub(crate) route: Option<Arc<str>>,
    pub(crate) multiplexed_model_id: Option<Arc<str>>,
    pub(crate) session_id: Option<Arc<str>>,
    /// The name of the client's key.
    pub(crate) api_key: Option<Arc<str>>,
    /// As it came in.
    pub(crate) trace_parent: Option<Arc<str>>,
    pub(crate) trace_state: Option<Arc<str>>,
    /// That of the call, if the request is traced.
    pub(crate) span: Option<Box<OpenSpan>>,
    /// Of a request that came over HTTP, for lines about it.
    pub(crate) request_line: Option<(http::Method, http::uri::PathAndQuery)>,
    /// When it came over HTTP.
    pub(crate) arrived: Option<Instant>,
    /// Its client wants to know where the time went.
    pub(crate) is_timed: bool,
    /// When its arguments had been read, if that took a while.
    pub(crate) read: Option<Instant>,
    /// The calls that it has made; begun with the first of them.
    pub(crate) journal: Option<Arc<CallJournal>>,
    /// The number of the call that it is, in a replica's process: its server knows the journal by that.
    pub(crate) caller: Option<u64>,
}

/// What a client asked for, for lines about its request.
pub(crate) fn request_line<B>(
    request: &http::Request<B>,
) -> Option<(http::Method, http::uri::PathAndQuery)> {
    let path = request.uri().path_and_query()?;
    Some((request.method().clone(), path.clone()))
}

/// The context of one running call.
pub(crate) struct CallScope {
    /// Its id is made when somebody first asks.
    pub(crate) request: RefCell<Request>,
    pub(crate) station: Arc<dyn ReplicaContext>,
    pub(crate) method: &'static str,
    /// The address of the call's cell; none is at zero.
    pub(crate) call: usize,
    children: OnceCell<Arc<RequestChildren>>,
    finished: Cell<bool>,
    /// How many answers given here were errors of the method's own: of a batch there may be several.
    errors: Cell<u32>,
}

/// The calls made inside a request that have not been seen to end, and what was noted of them.
#[derive(Default)]
pub(super) struct RequestChildren {
    calls: Mutex<Calls>,
    /// The status with which the deployment that last refused one wants HTTP clients to be told.
    pub(super) refusal: AtomicU16,
}

#[derive(Default)]
struct Calls {
    ongoing: Vec<Weak<dyn ErasedCall>>,
    /// The request has been cancelled: a method that cannot be interrupted makes no more of them.
    stopped: bool,
}

impl Extras {
    /// Whether it matters which replica serves the request.
    #[inline]
    pub(crate) fn has_preference(&self) -> bool {
        self.multiplexed_model_id.is_some() || self.session_id.is_some()
    }
}

// === impl Request ===

impl Request {
    /// A request that has no parent, and no id until somebody wants one.
    #[inline]
    pub(crate) fn root() -> Self {
        Self { id: RequestId::Unset, deadline: None, waited: 0, extras: None }
    }

    /// As it came in.
    pub(crate) fn of_client(id: RequestId, deadline: Option<Instant>, extras: Extras) -> Self {
        Self { id, deadline, waited: 0, extras: Some(Arc::new(extras)) }
    }

    /// Shortens the deadline; it can never be prolonged.
    pub(crate) fn limit(&mut self, deadline: Instant) {
        self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
    }

    /// Whether the deadline passed `grace` ago, or earlier.
    #[inline]
    pub(crate) fn is_expired_for(&self, grace: Duration) -> bool {
        self.deadline.is_some_and(|deadline| {
            let late = Instant::now().checked_duration_since(deadline);
            late.is_some_and(|late| late >= grace)
        })
    }

    /// When what may go on for `grace` after the deadline ends.
    pub(crate) fn ends_after(&self, grace: Duration) -> Option<Instant> {
        self.deadline?.checked_add(grace)
    }

    /// The name of the client's key.
    pub(crate) fn api_key(&self) -> Option<&Arc<str>> {
        self.extras.as_ref()?.api_key.as_ref()
    }

    pub(crate) fn extras_mut(&mut self) -> &mut Extras {
        Arc::make_mut(self.extras.get_or_insert_with(Arc::default))
    }
}

// === impl CallScope ===

impl CallScope {
    #[inline]
    pub(crate) fn new(
        request: Request,
        station: Arc<dyn ReplicaContext>,
        method: &'static str,
    ) -> Self {
        Self {
            request: RefCell::new(request),
            station,
            method,
            call: 0,
            children: OnceCell::new(),
            finished: Cell::new(false),
            errors: Cell::new(0),
        }
    }

    /// That of a call which a mock answers. What the mock calls meanwhile is cancelled with the request
    /// that the mock was called in, because the mock itself has returned long before.
    pub(crate) fn of_mock(
        request: Request,
        station: Arc<dyn ReplicaContext>,
        method: &'static str,
        call: usize,
    ) -> Self {
        let children = with_frame(|parent| Arc::clone(parent.children()));
        Self {
            request: RefCell::new(request),
            station,
            method,
            call,
            children: children.map(OnceCell::from).unwrap_or_default(),
            finished: Cell::new(true),
            errors: Cell::new(0),
        }
    }

    /// Makes this the current context of the thread for the time of `body`.
    pub(crate) fn enter<R>(&self, body: impl FnOnce() -> R) -> R {
        let (mut body, mut output) = (Some(body), None);
        self.enter_unit(&mut || {
            if let Some(body) = body.take() {
                output = Some(body());
            }
        });
        output.expect("what has run has an output")
    }

    /// Without the type of the body, so that it is compiled once.
    fn enter_unit(&self, body: &mut dyn FnMut()) {
        CURRENT.set(self, body);
    }

    /// Makes one step of a call in this context. A panic there is an error with its text.
    ///
    /// In one piece, because every call comes through here.
    #[inline]
    pub(crate) fn step<T>(
        &self,
        context: &mut Context<'_>,
        step: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Result<Poll<T>, String> {
        let step = AssertUnwindSafe(|| CURRENT.set(self, || step(context)));
        catch_unwind(step).map_err(message_of)
    }

    /// Runs `work` in this context, to its end or until it is dropped.
    pub(crate) async fn run<F: Future>(self, work: F) -> F::Output {
        let mut work = pin!(work);
        let running = poll_fn(move |context| {
            let polled = self.enter(|| work.as_mut().poll(context));
            if polled.is_ready() {
                self.finish();
            }
            polled
        });
        running.await
    }

    /// The call has run to its end: what it started and did not wait for may go on.
    #[inline]
    pub(crate) fn finish(&self) {
        self.finished.set(true);
    }

    /// The same for one that has run on this replica, which is told that it is well.
    #[inline]
    pub(crate) fn finish_here(&self) -> &ReplicaInfo {
        self.finish();
        let site = self.station.site();
        if site.standing.is_failing() {
            self.station.recovered();
        }
        site
    }

    #[inline]
    pub(crate) fn has_finished(&self) -> bool {
        self.finished.get()
    }

    /// An answer given here is an error of the method's own.
    pub(crate) fn note_error(&self) {
        self.errors.set(self.errors.get().saturating_add(1));
    }

    /// How many answers were.
    #[inline]
    pub(crate) fn errors(&self) -> u32 {
        self.errors.get()
    }

    /// The same request on another thread; cancelling one reaches the children of both.
    pub(crate) fn fork(&self) -> Self {
        Self {
            request: self.request.clone(),
            station: Arc::clone(&self.station),
            method: self.method,
            call: 0,
            children: OnceCell::from(Arc::clone(self.children())),
            finished: Cell::new(true),
            errors: Cell::new(0),
        }
    }

    /// The call has run to its end, but its body is still being sent: dropped before the end of that,
    /// it cancels what the call has started after all.
    pub(crate) fn go_on(self) -> Self {
        self.finished.set(false);
        self
    }

    /// Notes how clients over HTTP are to be told that a child call was refused.
    pub(crate) fn note_refusal(&self, status: StatusCode) {
        self.children().refusal.store(status.as_u16(), Relaxed);
    }

    pub(super) fn weak_children(&self) -> Weak<RequestChildren> {
        Arc::downgrade(self.children())
    }

    pub(crate) fn refusal(&self) -> Option<StatusCode> {
        let status = self.children.get()?.refusal.load(Relaxed);
        StatusCode::from_u16(status).ok()
    }

    /// Remembers a call made inside this one, to cancel it if this one is cancelled; `false` when it
    /// already is.
    pub(crate) fn adopt(&self, child: Weak<dyn ErasedCall>) -> bool {
        self.children().adopt(child)
    }

    /// Tells it from all others that are under way: it does not move once it has begun.
    pub(crate) fn key(&self) -> usize {
        match self.call {
            0 => std::ptr::from_ref(self).addr(),
            call => call,
        }
    }

    /// What is kept of it if it was slow.
    pub(crate) fn slow_request(
        &self,
        outcome: CallEnd,
        parts: RequestParts,
        children: Vec<ChildCall>,
    ) -> SlowRequest {
        let mut request = self.request.borrow_mut();
        let route = request.extras.as_ref().and_then(|extras| extras.route.as_ref());
        let route = route.map(|route| route.to_string());
        SlowRequest::new(&request.id.text(), &self.station.site().name, self.method, route)
            .ended(outcome, parts, children)
    }

    fn children(&self) -> &Arc<RequestChildren> {
        self.children.get_or_init(Arc::default)
    }
}

impl Drop for CallScope {
    fn drop(&mut self) {
        if !self.finished.get()
            && let Some(children) = self.children.get()
        {
            children.stop_all();
        }
    }
}

// === impl RequestChildren ===

impl RequestChildren {
    fn adopt(&self, child: Weak<dyn ErasedCall>) -> bool {
        let mut calls = self.lock();
        if calls.stopped {
            return false;
        }
        let ongoing = &mut calls.ongoing;
        // Ended calls are swept whenever the list would grow, so a request that makes a million
        // calls one after the other keeps a short list.
        if ongoing.len() == ongoing.capacity() {
            ongoing.retain(|call| call.strong_count() > 0);
        }
        ongoing.push(child);
        true
    }

    fn stop_all(&self) {
        let ongoing = {
            let mut calls = self.lock();
            calls.stopped = true;
            std::mem::take(&mut calls.ongoing)
        };
        for call in ongoing {
            if let Some(call) = call.upgrade() {
                call.stop(Failure::Cancelled);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the current frame to `look`; `None` outside a request.
#[inline]
pub(crate) fn with_frame<R>(look: impl FnOnce(&CallScope) -> R) -> Option<R> {
    CURRENT.is_set().then(|| CURRENT.with(look))
}

/// The context of the request that is running here, or `None` outside one.
///
/// Tasks that user code spawns by itself do not inherit it.
///
/// ```
/// assert!(serve_core::context().is_none());
/// ```
#[must_use]
pub fn context() -> Option<RequestContext> {
    with_frame(|frame| {
        let mut request = frame.request.borrow_mut();
        RequestContext {
            id: request.id.text(),
            trace_parent: request.extras.as_ref().and_then(|extras| extras.trace_parent_on()),
            request: request.clone(),
            replica: frame.station.site().name.clone(),
        }
    })
}

/// What is known about the request that is running, see [`context`].
///
/// ```
/// fn log_line() -> String {
///     match serve_core::context() {
///         Some(context) => format!("[{}] {}", context.request_id(), context.deployment()),
///         None => "outside a request".to_owned(),
///     }
/// }
/// assert_eq!(log_line(), "outside a request");
/// ```
#[derive(Clone, Debug)]
pub struct RequestContext {
    id: Arc<str>,
    trace_parent: Option<Arc<str>>,
    request: Request,
    replica: ReplicaName,
}

impl RequestContext {
    /// The id of the request: the client's own (`X-Request-ID`), or one made here. Child calls share it.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.id
    }

    /// The route the request came in by; `None` if it came by handle.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.extra(|extras| &extras.route)
    }

    /// The application of the replica that runs the call.
    #[must_use]
    pub fn application(&self) -> &str {
        &self.replica.application
    }

    /// The deployment of the replica that runs the call.
    #[must_use]
    pub fn deployment(&self) -> &str {
        &self.replica.deployment
    }

    /// The replica that runs the call.
    #[must_use]
    pub fn replica_id(&self) -> &str {
        &self.replica.replica
    }

    /// The model the caller asked for, if any.
    #[must_use]
    pub fn multiplexed_model_id(&self) -> Option<&str> {
        self.extra(|extras| &extras.multiplexed_model_id)
    }

    /// The session the caller belongs to, if any.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.extra(|extras| &extras.session_id)
    }

    /// The name of the API key that the client has sent, see
    /// [`Application::api_keys`](crate::Application::api_keys); never the key itself. Child calls share it.
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        self.extra(|extras| &extras.api_key)
    }

    /// What to send along as the header `traceparent` of W3C's [Trace Context](https://www.w3.org/TR/trace-context/) with
    /// whatever the method asks of other services: the span of this call if the request is traced here, else what the
    /// request came with, if anything.
    #[must_use]
    pub fn trace_parent(&self) -> Option<&str> {
        self.trace_parent.as_deref()
    }

    /// The same for the header `tracestate`: what the request came with.
    #[must_use]
    pub fn trace_state(&self) -> Option<&str> {
        self.extra(|extras| &extras.trace_state)
    }

    /// When the request will be given up; `None` if it has no deadline.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.request.deadline
    }

    fn extra(&self, field: impl FnOnce(&Extras) -> &Option<Arc<str>>) -> Option<&str> {
        self.request.extras.as_ref().and_then(|extras| field(extras).as_deref())
    }
}
