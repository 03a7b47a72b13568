//! The proxy: finds the deployment for a request, makes the request's context, and sees the answer out.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::body::{Body, HttpBody};
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Json};
use axum::routing::any;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Map};
use http::{Method, header};
use http_body_util::Limited;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::SentResponse;
use super::body::{AboutRequest, CountedRequest, SentBody};
use super::forwarded::TrustedProxies;
use super::health::{HealthSource, Leaving, ServerHealth};
use super::hints::RequestHints;
use super::keys::{Access, hide_keys};
use super::layered::{Layered, Onward};
use super::missing::Missing;
use super::mount::{Errand, Mount};
use super::routes::{Route, RouteTable};
use super::served::{Served, with_id};
use super::server::RequestService;
use super::shaping::Shaper;
use super::target::{TargetLimits, answered};
use crate::call::{Extras, RequestInfo};
use crate::config::{HttpOptions, MetricsOptions, Networks};
use crate::edge::{FrameworkErrorKind, Layers, OnError};
use crate::error::{Error, Result};
use crate::id::RequestId;
use crate::info::RouteInfo;
use crate::observe::{Meters, RouteMeter, Taps, Tracer};
use crate::striped::Striped;
use crate::tasks::Tasks;
use crate::web::{ClientAddr, HttpError};
use crate::web::{HttpRequest, HttpResponse};

const HEALTHZ: &str = "/-/healthz";
const READY: &str = "/-/ready";
const ROUTES: &str = "/-/routes";

/// Answers every HTTP request to this server.
#[derive(Clone)]
pub(crate) struct Proxy {
    shared: Arc<Shared>,
    /// Whether it says how the server is. In somebody else's application that is theirs to say.
    tells_health: bool,
    /// The layers of the server, if it has any. Somebody else's application has its own.
    layered: Option<Arc<Layered>>,
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
    /// `None` where errors are sent as they are.
    on_error: Option<OnError>,
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
    /// One without layers.
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
                on_error: options.on_error.clone(),
                unmatched: meters.as_ref().map(|meters| Striped::new(&meters.unmatched)),
                meters,
                tracer,
                taps: Taps::default(),
                tasks,
            }),
            tells_health: true,
            layered: None,
        }
    }

    /// The same with layers around it.
    ///
    /// # Errors
    ///
    /// One of them panicked.
    pub(crate) fn with_layers(self, layers: &Layers) -> Result<Self> {
        let layered = Layered::new(layers);
        let layered =
            layered.map_err(|problem| Error::InvalidConfig { problems: vec![problem] })?;
        Ok(Self { layered: layered.map(Arc::new), ..self })
    }

    /// The same for somebody else's server, without [`health_router`](Self::health_router) and layers.
    pub(crate) fn for_others(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), tells_health: false, layered: None }
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
        let before = self.shared.table.swap(Arc::new(table));
        if is_populated {
            self.shared.populated.cancel();
        }
        if before.has_layers() {
            // They are the user's.
            self.shared.tasks.dispose(before);
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
        self.shared.note_client(&mut request);
        match &self.layered {
            None => self.answer(request),
            Some(layered) => self.answer_layered(Arc::clone(layered), request),
        }
    }
}

