//! One deployment as the proxy sees it: something that answers requests.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::response::IntoResponse;
use futures_util::future::BoxFuture;
use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::SentResponse;
use super::body::{self, SentBody};
use super::mount::Mount;
use super::timing::{Ran, outcome_of, time_here};
use super::tunnel::answer_far;
use crate::call::{CallScope, Failure, RequestInfo};
use crate::deployment::Deployment;
use crate::edge::{FrameworkErrorKind, Layers};
use crate::id::{DeploymentId, RequestId};
use crate::log::Line;
use crate::observe::{CallEnd, Timer, Took};
use crate::replica::{AnyReplica, Elsewhere, Instance, Permit, Replica, Run, run_http};
use crate::router::{AnyRouter, Router};
use crate::site::ReplicaContext;
use crate::tasks::OwnedTask;
use crate::web::HttpError;
use crate::web::{HttpOutcome, HttpRequest, HttpResponse};
use crate::web::{answer_to, backpressure, note_failure, timed_out};

/// Answers the requests below a route prefix.
pub(crate) trait HttpTarget: Send + Sync {
    /// Lets a method answer.
    fn serve(
        &self,
        request: HttpRequest,
        info: RequestInfo,
        method: &'static str,
    ) -> BoxFuture<'static, SentResponse>;

    /// What the deployment allows every request.
    fn limits(&self) -> TargetLimits;

    /// Whose it is.
    fn id(&self) -> &DeploymentId;
}

/// What a deployment allows its requests; where it says nothing, the server does.
#[derive(Clone, Copy)]
pub(super) struct TargetLimits {
    pub(super) request_timeout: Option<Duration>,
    pub(super) max_body_size: Option<u64>,
}

/// The place of a deployment below `prefix`, if it has routes, with its layers around it.
///
/// # Errors
///
/// Two of the routes overlap, or a layer panicked.
pub(crate) fn mount<D: Deployment>(
    router: &Arc<Router<D>>,
    prefix: &str,
    layers: &Layers,
) -> Result<Option<Mount>, String> {
    if D::ROUTES.is_empty() {
        return Ok(None);
    }
    let target = Arc::new(Target { router: Arc::clone(router) });
    Mount::new(target, D::ROUTES, prefix, layers).map(Some)
}

/// Answers on whatever replica the router finds.
struct Target<D: Deployment> {
    router: Arc<Router<D>>,
}

/// A request's way from the proxy to the user's method and back.
///
/// Most requests find a free replica on this runtime at once. What is made for one of those is moved and
/// allocated for each request, so it is kept small: a future by hand, which holds everything once.
impl<D: Deployment> HttpTarget for Target<D> {
    fn serve(
        &self,
        request: HttpRequest,
        mut info: RequestInfo,
        method: &'static str,
    ) -> BoxFuture<'static, SentResponse> {
        let router = &self.router;
        info.begin_child_span();
        let granted: Option<Box<dyn Granted>> = match router.try_acquire(&info) {
            Some(instance) if router.shares_runtime(&instance) => {
                let begun = arrival(&info);
                let station = instance.station();
                return Box::pin(answer_here(station, instance, method, request, info, begun));
            }
            Some(instance) => Some(Box::new(instance)),
            None => None,
        };
        elsewhere(Arc::<Router<D>>::clone(router), granted, method, request, info)
    }

    fn limits(&self) -> TargetLimits {
        TargetLimits {
            request_timeout: self.router.request_timeout(),
            max_body_size: self.router.max_body_size(),
        }
    }

    fn id(&self) -> &DeploymentId {
        self.router.id()
    }
}

/// An answer that is there.
pub(super) fn answered(response: HttpResponse) -> BoxFuture<'static, SentResponse> {
    Box::pin(std::future::ready(response.map(SentBody::plain)))
}

/// A router as requests ask it, without its type.
pub(super) trait Grants: AnyRouter {
    /// Waits in the queue for a permit.
    ///
    /// # Errors
    ///
    /// The deployment is gone, its queue is full, or the request's deadline has passed.
    fn grant(
        self: Arc<Self>,
        request: RequestInfo,
    ) -> BoxFuture<'static, Result<Box<dyn Granted>, Failure>>;
}

impl<D: Deployment> Grants for Router<D> {
    fn grant(
        self: Arc<Self>,
        request: RequestInfo,
    ) -> BoxFuture<'static, Result<Box<dyn Granted>, Failure>> {
        Box::pin(async move {
            let instance = self.acquire(&request).await?;
            Ok(Box::new(instance) as Box<dyn Granted>)
        })
    }
}

