//! The proxy: finds the deployment for a request, makes the request's context, and sees the answer out.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::body::{Body, HttpBody};
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Json};
use axum::routing::any;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Map};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::Limited;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::SentResponse;
use super::body::{AboutRequest, CountedRequest, SentBody, without_body};
use super::forwarded::TrustedProxies;
use super::health::{HealthSource, Leaving, ServerHealth};
use super::routes::{Route, RouteTable};
use super::server::RequestService;
use super::target::answered;
use crate::call::{Extras, RequestInfo, request_line};
use crate::config::{HttpOptions, MetricsOptions, Networks};
use crate::id::{RequestId, uuid};
use crate::observe::{Meters, OpenSpan, RouteMeter, Taps, Tracer};
use crate::striped::Striped;
use crate::tasks::Tasks;
use crate::web::{ClientAddr, HttpError};
use crate::web::{HttpRequest, HttpResponse};

const HEALTHZ: &str = "/-/healthz";
const READY: &str = "/-/ready";
const ROUTES: &str = "/-/routes";

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The headers that mean something to the proxy, found in one pass.
#[derive(Default)]
struct RequestHints<'a> {
    request_id: Option<&'a str>,
    request_timeout: Option<&'a str>,
    disconnect_disabled: bool,
    trace_parent: Option<&'a str>,
    trace_state: Option<&'a str>,
    model_id: Option<&'a str>,
    session_id: Option<&'a str>,
    is_timed: bool,
}

impl<'a> RequestHints<'a> {
    fn of(headers: &'a HeaderMap) -> Self {
        let mut wishes = Self::default();
        for (name, value) in headers {
            let wish = match name.as_str() {
                "x-request-id" => &mut wishes.request_id,
                "x-request-timeout-seconds" => &mut wishes.request_timeout,
                "traceparent" => &mut wishes.trace_parent,
                "tracestate" => &mut wishes.trace_state,
                // Both spellings, as Ray Serve: proxies in between may not pass underscores on.
                "serve_multiplexed_model_id" | "serve-multiplexed-model-id" => &mut wishes.model_id,
                "x-session-id" | "x_session_id" => &mut wishes.session_id,
                "x-serve-timing" => {
                    wishes.is_timed = value == "1";
                    continue;
                }
                "x-request-disconnect-disabled" => {
                    wishes.disconnect_disabled = value == "?1";
                    continue;
                }
                _ => continue,
            };
            *wish = wish.or(value.to_str().ok().filter(|text| !text.is_empty()));
        }
        wishes
    }

    /// How long the client is ready to wait. What is no number of seconds, or none that can be waited for,
    /// asks for nothing.
    fn timeout(&self) -> Option<Duration> {
        let seconds: f64 = self.request_timeout?.trim().parse().ok()?;
        let timeout = Duration::try_from_secs_f64(seconds).ok()?;
        // As in Ray Serve, where zero is no timeout.
        (!timeout.is_zero()).then_some(timeout)
    }

    fn extras(&self, route: &Route, request: &HttpRequest, arrived: Instant) -> Extras {
        Extras {
            arrived: Some(arrived),
            is_timed: self.is_timed,
            journal: None,
            caller: None,
            read: None,
            span: None,
            trace_state: self.trace_state.map(Into::into),
            route: Some(Arc::clone(&route.prefix)),
            multiplexed_model_id: self.model_id.map(Into::into),
            session_id: self.session_id.map(Into::into),
            trace_parent: self.trace_parent.map(Into::into),
            request_line: request_line(request),
        }
    }
}

/// Answers every HTTP request to this server.
#[derive(Clone)]
pub(crate) struct Proxy {
    shared: Arc<Shared>,
    /// Whether it says how the server is. In somebody else's application that is theirs to say.
    tells_health: bool,
}

struct Shared {
    table: ArcSwap<RouteTable>,
    health: ServerHealth,
    /// Cancelled when there are routes for the first time.
    populated: CancellationToken,
    request_timeout: Option<Duration>,
    /// Whether clients may shorten it.
    trusts_timeouts: bool,
    body_bytes_max: usize,
    logs_requests: bool,
    trusted_proxies: TrustedProxies,
    /// `None` where nothing is counted.
    meters: Option<Arc<Meters>>,
    unmatched: Option<Striped<RouteMeter>>,
    /// `None` where no request is traced.
    tracer: Option<Arc<Tracer>>,
    /// Who watches requests as they end.
    taps: Taps,
    tasks: Tasks,
}