impl Proxy {
    fn answer(&self, mut request: HttpRequest) -> Served {
        let shared = &self.shared;
        let path = request.uri().path();
        if path.starts_with("/-/") {
            let answer = answered(shared.own_route(path, self.tells_health));
            return shared.served_without_route(&request, answer);
        }
        let arrived = Instant::now();
        let table = shared.table.load();
        let Some(route) = table.find(path) else { return shared.unmatched(&request, arrived) };
        let Route { mount, .. } = route;
        let mut way = mount.paths.find(&mut request);
        let access = mount.keys.as_ref().map(|keys| keys.identify(request.headers_mut()));
        let api_key = access.as_ref().and_then(Access::name).cloned();
        let wishes = RequestHints::of(request.headers());
        let detached = wishes.disconnect_disabled;
        let limits = shared.limits(mount, way.as_ref().ok().copied());
        let timeout = shared.shorten(limits.request_timeout, &wishes);
        let extras = wishes.extras(route, api_key, &request, arrived);
        let info = shared.request_info(&wishes, timeout, extras, arrived);
        let (id, is_head) = (info.id.clone(), request.method() == Method::HEAD);
        let about = shared.about(&request, id.clone(), Some((route, &info)));
        let meter = route.meter.as_ref().map(Striped::here);
        let counted = CountedRequest::new(meter, request.method(), about, arrived);
        let shaper = shared.shaper(&request, &id, Some(route));
        if !limit_body(&mut request, limits.max_body_size) && way.is_ok() {
            way = Err(Missing::TooLarge);
        }
        let answer = mount.serve(request, Errand { way, info, access, shaper });
        let answer = if detached { shared.detach(answer) } else { answer };
        Served { answer, id, is_head, counted }
    }