/// A permit for a request, without its type.
pub(crate) trait Granted: Send {
    fn replica(&self) -> Arc<dyn AnyReplica>;
    /// The replica as the context of the request.
    fn station(&self) -> Arc<dyn ReplicaContext>;
    /// Gives the permit back unused.
    fn forfeit(self: Box<Self>);
    /// Runs the method, with `station` to be told how it went.
    fn respond(
        self: Box<Self>,
        station: Arc<dyn ReplicaContext>,
        method: &'static str,
        request: HttpRequest,
        info: RequestInfo,
    ) -> BoxFuture<'static, SentResponse>;
}

impl<D: Deployment> Granted for Instance<D> {
    fn replica(&self) -> Arc<dyn AnyReplica> {
        Arc::<Replica<D>>::clone(self.replica().whole())
    }

    fn station(&self) -> Arc<dyn ReplicaContext> {
        self.station()
    }

    fn forfeit(self: Box<Self>) {
        (*self).forfeit();
    }

    fn respond(
        self: Box<Self>,
        station: Arc<dyn ReplicaContext>,
        method: &'static str,
        request: HttpRequest,
        info: RequestInfo,
    ) -> BoxFuture<'static, SentResponse> {
        Box::pin(answer_here(station, *self, method, request, info, Instant::now()))
    }
}

/// The way of a request that has to wait for a replica, or whose replica has a thread or a process of its
/// own.
fn elsewhere(
    router: Arc<dyn Grants>,
    free: Option<Box<dyn Granted>>,
    method: &'static str,
    request: HttpRequest,
    info: RequestInfo,
) -> BoxFuture<'static, SentResponse> {
    Box::pin(answer_elsewhere(router, free, method, request, info))
}

async fn answer_elsewhere(
    router: Arc<dyn Grants>,
    free: Option<Box<dyn Granted>>,
    method: &'static str,
    request: HttpRequest,
    info: RequestInfo,
) -> SentResponse {
    let leaving = Leaving::new(&router, method, &info);
    let granted = match free {
        Some(granted) => granted,
        None => {
            let since = Instant::now();
            match Arc::clone(&router).grant(info.clone()).await {
                Ok(granted) => {
                    info.note_own_wait(router.id(), since);
                    granted
                }
                Err(failure) => {
                    Leaving::stays(leaving);
                    let asked = Asked { request: &info, deployment: router.id(), method };
                    return refuse(&*router, asked, failure);
                }
            }
        }
    };
    let replica = granted.replica();
    if replica.as_far().is_some() {
        let response = Box::pin(answer_far(router, granted, method, request, info)).await;
        Leaving::stays(leaving);
        return response;
    }
    // From here on the call sees its own end.
    Leaving::stays(leaving);
    let station = granted.station();
    if replica.pool().runtime_id() == router.tasks().runtime().id() {
        return granted.respond(station, method, request, info).await;
    }
    let kept = info.clone();
    let asked = Asked { request: &kept, deployment: router.id(), method };
    // The task on the replica's thread ends with this future.
    let tasks = replica.pool().tasks().clone();
    // Whoever waits until nobody has the replica any more does not wait for this.
    drop(replica);
    let task = OwnedTask(tasks.spawn_unboxed(granted.respond(station, method, request, info)));
    match task.await {
        Ok(response) => body::carry(response, &tasks),
        // The task catches the method's panics itself; it can only be aborted, or its runtime end.
        Err(_) => refuse(&*router, asked, Failure::Cancelled),
    }
}

/// The span of a request whose client may leave before anybody answers: that ends it.
struct Leaving {
    router: Arc<dyn Grants>,
    method: &'static str,
    /// `None` once somebody has answered, or sees its end.
    request: Option<RequestInfo>,
}

impl Leaving {
    /// `None` if the request has no span.
    fn new(router: &Arc<dyn Grants>, method: &'static str, request: &RequestInfo) -> Option<Self> {
        request.span()?;
        Some(Self { router: Arc::clone(router), method, request: Some(request.clone()) })
    }

    fn stays(leaving: Option<Self>) {
        if let Some(mut leaving) = leaving {
            leaving.request = None;
        }
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(request) = &self.request {
            request.end_span(self.router.id(), self.method, CallEnd::Cancelled);
        }
    }
}

