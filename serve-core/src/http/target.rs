//! One deployment as the proxy sees it: something that answers requests.
//!
//! A deployment with `#[get]`-style routes has an axum router of its own that picks the method and
//! fills in path parameters; one with `__call__` alone is called directly.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::response::IntoResponse;
use axum::routing::{MethodFilter, MethodRouter};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::StatusCode;
use pin_project_lite::pin_project;
use tokio::time::Instant;
use tower_service::Service;

use super::body::{self, SentBody};
use super::error::HttpError;
use super::owned_task::OwnedTask;
use super::respond::{backpressure, not_found};
use super::{HttpRequest, HttpResponse, SentResponse};
use crate::call::{Failure, Frame, RequestInfo};
use crate::deployment::Deployment;
use crate::id::RequestId;
use crate::replica::{Instance, Permit, Run, run};
use crate::router::Router;

/// Answers the requests below a route prefix.
pub(crate) trait HttpTarget: Send + Sync {
    fn serve(&self, request: HttpRequest, info: RequestInfo) -> BoxFuture<'static, SentResponse>;

    /// The deadline that the deployment gives every request.
    fn request_timeout(&self) -> Option<std::time::Duration>;
}

/// The target for a deployment below `prefix`.
///
/// # Errors
///
/// Two of its routes overlap.
pub(crate) fn target<D: Deployment>(
    router: &Arc<Router<D>>,
    prefix: &str,
) -> Result<Arc<dyn HttpTarget>, String> {
    let call = D::ROUTES.iter().find(|route| route.route.is_none()).map(|route| route.method_name);
    let has_routes = D::ROUTES.iter().any(|route| route.route.is_some());
    let entry = Entry { router: Arc::clone(router), call };
    if !has_routes {
        return Ok(Arc::new(entry));
    }
    let entry = Arc::new(entry);
    Ok(Arc::new(Routed { routes: routes(&entry, prefix)?, entry }))
}

/// A deployment with `__call__` alone, or the part of it that no route covers.
struct Entry<D: Deployment> {
    router: Arc<Router<D>>,
    call: Option<&'static str>,
}

/// A deployment with routes.
struct Routed<D: Deployment> {
    entry: Arc<Entry<D>>,
    routes: axum::Router,
}

impl<D: Deployment> HttpTarget for Entry<D> {
    fn serve(&self, request: HttpRequest, info: RequestInfo) -> BoxFuture<'static, SentResponse> {
        match self.call {
            Some(call) => answer(&self.router, call, request, info),
            None => std::future::ready(not_found().map(SentBody::Plain)).boxed(),
        }
    }

    fn request_timeout(&self) -> Option<std::time::Duration> {
        self.router.request_timeout()
    }
}

impl<D: Deployment> HttpTarget for Routed<D> {
    fn serve(
        &self,
        mut request: HttpRequest,
        info: RequestInfo,
    ) -> BoxFuture<'static, SentResponse> {
        request.extensions_mut().insert(Info(info));
        let answered = self.routes.clone().call(request);
        async move {
            let Ok(response) = answered.await;
            response.map(SentBody::Plain)
        }
        .boxed()
    }

    fn request_timeout(&self) -> Option<std::time::Duration> {
        self.entry.request_timeout()
    }
}

/// The request's context on its way through axum's router.
#[derive(Clone)]
struct Info(RequestInfo);

fn routes<D: Deployment>(entry: &Arc<Entry<D>>, prefix: &str) -> Result<axum::Router, String> {
    let prefix = if prefix == "/" { "" } else { prefix };
    let mut by_path = std::collections::BTreeMap::<String, MethodRouter>::new();
    for info in D::ROUTES {
        let Some((method, path)) = &info.route else { continue };
        let filter = MethodFilter::try_from(method.clone()).map_err(|error| error.to_string())?;
        let (name, router) = (info.method_name, Arc::clone(&entry.router));
        let timeout = info.request_timeout;
        let handler = move |request: HttpRequest| {
            let (request, mut info) = take_info(request);
            if let Some(deadline) = timeout.and_then(|timeout| Instant::now().checked_add(timeout))
            {
                info.limit(deadline);
            }
            answer(&router, name, request, info).map(|response| response.map(SentBody::into_axum))
        };
        let path = full_path(prefix, path);
        let methods = by_path.remove(&path).unwrap_or_default();
        by_path.insert(path, methods.on(filter, handler));
    }
    let fallback = Arc::clone(entry);
    let fallback = move |request: HttpRequest| {
        let (request, info) = take_info(request);
        fallback.serve(request, info).map(|response| response.map(SentBody::into_axum))
    };
    // axum would panic where two paths overlap, `/{a}` and `/{b}` say; that is for a deploy error to tell.
    let mut paths = matchit::Router::new();
    for path in by_path.keys() {
        paths.insert(path, ()).map_err(|error| format!("route `{path}`: {error}"))?;
    }
    let routes = by_path
        .into_iter()
        .fold(axum::Router::new(), |routes, (path, methods)| routes.route(&path, methods));
    Ok(routes.fallback(fallback))
}