impl Proxy {
    pub(crate) fn new(
        options: &HttpOptions,
        metrics: &MetricsOptions,
        tracer: Option<Arc<Tracer>>,
        tasks: Tasks,
    ) -> Self {
        let meters = metrics.enabled.then(Arc::<Meters>::default);
        Self {
            shared: Arc::new(Shared {
                table: ArcSwap::default(),
                health: ServerHealth::default(),
                populated: CancellationToken::new(),
                request_timeout: options.request_timeout,
                trusts_timeouts: options.trust_request_timeout,
                body_bytes_max: options.max_body_bytes,
                logs_requests: options.access_log,
                trusted_proxies: TrustedProxies::new(Networks::of(&options.trusted_proxies)),
                unmatched: meters.as_ref().map(|meters| Striped::new(&meters.unmatched)),
                meters,
                tracer,
                taps: Taps::default(),
                tasks,
            }),
            tells_health: true,
        }
    }

    /// The same for somebody else's server, without [`health_router`](Self::health_router).
    pub(crate) fn without_health(&self) -> Self {
        Self { tells_health: false, ..self.clone() }
    }

    /// `/-/healthz` and `/-/ready` alone.
    pub(crate) fn health_router(&self) -> axum::Router {
        [HEALTHZ, READY].into_iter().fold(axum::Router::new(), |routes, path| {
            let shared = Arc::clone(&self.shared);
            routes.route(path, any(move || ready(shared.own_route(path, true))))
        })
    }

    /// Lets `source` say how the applications are; until then they are not ready.
    pub(crate) fn set_health(&self, source: Arc<dyn HealthSource>) {
        self.shared.health.set_source(source);
    }

    pub(crate) fn publish(&self, mut table: RouteTable) {
        if let Some(meters) = &self.shared.meters {
            table.count_in(meters);
        }
        let is_populated = !table.is_empty();
        self.shared.table.store(Arc::new(table));
        if is_populated {
            self.shared.populated.cancel();
        }
    }

    /// Who watches this server's requests and calls.
    pub(crate) fn taps(&self) -> &Taps {
        &self.shared.taps
    }

    /// What has been counted of requests.
    pub(crate) fn meters(&self) -> Option<&Meters> {
        self.shared.meters.as_deref()
    }

    /// Tells load balancers to send no more requests here, while everything goes on as before.
    pub(crate) fn stop_being_ready(&self) {
        self.shared.health.leave(Leaving::Announced);
    }

    /// The shutdown has begun; requests that come are still answered.
    pub(crate) fn start_draining(&self) {
        self.shared.health.leave(Leaving::Draining);
    }

    /// `/-/ready`, or else `/-/healthz`, as our own listener answers it.
    #[cfg(feature = "admin")]
    pub(crate) fn health(&self, is_ready: bool) -> HttpResponse {
        self.shared.own_route(if is_ready { READY } else { HEALTHZ }, true)
    }
}

impl RequestService for Proxy {
    type Answer = Served;

    /// When there have been routes.
    async fn populated(&self) {
        self.shared.populated.cancelled().await;
    }

    /// Finds the way of a request and sets it off.
    fn serve(&self, mut request: HttpRequest) -> Served {
        let shared = &self.shared;
        shared.note_client(&mut request);
        let path = request.uri().path();
        if path.starts_with("/-/") {
            return Served::now(shared.own_route(path, self.tells_health));
        }
        let arrived = Instant::now();
        let table = shared.table.load();
        let Some(route) = table.find(path) else {
            let unmatched = shared.unmatched.as_ref().map(Striped::here);
            let about = shared.about(&request, RequestId::Unset, None, None);
            let counted = CountedRequest::new(unmatched, request.method(), about, arrived);
            let answer = match shared.health.is_draining() {
                // It may have been there a moment ago.
                true => HttpError::unavailable("The server is shutting down.").into_response(),
                false => not_found(path),
            };
            return Served::counted(counted, answer);
        };
        let wishes = RequestHints::of(request.headers());
        let detached = wishes.disconnect_disabled;
        let info = shared.request_info(&wishes, route, &request, arrived);
        let (id, is_head) = (info.id.clone(), request.method() == Method::HEAD);
        let about = shared.about(&request, id.clone(), Some(route), info.span());
        let meter = route.meter.as_ref().map(Striped::here);
        let counted = CountedRequest::new(meter, request.method(), about, arrived);
        let answer = match shared.limit_body(request) {
            Ok(request) => route.target.serve(request, info),
            Err(error) => answered(error.into_response()),
        };
        let answer = if detached { shared.detach(answer) } else { answer };
        Served { answer, id, is_head, counted }
    }
}

/// A request on its way. Small, because hyper moves it once more.
pub(crate) struct Served {
    answer: BoxFuture<'static, SentResponse>,
    id: RequestId,
    is_head: bool,
    /// Goes on with the response's body.
    counted: Option<CountedRequest>,
}

impl Served {
    fn now(response: HttpResponse) -> Self {
        Self::counted(None, response)
    }

    fn counted(counted: Option<CountedRequest>, response: HttpResponse) -> Self {
        Self { answer: answered(response), id: RequestId::Unset, is_head: false, counted }
    }
}

