//! The far end: answers the one request that comes through a tunnel.

use std::any::Any;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use axum::body::HttpBody;
use futures_util::future::BoxFuture;
use http::{HeaderValue, Request, header};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::{Opening, STREAMS};
use crate::call::RequestInfo;
use crate::deployment::Deployment;
use crate::http::paths::{ Paths, Respond, entry, nothing};
use crate::http::target::answer_at;
use crate::http::{HttpRequest, SentResponse};
use crate::replica::{Instance, Station};
use crate::wire::Tunnel;

/// hyper reads as many headers without being asked, and a few may have come on the way.
const HEADERS_USUAL: usize = 90;

/// What answers a request.
pub(crate) type Handler =
    Box<dyn FnOnce(HttpRequest) -> BoxFuture<'static, SentResponse> + Send + 'static>;

/// The deployment of this process as HTTP sees it.
pub(crate) struct HttpHost<D: Deployment> {
    /// Its routes below the prefix that was asked for last.
    paths: Mutex<Option<(Arc<str>, Option<Paths>)>>,
    _of: PhantomData<fn() -> D>,
}

/// A replica that has been given to a request, on its way through axum's router.
struct Grant<D: Deployment>(Arc<Mutex<Option<Granted<D>>>>);

type Granted<D> = (Instance<D>, Arc<dyn Station>);

struct ByGrant<D: Deployment>(PhantomData<fn() -> D>);

/// Answers the request that comes through `tunnel`. `guard` is dropped when all of it is over, also what the
/// connection has become.
pub(crate) async fn serve(
    tunnel: Arc<Tunnel>,
    guard: Arc<dyn Any + Send + Sync>,
    opening: Opening,
    handler: Handler,
) {
    let (handler, is_answered) = (Mutex::new(Some(handler)), AtomicBool::new(false));
    let mut builder = Builder::new();
    if opening.headers > HEADERS_USUAL {
        builder.max_headers(opening.headers + HEADERS_USUAL);
    }
    let service = service_fn(|request: Request<Incoming>| {
        let handler = handler.lock().unwrap_or_else(PoisonError::into_inner).take();
        let answered = match handler {
            Some(handler) => handler(opening.restore(request)),
            None => nothing(),
        };
        let is_answered = &is_answered;
        async move {
            let response = mark(answered.await);
            is_answered.store(true, Relaxed);
            Ok::<_, Infallible>(response)
        }
    });
    let io = TokioIo::new(tunnel.io(Arc::clone(&guard)));
    let mut connection = pin!(builder.serve_connection(io, service).with_upgrades());
    let served = poll_fn(|context| {
        // hyper does not look while a body waits to be read.
        if tunnel.poll_over(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        let polled = connection.as_mut().poll(context);
        if polled.is_pending() && is_answered.swap(false, Relaxed) {
            // There is no second request. Said only now, or it would be said to the client too.
            connection.as_mut().graceful_shutdown();
            return connection.as_mut().poll(context);
        }
        polled
    });
    if let Err(error) = served.await {
        tracing::debug!("a request ended before its response: {error}");
    }
}

/// Says of a response what its headers alone do not.
fn mark(mut response: SentResponse) -> SentResponse {
    let streams = response.body().size_hint().exact().is_none();
    let headers = response.headers_mut();
    headers.remove(&STREAMS);
    if streams && headers.contains_key(header::CONTENT_LENGTH) {
        headers.insert(STREAMS.clone(), HeaderValue::from_static("?1"));
    }
    response
}

// === impl HttpHost ===

impl<D: Deployment> Default for HttpHost<D> {
    fn default() -> Self {
        Self { paths: Mutex::new(None), _of: PhantomData }
    }
}

impl<D: Deployment> HttpHost<D> {
    /// What answers a request on `instance`, with `station` to be told how it went.
    ///
    /// # Errors
    ///
    /// Two routes overlap.
    pub(crate) fn handler(
        &self,
        instance: Instance<D>,
        station: Arc<dyn Station>,
        info: RequestInfo,
    ) -> Result<Handler, String> {
        let route = info.extras.as_ref().and_then(|extras| extras.route.clone());
        let paths = self.paths_below(route.unwrap_or_else(|| "/".into()))?;
        let grant = Grant(Arc::new(Mutex::new(Some((instance, station)))));
        Ok(Box::new(move |mut request: HttpRequest| {
            request.extensions_mut().insert(grant);
            match (paths, entry::<D>()) {
                (Some(paths), _) => paths.serve(request, info),
                (None, Some(call)) => by_grant::<D>().respond(call, request, info),
                (None, None) => nothing(),
            }
        }))
    }

    fn paths_below(&self, prefix: Arc<str>) -> Result<Option<Paths>, String> {
        let mut known = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((of, paths)) if *of == prefix => Ok(paths.clone()),
            _ => {
                let answer: Arc<dyn Respond> = Arc::new(by_grant::<D>());
                let paths = Paths::of::<D>(&prefix, &answer)?;
                *known = Some((prefix, paths.clone()));
                Ok(paths)
            }
        }
    }
}

// === impl ByGrant ===

fn by_grant<D: Deployment>() -> ByGrant<D> {
    ByGrant(PhantomData)
}

impl<D: Deployment> Respond for ByGrant<D> {
    fn respond(
        &self,
        method: &'static str,
        mut request: HttpRequest,
        info: RequestInfo,
    ) -> BoxFuture<'static, SentResponse> {
        let grant = request.extensions_mut().remove::<Grant<D>>();
        match grant.and_then(|grant| grant.take()) {
            Some((instance, station)) => {
                Box::pin(answer_at(station, instance, method, request, info))
            }
            None => nothing(),
        }
    }
}

// === impl Grant ===

impl<D: Deployment> Grant<D> {
    fn take(&self) -> Option<Granted<D>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<D: Deployment> Clone for Grant<D> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
