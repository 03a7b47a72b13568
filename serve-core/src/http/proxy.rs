//! The proxy: finds the deployment for a request, makes the request's context, and sees the answer out.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::body::{Body, HttpBody};
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Json};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body_util::Limited;
use tokio::time::Instant;

use super::error::HttpError;
use super::routes::{Route, RouteTable};
use super::{HttpRequest, HttpResponse};
use crate::call::{Extras, RequestInfo};
use crate::config::HttpOptions;
use crate::id::RequestId;
use crate::tasks::Tasks;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static REQUEST_TIMEOUT: HeaderName = HeaderName::from_static("x-request-timeout-seconds");
static DISCONNECT_DISABLED: HeaderName = HeaderName::from_static("x-request-disconnect-disabled");
static TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
/// Both spellings, as Ray Serve: proxies in between may not pass underscores on.
const MODEL_ID: [&str; 2] = ["serve_multiplexed_model_id", "serve-multiplexed-model-id"];
const SESSION_ID: [&str; 2] = ["x-session-id", "x_session_id"];

/// Answers every HTTP request to this server.
#[derive(Clone)]
pub(crate) struct Proxy {
    shared: Arc<Shared>,
}

struct Shared {
    table: ArcSwap<RouteTable>,
    draining: AtomicBool,
    request_timeout: Option<Duration>,
    body_bytes_max: usize,
    tasks: Tasks,
}

impl Proxy {
    pub(crate) fn new(options: &HttpOptions, tasks: Tasks) -> Self {
        Self {
            shared: Arc::new(Shared {
                table: ArcSwap::default(),
                draining: AtomicBool::new(false),
                request_timeout: options.request_timeout,
                body_bytes_max: options.max_body_bytes,
                tasks,
            }),
        }
    }

    pub(crate) fn publish(&self, table: RouteTable) {
        self.shared.table.store(Arc::new(table));
    }

    /// Tells load balancers to send no more requests here; those that come are still answered.
    pub(crate) fn start_draining(&self) {
        self.shared.draining.store(true, Relaxed);
    }

    pub(crate) async fn serve(&self, request: HttpRequest) -> HttpResponse {
        let shared = &self.shared;
        let path = request.uri().path();
        if path.starts_with("/-/") {
            return shared.own_route(path);
        }
        let table = shared.table.load();
        let Some(route) = table.find(path) else {
            return not_found(path);
        };
        let info = shared.request_info(request.headers(), route);
        let request = match shared.limit_body(request) {
            Ok(request) => request,
            Err(error) => return with_id(error.into_response(), info.id),
        };
        let id = info.id.clone();
        let detached = request.headers().get(&DISCONNECT_DISABLED).is_some_and(|flag| flag == "?1");
        let answer = route.target.serve(request, info);
        // The snapshot is not held while the request runs, so an old one goes away soon.
        drop(table);
        let response = if detached { shared.detach(answer).await } else { answer.await };
        with_id(response, id)
    }
}

impl Shared {
    /// `/-/healthz` and `/-/routes`, with Ray Serve's texts and codes.
    fn own_route(&self, path: &str) -> HttpResponse {
        if path != "/-/healthz" && path != "/-/routes" {
            return not_found(path);
        }
        let table = self.table.load();
        if self.draining.load(Relaxed) {
            (StatusCode::SERVICE_UNAVAILABLE, "This node is being drained.").into_response()
        } else if table.is_empty() {
            (StatusCode::SERVICE_UNAVAILABLE, "Route table is not populated yet.").into_response()
        } else if path == "/-/healthz" {
            "success".into_response()
        } else {
            Json(table.listing()).into_response()
        }
    }

    fn request_info(&self, headers: &HeaderMap, route: &Route) -> RequestInfo {
        let id = match text(headers, &REQUEST_ID) {
            Some(id) => RequestId::Text(id.into()),
            None => RequestId::random(),
        };
        let timeout = match asked_timeout(headers) {
            Some(asked) => asked,
            None => route.target.request_timeout().or(self.request_timeout),
        };
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        RequestInfo { id, deadline, extras: Some(extras(headers, route)) }
    }

    /// Refuses a body that is announced as too large, and cuts off one that turns out to be.
    fn limit_body(&self, request: HttpRequest) -> Result<HttpRequest, HttpError> {
        if request.body().is_end_stream() {
            return Ok(request);
        }
        let announced = request.headers().get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > self.body_bytes_max as u64) {
            return Err(HttpError::payload_too_large());
        }
        let mut request = request.map(|body| Body::new(Limited::new(body, self.body_bytes_max)));
        DefaultBodyLimit::disable().apply(&mut request);
        Ok(request)
    }

    /// Runs a request to its end even if the client goes away.
    async fn detach(
        &self,
        answer: impl Future<Output = HttpResponse> + Send + 'static,
    ) -> HttpResponse {
        match self.tasks.spawn(answer).await {
            Ok(response) => response,
            Err(error) => HttpError::internal(error).into_response(),
        }
    }
}

/// The request's extras: the route's own, unless the request brings more.
fn extras(headers: &HeaderMap, route: &Route) -> Arc<Extras> {
    let find = |names: [&str; 2]| names.into_iter().find_map(|name| text(headers, name));
    let (model_id, session_id) = (find(MODEL_ID), find(SESSION_ID));
    let trace_parent = text(headers, &TRACE_PARENT);
    if model_id.is_none() && session_id.is_none() && trace_parent.is_none() {
        return Arc::clone(&route.extras);
    }
    Arc::new(Extras {
        route: Some(Arc::clone(&route.prefix)),
        multiplexed_model_id: model_id.map(Into::into),
        session_id: session_id.map(Into::into),
        trace_parent: trace_parent.map(Into::into),
    })
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
}

/// What the client asks for: `None` nothing, `Some(None)` no timeout at all. What is no number counts
/// as nothing, as in Ray Serve.
fn asked_timeout(headers: &HeaderMap) -> Option<Option<Duration>> {
    let seconds: f64 = text(headers, &REQUEST_TIMEOUT)?.trim().parse().ok()?;
    if seconds.is_nan() {
        return None;
    }
    Some(if seconds > 0.0 { Duration::try_from_secs_f64(seconds).ok() } else { None })
}

fn not_found(path: &str) -> HttpResponse {
    let message =
        format!("Path '{path}' not found. Ping http://.../-/routes for available routes.");
    (StatusCode::NOT_FOUND, message).into_response()
}

fn with_id(mut response: HttpResponse, mut id: RequestId) -> HttpResponse {
    // The id came in as a header value or is a UUID, so it always is one again.
    if let Ok(value) = HeaderValue::from_str(&id.text()) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    response
}

impl tower_service::Service<HttpRequest> for Proxy {
    type Response = HttpResponse;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest) -> Self::Future {
        let proxy = self.clone();
        Box::pin(async move { Ok(proxy.serve(request).await) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_header_is_read_as_ray_serve_reads_it() {
        let asked = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_TIMEOUT.clone(), value.parse().unwrap());
            asked_timeout(&headers)
        };
        assert_eq!(asked("1.5"), Some(Some(Duration::from_millis(1500))));
        assert_eq!(asked("0"), Some(None));
        assert_eq!(asked("-1"), Some(None));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked_timeout(&HeaderMap::new()), None);
    }
}
