//! The far end: answers the one request that comes through a tunnel.

use std::any::Any;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::Poll;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Method, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use super::{HELD, MADE, Opening, RAN};
use crate::call::{RequestInfo, request_line};
use crate::edge::Made;
use crate::info::TypeInfo;
use crate::ingress::SentResponse;
use crate::ingress::body::without_body;
use crate::ingress::missing::Missing;
use crate::ingress::paths::Paths;
use crate::ingress::target::{Granted, answered};
use crate::log;
use crate::site::ReplicaContext;
use crate::web::HttpRequest;
use crate::wire::Tunnel;

/// hyper reads as many headers without being asked, and a few may have come on the way.
const HEADERS_USUAL: usize = 90;

/// What answers a request.
pub(crate) struct Handler {
    answer: Answer,
    /// There as long as the permit is held.
    station: Weak<dyn ReplicaContext>,
}

type Answer = Box<dyn FnOnce(HttpRequest) -> BoxFuture<'static, SentResponse> + Send>;

/// The deployment of this process as HTTP sees it.
#[derive(Default)]
pub(crate) struct HttpHost {
    /// Its routes below the prefix that was asked for last.
    paths: Mutex<Option<(Arc<str>, Paths)>>,
}

/// Answers the request that comes through `tunnel`. `guard` is dropped when all of it is over, also what the
/// connection has become.
pub(crate) async fn serve(
    tunnel: Arc<Tunnel>,
    guard: Arc<dyn Any + Send + Sync>,
    opening: Opening,
    handler: Handler,
) {
    let Handler { answer, station } = handler;
    let (answer, is_answered) = (Mutex::new(Some(answer)), AtomicBool::new(false));
    let mut builder = Builder::new();
    if opening.headers > HEADERS_USUAL {
        builder.max_headers(opening.headers + HEADERS_USUAL);
    }
    let service = service_fn(|request: Request<Incoming>| {
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let is_head = request.method() == Method::HEAD;
        let answered = match answer {
            Some(answer) => answer(opening.restore(request)),
            None => answered(Missing::NotFound.into_response()),
        };
        let (station, is_answered, begun) = (&station, &is_answered, Instant::now());
        async move {
            let mut response = answered.await;
            if is_head {
                response = without_body(response);
            }
            let arguments = response.body().arguments();
            tell_ran(response.headers_mut(), begun.elapsed(), arguments);
            tell_held(response.headers_mut(), station.strong_count() > 0);
            tell_made(&mut response);
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
        log::debug("a request ended before its response").cause(error).emit();
    }
}

/// See `take_ran` at the near end.
fn tell_ran(headers: &mut HeaderMap, ran: Duration, arguments: Duration) {
    let said = format!("{} {}", ran.as_nanos(), arguments.as_nanos());
    if let Ok(said) = HeaderValue::try_from(said) {
        headers.insert(RAN.clone(), said);
    }
}

fn tell_held(headers: &mut HeaderMap, is_held: bool) {
    headers.remove(&HELD);
    if is_held {
        headers.insert(HELD.clone(), HeaderValue::from_static("?1"));
    }
}

/// See `take_made` at the near end.
fn tell_made(response: &mut SentResponse) {
    let made: Option<Made> = response.extensions_mut().remove();
    response.headers_mut().remove(&MADE);
    if let Some(Made(kind)) = made {
        response.headers_mut().insert(MADE.clone(), HeaderValue::from_static(kind.name()));
    }
}

// === impl HttpHost ===

impl HttpHost {
    /// What answers a request on what was granted, with `station` to be told how it went.
    pub(crate) fn handler(
        &self,
        info: &'static TypeInfo,
        granted: Box<dyn Granted>,
        station: Arc<dyn ReplicaContext>,
        mut request_info: RequestInfo,
    ) -> Handler {
        let route = request_info.extras.as_ref().and_then(|extras| extras.route.clone());
        let paths = self.paths_below(info, route.unwrap_or_else(|| "/".into()));
        let held = Arc::downgrade(&station);
        let answer = Box::new(move |mut request: HttpRequest| {
            request_info.extras_mut().request_line = request_line(&request);
            match paths.find(&mut request) {
                Ok(route) => granted.respond(station, route.method_name, request, request_info),
                Err(missing) => answered(missing.into_response()),
            }
        });
        Handler { answer, station: held }
    }

    fn paths_below(&self, info: &'static TypeInfo, prefix: Arc<str>) -> Paths {
        let mut known = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, paths)) = &*known
            && *of == prefix
        {
            return paths.clone();
        }
        // Routes that overlap were refused when the deployment was.
        let paths = Paths::of(info.routes, &prefix).unwrap_or_default();
        *known = Some((prefix, paths.clone()));
        paths
    }
}