    /// The same inside the server's layers. A request that they answer themselves is counted as one without a route.
    fn answer_layered(&self, layered: Arc<Layered>, mut request: HttpRequest) -> Served {
        hide_keys(request.headers_mut());
        let (proxy, arrived) = (Self { layered: None, ..self.clone() }, Instant::now());
        let has_come = Arc::new(AtomicBool::new(false));
        let id = proxy.shared.id_of_error(&request);
        let shaper = proxy.shared.shaper(&request, &id, None);
        let method = request.method().clone();
        let about = proxy.shared.about(&request, RequestId::Unset, None);
        let (inner, seen) = (proxy.clone(), Arc::clone(&has_come));
        let onward = Onward(Arc::new(move |request| {
            seen.store(true, Relaxed);
            Box::pin(inner.answer(request))
        }));
        Served::whole(Box::pin(async move {
            let mut response = match layered.answer(request, onward, None).await {
                Ok(response) => response,
                Err(failed) => {
                    let response = failed.answer(&id, |line| line);
                    with_id(shape(shaper, Box::pin(ready(response))).await, &id)
                }
            };
            if !has_come.load(Relaxed) {
                let meter = proxy.shared.unmatched.as_ref().map(Striped::here);
                if let Some(counted) = CountedRequest::new(meter, &method, about, arrived) {
                    let status = response.status();
                    response.body_mut().count(counted, status);
                }
            }
            response
        }))
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

    /// The answer where no deployment has the path.
    fn unmatched(&self, request: &HttpRequest, arrived: Instant) -> Served {
        let meter = self.unmatched.as_ref().map(Striped::here);
        let about = self.about(request, RequestId::Unset, None);
        let counted = CountedRequest::new(meter, request.method(), about, arrived);
        let answer = match self.health.is_draining() {
            // It may have been there a moment ago.
            true => HttpError::unavailable("The server is shutting down.")
                .made(FrameworkErrorKind::ShuttingDown)
                .into_response(),
            false => not_found(request.uri().path()),
        };
        Served { counted, ..self.served_without_route(request, answered(answer)) }
    }

    /// Gives an answer its shape where no deployment has one.
    fn served_without_route(
        &self,
        request: &HttpRequest,
        answer: BoxFuture<'static, SentResponse>,
    ) -> Served {
        let id = self.id_of_error(request);
        let answer = shape(self.shaper(request, &id, None), answer);
        Served { id, ..Served::whole(answer) }
    }

    /// The id of a request without a route, if somebody may ask for it.
    fn id_of_error(&self, request: &HttpRequest) -> RequestId {
        match self.on_error {
            None => RequestId::Unset,
            Some(_) => RequestHints::of(request.headers()).id(),
        }
    }

    fn shaper(
        &self,
        request: &HttpRequest,
        id: &RequestId,
        route: Option<&Route>,
    ) -> Option<Arc<Shaper>> {
        let on_error = self.on_error.as_ref()?;
        Some(Shaper::new(on_error, request, id, route))
    }

    /// What the access log and the span of a request will say of it, if there are any.
    fn about(
        &self,
        request: &HttpRequest,
        id: RequestId,
        found: Option<(&Route, &RequestInfo)>,
    ) -> Option<Box<AboutRequest>> {
        let (route, info) = found.unzip();
        let span = info.and_then(RequestInfo::span);
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
                api_key: info.and_then(|info| info.extras.as_ref()?.api_key.clone()),
                deployment: route
                    .map_or_else(none, |it| Arc::clone(&it.mount.target.id().deployment)),
                is_logged: self.logs_requests,
                taps: is_watched.then(|| self.taps.clone()),
                span: span.cloned(),
            })
        })
    }

    /// What a request may: as its route says, or else its deployment, or else the server.
    fn limits(&self, mount: &Mount, route: Option<&'static RouteInfo>) -> Limits {
        let TargetLimits { request_timeout, max_body_size } = mount.target.limits();
        let of_route = route.and_then(|route| route.request_timeout);
        let size = route.and_then(|route| route.max_body_size).or(max_body_size);
        Limits {
            request_timeout: of_route.or(request_timeout).or(self.request_timeout),
            max_body_size: size.unwrap_or(self.body_bytes_max as u64),
        }
    }

    /// Whoever asks for less gets it, nobody gets more.
    fn shorten(&self, ours: Option<Duration>, wishes: &RequestHints<'_>) -> Option<Duration> {
        let theirs = if self.trusts_timeouts { wishes.timeout() } else { None };
        ours.into_iter().chain(theirs).min()
    }

    fn request_info(
        &self,
        wishes: &RequestHints<'_>,
        timeout: Option<Duration>,
        extras: Extras,
        arrived: Instant,
    ) -> RequestInfo {
        let deadline = timeout.and_then(|timeout| arrived.checked_add(timeout));
        let mut info = RequestInfo::of_client(wishes.id(), deadline, extras);
        if let Some(tracer) = &self.tracer {
            info.begin_root_span(tracer);
        }
        info
    }

    /// Runs a request to its end even if the client goes away.
    fn detach(&self, answer: BoxFuture<'static, SentResponse>) -> BoxFuture<'static, SentResponse> {
        let task = self.tasks.spawn_unboxed(answer);
        Box::pin(async move {
            let lost = |error| {
                let error = HttpError::internal(error).made(FrameworkErrorKind::Internal);
                error.into_response().map(SentBody::plain)
            };
            task.await.unwrap_or_else(lost)
        })
    }
}

/// What one request may.
struct Limits {
    request_timeout: Option<Duration>,
    max_body_size: u64,
}

/// Cuts off a body that turns out to be too large; `false` if it is announced as such.
fn limit_body(request: &mut HttpRequest, bytes_max: u64) -> bool {
    if request.body().is_end_stream() {
        return true;
    }
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let bytes = usize::try_from(bytes_max).unwrap_or(usize::MAX);
    let body = std::mem::take(request.body_mut());
    *request.body_mut() = Body::new(Limited::new(body, bytes));
    DefaultBodyLimit::disable().apply(request);
    announced.is_none_or(|length| length <= bytes_max)
}

fn shape(
    shaper: Option<Arc<Shaper>>,
    answer: BoxFuture<'static, SentResponse>,
) -> BoxFuture<'static, SentResponse> {
    match shaper {
        None => answer,
        Some(shaper) => Box::pin(shaper.shape(answer)),
    }
}

fn not_found(path: &str) -> HttpResponse {
    let message =
        format!("Path '{path}' not found. Ping http://.../-/routes for available routes.");
    HttpError::not_found(message).made(FrameworkErrorKind::NotFound).into_response()
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