fn full_path(prefix: &str, path: &str) -> String {
    match (prefix, path) {
        (prefix, "/") if !prefix.is_empty() => prefix.to_owned(),
        (prefix, path) => format!("{prefix}{path}"),
    }
}

fn take_info(mut request: HttpRequest) -> (HttpRequest, RequestInfo) {
    let info = request.extensions_mut().remove::<Info>();
    let info = info.map_or_else(RequestInfo::root, |Info(info)| info);
    (request, info)
}

/// A request's way from the proxy to the user's method and back.
///
/// Most requests find a free replica on this runtime at once. What is made for one of those is moved and
/// allocated for each request, so it is kept small: a future by hand, which holds everything once.
fn answer<D: Deployment>(
    router: &Arc<Router<D>>,
    method: &'static str,
    request: HttpRequest,
    info: RequestInfo,
) -> BoxFuture<'static, SentResponse> {
    match router.try_acquire(&info) {
        Some(instance) if router.shares_runtime(&instance) => {
            Box::pin(answer_here(instance, method, request, info))
        }
        free => Box::pin(answer_elsewhere(Arc::clone(router), free, method, request, info)),
    }
}

/// The way of a request that has to wait for a replica, or whose replica has a thread of its own.
async fn answer_elsewhere<D: Deployment>(
    router: Arc<Router<D>>,
    free: Option<Instance<D>>,
    method: &'static str,
    request: HttpRequest,
    info: RequestInfo,
) -> SentResponse {
    let id = info.id.clone();
    let instance = match free {
        Some(instance) => instance,
        None => match router.acquire(&info).await {
            Ok(instance) => instance,
            Err(failure) => return refuse(&router, &id, failure),
        },
    };
    if router.shares_runtime(&instance) {
        return answer_here(instance, method, request, info).await;
    }
    // The task on the replica's thread ends with this future.
    let tasks = instance.replica().pool().tasks().clone();
    let task = OwnedTask(tasks.spawn(answer_here(instance, method, request, info)));
    match task.await {
        Ok(response) => body::carry(response, &tasks),
        // The task catches the method's panics itself; it can only be aborted, or its runtime end.
        Err(_) => refuse(&router, &id, Failure::Cancelled),
    }
}

/// Runs the method in the calling task.
fn answer_here<D: Deployment>(
    instance: Instance<D>,
    method: &'static str,
    request: HttpRequest,
    info: RequestInfo,
) -> impl Future<Output = SentResponse> + Send {
    let frame = Frame::new(info, instance.station(), method);
    let (instance, permit) = instance.share();
    let running = run(frame, None, D::http(instance, method, request));
    Answer { running, permit: Some(permit) }
}

pin_project! {
    /// A request whose method is running here.
    struct Answer<D: Deployment, F> {
        #[pin]
        running: Run<F>,
        // Until there is a response, whose body takes it over.
        permit: Option<Arc<Permit<D>>>,
    }
}

impl<D: Deployment, F: Future<Output = HttpResponse>> Future for Answer<D, F> {
    type Output = SentResponse;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<SentResponse> {
        let mut this = self.project();
        let outcome = ready!(this.running.as_mut().poll(context));
        let frame = this.running.take_frame().expect("a call that has ended still has its frame");
        let permit = this.permit.take().expect("a request is answered once");
        Poll::Ready(match outcome {
            // What the method has started goes on with the body, if there is one still to come.
            Ok(response) => body::hold(response, frame, permit),
            Err(stop) => fail(&frame.request.borrow().id, stop.failure()),
        })
    }
}

/// What the client is told when no replica took its request.
fn refuse<D: Deployment>(router: &Router<D>, id: &RequestId, failure: Failure) -> SentResponse {
    match failure {
        Failure::BackPressure { num_queued, max_queued, retry_after } => {
            backpressure(router.backpressure_status(), num_queued, max_queued, retry_after)
                .into_response()
                .map(SentBody::Plain)
        }
        Failure::DeploymentUnavailable => {
            let deployment = &router.id().deployment;
            HttpError::unavailable(format!("The deployment `{deployment}` is unavailable."))
                .into_response()
                .map(SentBody::Plain)
        }
        other => fail(id, other),
    }
}

/// What the client is told when the system failed its request.
fn fail(id: &RequestId, failure: Failure) -> SentResponse {
    let error = match failure {
        Failure::DeadlineExceeded => {
            HttpError::new(StatusCode::REQUEST_TIMEOUT, format!("Request {id} timed out."))
        }
        other => other.into(),
    };
    error.into_response().map(SentBody::Plain)
}
