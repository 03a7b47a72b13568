//! Layers of tower around one deployment and around all: what works in axum works here.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, Extension, MatchedPath, Request as AxumRequest, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures::{SinkExt, StreamExt};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serve_core::prelude::*;
use serve_core::{Error, PlannedAction};
use tests::{
    SOON, address, client, fetch, fetch_text, read, replica_id, running_replicas, send_raw, start,
    start_with, stop, url, within,
};
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tower_http::validate_request::ValidateRequestHeaderLayer;

/// Who a layer says that the client is.
#[derive(Clone)]
struct User(&'static str);

#[derive(Default)]
struct Site;

#[deployment(route_prefix = "/site")]
impl Site {
    #[get("/hello")]
    async fn hello(&self) -> &'static str {
        "hello"
    }

    #[get("/whoami")]
    async fn whoami(&self, Extension(user): Extension<User>) -> &'static str {
        user.0
    }

    #[post("/echo")]
    async fn echo(&self, body: String) -> String {
        body
    }

    #[get("/long")]
    async fn long(&self) -> String {
        "so long ".repeat(1000)
    }

    #[get("/items/{id}")]
    async fn item(&self, Path(id): Path<u32>) -> String {
        format!("{id} at {}", replica_id())
    }

    #[get("/socket")]
    async fn socket(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(message)) = socket.recv().await {
                drop(socket.send(message).await);
            }
        })
    }
}

async fn site(app: Application<Site>) -> Serve {
    let serve = start().await;
    within(SOON, serve.run(app)).await.unwrap();
    serve
}

/// Notes its name on the way in and on the way out.
fn named(name: &'static str) -> impl Fn(AxumRequest, Next) -> Noted + Clone {
    move |mut request: AxumRequest, next: Next| {
        Box::pin(async move {
            request.headers_mut().append("x-in", HeaderValue::from_static(name));
            let mut response = next.run(request).await;
            response.headers_mut().append("x-out", HeaderValue::from_static(name));
            response
        })
    }
}

type Noted = std::pin::Pin<Box<dyn Future<Output = Response> + Send>>;