impl Future for Served {
    type Output = SentResponse;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<SentResponse> {
        let response = ready!(self.answer.as_mut().poll(context));
        let mut response = if self.is_head { without_body(response) } else { response };
        if let Some(counted) = self.counted.take() {
            let status = response.status();
            response.body_mut().count(counted, status);
        }
        Poll::Ready(with_id(response, &self.id))
    }
}

impl Shared {
    /// Finds out who the client is behind proxies that are trusted.
    fn note_client(&self, request: &mut HttpRequest) {
        if self.trusted_proxies.are_none() {
            return;
        }
        let Some(ClientAddr(peer)) = ClientAddr::of(request.extensions()) else { return };
        if let Some(client) = self.trusted_proxies.client(peer, request.headers()) {
            request.extensions_mut().insert(ClientAddr(client));
        }
    }

    /// What the server answers itself, with Ray Serve's texts and codes.
    fn own_route(&self, path: &str, tells_health: bool) -> HttpResponse {
        let table = self.table.load();
        match path {
            HEALTHZ if tells_health => self.health.healthz(!table.is_empty()),
            READY if tells_health => self.health.ready(),
            ROUTES if self.health.is_draining() || table.is_empty() => {
                self.health.healthz(!table.is_empty())
            }
            ROUTES => Json(table.listing()).into_response(),
            _ => not_found(path),
        }
    }

    /// What the access log and the span of a request will say of it, if there are any.
    fn about(
        &self,
        request: &HttpRequest,
        id: RequestId,
        route: Option<&Route>,
        span: Option<&OpenSpan>,
    ) -> Option<Box<AboutRequest>> {
        let is_watched = self.taps.is_on();
        (self.logs_requests || is_watched || span.is_some()).then(|| {
            let none = || Arc::from("");
            Box::new(AboutRequest {
                method: request.method().clone(),
                path: request.uri().path().to_owned(),
                id,
                application: route.map_or_else(none, |route| Arc::clone(&route.application)),
                route: route.map_or_else(none, |route| Arc::clone(&route.prefix)),
                client: ClientAddr::of(request.extensions()),
                deployment: route.map_or_else(none, |it| Arc::clone(it.target.deployment())),
                is_logged: self.logs_requests,
                taps: is_watched.then(|| self.taps.clone()),
                span: span.cloned(),
            })
        })
    }

    fn request_info(
        &self,
        wishes: &RequestHints<'_>,
        route: &Route,
        request: &HttpRequest,
        arrived: Instant,
    ) -> RequestInfo {
        let id = match wishes.request_id {
            Some(id) => RequestId::Text(id.into()),
            None => RequestId::random(),
        };
        let ours = route.target.request_timeout().or(self.request_timeout);
        // Whoever asks for less gets it, nobody gets more.
        let theirs = if self.trusts_timeouts { wishes.timeout() } else { None };
        let timeout = ours.into_iter().chain(theirs).min();
        let deadline = timeout.and_then(|timeout| arrived.checked_add(timeout));
        let extras = wishes.extras(route, request, arrived);
        let mut info = RequestInfo::of_client(id, deadline, extras);
        if let Some(tracer) = &self.tracer {
            info.begin_root_span(tracer);
        }
        info
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
    fn detach(&self, answer: BoxFuture<'static, SentResponse>) -> BoxFuture<'static, SentResponse> {
        let task = self.tasks.spawn_unboxed(answer);
        Box::pin(async move {
            let lost = |error| HttpError::internal(error).into_response().map(SentBody::plain);
            task.await.unwrap_or_else(lost)
        })
    }
}

fn not_found(path: &str) -> HttpResponse {
    let message =
        format!("Path '{path}' not found. Ping http://.../-/routes for available routes.");
    (StatusCode::NOT_FOUND, message).into_response()
}

fn with_id(mut response: SentResponse, id: &RequestId) -> SentResponse {
    let value = match id {
        RequestId::Random(bits) => HeaderValue::from_bytes(&uuid(*bits)),
        RequestId::Text(id) => HeaderValue::from_str(id),
        RequestId::Unset => return response,
    };
    // The id came in as a header value or is a UUID, so it always is one again.
    if let Ok(value) = value {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    response
}

impl tower_service::Service<HttpRequest> for Proxy {
    type Response = HttpResponse;
    type Error = Infallible;
    type Future = Map<Served, fn(SentResponse) -> Result<HttpResponse, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest) -> Self::Future {
        self.serve(request).map(|response| Ok(response.map(SentBody::into_axum)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_header_asks_for_seconds_or_for_nothing() {
        let asked = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-request-timeout-seconds", value.parse().unwrap());
            RequestHints::of(&headers).timeout()
        };
        assert_eq!(asked("1.5"), Some(Duration::from_millis(1500)));
        for nothing in ["0", "-0", "-1", "1e-300", "soon", "NaN", "inf", "-inf", "1e300", "1e400"] {
            assert_eq!(asked(nothing), None, "{nothing}");
        }
        assert_eq!(RequestHints::default().timeout(), None);
    }
}
