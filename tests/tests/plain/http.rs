//! HTTP: routes, errors, timeouts, cancelling, bodies, protocols, and what a hostile client can do.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::sse::{Event, Sse};
use bytes::Bytes;
use futures::{SinkExt, Stream, StreamExt};
use http_body_util::Full;
use serve_core::prelude::*;
use serve_core::{BackPressure, Error, Isolation};
use tests::{
    Journal, Probe, SOON, Worker, WorkerHandle, address, client, fetch, fetch_text, http2,
    open_request, read, read_http2, read_until, send_raw, spawn, start, start_with,
    start_without_http, stop, until_status, url, within,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite;

/// Answers every request with a text of its own.
struct Says {
    text: &'static str,
}

#[deployment(route_prefix = "/")]
impl Says {
    fn new(text: &'static str) -> Self {
        Self { text }
    }

    async fn __call__(&self, request: Request) -> String {
        format!("{} {}", self.text, request.path())
    }
}

async fn says(serve: &Serve, application: &str, prefix: &str, text: &'static str) {
    let app = Says::bind(text).route_prefix(prefix);
    within(SOON, serve.run_named(application, app)).await.unwrap();
}

// === errors of calls ===

/// An error that is no response.
#[derive(Debug, thiserror::Error)]
#[error("mine")]
struct Own;

/// Fails with what the request asks for.
#[derive(Default)]
struct Fails;

#[deployment(route_prefix = "/")]
impl Fails {
    #[get("/call/{how}")]
    fn call(&self, Path(how): Path<u8>) -> Result<String, CallError<Own>> {
        Err(match how {
            0 => CallError::App(Own),
            1 => CallError::DeadlineExceeded,
            2 => CallError::BackPressure { num_queued: 1, max_queued: 1, retry_after: None },
            _ => CallError::DeploymentUnavailable,
        })
    }

    #[get("/stream/{how}")]
    fn stream(&self, Path(how): Path<u8>) -> impl Stream<Item = Result<String, CallError<Own>>> {
        futures::stream::iter([self.call(Path(how))])
    }

    #[get("/handle")]
    fn handle(&self) -> Result<String, HttpError> {
        Says::get_handle()?;
        Ok(String::new())
    }
}

#[tokio::test]
async fn what_the_system_did_to_a_call_has_its_status_though_the_calls_own_error_has_none() {
    let serve = start().await;
    within(SOON, serve.run(Fails::bind())).await.unwrap();
    for (how, status) in [(0, 500), (1, 408), (2, 503), (3, 503)] {
        for kind in ["call", "stream"] {
            let (got, body) = fetch_text(&serve, &format!("/{kind}/{how}")).await;
            assert_eq!(got, status, "{kind} {how}: {body}");
            assert!(!body.contains("Own") && !body.contains("mine"), "{body}");
        }
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_handle_that_a_handler_does_not_find_is_an_internal_error() {
    let serve = start().await;
    within(SOON, serve.run(Fails::bind())).await.unwrap();
    let internal = (500, "Internal Server Error".to_owned());
    assert_eq!(fetch_text(&serve, "/handle").await, internal);
    stop(serve).await;
}

// === routes ===

// C40
#[tokio::test]
async fn health_and_routes_tell_how_far_the_server_is() {
    let empty = (503, "Route table is not populated yet.".to_owned());
    let serve = start().await;
    assert_eq!(fetch_text(&serve, "/-/healthz").await, empty);
    assert_eq!(fetch_text(&serve, "/-/routes").await, empty);
    let unrouted = Worker::bind(Probe::new());
    within(SOON, serve.run_named("unrouted", unrouted)).await.unwrap();
    assert_eq!(fetch_text(&serve, "/-/healthz").await, empty);
    says(&serve, "default", "/", "root").await;
    assert_eq!(fetch_text(&serve, "/-/healthz").await, (200, "success".to_owned()));
    // C43
    let (status, listing) = fetch_text(&serve, "/-/routes").await;
    assert_eq!((status, &*listing), (200, r#"{"/":"default"}"#));
    within(SOON, serve.delete("default")).await.unwrap();
    assert_eq!(fetch_text(&serve, "/-/healthz").await, empty);
    stop(serve).await;
}

#[tokio::test]
async fn a_server_is_ready_when_every_application_serves() {
    let serve = start().await;
    let none = (503, "Not ready: no application is deployed.".to_owned());
    assert_eq!(fetch_text(&serve, "/-/ready").await, none);
    says(&serve, "one", "/one", "one").await;
    let ready = (200, "ready".to_owned());
    assert_eq!(fetch_text(&serve, "/-/ready").await, ready);
    // Without routes it is an application all the same.
    let probe = Probe::new();
    within(SOON, serve.run_named("two", Worker::bind(probe))).await.unwrap();
    assert_eq!(fetch_text(&serve, "/-/ready").await, ready);
    stop(serve).await;
}

#[tokio::test]
async fn an_application_that_cannot_start_is_named_as_not_ready() {
    struct Broken;
    #[deployment(route_prefix = "/broken")]
    impl Broken {
        fn new() -> Result<Self, String> {
            Err("no".to_owned())
        }

        fn __call__(&self) {}
    }
    let serve = start().await;
    says(&serve, "one", "/one", "one").await;
    let starting = {
        let serve = serve.clone();
        spawn(async move { serve.run_named("broken", Broken::bind()).await.map(drop) })
    };
    until_status(&serve, |status| status.applications.contains_key("broken")).await;
    let (status, text) = fetch_text(&serve, "/-/ready").await;
    assert_eq!(status, 503);
    assert!(text.starts_with("Not ready: broken (") && !text.contains("one"), "{text}");
    starting.abort();
    stop(serve).await;
}

#[tokio::test]
async fn the_router_leaves_health_to_the_application_that_hosts_it() {
    let serve = start().await;
    says(&serve, "default", "/app", "root").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mine = axum::Router::new().route("/-/healthz", axum::routing::get(|| async { "mine" }));
    let app = mine.merge(serve.router());
    drop(spawn(async move { axum::serve(listener, app).await }));
    for (path, answer) in [("/-/healthz", "200 mine"), ("/-/ready", "404"), ("/-/routes", "200")] {
        let answered = within(SOON, client().get(format!("{url}{path}")).send()).await.unwrap();
        let (status, text) = read(answered).await;
        assert!(format!("{status} {text}").starts_with(answer), "{path}: {status} {text}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn the_health_router_tells_health_and_nothing_else() {
    let serve = start().await;
    says(&serve, "default", "/", "root").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = serve.health_router();
    drop(spawn(async move { axum::serve(listener, app).await }));
    for (path, answer) in [
        ("/-/healthz", (200, "success")),
        ("/-/ready", (200, "ready")),
        ("/-/routes", (404, "")),
        ("/x", (404, "")),
    ] {
        let answered = within(SOON, client().get(format!("{url}{path}")).send()).await.unwrap();
        let (status, text) = read(answered).await;
        assert_eq!((status, &*text), answer, "{path}");
    }
    stop(serve).await;
}

// C41
#[tokio::test]
async fn a_path_without_a_route_is_not_found() {
    let serve = start().await;
    says(&serve, "one", "/D1", "one").await;
    says(&serve, "two", "/hello/world", "two").await;
    let routes: BTreeMap<String, String> = fetch(&serve, "/-/routes").await.json().await.unwrap();
    let expected = [("/D1", "one"), ("/hello/world", "two")];
    assert_eq!(routes, expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
    for path in ["/not_exist", "/", "/D", "/D11", "/hello", "/-/nothing"] {
        let text =
            format!("Path '{path}' not found. Ping http://.../-/routes for available routes.");
        assert_eq!(fetch_text(&serve, path).await, (404, text));
    }
    assert_eq!(fetch_text(&serve, "/D1").await, (200, "one /D1".to_owned()));
    stop(serve).await;
}

// C44
#[tokio::test]
async fn the_longest_prefix_wins_and_ends_at_a_segment() {
    let serve = start().await;
    for (application, prefix) in
        [("1", "/hello"), ("2", "/"), ("3", "/hello/world"), ("4", "/hello/world/again")]
    {
        let text = application.to_owned().leak();
        says(&serve, application, prefix, text).await;
    }
    for (path, application) in [
        ("/hello", "1"),
        ("/hello/", "1"),
        ("/hello/a", "1"),
        ("/", "2"),
        ("/a", "2"),
        ("/helloo", "2"),
        ("/hello/world", "3"),
        ("/hello/world/", "3"),
        ("/hello/worlds", "1"),
        ("/hello/world/again/hi", "4"),
    ] {
        let expected = format!("{application} {path}");
        assert_eq!(fetch_text(&serve, path).await, (200, expected));
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_prefix_is_found_however_a_client_encodes_it() {
    let serve = start().await;
    for prefix in ["/größe", "/my model", "/c#1", "/a%20b", "/100%", "/x~y"] {
        says(&serve, "odd", prefix, "odd").await;
        let paths: &[&str] = match prefix {
            "/größe" => &["/gr%C3%B6%C3%9Fe", "/gr%c3%b6%c3%9fe/%7e", "/%67r%C3%B6%C3%9Fe/a%2Fb"],
            "/my model" => &["/my%20model", "/my%20model/x"],
            "/c#1" => &["/c%231"],
            "/a%20b" => &["/a%20b"],
            "/100%" => &["/100%25"],
            _ => &["/x~y", "/x%7Ey"],
        };
        for path in paths {
            // What the method sees is what was sent.
            assert_eq!(fetch_text(&serve, path).await, (200, format!("odd {path}")), "{prefix}");
        }
    }
    assert_eq!(fetch_text(&serve, "/x%2Fy").await.0, 404);
    stop(serve).await;
}

#[tokio::test]
async fn a_prefix_that_is_written_in_another_way_is_the_same_prefix() {
    let serve = start().await;
    says(&serve, "one", "/größe", "one").await;
    let app = Says::bind("two").route_prefix("/gr%c3%b6%C3%9Fe");
    let error = within(SOON, serve.run_named("two", app)).await.unwrap_err();
    assert!(matches!(&error, Error::DuplicateRoute { .. }), "{error:?}");
    stop(serve).await;
}

#[derive(Default)]
struct Sizes;

#[deployment(route_prefix = "/größen")]
impl Sizes {
    #[get("/länge/{of}")]
    async fn length(&self, Path(of): Path<String>, uri: http::Uri) -> String {
        format!("{of} {uri}")
    }
}

#[tokio::test]
async fn a_route_is_found_however_a_client_encodes_it() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let serve = start().await;
        within(SOON, serve.run(Sizes::bind().isolation(isolation))).await.unwrap();
        for path in
            ["/gr%C3%B6%C3%9Fen/l%C3%A4nge/t%C3%BCr?a=%7e", "/gr%c3%b6%c3%9fen/l%c3%a4nge/t%C3%BCr"]
        {
            let expected = (200, format!("tür {path}"));
            assert_eq!(fetch_text(&serve, path).await, expected, "{isolation:?}");
        }
        stop(serve).await;
    }
}

#[derive(Default)]
struct Twice;

#[deployment(route_prefix = "/twice")]
impl Twice {
    #[get("/größe")]
    async fn one(&self) -> &'static str {
        "one"
    }

    #[get("/gr%C3%B6%C3%9Fe")]
    async fn other(&self) -> &'static str {
        "other"
    }
}

#[tokio::test]
async fn one_route_that_is_written_in_two_ways_is_refused() {
    let serve = start().await;
    let error = within(SOON, serve.run(Twice::bind())).await.unwrap_err().to_string();
    assert!(error.contains("`GET /twice/gr%C3%B6%C3%9Fe` is there twice"), "{error}");
    stop(serve).await;
}

#[tokio::test]
async fn a_route_prefix_has_one_owner() {
    let serve = start().await;
    says(&serve, "one", "/same", "one").await;
    let app = Says::bind("two").route_prefix("/same");
    let error = within(SOON, serve.run_named("two", app)).await.unwrap_err();
    let Error::DuplicateRoute { prefix, owner, .. } = &error else { panic!("{error:?}") };
    assert!(prefix == "/same" && owner.contains("one"), "{error}");
    assert_eq!(fetch_text(&serve, "/same").await, (200, "one /same".to_owned()));
    assert!(!serve.status().applications.contains_key("two"));
    // The same application may keep it, and a deleted one gives it up.
    says(&serve, "one", "/same", "again").await;
    within(SOON, serve.delete("one")).await.unwrap();
    says(&serve, "two", "/same", "two").await;
    assert_eq!(fetch_text(&serve, "/same").await, (200, "two /same".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_plan_says_that_a_route_prefix_has_another_owner() {
    let serve = start().await;
    says(&serve, "one", "/same", "one").await;
    let app = Says::bind("two").route_prefix("/same");
    let plan = serve.plan("two", &app);
    let error = within(SOON, serve.run_named("two", app)).await.unwrap_err();
    assert_eq!(plan.problems, [error.to_string()]);
    let keeps = serve.plan("one", &Says::bind("again").route_prefix("/same"));
    assert!(keeps.problems.is_empty(), "{keeps}");
    stop(serve).await;
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_names_it() {
    let serve = start().await;
    let port = address(&serve).port();
    let outcome =
        within(SOON, Serve::builder().http(HttpOptions::default().port(port)).start()).await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::Listen { .. }), "{error:?}");
    assert!(error.to_string().contains(&port.to_string()), "{error}");
    let outcome =
        within(SOON, Serve::builder().http(HttpOptions::default().host("no host")).start()).await;
    assert!(matches!(outcome, Err(Error::Host { .. })), "{outcome:?}");
    stop(serve).await;
}

#[tokio::test]
async fn two_servers_live_in_one_process() {
    let (one, two) = (start().await, start().await);
    says(&one, "default", "/", "one").await;
    says(&two, "default", "/", "two").await;
    assert_eq!(fetch_text(&one, "/x").await.1, "one /x");
    assert_eq!(fetch_text(&two, "/x").await.1, "two /x");
    stop(one).await;
    assert_eq!(fetch_text(&two, "/x").await.1, "two /x");
    stop(two).await;
}

#[tokio::test]
async fn a_stopped_server_gives_its_port_back() {
    let serve = start().await;
    let port = address(&serve).port();
    stop(serve).await;
    let options = HttpOptions::default().port(port);
    let again = within(SOON, Serve::builder().http(options).start()).await.unwrap();
    stop(again).await;
}

#[tokio::test]
async fn the_router_joins_somebody_elses_application() {
    let serve = start_without_http().await;
    let mine = axum::Router::new().route("/mine", axum::routing::get(|| async { "mine" }));
    let app = mine.merge(serve.router());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(spawn(async move { axum::serve(listener, app).await }));
    says(&serve, "late", "/api", "api").await;
    let get = |path: &str| client().get(format!("{base}{path}")).send();
    assert_eq!(read(within(SOON, get("/mine")).await.unwrap()).await, (200, "mine".to_owned()));
    let response = within(SOON, get("/api/x")).await.unwrap();
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(read(response).await, (200, "api /api/x".to_owned()));
    assert_eq!(read(within(SOON, get("/other")).await.unwrap()).await.0, 404);
    stop(serve).await;
}

// === methods with routes ===

#[derive(serde::Deserialize)]
struct Page {
    number: u32,
}

#[derive(serde::Serialize, serde::Deserialize, Clone)]
struct Item {
    id: u32,
    name: String,
}

#[derive(Default)]
struct Shop;

#[deployment(route_prefix = "/shop")]
impl Shop {
    #[get("/")]
    fn index(&self) -> &'static str {
        "index"
    }

    #[get("/items/{id}")]
    async fn item(&self, Path(id): Path<u32>, Query(page): Query<Page>) -> Json<u32> {
        Json(id + page.number)
    }

    #[post("/items")]
    fn add(&self, Json(item): Json<Item>) -> Json<Item> {
        Json(Item { id: item.id + 1, ..item })
    }

    #[put("/items/{id}")]
    fn replace(&self, Path(id): Path<u32>) -> String {
        format!("put {id}")
    }

    #[delete("/items/{id}")]
    fn remove(&self, Path(id): Path<u32>) -> String {
        format!("delete {id}")
    }

    fn __call__(&self) -> &'static str {
        "the rest"
    }
}

// C65
#[tokio::test]
async fn routes_pick_the_method_and_fill_in_its_arguments() {
    let serve = start().await;
    let handle = within(SOON, serve.run(Shop::bind())).await.unwrap();
    assert_eq!(fetch_text(&serve, "/shop").await, (200, "index".to_owned()));
    assert_eq!(fetch_text(&serve, "/shop/items/40?number=2").await, (200, "42".to_owned()));
    assert_eq!(fetch_text(&serve, "/shop/else").await, (200, "the rest".to_owned()));
    let client = client();
    let item = Item { id: 1, name: "pen".to_owned() };
    let posted =
        within(SOON, client.post(url(&serve, "/shop/items")).json(&item).send()).await.unwrap();
    assert_eq!(posted.headers()["content-type"], "application/json");
    assert_eq!(read(posted).await, (200, r#"{"id":2,"name":"pen"}"#.to_owned()));
    let put = within(SOON, client.put(url(&serve, "/shop/items/3")).send()).await.unwrap();
    assert_eq!(read(put).await, (200, "put 3".to_owned()));
    let deleted = within(SOON, client.delete(url(&serve, "/shop/items/3")).send()).await.unwrap();
    assert_eq!(read(deleted).await, (200, "delete 3".to_owned()));
    let Json(by_handle) =
        within(SOON, handle.item.remote(1_u32, Page { number: 1 })).await.unwrap();
    assert_eq!(by_handle, 2);
    stop(serve).await;
}

#[tokio::test]
async fn what_does_not_fit_a_route_is_answered_as_axum_does() {
    let serve = start().await;
    within(SOON, serve.run(Shop::bind())).await.unwrap();
    let client = client();
    let post = |body: &'static str, kind: &'static str| {
        client.post(url(&serve, "/shop/items")).header("content-type", kind).body(body).send()
    };
    for (body, kind, status) in [
        ("{", "application/json", 400),
        (r#"{"id":"x"}"#, "application/json", 422),
        (r#"{"id":1,"name":"x"}"#, "text/plain", 415),
        (r#"{"id":1,"name":"x"}"#, "application/json", 200),
    ] {
        assert_eq!(within(SOON, post(body, kind)).await.unwrap().status(), status, "{body} {kind}");
    }
    let wrong = within(SOON, client.patch(url(&serve, "/shop/items")).send()).await.unwrap();
    assert_eq!(wrong.status(), 405);
    assert_eq!(wrong.headers()["allow"], "POST");
    assert_eq!(fetch(&serve, "/shop/items/x?number=1").await.status(), 400);
    assert_eq!(fetch(&serve, "/shop/items/1?number=x").await.status(), 400);
    stop(serve).await;
}

#[derive(Default)]
struct Found;

#[deployment(route_prefix = "/found")]
impl Found {
    #[get("/{kind}/x")]
    async fn path(
        &self,
        path: MatchedPath,
        OriginalUri(uri): OriginalUri,
        Path(kind): Path<String>,
    ) -> String {
        format!("{} {uri} {kind}", path.as_str())
    }

    async fn __call__(&self, request: Request) -> String {
        let matched = request.extensions().get::<MatchedPath>();
        format!("{:?} {}", matched.map(MatchedPath::as_str), request.uri())
    }
}

#[tokio::test]
async fn what_axum_finds_of_a_path_reaches_the_method() {
    let serve = start().await;
    within(SOON, serve.run(Found::bind())).await.unwrap();
    for (path, answer) in [
        ("/found/a%2fb/x?y=%7e", "/found/{kind}/x /found/a%2Fb/x?y=%7e a/b"),
        ("/found/y?z", "None /found/y?z"),
    ] {
        assert_eq!(fetch_text(&serve, path).await, (200, answer.to_owned()), "{path}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn nothing_is_made_of_a_body_that_a_head_request_does_not_get() {
    #[derive(Default)]
    struct Endless;
    #[deployment(route_prefix = "/", max_ongoing_requests = 1)]
    impl Endless {
        #[get("/items")]
        fn items(&self) -> impl Stream<Item = String> + use<> {
            futures::stream::repeat("item".to_owned())
        }

        fn __call__(&self) -> &'static str {
            "whole"
        }
    }
    let serve = start().await;
    within(SOON, serve.run(Endless::bind())).await.unwrap();
    let mut sender = http2(&serve).await;
    for (path, length) in [("/items", None), ("/", Some("5")), ("/items", None)] {
        let request = http::Request::head(url(&serve, path)).body(Full::default()).unwrap();
        let response = within(SOON, sender.send_request(request)).await.unwrap();
        let told = response.headers().get("content-length").map(|told| told.to_str().unwrap());
        assert_eq!(told, length, "{path}");
        assert_eq!(read_http2(response).await, (200, String::new()), "{path}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn routes_that_overlap_fail_the_deploy() {
    #[derive(Default)]
    struct Overlap;
    #[deployment(route_prefix = "/overlap")]
    impl Overlap {
        #[get("/{one}")]
        fn one(&self, Path(one): Path<String>) -> String {
            one
        }

        #[post("/{two}")]
        fn two(&self, Path(two): Path<String>) -> String {
            two
        }
    }
    let serve = start().await;
    let outcome = within(SOON, serve.run(Overlap::bind())).await;
    let answered = fetch(&serve, "/overlap/x").await.status();
    assert!(outcome.is_err() || answered == 200, "it runs without its routes: {answered}");
    stop(serve).await;
}

// C49
#[tokio::test]
async fn each_kind_of_answer_has_its_content_type() {
    #[derive(Default)]
    struct Kinds;
    #[deployment(route_prefix = "/")]
    impl Kinds {
        #[get("/unit")]
        fn unit(&self) {}
        #[get("/text")]
        fn text(&self) -> &'static str {
            "text"
        }
        #[get("/bytes")]
        fn bytes(&self) -> Vec<u8> {
            vec![1, 2]
        }
        #[get("/json")]
        fn json(&self) -> Json<Item> {
            Json(Item { id: 1, name: "x".to_owned() })
        }
        #[get("/created")]
        fn created(&self) -> (StatusCode, &'static str) {
            (StatusCode::CREATED, "made")
        }
    }
    let serve = start().await;
    within(SOON, serve.run(Kinds::bind())).await.unwrap();
    for (path, status, kind, body) in [
        ("/unit", 200, "", ""),
        ("/text", 200, "text/plain; charset=utf-8", "text"),
        ("/bytes", 200, "application/octet-stream", "\u{1}\u{2}"),
        ("/json", 200, "application/json", r#"{"id":1,"name":"x"}"#),
        ("/created", 201, "text/plain; charset=utf-8", "made"),
    ] {
        let response = fetch(&serve, path).await;
        let found =
            response.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap());
        assert_eq!(found, kind, "{path}");
        assert_eq!(read(response).await, (status, body.to_owned()), "{path}");
    }
    assert_eq!(fetch(&serve, "/nothing").await.status(), 404);
    stop(serve).await;
}

#[tokio::test]
async fn the_request_shows_its_parts() {
    #[derive(Default)]
    struct Parts;
    #[deployment(route_prefix = "/parts")]
    impl Parts {
        async fn __call__(&self, request: Request) -> Result<String, HttpError> {
            let name = request.query_param("name").unwrap_or_default();
            let page: Page = request.query()?;
            let header = request.header("x-mine").unwrap_or("none").to_owned();
            let line =
                format!("{} {} {name} {} {header}", request.method(), request.path(), page.number);
            Ok(format!("{line} {}", request.text().await?))
        }
    }
    let serve = start().await;
    within(SOON, serve.run(Parts::bind())).await.unwrap();
    let request =
        client().post(url(&serve, "/parts/x%20y?name=A%26B&number=7")).header("x-mine", "h");
    let answer = read(within(SOON, request.body("body").send()).await.unwrap()).await;
    assert_eq!(answer, (200, "POST /parts/x%20y A&B 7 h body".to_owned()));
    assert_eq!(fetch(&serve, "/parts?number=x").await.status(), 400);
    let request = client().post(url(&serve, "/parts?number=1")).body(vec![0xff_u8]);
    assert_eq!(within(SOON, request.send()).await.unwrap().status(), 400);
    stop(serve).await;
}

// === failures ===

#[derive(Debug)]
struct Secret;

#[derive(Default)]
struct Failing;

#[deployment(route_prefix = "/")]
impl Failing {
    #[get("/panic")]
    async fn panics(&self) -> String {
        tokio::task::yield_now().await;
        panic!("the secret is 42")
    }
    #[get("/blocking")]
    #[blocking]
    fn panics_on_a_thread(&self) -> String {
        panic!("the secret is 42")
    }
    #[get("/unhandled")]
    fn unhandled(&self) -> Result<String, Secret> {
        Err(Secret)
    }
    #[get("/anyhow")]
    fn anyhow(&self) -> anyhow::Result<String> {
        Err(anyhow::anyhow!("the secret is 42"))
    }
    #[get("/internal")]
    fn internal(&self) -> Result<String, HttpError> {
        Err(HttpError::internal("the secret is 42"))
    }
    #[get("/teapot")]
    fn teapot(&self) -> Result<String, HttpError> {
        Err(HttpError::new(StatusCode::IM_A_TEAPOT, "short and stout"))
    }
    #[get("/later")]
    fn later(&self) -> Result<String, HttpError> {
        Err(HttpError::unavailable("later").with_retry_after(Duration::from_millis(1500)))
    }
    #[get("/fine")]
    fn fine(&self) -> &'static str {
        "fine"
    }
}

// C47
#[tokio::test]
async fn a_failure_inside_tells_the_client_nothing() {
    let serve = start().await;
    for isolation in [Isolation::Task, Isolation::Thread] {
        within(SOON, serve.run(Failing::bind().isolation(isolation))).await.unwrap();
        for path in ["/panic", "/blocking", "/unhandled", "/anyhow", "/internal"] {
            let response = fetch(&serve, path).await;
            assert!(response.headers().contains_key("x-request-id"), "{path}");
            let answer = read(response).await;
            assert_eq!(answer, (500, "Internal Server Error".to_owned()), "{path}");
        }
        assert_eq!(fetch_text(&serve, "/fine").await, (200, "fine".to_owned()));
    }
    assert_eq!(fetch_text(&serve, "/teapot").await, (418, "short and stout".to_owned()));
    let response = fetch(&serve, "/later").await;
    assert_eq!(response.headers()["retry-after"], "2", "rounded up");
    assert_eq!(response.status(), 503);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_cannot_start_is_unavailable() {
    struct Broken;
    #[deployment(route_prefix = "/broken")]
    impl Broken {
        fn new() -> Result<Self, String> {
            Err("no".to_owned())
        }

        fn __call__(&self) {}
    }
    let serve = start_without_http().await;
    assert!(within(SOON * 60, serve.run(Broken::bind())).await.is_err());
    tokio::time::resume();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/broken", listener.local_addr().unwrap());
    let app = serve.router();
    drop(spawn(async move { axum::serve(listener, app).await }));
    assert_eq!(within(SOON, client().get(url).send()).await.unwrap().status(), 503);
    stop(serve).await;
}

// === request ids ===

#[derive(Default)]
struct Ids;

#[deployment(route_prefix = "/ids", num_replicas = 3)]
impl Ids {
    async fn __call__(&self, request: Request) -> String {
        tokio::task::yield_now().await;
        let context = serve_core::context().expect("inside a request");
        let (id, route) = (context.request_id().to_owned(), context.route().map(str::to_owned));
        format!("{id} {} {}", route.unwrap_or_default(), request.text().await.unwrap_or_default())
    }
}

// C50
#[tokio::test]
async fn a_request_without_an_id_gets_one_that_the_handler_sees() {
    let serve = start().await;
    within(SOON, serve.run(Ids::bind())).await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let response = fetch(&serve, "/ids").await;
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!((id.len(), id.as_bytes()[14], id.matches('-').count()), (36, b'4', 4), "{id}");
        assert_eq!(read(response).await.1, format!("{id} /ids "));
        seen.push(id);
    }
    assert_ne!(seen[0], seen[1]);
    stop(serve).await;
}

// C52
#[tokio::test]
async fn requests_that_share_an_id_do_not_share_answers() {
    let serve = start().await;
    within(SOON, serve.run(Ids::bind())).await.unwrap();
    let client = client();
    let answers = (0..20).map(|n| {
        let request = client.post(url(&serve, "/ids")).header("X-Request-ID", "same");
        async move {
            let response = within(SOON, request.body(n.to_string()).send()).await.unwrap();
            assert_eq!(response.headers()["x-request-id"], "same");
            (n, read(response).await.1)
        }
    });
    for (n, answer) in futures::future::join_all(answers).await {
        assert_eq!(answer, format!("same /ids {n}"));
    }
    stop(serve).await;
}

// === a parent with a child, for timeouts, refusals and cancelling ===

struct Front {
    child: WorkerHandle,
    probe: Probe,
}

#[deployment(route_prefix = "/front")]
impl Front {
    fn new(child: WorkerHandle, probe: Probe) -> Self {
        Self { child, probe }
    }

    /// Waits at the own gate.
    #[get("/own")]
    async fn own(&self) -> &'static str {
        self.probe.pass().await;
        "done"
    }

    #[get("/remote")]
    async fn remote(&self) -> Result<String, CallError> {
        let _visit = self.probe.enter();
        Ok(self.child.work.remote(1).await?.to_string())
    }

    #[get("/call")]
    async fn call(&self) -> Result<String, HttpError> {
        let _visit = self.probe.enter();
        Ok(self.child.work.call(1).await?.to_string())
    }

    #[get("/blocking")]
    #[blocking]
    fn blocking(&self) -> Result<String, CallError> {
        Ok(self.child.work.remote(1).get()?.to_string())
    }

    /// Answers at once with a body that is the child's result.
    #[get("/body")]
    async fn body(&self) -> Body {
        let result = self.child.work.remote(1);
        Body::from_stream(futures::stream::once(async move {
            Ok::<_, Infallible>(format!("{result}", result = result.await.unwrap_or(0)))
        }))
    }
}

struct Family {
    serve: Serve,
    front: Probe,
    child: Probe,
    by_handle: WorkerHandle,
}

async fn family_with(
    options: HttpOptions,
    configure: impl Fn(
        Application<Front>,
        Application<Worker>,
    ) -> (Application<Front>, Application<Worker>),
) -> Family {
    let (front, child) = (Probe::new(), Probe::new());
    let serve = start_with(options).await;
    let worker = Worker::bind(child.clone());
    // The front is bound to a placeholder first, so that both can be configured.
    let (_, worker) = configure(Front::bind(worker.clone(), front.clone()), worker);
    let (app, _) = configure(Front::bind(worker.clone(), front.clone()), worker);
    within(SOON, serve.run(app)).await.unwrap();
    let by_handle = serve.deployment_handle::<Worker>("Worker", "default").unwrap();
    Family { serve, front, child, by_handle }
}

async fn family() -> Family {
    family_with(HttpOptions::default(), |front, worker| (front, worker)).await
}

// === timeouts ===

// C53, C59
#[tokio::test]
async fn the_servers_timeout_answers_408_and_the_next_request_is_served() {
    let brief = HttpOptions::default().request_timeout(Duration::from_millis(50));
    let family = family_with(brief, |front, worker| (front, worker)).await;
    let response = fetch(&family.serve, "/front/own").await;
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let (status, text) = read(response).await;
    assert_eq!(status, 408);
    assert!(text.starts_with(&format!("Request {id} timed out")), "{text}");
    assert_eq!(family.front.left(1).await.abandoned(), 1);
    family.front.open();
    assert_eq!(fetch_text(&family.serve, "/front/own").await, (200, "done".to_owned()));
    stop(family.serve).await;
}

// C56, C58
#[tokio::test]
async fn a_timeout_ends_the_handler_and_its_child_calls() {
    for path in ["/front/remote", "/front/call", "/front/blocking"] {
        let brief = HttpOptions::default().request_timeout(Duration::from_millis(50));
        let family = family_with(brief, |front, worker| (front, worker)).await;
        assert_eq!(fetch(&family.serve, path).await.status(), 408, "{path}");
        assert_eq!(family.child.left(1).await.abandoned(), 1, "{path}");
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn a_timeout_counts_while_the_request_is_queued() {
    let brief = HttpOptions::default().request_timeout(Duration::from_millis(50));
    let family = family_with(brief, |front, worker| (front.max_ongoing_requests(1), worker)).await;
    // A call by handle has no deadline, so the place stays taken.
    let handle = family.serve.deployment_handle::<Front>("Front", "default").unwrap();
    let first = handle.own.remote();
    family.front.entered(1).await;
    assert_eq!(fetch(&family.serve, "/front/own").await.status(), 408);
    assert_eq!(family.front.counts().entered, 1, "it never ran");
    family.front.open();
    assert_eq!(within(SOON, first).await.unwrap(), "done");
    stop(family.serve).await;
}

#[tokio::test]
async fn the_deployments_timeout_goes_before_the_servers() {
    let long = HttpOptions::default().request_timeout(Duration::from_secs(3600));
    let brief = Duration::from_millis(50);
    let family =
        family_with(long, move |front, worker| (front.request_timeout(brief), worker)).await;
    assert_eq!(fetch(&family.serve, "/front/own").await.status(), 408);
    stop(family.serve).await;
}

/// What a request is answered with that asks for this timeout and is held back for ever.
async fn asking_for(family: &Family, timeout: &str) -> u16 {
    let request = client().get(url(&family.serve, "/front/own"));
    let answer = request.header("x-request-timeout-seconds", timeout).send();
    within(SOON, answer).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_client_cannot_prolong_or_remove_the_servers_timeout() {
    let brief = HttpOptions::default().request_timeout(Duration::from_millis(50));
    let family = family_with(brief, |front, worker| (front, worker)).await;
    for asked in ["3600", "0", "-1", "soon", "NaN", "inf", "1e300", ""] {
        assert_eq!(asking_for(&family, asked).await, 408, "{asked}");
    }
    stop(family.serve).await;
}

#[tokio::test]
async fn a_client_may_shorten_every_timeout() {
    let hour = Duration::from_secs(3600);
    let long = HttpOptions::default().request_timeout(hour);
    for options in [HttpOptions::default(), long] {
        let family =
            family_with(options, move |front, worker| (front.request_timeout(hour), worker)).await;
        assert_eq!(asking_for(&family, "0.05").await, 408);
        stop(family.serve).await;
    }
}

#[tokio::test]
async fn a_server_that_does_not_trust_its_clients_ignores_what_they_ask_for() {
    let options = HttpOptions::default().trust_request_timeout(false);
    let family = family_with(options, |front, worker| (front, worker)).await;
    let request = client().get(url(&family.serve, "/front/own"));
    let answer = spawn(request.header("x-request-timeout-seconds", "0.001").send());
    family.front.entered(1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(family.front.counts().running(), 1, "nobody has cancelled it");
    family.front.open();
    assert_eq!(within(SOON, answer).await.unwrap().unwrap().status(), 200);
    stop(family.serve).await;
}

#[tokio::test]
async fn timeouts_without_an_end_are_none() {
    let options = HttpOptions::default()
        .request_timeout(Duration::MAX)
        .keep_alive_timeout(Duration::MAX)
        .header_read_timeout(Duration::MAX);
    let family = family_with(options, |front, worker| (front, worker)).await;
    family.front.open();
    family.child.open();
    assert_eq!(fetch_text(&family.serve, "/front/own").await, (200, "done".to_owned()));
    assert_eq!(fetch_text(&family.serve, "/front/body").await.0, 200);
    stop(family.serve).await;
}

// === backpressure ===

fn too_many(retry_after: Duration) -> BackPressure {
    BackPressure::default().status_code(429).retry_after(retry_after)
}

// C67
#[tokio::test]
async fn a_full_line_is_answered_with_the_configured_status() {
    for (backpressure, status, retry_after) in [
        (BackPressure::default(), 503, None),
        (too_many(Duration::from_millis(6100)), 429, Some("7")),
    ] {
        let family = family_with(HttpOptions::default(), |front, worker| {
            let front = front.max_ongoing_requests(1).max_queued_requests(1);
            (front.backpressure(backpressure.clone()), worker)
        })
        .await;
        let _running = open_request(&family.serve, "/front/own", "").await;
        family.front.entered(1).await;
        let handle = family.serve.app_handle::<Front>("default").unwrap();
        let _queued = handle.own.remote();
        let response = fetch(&family.serve, "/front/own").await;
        let found =
            response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(found.as_deref(), retry_after);
        let text =
            "Request dropped due to backpressure (num_queued_requests=1, max_queued_requests=1).";
        assert_eq!(read(response).await, (status, text.to_owned()));
        family.front.open();
        stop(family.serve).await;
    }
}

/// The status and `Retry-After` of a parent whose child refuses with 429.
async fn refused_child(path: &str) -> (u16, Option<String>) {
    let family = family_with(HttpOptions::default(), |front, worker| {
        let worker = worker.max_ongoing_requests(1).max_queued_requests(1);
        (front, worker.backpressure(too_many(Duration::from_secs(7))))
    })
    .await;
    let _running = family.by_handle.work.remote(1);
    family.child.entered(1).await;
    let _queued = family.by_handle.work.remote(2);
    let response = fetch(&family.serve, path).await;
    let retry = response.headers().get("retry-after").map(|v| v.to_str().unwrap().to_owned());
    let (status, text) = read(response).await;
    assert!(text.starts_with("Request dropped due to backpressure"), "{status} {text}");
    family.child.open();
    stop(family.serve).await;
    (status, retry)
}

// C68
#[tokio::test]
async fn the_refusal_of_a_child_reaches_the_client() {
    for path in ["/front/remote", "/front/call"] {
        assert_eq!(refused_child(path).await, (429, Some("7".to_owned())), "{path}");
    }
}

// C68: "framework sync"
#[tokio::test]
async fn the_refusal_of_a_child_reaches_the_client_through_a_blocking_method() {
    assert_eq!(refused_child("/front/blocking").await, (429, Some("7".to_owned())));
}

// C68, where the refused call had an argument that was not there yet.
#[tokio::test]
async fn the_refusal_of_a_child_that_waited_for_an_argument_reaches_the_client() {
    struct Chain {
        slow: WorkerHandle,
        full: WorkerHandle,
    }
    #[deployment(route_prefix = "/chain")]
    impl Chain {
        fn new(slow: WorkerHandle, full: WorkerHandle) -> Self {
            Self { slow, full }
        }

        async fn __call__(&self) -> Result<String, CallError> {
            Ok(self.full.work.remote(self.slow.work.remote(1)).await?.to_string())
        }
    }
    let (slow, full) = (Probe::new(), Probe::new());
    let serve = start().await;
    let full_app = Worker::bind(full.clone())
        .name("full")
        .max_ongoing_requests(1)
        .max_queued_requests(1)
        .backpressure(too_many(Duration::from_secs(7)));
    let app = Chain::bind(Worker::bind(slow.clone()).name("slow"), full_app);
    within(SOON, serve.run(app)).await.unwrap();
    let handle = serve.deployment_handle::<Worker>("full", "default").unwrap();
    let _taken = (handle.work.remote(1), handle.work.remote(2));
    let answer = spawn(client().get(url(&serve, "/chain")).send());
    slow.entered(1).await;
    slow.open();
    let response = within(SOON, answer).await.unwrap().unwrap();
    full.open();
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(response.status(), 429);
    stop(serve).await;
}

// === clients that go away ===

// C31
#[tokio::test]
async fn a_client_that_leaves_the_line_never_reaches_a_replica() {
    let family = family_with(HttpOptions::default(), |front, worker| {
        (front.max_ongoing_requests(1).max_queued_requests(1), worker)
    })
    .await;
    let mut first = open_request(&family.serve, "/front/own", "").await;
    family.front.entered(1).await;
    let queued = open_request(&family.serve, "/front/own", "").await;
    // One place in the line: as long as it is taken, others are refused.
    let refused = |refuse: bool| {
        let serve = family.serve.clone();
        async move {
            loop {
                let brief = client()
                    .get(url(&serve, "/front/own"))
                    .header("x-request-timeout-seconds", "0.01");
                let status = brief.send().await.unwrap().status().as_u16();
                if (status == 503) == refuse {
                    break;
                }
            }
        }
    };
    within(SOON, refused(true)).await;
    drop(queued);
    within(SOON, refused(false)).await;
    family.front.open();
    read_until(&mut first, "done").await;
    assert_eq!(family.front.counts().entered, 1);
    stop(family.serve).await;
}

#[tokio::test]
async fn a_client_that_leaves_cancels_its_request_and_the_calls_in_it() {
    for path in ["/front/remote", "/front/call", "/front/blocking"] {
        for isolation in [Isolation::Task, Isolation::Thread] {
            let family = family_with(HttpOptions::default(), |front, worker| {
                (front.isolation(isolation), worker)
            })
            .await;
            let connection = open_request(&family.serve, path, "").await;
            family.child.entered(1).await;
            drop(connection);
            assert_eq!(family.child.left(1).await.abandoned(), 1, "{path} {isolation:?}");
            stop(family.serve).await;
        }
    }
}

#[tokio::test]
async fn an_http2_client_that_resets_its_stream_cancels_only_that_request() {
    let family = family().await;
    let mut sender = http2(&family.serve).await;
    let request = |path: &str| {
        let uri = url(&family.serve, path);
        http::Request::get(uri).body(Full::<Bytes>::default()).unwrap()
    };
    let gone = spawn(sender.send_request(request("/front/remote")));
    family.child.entered(1).await;
    let kept = spawn(sender.send_request(request("/front/own")));
    family.front.entered(2).await;
    gone.abort();
    assert_eq!(family.child.left(1).await.abandoned(), 1);
    family.front.open();
    let response = within(SOON, kept).await.unwrap().unwrap();
    assert_eq!(read_http2(response).await, (200, "done".to_owned()));
    stop(family.serve).await;
}

// C38
#[tokio::test]
async fn a_request_that_asks_for_it_outlives_its_client() {
    let family = family().await;
    let detached = "x-request-disconnect-disabled: ?1\r\n";
    let connection = open_request(&family.serve, "/front/own", detached).await;
    family.front.entered(1).await;
    drop(connection);
    // A second request that leaves without the header shows that leaving has been seen.
    let connection = open_request(&family.serve, "/front/own", "").await;
    family.front.entered(2).await;
    drop(connection);
    assert_eq!(family.front.left(1).await.abandoned(), 1);
    family.front.open();
    assert_eq!(family.front.left(2).await.finished, 1);
    stop(family.serve).await;
}

#[tokio::test]
async fn a_client_that_leaves_a_body_cancels_the_calls_behind_it() {
    let family = family().await;
    let mut connection = open_request(&family.serve, "/front/body", "").await;
    read_until(&mut connection, "\r\n\r\n").await;
    family.child.entered(1).await;
    drop(connection);
    let left = tokio::time::timeout(Duration::from_secs(5), family.child.left(1)).await;
    family.child.open();
    assert!(left.is_ok(), "the child goes on: {:?}", family.child.counts());
    stop(family.serve).await;
}

// === bodies ===

/// A channel whose pieces a handler sends as its body.
#[derive(Clone)]
struct Pieces {
    receiver: Arc<Mutex<Option<mpsc::Receiver<&'static str>>>>,
}

fn pieces() -> (mpsc::Sender<&'static str>, Pieces) {
    let (sender, receiver) = mpsc::channel(16);
    (sender, Pieces { receiver: Arc::new(Mutex::new(Some(receiver))) })
}

struct Streaming {
    pieces: Pieces,
    probe: Probe,
}

impl Streaming {
    fn stream(&self) -> impl Stream<Item = &'static str> + Send + use<> {
        let receiver = self.pieces.receiver.lock().unwrap().take();
        let visit = self.probe.enter();
        futures::stream::unfold((receiver, visit), |(receiver, visit)| async move {
            let mut receiver = receiver?;
            let piece = receiver.recv().await?;
            Some((piece, (Some(receiver), visit)))
        })
    }
}

#[deployment(route_prefix = "/", max_ongoing_requests = 1)]
impl Streaming {
    fn new(pieces: Pieces, probe: Probe) -> Self {
        Self { pieces, probe }
    }

    #[get("/stream")]
    fn pieces(&self) -> Body {
        Body::from_stream(self.stream().map(Ok::<_, Infallible>))
    }

    #[get("/sse")]
    async fn sse(&self) -> Sse<futures::stream::BoxStream<'static, Result<Event, Infallible>>> {
        let events = self.stream().map(|piece| Ok(Event::default().data(piece)));
        Sse::new(events.boxed())
    }

    #[get("/bad")]
    fn bad(&self) -> Body {
        Body::from_stream(self.stream().map(|piece| {
            assert_ne!(piece, "panic", "told to");
            Ok::<_, Infallible>(piece)
        }))
    }

    #[get("/quick")]
    fn quick(&self) -> &'static str {
        "quick"
    }

    #[post("/upload")]
    async fn upload(&self, request: Request) -> Result<String, HttpError> {
        let mut total = 0;
        let mut body = request.stream();
        while let Some(piece) = body.next().await {
            total += piece.map_err(|_| HttpError::bad_request("cut off"))?.len();
            self.probe.enter().finish();
        }
        Ok(total.to_string())
    }

    #[post("/bytes")]
    async fn bytes(&self, request: Request) -> Result<String, HttpError> {
        Ok(request.bytes().await?.len().to_string())
    }

    #[post("/json")]
    async fn json(&self, Json(numbers): Json<Vec<u32>>) -> String {
        numbers.len().to_string()
    }
}

async fn streaming(options: HttpOptions) -> (Serve, mpsc::Sender<&'static str>, Probe) {
    let (sender, pieces) = pieces();
    let probe = Probe::new();
    let serve = start_with(options).await;
    within(SOON, serve.run(Streaming::bind(pieces, probe.clone()))).await.unwrap();
    (serve, sender, probe)
}

// C64
#[tokio::test]
async fn a_body_is_sent_as_it_is_made_and_holds_its_permit_until_it_ends() {
    let (serve, sender, probe) = streaming(HttpOptions::default()).await;
    let mut response = fetch(&serve, "/stream").await;
    assert_eq!(response.status(), 200);
    sender.send("one").await.unwrap();
    assert_eq!(within(SOON, response.chunk()).await.unwrap().unwrap(), "one");
    // The stream has the only permit.
    let brief = client().get(url(&serve, "/quick")).header("x-request-timeout-seconds", "0.05");
    assert_eq!(within(SOON, brief.send()).await.unwrap().status(), 408);
    sender.send("two").await.unwrap();
    assert_eq!(within(SOON, response.chunk()).await.unwrap().unwrap(), "two");
    drop(sender);
    assert_eq!(within(SOON, response.chunk()).await.unwrap(), None);
    probe.left(1).await;
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_client_that_leaves_a_stream_frees_its_permit() {
    let (serve, sender, probe) = streaming(HttpOptions::default()).await;
    let mut connection = open_request(&serve, "/stream", "").await;
    sender.send("one").await.unwrap();
    read_until(&mut connection, "one").await;
    drop(connection);
    probe.left(1).await;
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    stop(serve).await;
}

// C55
#[tokio::test]
async fn a_timeout_in_the_middle_of_a_body_cuts_the_connection() {
    let brief = HttpOptions::default().request_timeout(Duration::from_millis(200));
    let (serve, sender, probe) = streaming(brief).await;
    sender.send("one").await.unwrap();
    let mut response = fetch(&serve, "/stream").await;
    assert_eq!(response.status(), 200);
    assert_eq!(within(SOON, response.chunk()).await.unwrap().unwrap(), "one");
    let cut = within(SOON, response.chunk()).await;
    assert!(cut.is_err(), "{cut:?}");
    probe.left(1).await;
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_body_that_panics_cuts_only_its_connection() {
    let (serve, sender, probe) = streaming(HttpOptions::default()).await;
    sender.send("one").await.unwrap();
    let mut response = fetch(&serve, "/bad").await;
    assert_eq!(within(SOON, response.chunk()).await.unwrap().unwrap(), "one");
    sender.send("panic").await.unwrap();
    let cut = within(SOON, response.chunk()).await;
    assert!(cut.is_err(), "{cut:?}");
    probe.left(1).await;
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn server_sent_events_arrive_one_by_one() {
    let (serve, sender, _probe) = streaming(HttpOptions::default()).await;
    let mut response = fetch(&serve, "/sse").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    for piece in ["one", "two"] {
        sender.send(piece).await.unwrap();
        let chunk = within(SOON, response.chunk()).await.unwrap().unwrap();
        assert_eq!(chunk, format!("data: {piece}\n\n"));
    }
    drop(sender);
    assert_eq!(within(SOON, response.chunk()).await.unwrap(), None);
    stop(serve).await;
}

#[tokio::test]
async fn a_request_body_reaches_the_handler_as_it_comes() {
    let (serve, _sender, probe) = streaming(HttpOptions::default()).await;
    let (pieces, body) = mpsc::channel::<Result<&'static str, Infallible>>(1);
    let body =
        futures::stream::unfold(body, |mut body| async move { Some((body.recv().await?, body)) });
    let request = client().post(url(&serve, "/upload")).body(reqwest::Body::wrap_stream(body));
    let answer = spawn(request.send());
    for n in 1..=3 {
        pieces.send(Ok("12345")).await.unwrap();
        probe.entered(n).await;
    }
    drop(pieces);
    let response = within(SOON, answer).await.unwrap().unwrap();
    assert_eq!(read(response).await, (200, "15".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_announced_or_not() {
    let (serve, _sender, probe) = streaming(HttpOptions::default().max_body_bytes(100)).await;
    let client = client();
    for path in ["/bytes", "/upload", "/json"] {
        let request = client.post(url(&serve, path)).header("content-type", "application/json");
        let response = within(SOON, request.body(vec![b' '; 101]).send()).await.unwrap();
        assert!(response.headers().contains_key("x-request-id"));
        assert_eq!(response.status(), 413, "{path}");
    }
    assert_eq!(probe.counts().entered, 0, "an announced one is refused before it runs");
    for path in ["/bytes", "/json"] {
        let pieces = futures::stream::iter((0..11).map(|_| Ok::<_, Infallible>("          ")));
        let request = client.post(url(&serve, path)).header("content-type", "application/json");
        let request = request.body(reqwest::Body::wrap_stream(pieces));
        assert_eq!(within(SOON, request.send()).await.unwrap().status(), 413, "{path}");
    }
    let fitting = client.post(url(&serve, "/bytes")).body(vec![b' '; 100]).send();
    assert_eq!(read(within(SOON, fitting).await.unwrap()).await, (200, "100".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_body_larger_than_axums_own_limit_is_taken_where_the_server_allows_it() {
    let (serve, _sender, _probe) = streaming(HttpOptions::default()).await;
    let numbers = vec![1_u32; 2_000_000];
    let request = client().post(url(&serve, "/json")).json(&numbers).send();
    assert_eq!(read(within(SOON, request).await.unwrap()).await, (200, "2000000".to_owned()));
    stop(serve).await;
}

// === websockets ===

struct Echo {
    closed: Journal<&'static str>,
}

async fn echo(mut socket: WebSocket, closed: Journal<&'static str>) {
    while let Some(message) = socket.recv().await {
        match message {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => {
                if socket.send(message).await.is_err() {
                    break;
                }
            }
            Ok(Message::Close(_)) => return closed.note("close"),
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Err(_) => return closed.note("error"),
        }
    }
    closed.note("end");
}

#[deployment(route_prefix = "/")]
impl Echo {
    fn new(closed: Journal<&'static str>) -> Self {
        Self { closed }
    }

    async fn __call__(&self, upgrade: WebSocketUpgrade) -> Response {
        let closed = self.closed.clone();
        upgrade.on_upgrade(move |socket| echo(socket, closed))
    }
}

type Client =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn websocket(serve: &Serve, path: &str) -> (Client, http::Response<Option<Vec<u8>>>) {
    let url = format!("ws://{}{path}", address(serve));
    within(SOON, tokio_tungstenite::connect_async(url)).await.unwrap()
}

// C61
#[tokio::test]
async fn a_websocket_echoes_text_and_binary_at_any_prefix() {
    for (prefix, path) in [("/", "/"), ("/prefix", "/prefix/x")] {
        let closed = Journal::default();
        let serve = start().await;
        within(SOON, serve.run(Echo::bind(closed.clone()).route_prefix(prefix))).await.unwrap();
        let (mut socket, response) = websocket(&serve, path).await;
        assert!(response.headers().contains_key("x-request-id"));
        for message in
            [tungstenite::Message::text("hello"), tungstenite::Message::binary(vec![1_u8, 2, 3])]
        {
            socket.send(message.clone()).await.unwrap();
            assert_eq!(within(SOON, socket.next()).await.unwrap().unwrap(), message);
        }
        within(SOON, socket.close(None)).await.unwrap();
        assert_eq!(closed.until(1).await, ["close"]);
        assert_eq!(fetch(&serve, path).await.status(), 400, "no upgrade asked for");
        stop(serve).await;
    }
}

// C62
#[tokio::test]
async fn a_websocket_handler_learns_that_its_client_has_vanished() {
    let closed = Journal::default();
    let serve = start().await;
    within(SOON, serve.run(Echo::bind(closed.clone()))).await.unwrap();
    let (mut socket, _) = websocket(&serve, "/").await;
    socket.send(tungstenite::Message::text("x")).await.unwrap();
    within(SOON, socket.next()).await.unwrap().unwrap();
    drop(socket);
    let told = closed.until(1).await;
    assert_ne!(told, ["close"], "it said no goodbye");
    stop(serve).await;
}

// === protocols ===

#[tokio::test]
async fn both_versions_of_http_are_served_on_one_port() {
    let serve = start().await;
    says(&serve, "default", "/", "root").await;
    let mut sender = http2(&serve).await;
    let requests: Vec<_> = (0..10)
        .map(|n| {
            let uri = url(&serve, &format!("/{n}"));
            let request = http::Request::get(uri).header("x-request-id", format!("id-{n}"));
            sender.send_request(request.body(Full::<Bytes>::default()).unwrap())
        })
        .collect();
    for (n, request) in requests.into_iter().enumerate() {
        let response = within(SOON, request).await.unwrap();
        assert_eq!(response.version(), http::Version::HTTP_2);
        assert_eq!(response.headers()["x-request-id"], format!("id-{n}"));
        assert_eq!(read_http2(response).await, (200, format!("root /{n}")));
    }
    let response = fetch(&serve, "/one").await;
    assert_eq!(response.version(), http::Version::HTTP_11);
    assert_eq!(read(response).await.1, "root /one");
    stop(serve).await;
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_in_order() {
    let serve = start().await;
    says(&serve, "default", "/", "root").await;
    let requests =
        "GET /1 HTTP/1.1\r\nhost: x\r\n\r\nGET /2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answers = send_raw(address(&serve), requests.as_bytes()).await;
    let (one, two) = (answers.find("root /1").unwrap(), answers.find("root /2").unwrap());
    assert!(one < two, "{answers}");
    stop(serve).await;
}

#[tokio::test]
async fn malformed_requests_are_refused_and_the_server_stays_up() {
    let serve = start().await;
    says(&serve, "default", "/", "root").await;
    let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-filler: y\r\n".repeat(2000));
    for (request, statuses) in [
        ("hello\r\n\r\n", &["400"][..]),
        ("GET /\r\n\r\n", &["400"]),
        ("GET / HTTP/9.9\r\n\r\n", &["400", "505"]),
        ("GET / HTTP/1.1\r\nbad header\r\n\r\n", &["400"]),
        ("GET / HTTP/1.1\r\nhost: x\r\n: empty\r\n\r\n", &["400"]),
        ("G\0T / HTTP/1.1\r\nhost: x\r\n\r\n", &["400"]),
        ("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n", &["400"]),
        (
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
            &["400"],
        ),
        ("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n", &["400", "501"]),
        (&long, &["400", "414", "431"]),
        (&many, &["400", "431"]),
    ] {
        let answer = send_raw(address(&serve), request.as_bytes()).await;
        let short = &request[..request.len().min(60)];
        assert!(
            statuses.iter().any(|status| answer.starts_with(&format!("HTTP/1.1 {status}")))
                || answer.is_empty(),
            "{short:?}: {answer:?}"
        );
        assert_eq!(fetch_text(&serve, "/x").await, (200, "root /x".to_owned()), "after {short:?}");
    }
    // A client that stops in the middle of a request harms nobody either.
    for part in [
        "",
        "GET",
        "GET / HTTP/1.1\r\nhost:",
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nab",
    ] {
        let mut stream = tokio::net::TcpStream::connect(address(&serve)).await.unwrap();
        stream.write_all(part.as_bytes()).await.unwrap();
        drop(stream);
        assert_eq!(fetch_text(&serve, "/x").await, (200, "root /x".to_owned()), "after {part:?}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn odd_header_values_are_no_reason_to_fail() {
    let serve = start().await;
    within(SOON, serve.run(Ids::bind())).await.unwrap();
    for headers in [
        "x-request-id: \u{e9}\u{e9}\r\n",
        "x-request-id:\r\n",
        "x-request-timeout-seconds: 1e400\r\n",
        "x-request-timeout-seconds: NaN\r\n",
        "x-request-timeout-seconds: 99999999999999999999\r\n",
        "x-request-disconnect-disabled: maybe\r\n",
        "traceparent: nonsense\r\n",
    ] {
        let request = format!("GET /ids HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
        let answer = send_raw(address(&serve), request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{headers:?}: {answer}");
        assert!(answer.contains("x-request-id: "), "{headers:?}: {answer}");
    }
    stop(serve).await;
}

// === shutting down ===

#[tokio::test]
async fn a_route_that_was_there_is_unavailable_after_a_shutdown_and_not_unknown() {
    let serve = start_without_http().await;
    says(&serve, "says", "/", "hello").await;
    let listener = within(SOON, tokio::net::TcpListener::bind("127.0.0.1:0")).await.unwrap();
    let (server, app) = (listener.local_addr().unwrap(), serve.router());
    drop(spawn(async move { axum::serve(listener, app).await }));
    let get = || reqwest::get(format!("http://{server}/x"));
    assert_eq!(within(SOON, get()).await.unwrap().text().await.unwrap(), "hello /x");
    stop(serve).await;
    let response = within(SOON, get()).await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.text().await.unwrap(), "The server is shutting down.");
}

#[tokio::test]
async fn a_request_in_flight_is_answered_while_the_server_drains() {
    let family = family().await;
    let router = family.serve.health_router();
    let mut connection = open_request(&family.serve, "/front/own", "").await;
    family.front.entered(1).await;
    let stopping = {
        let serve = family.serve.clone();
        spawn(async move { serve.shutdown().await })
    };
    until_status(&family.serve, |status| {
        status.applications["default"].status == serve_core::ApplicationStatus::Deleting
    })
    .await;
    // The listener is closed, but somebody else's may still ask for its health.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let health = format!("http://{}/-/healthz", listener.local_addr().unwrap());
    drop(spawn(async move { axum::serve(listener, router).await }));
    let answer = read(within(SOON, client().get(health).send()).await.unwrap()).await;
    assert_eq!(answer, (503, "This node is being drained.".to_owned()));
    let refused = tokio::net::TcpStream::connect(address(&family.serve)).await;
    assert!(refused.is_err(), "it accepts no more");
    family.front.open();
    read_until(&mut connection, "done").await;
    within(SOON, stopping).await.unwrap().unwrap();
}

/// A large answer to a patient request: shutting down must not cut it off half-way.
#[tokio::test]
async fn an_answer_that_comes_late_in_a_shutdown_arrives_whole() {
    const LENGTH: usize = 32 << 20;
    struct Large {
        probe: Probe,
    }
    #[deployment(route_prefix = "/")]
    impl Large {
        fn new(probe: Probe) -> Self {
            Self { probe }
        }

        async fn __call__(&self) -> Vec<u8> {
            self.probe.pass().await;
            vec![7; LENGTH]
        }
    }
    let probe = Probe::new();
    let serve = start().await;
    within(SOON, serve.run(Large::bind(probe.clone()))).await.unwrap();
    let mut connection = open_request(&serve, "/", "connection: close\r\n").await;
    probe.entered(1).await;
    let stopping = {
        let serve = serve.clone();
        spawn(async move { serve.shutdown().await })
    };
    until_status(&serve, |status| {
        status.applications["default"].status == serve_core::ApplicationStatus::Deleting
    })
    .await;
    // The request is still within the patience of its deployment.
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(10)).await;
    tokio::time::resume();
    assert!(!stopping.is_finished());
    probe.open();
    let mut answer = Vec::new();
    drop(within(SOON, connection.read_to_end(&mut answer)).await);
    within(SOON, stopping).await.unwrap().unwrap();
    assert!(answer.len() > LENGTH, "only {} bytes of {LENGTH}", answer.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_a_deployment_is_replaced() {
    let serve = start().await;
    says(&serve, "default", "/", "root").await;
    let done = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (serve, done, client) = (serve.clone(), Arc::clone(&done), client());
            spawn(async move {
                let mut answered = 0;
                while done.load(SeqCst) == 0 {
                    let response = client.get(url(&serve, "/x")).send().await.unwrap();
                    assert_eq!(read(response).await, (200, "root /x".to_owned()));
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    for _ in 0..10 {
        says(&serve, "default", "/", "root").await;
    }
    done.store(1, SeqCst);
    for client in clients {
        assert!(within(SOON, client).await.unwrap() > 0);
    }
    stop(serve).await;
}