/// When a request came, which is when its method begins if it need not wait for a replica.
fn arrival(info: &RequestInfo) -> Instant {
    info.extras.as_ref().and_then(|extras| extras.arrived).unwrap_or_else(Instant::now)
}

/// Runs the method in the calling task, with `station` to be told how it went.
fn answer_here<D: Deployment>(
    station: Arc<dyn ReplicaContext>,
    instance: Instance<D>,
    method: &'static str,
    request: HttpRequest,
    info: RequestInfo,
    begun: Instant,
) -> impl Future<Output = SentResponse> + Send {
    let frame = CallScope::new(info, station, method);
    let (instance, permit) = instance.share();
    let running = run_http(frame, D::http(instance, method, request));
    Answer { running, permit: Some(permit), begun }
}

const HAS_FRAME: &str = "a call that has ended still has its frame";

pin_project! {
    /// A request whose method is running here.
    struct Answer<D: Deployment, F> {
        #[pin]
        running: Run<F, Elsewhere>,
        // Until there is a response, whose body takes it over.
        permit: Option<Arc<Permit<D>>>,
        begun: Instant,
    }
}

impl<D: Deployment, F: Future<Output = HttpOutcome>> Future for Answer<D, F> {
    type Output = SentResponse;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<SentResponse> {
        let mut this = self.project();
        let outcome = ready!(this.running.as_mut().step(context, Timer::since(*this.begun)));
        let permit = this.permit.take().expect("a request is answered once");
        let (begun, answered) = (*this.begun, Instant::now());
        Poll::Ready(match outcome {
            Ok(Ok(response) | Err(response)) => {
                let frame = this.running.finish().expect(HAS_FRAME);
                let end = outcome_of(&response);
                let mut response = response.map(SentBody::plain);
                let took = answered.saturating_duration_since(begun);
                frame.station.site().count(frame.method, end, Took::Exactly(took));
                time_here(&mut response, &frame, Ran { begun, answered, end });
                // What the method has started goes on with the body, if there is one still to come.
                body::hold(response, frame, permit)
            }
            Err(stop) => {
                let frame = this.running.stopped().expect(HAS_FRAME);
                let (mut response, end) = (fail_here(&frame, stop.failure()), stop.outcome());
                time_here(&mut response, &frame, Ran { begun, answered, end });
                response
            }
        })
    }
}

/// A request that nothing runs for, as the log shall know it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) request: &'a RequestInfo,
    pub(super) deployment: &'a DeploymentId,
    pub(super) method: &'static str,
}

/// What the client is told when no replica took its request.
pub(super) fn refuse(router: &dyn AnyRouter, asked: Asked<'_>, failure: Failure) -> SentResponse {
    asked.end_span(&failure);
    match failure {
        Failure::BackPressure { num_queued, max_queued, retry_after } => {
            backpressure(router.backpressure_status(), num_queued, max_queued, retry_after)
                .into_response()
                .map(SentBody::plain)
        }
        Failure::DeploymentUnavailable => {
            let deployment = &router.id().deployment;
            HttpError::unavailable(format!("The deployment `{deployment}` is unavailable."))
                .made(FrameworkErrorKind::Unavailable)
                .into_response()
                .map(SentBody::plain)
        }
        other => asked.fail(other),
    }
}

/// What the client is told when the system failed its request.
pub(super) fn fail(asked: Asked<'_>, failure: Failure) -> SentResponse {
    asked.end_span(&failure);
    asked.fail(failure)
}

impl Asked<'_> {
    fn end_span(self, failure: &Failure) {
        self.request.end_span(self.deployment, self.method, failure.outcome());
    }

    fn fail(self, failure: Failure) -> SentResponse {
        let Asked { request, deployment, method } = self;
        let about = |line: Line| line.deployment(deployment).method(method).about(request);
        fail_as(&request.id, failure, about)
    }
}

/// The same for a request whose method has run.
fn fail_here(frame: &CallScope, failure: Failure) -> SentResponse {
    let id = frame.request.borrow().id.clone();
    fail_as(&id, failure, |line| line.of(frame))
}

fn fail_as(id: &RequestId, failure: Failure, about: impl FnOnce(Line) -> Line) -> SentResponse {
    let error = match failure {
        Failure::DeadlineExceeded => timed_out(format!("Request {id} timed out.")),
        other => {
            let failure = other.map_app(|never| match never {});
            let answer = answer_to(&failure);
            note_failure(&failure, answer.status(), about);
            answer
        }
    };
    error.into_response().map(SentBody::plain)
}