fn all(response: &reqwest::Response, name: &str) -> Vec<String> {
    let values = response.headers().get_all(name).iter();
    values.map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_last_layer_added_is_the_outermost_and_the_servers_are_outside_of_all() {
    let options = HttpOptions::default().layer(from_fn(named("c"))).layer(from_fn(named("d")));
    let serve = start_with(options).await;
    let app = Site::bind().layer(from_fn(named("a"))).layer(from_fn(named("b")));
    within(SOON, serve.run(app)).await.unwrap();
    let response = fetch(&serve, "/site/hello").await;
    assert_eq!(all(&response, "x-out"), ["a", "b", "c", "d"]);
    // Everything that the server answers.
    for path in ["/nowhere", "/-/healthz", "/-/routes"] {
        assert_eq!(all(&fetch(&serve, path).await, "x-out"), ["c", "d"], "{path}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_preflight_of_cors_is_answered_for_a_route_that_has_no_options() {
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://app.example"))
        .allow_methods([Method::GET]);
    let serve = site(Site::bind().layer(cors)).await;
    let request = client().request(Method::OPTIONS, url(&serve, "/site/hello"));
    let request = request
        .header(header::ORIGIN, "https://app.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET");
    let response = within(SOON, request.send()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_METHODS], "GET");
    // What no route takes has its headers too, or a browser would not show the status.
    for path in ["/site/hello", "/site/nothing"] {
        let response = fetch(&serve, path).await;
        assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example");
    }
    stop(serve).await;
}

#[tokio::test]
async fn responses_are_compressed() {
    let serve = site(Site::bind().layer(CompressionLayer::new())).await;
    let request = client().get(url(&serve, "/site/long")).header("accept-encoding", "gzip");
    let response = within(SOON, request.send()).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    assert!(within(SOON, response.bytes()).await.unwrap().len() < 1000);
    stop(serve).await;
}

#[tokio::test]
async fn a_stack_as_for_axum_works_in_one_piece() {
    let x_request_id = HeaderName::from_static("x-request-id");
    let options = HttpOptions::default()
        .layer(PropagateRequestIdLayer::new(x_request_id.clone()))
        .layer(TraceLayer::new_for_http())
        .layer(SetRequestIdLayer::new(x_request_id, MakeRequestUuid))
        .layer(SetSensitiveRequestHeadersLayer::new([header::AUTHORIZATION]))
        .layer(SetResponseHeaderLayer::overriding(header::SERVER, HeaderValue::from_static("mine")))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, SOON * 3));
    let serve = start_with(options).await;
    within(SOON, serve.run(Site::bind())).await.unwrap();
    let response = fetch(&serve, "/site/hello").await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["server"]),
        (200, &"mine".parse().unwrap())
    );
    assert_eq!(all(&response, "x-request-id").len(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn a_layer_may_answer_itself_and_takes_no_replicas_place() {
    #[expect(deprecated, reason = "as in axum's examples")]
    let layer = ValidateRequestHeaderLayer::bearer("token");
    let serve = site(Site::bind().layer(layer)).await;
    assert_eq!(fetch(&serve, "/site/hello").await.status(), 401);
    let request = client().get(url(&serve, "/site/hello")).bearer_auth("token").send();
    assert_eq!(read(within(SOON, request).await.unwrap()).await, (200, "hello".to_owned()));
    let counted = serve.snapshot().applications["default"].deployments["Site"].clone();
    assert_eq!(counted.queued, 0);
    stop(serve).await;
}

async fn knows(State(user): State<User>, mut request: AxumRequest, next: Next) -> Response {
    request.extensions_mut().insert(user);
    next.run(request).await
}

#[tokio::test]
async fn what_a_layer_inserts_reaches_the_method_whichever_layer_it_is() {
    let serve = site(Site::bind().layer(from_fn_with_state(User("ann"), knows))).await;
    assert_eq!(fetch_text(&serve, "/site/whoami").await, (200, "ann".to_owned()));
    stop(serve).await;
    let options = HttpOptions::default().layer(Extension(User("bob")));
    let serve = start_with(options).await;
    within(SOON, serve.run(Site::bind())).await.unwrap();
    assert_eq!(fetch_text(&serve, "/site/whoami").await, (200, "bob".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_layer_knows_the_client_and_the_route() {
    async fn look(request: AxumRequest) -> String {
        let extensions = request.extensions();
        let ConnectInfo::<std::net::SocketAddr>(client) = extensions.get().unwrap();
        let route = extensions.get::<MatchedPath>().map_or("none", MatchedPath::as_str);
        format!("{} {route}", client.ip())
    }
    async fn instead(request: AxumRequest, _: Next) -> String {
        look(request).await
    }
    let serve = site(Site::bind().layer(from_fn(instead))).await;
    let routed = fetch_text(&serve, "/site/items/7").await;
    assert_eq!(routed, (200, "127.0.0.1 /site/items/{id}".to_owned()));
    assert_eq!(fetch_text(&serve, "/site/nothing").await, (200, "127.0.0.1 none".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_layer_may_read_the_body_and_send_another() {
    async fn upper(request: AxumRequest, next: Next) -> Response {
        let (parts, body) = request.into_parts();
        let text = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8(text.into()).unwrap().to_uppercase();
        next.run(AxumRequest::from_parts(parts, text.into())).await
    }
    let serve = site(Site::bind().layer(from_fn(upper))).await;
    let request = client().post(url(&serve, "/site/echo")).body("small").send();
    assert_eq!(read(within(SOON, request).await.unwrap()).await, (200, "SMALL".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_layer_that_asks_twice_is_answered_twice() {
    async fn again(request: AxumRequest, next: Next) -> Response {
        let (parts, _) = request.into_parts();
        let first = AxumRequest::from_parts(parts.clone(), Body::empty());
        drop(next.clone().run(first).await);
        next.run(AxumRequest::from_parts(parts, Body::empty())).await
    }
    let serve = site(Site::bind().layer(from_fn(again))).await;
    assert_eq!(fetch_text(&serve, "/site/hello").await, (200, "hello".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_layer_that_panics_costs_that_request() {
    async fn panics(request: AxumRequest, next: Next) -> Response {
        let how = request.uri().query().unwrap_or_default().to_owned();
        assert_ne!(how, "before", "a panic of a layer's");
        let response = next.run(request).await;
        assert_ne!(how, "after", "a panic of a layer's");
        response
    }
    let options = HttpOptions::default().layer(from_fn(panics));
    let deployments = (start().await, Site::bind().layer(from_fn(panics)));
    for (serve, app) in [deployments, (start_with(options).await, Site::bind())] {
        within(SOON, serve.run(app)).await.unwrap();
        for how in ["before", "after"] {
            let answer = fetch_text(&serve, &format!("/site/hello?{how}")).await;
            assert_eq!(answer, (500, "Internal Server Error".to_owned()), "{how}");
        }
        assert_eq!(fetch_text(&serve, "/site/hello").await, (200, "hello".to_owned()));
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_body_of_a_layers_that_panics_cuts_its_response_off() {
    async fn panicking(_: AxumRequest, _: Next) -> Response {
        let pieces = futures::stream::iter(0..3).map(|piece| {
            assert_ne!(piece, 2, "a panic of a body's");
            Ok::<_, std::io::Error>("piece")
        });
        Body::from_stream(pieces).into_response()
    }
    let serve = site(Site::bind().layer(from_fn(panicking))).await;
    let request = b"GET /site/hello HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let answer = send_raw(address(&serve), request).await;
    assert!(!answer.ends_with("0\r\n\r\n"), "{answer}");
    assert_eq!(fetch(&serve, "/-/healthz").await.status(), 200);
    stop(serve).await;
}

/// Panics when it is put around a route.
#[derive(Clone)]
struct Bad;

impl tower_layer::Layer<axum::routing::Route> for Bad {
    type Service = axum::routing::Route;

    fn layer(&self, _: axum::routing::Route) -> axum::routing::Route {
        panic!("it cannot be put around anything")
    }
}

#[tokio::test]
async fn a_layer_that_cannot_be_put_around_anything_fails_the_update_and_nothing_else() {
    let serve = site(Site::bind()).await;
    let error = within(SOON, serve.run(Site::bind().layer(Bad))).await.unwrap_err();
    let said = error.to_string();
    assert!(said.contains("Site") && said.contains("it cannot be put around anything"), "{said}");
    assert_eq!(fetch_text(&serve, "/site/hello").await, (200, "hello".to_owned()));
    stop(serve).await;
    let options = HttpOptions::default().port(0).layer(Bad);
    let error = within(SOON, Serve::builder().http(options).start()).await.unwrap_err();
    assert!(matches!(error, Error::InvalidConfig { .. }), "{error}");
}

/// Reachable by handle alone.
#[derive(Default)]
struct Inner;

#[deployment]
impl Inner {
    fn one(&self) -> u32 {
        1
    }
}

#[tokio::test]
async fn a_layer_where_nothing_answers_http_is_refused() {
    let serve = start().await;
    let app = Inner::bind().layer(CompressionLayer::new());
    let error = within(SOON, serve.run(app)).await.unwrap_err().to_string();
    assert!(
        error.contains("deployment `Inner`: it has a layer, but nothing that answers HTTP"),
        "{error}"
    );
    stop(serve).await;
}

#[tokio::test]
async fn other_layers_come_in_place_and_leave_no_request_without_any() {
    let says = |name: &'static str| {
        SetResponseHeaderLayer::overriding(
            HeaderName::from_static("x-says"),
            HeaderValue::from_static(name),
        )
    };
    let app = Site::bind().layer(says("one"));
    let serve = site(app.clone()).await;
    let before = running_replicas(&serve, "default", "Site");
    assert_eq!(serve.plan("default", &app).deployments[0].action, PlannedAction::Untouched);
    let next = Site::bind().layer(says("two"));
    let plan = serve.plan("default", &next);
    assert_eq!(plan.deployments[0].action, PlannedAction::InPlace);
    assert_eq!(plan.deployments[0].reasons, ["`layer` changed"]);
    within(SOON, serve.run(next)).await.unwrap();
    assert_eq!(all(&fetch(&serve, "/site/hello").await, "x-says"), ["two"]);
    within(SOON, serve.run(Site::bind())).await.unwrap();
    assert_eq!(all(&fetch(&serve, "/site/hello").await, "x-says"), [""; 0]);
    within(SOON, serve.rollback("default")).await.unwrap();
    assert_eq!(all(&fetch(&serve, "/site/hello").await, "x-says"), ["two"]);
    assert_eq!(running_replicas(&serve, "default", "Site"), before);
    stop(serve).await;
}

/// Counts those of it that are there.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, SeqCst);
        Self(Arc::clone(count))
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[tokio::test]
async fn layers_end_with_their_application() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Counted::new(&count);
    let serve = site(Site::bind().layer(Extension(counted.clone()))).await;
    assert_eq!(fetch(&serve, "/site/hello").await.status(), 200);
    drop(counted);
    assert!(count.load(SeqCst) > 0);
    within(SOON, serve.delete("default")).await.unwrap();
    tests::until_so("the layers are gone", || count.load(SeqCst) == 0).await;
    stop(serve).await;
}

#[tokio::test]
async fn a_layer_that_never_answers_ends_with_the_deadline_of_its_request() {
    async fn never(_: AxumRequest, _: Next) -> Response {
        std::future::pending().await
    }
    let app = Site::bind().layer(from_fn(never)).request_timeout(Duration::from_millis(50));
    let serve = site(app).await;
    assert_eq!(fetch(&serve, "/site/hello").await.status(), 408);
    stop(serve).await;
}

#[tokio::test]
async fn a_layer_of_the_server_may_change_the_path_and_one_of_a_deployment_may_not() {
    let serve =
        start_with(HttpOptions::default().layer(NormalizePathLayer::trim_trailing_slash())).await;
    within(SOON, serve.run(Site::bind())).await.unwrap();
    assert_eq!(fetch_text(&serve, "/site/hello/").await, (200, "hello".to_owned()));
    stop(serve).await;
    let serve = site(Site::bind().layer(NormalizePathLayer::trim_trailing_slash())).await;
    assert_eq!(fetch(&serve, "/site/hello/").await.status(), 404);
    stop(serve).await;
}

#[tokio::test]
async fn a_web_socket_passes_through_layers() {
    let options =
        HttpOptions::default().layer(CompressionLayer::new()).layer(CorsLayer::permissive());
    let serve = start_with(options).await;
    let app = Site::bind().layer(TraceLayer::new_for_http()).layer(from_fn(named("a")));
    within(SOON, serve.run(app)).await.unwrap();
    let address = format!("ws://{}/site/socket", address(&serve));
    let (mut socket, response) =
        within(SOON, tokio_tungstenite::connect_async(address)).await.unwrap();
    assert_eq!(response.headers()["x-out"], "a");
    within(SOON, socket.send("ping".into())).await.unwrap();
    let answer = within(SOON, socket.next()).await.unwrap().unwrap();
    assert_eq!(answer.into_text().unwrap(), "ping");
    drop(socket);
    stop(serve).await;
}

#[tokio::test]
async fn the_router_for_another_application_has_the_layers_of_deployments_and_not_the_servers() {
    let options = HttpOptions::default().layer(from_fn(named("server")));
    let serve = start_with(options).await;
    within(SOON, serve.run(Site::bind().layer(from_fn(named("site"))))).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = serve.router();
    let serving = tests::spawn(async move { axum::serve(listener, app).await });
    let response = client().get(format!("http://{address}/site/hello")).send();
    assert_eq!(all(&within(SOON, response).await.unwrap(), "x-out"), ["site"]);
    serving.abort();
    stop(serve).await;
}

#[tokio::test]
async fn requests_that_layers_answer_are_counted() {
    async fn closed(_: AxumRequest, _: Next) -> StatusCode {
        StatusCode::FORBIDDEN
    }
    let serve = start_with(HttpOptions::default().layer(from_fn(closed))).await;
    within(SOON, serve.run(Site::bind())).await.unwrap();
    assert_eq!(fetch(&serve, "/site/hello").await.status(), 403);
    let metrics = serve.metrics();
    let line = metrics.lines().find(|line| line.contains("403"));
    assert!(line.is_some(), "{metrics}");
    stop(serve).await;
}
