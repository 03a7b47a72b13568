//! Layers, shaped errors, options of routes and keys: the same wherever replicas are, also in processes.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::time::Duration;

use axum::extract::{ConnectInfo, Extension, Request as AxumRequest};
use axum::middleware::{Next, from_fn};
use futures::{StreamExt, stream};
use http::request::Parts;
use http::{HeaderValue, Method, header};
use serde_json::{Value, json};
use serve_core::prelude::*;
use serve_core::{ApiKey, ApiKeys, FrameworkError, Isolation};
use tests::{
    SOON, client, fetch, fetch_text, process_tests, read, start_with, stop, until_so, url, within,
};
use tower_http::normalize_path::NormalizePathLayer;

#[derive(Debug)]
struct Unhandled;

/// Who a layer says that the client is.
#[derive(Clone)]
struct User(&'static str);

#[derive(Default)]
struct Site;

#[deployment(route_prefix = "/site", request_timeout = "200ms", max_body_size = "1KiB")]
impl Site {
    #[get("/seen")]
    async fn seen(
        &self,
        ConnectInfo(client): ConnectInfo<std::net::SocketAddr>,
        user: Option<Extension<User>>,
        request: Request,
    ) -> String {
        let user = user.map_or("nobody", |Extension(User(user))| user);
        let header = request.header("x-user").unwrap_or_default();
        format!("{} {user} {header}", client.ip())
    }

    #[get("/whose")]
    async fn whose(&self, request: Request) -> String {
        let context = serve_core::context().unwrap();
        format!("{:?} {:?}", context.api_key(), request.headers())
    }

    #[get("/panic")]
    async fn panic(&self) -> &'static str {
        panic!("secret")
    }

    #[get("/unhandled")]
    async fn unhandled(&self) -> Result<&'static str, Unhandled> {
        Err(Unhandled)
    }

    #[get("/late")]
    async fn late(&self) -> &'static str {
        std::future::pending().await
    }

    #[get("/patient", request_timeout = "20s")]
    async fn patient(&self) -> &'static str {
        tokio::time::sleep(Duration::from_millis(300)).await;
        "patient"
    }

    #[post("/large", max_body_size = "64KiB")]
    async fn large(&self, body: String) -> String {
        body.len().to_string()
    }

    #[post("/usual")]
    async fn usual(&self, body: String) -> String {
        body.len().to_string()
    }

    #[post("/json")]
    async fn json(&self, Json(value): Json<Value>) -> String {
        value.to_string()
    }

    #[get("/own/{status}")]
    async fn own(&self, Path(status): Path<u16>) -> (StatusCode, &'static str) {
        (StatusCode::from_u16(status).unwrap(), "mine")
    }

    #[head("/two")]
    async fn two_head(&self) -> [(&'static str, &'static str); 1] {
        [("x-answered-by", "head")]
    }

    #[any("/two")]
    async fn two(&self, method: Method) -> String {
        method.to_string()
    }
}

#[derive(Default)]
struct Both;

#[deployment(route_prefix = "/both")]
impl Both {
    async fn __call__(&self) -> &'static str {
        "call"
    }

    #[get("/hello")]
    async fn hello(&self) -> &'static str {
        "hello"
    }

    /// Says how much there is, and never ends.
    #[get("/endless")]
    async fn endless(&self) -> Response {
        let first = stream::once(async { Ok::<_, std::convert::Infallible>("some") });
        let body = Body::from_stream(first.chain(stream::pending()));
        ([("content-length", "9")], body).into_response()
    }
}

fn shaped(error: &FrameworkError, _: &Parts) -> Response {
    let body = json!({ "kind": error.kind().name(), "deployment": error.deployment(), "message": error.message() });
    (error.status(), [("x-shaped", "1")], Json(body)).into_response()
}

async fn everywhere(
    around: fn(Application<Site>) -> Application<Site>,
    test: impl AsyncFn(&Serve),
) {
    for isolation in [Isolation::Task, Isolation::Thread, Isolation::Process] {
        let serve = start_with(HttpOptions::default().on_error(shaped)).await;
        let app = around(Site::bind().isolation(isolation));
        within(SOON, serve.run(app)).await.unwrap();
        test(&serve).await;
        stop(serve).await;
    }
}

async fn identify(mut request: AxumRequest, next: Next) -> Response {
    if request.headers().contains_key("x-banned") {
        return StatusCode::FORBIDDEN.into_response();
    }
    request.extensions_mut().insert(User("ann"));
    request.headers_mut().insert("x-user", HeaderValue::from_static("ann"));
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-layer", HeaderValue::from_static("seen"));
    response
}

async fn layers_run_in_the_server_and_headers_reach_every_replica() {
    everywhere(
        |app| app.layer(from_fn(identify)),
        async |serve: &Serve| {
            let response = fetch(serve, "/site/seen").await;
            assert_eq!(response.headers()["x-layer"], "seen");
            let (status, seen) = read(response).await;
            // Extensions stay in the server, but for the client's address.
            let is_known = ["127.0.0.1 ann ann", "127.0.0.1 nobody ann"].contains(&&*seen);
            assert!(status == 200 && is_known, "{status} {seen}");
            let banned = client().get(url(serve, "/site/seen")).header("x-banned", "1").send();
            assert_eq!(within(SOON, banned).await.unwrap().status(), 403);
            let response = fetch(serve, "/site/panic").await;
            assert_eq!(
                (response.status().as_u16(), &response.headers()["x-layer"]),
                (500, &"seen".parse().unwrap())
            );
        },
    )
    .await;
}

async fn errors_have_their_shape_wherever_they_are_made() {
    everywhere(
        |app| app,
        async |serve: &Serve| {
            let get = |path: &str| client().get(url(serve, path));
            let post = |path: &str| client().post(url(serve, path));
            let long = || "x".repeat(2000);
            let chunked =
                reqwest::Body::wrap_stream(stream::iter([Ok::<_, std::io::Error>(long())]));
            let cases = [
                (get("/site/panic"), 500, "internal"),
                (get("/site/unhandled"), 500, "internal"),
                (get("/site/late"), 408, "timeout"),
                (get("/site/nothing"), 404, "not_found"),
                (get("/site/large"), 405, "method_not_allowed"),
                (post("/site/usual").body(long()), 413, "payload_too_large"),
                (post("/site/usual").body(chunked), 413, "payload_too_large"),
                (
                    post("/site/json").header(header::CONTENT_TYPE, "application/json").body("{"),
                    400,
                    "rejected",
                ),
            ];
            for (request, status, kind) in cases {
                let shown = format!("{request:?}");
                let response = within(SOON, request.send()).await.unwrap();
                assert_eq!(response.status(), status, "{shown}");
                assert!(!response.headers().contains_key("x-serve-made"), "{shown}");
                let said: Value = within(SOON, response.json()).await.unwrap();
                assert_eq!(
                    (&said["kind"], &said["deployment"]),
                    (&json!(kind), &json!("Site")),
                    "{shown}"
                );
                assert!(!said.to_string().contains("secret"), "{said}");
            }
            for status in [404, 500] {
                let response = fetch(serve, &format!("/site/own/{status}")).await;
                assert!(!response.headers().contains_key("x-shaped"));
                assert_eq!(read(response).await, (status, "mine".to_owned()));
            }
        },
    )
    .await;
}

async fn options_of_routes_hold_for_every_replica() {
    everywhere(
        |app| app,
        async |serve: &Serve| {
            assert_eq!(fetch_text(serve, "/site/patient").await, (200, "patient".to_owned()));
            let post = async |path: &str, bytes: usize| {
                let request = client().post(url(serve, path)).body("x".repeat(bytes)).send();
                within(SOON, request).await.unwrap().status().as_u16()
            };
            assert_eq!(post("/site/large", 64 << 10).await, 200);
            assert_eq!(post("/site/large", (64 << 10) + 1).await, 413);
            assert_eq!(post("/site/usual", 1 << 10).await, 200);
            let head = within(SOON, client().head(url(serve, "/site/two")).send()).await.unwrap();
            assert_eq!(head.headers()["x-answered-by"], "head");
            let put = within(SOON, client().put(url(serve, "/site/two")).send()).await.unwrap();
            assert_eq!(read(put).await, (200, "PUT".to_owned()));
        },
    )
    .await;
}

async fn a_key_is_known_by_its_name_in_every_replica_and_shown_in_none() {
    let keys = |app: Application<Site>| {
        app.api_keys(ApiKeys::default().key(ApiKey::new("web", "planted-key")))
    };
    everywhere(keys, async |serve: &Serve| {
        assert_eq!(fetch(serve, "/site/whose").await.status(), 401);
        let request = client().get(url(serve, "/site/whose")).header("x-api-key", "planted-key");
        let (status, seen) = read(within(SOON, request.send()).await.unwrap()).await;
        assert_eq!(status, 200);
        assert!(seen.starts_with("Some(\"web\")") && !seen.contains("planted"), "{seen}");
    })
    .await;
}

process_tests! {
    layers_run_in_the_server_and_headers_reach_every_replica
    errors_have_their_shape_wherever_they_are_made
    options_of_routes_hold_for_every_replica
    a_key_is_known_by_its_name_in_every_replica_and_shown_in_none
    a_layer_that_changes_the_path_changes_no_method
    a_key_has_its_request_until_all_of_a_long_answer_is_sent
}

async fn a_layer_that_changes_the_path_changes_no_method() {
    for isolation in [Isolation::Task, Isolation::Thread, Isolation::Process] {
        let serve = start_with(HttpOptions::default()).await;
        let app = Both::bind().isolation(isolation);
        let app = app.layer(NormalizePathLayer::trim_trailing_slash());
        within(SOON, serve.run(app)).await.unwrap();
        let answer = fetch_text(&serve, "/both/hello/").await;
        assert_eq!(answer, (200, "call".to_owned()), "{isolation:?}");
        stop(serve).await;
    }
}

async fn a_key_has_its_request_until_all_of_a_long_answer_is_sent() {
    for isolation in [Isolation::Task, Isolation::Thread, Isolation::Process] {
        let serve = start_with(HttpOptions::default()).await;
        let one = ApiKey::new("a", "planted").max_ongoing_requests(1);
        let app = Both::bind().isolation(isolation).api_keys(ApiKeys::default().key(one));
        within(SOON, serve.run(app)).await.unwrap();
        let ask =
            |path: &str| client().get(url(&serve, path)).header("x-api-key", "planted").send();
        let mut endless = within(SOON, ask("/both/endless")).await.unwrap();
        assert_eq!(within(SOON, endless.chunk()).await.unwrap().unwrap(), "some");
        let second = within(SOON, ask("/both/hello")).await.unwrap();
        assert_eq!(second.status(), 429, "{isolation:?}");
        drop(endless);
        until_so("the request is over", || {
            let deployments = &serve.snapshot().applications["default"].deployments;
            deployments["Both"].ongoing == 0
        })
        .await;
        stop(serve).await;
    }
}
