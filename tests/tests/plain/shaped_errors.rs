//! `HttpOptions::on_error`: the framework's own errors have the shape of the user's API, and the user's have their own.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::collections::BTreeMap;
use std::time::Duration;

use http::request::Parts;
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use serve_core::prelude::*;
use serve_core::{BackPressure, FrameworkError, FrameworkErrorKind, Isolation};
use tests::{Probe, SOON, client, fetch, fetch_text, spawn, start_with, stop, url, within};

/// Everything that an error says.
fn shaped(error: &FrameworkError, parts: &Parts) -> Response {
    assert_ne!(parts.uri.query(), Some("panic"), "a panic of the shape's");
    let body = json!({
        "kind": error.kind().name(),
        "message": error.message(),
        "request": error.request_id(),
        "application": error.application(),
        "deployment": error.deployment(),
        "route": error.route(),
        "retry_after": error.retry_after().map(|after| after.as_secs()),
        "path": parts.uri.path(),
    });
    (error.status(), [("x-shaped", "1")], Json(body)).into_response()
}

fn options() -> HttpOptions {
    HttpOptions::default().on_error(shaped)
}

/// Fails in every way.
struct Fails {
    gate: Probe,
}

#[derive(Debug)]
struct Unhandled;

#[deployment(route_prefix = "/fails", max_ongoing_requests = 1, max_queued_requests = 1)]
impl Fails {
    fn new(gate: Probe) -> Self {
        Self { gate }
    }

    #[get("/wait")]
    async fn wait(&self) -> &'static str {
        self.gate.pass().await;
        "passed"
    }

    #[get("/panic")]
    async fn panic(&self) -> &'static str {
        panic!("secret")
    }

    #[get("/unhandled")]
    async fn unhandled(&self) -> Result<&'static str, Unhandled> {
        Err(Unhandled)
    }

    #[get("/late", request_timeout = "20ms")]
    async fn late(&self) -> &'static str {
        std::future::pending().await
    }

    #[get("/call")]
    async fn call(&self) -> Result<&'static str, CallError> {
        Err(CallError::DeploymentUnavailable)
    }

    #[get("/converted")]
    async fn converted(&self) -> Result<&'static str, HttpError> {
        Err(CallError::<HttpError>::DeploymentUnavailable)?
    }

    #[post("/json", max_body_size = 10)]
    async fn json(&self, Json(value): Json<Value>) -> String {
        value.to_string()
    }

    #[post("/text", max_body_size = 10)]
    async fn text(&self, request: Request) -> Result<String, HttpError> {
        request.text().await
    }

    /// What the user answers.
    #[get("/mine/{status}")]
    async fn mine(&self, Path(status): Path<u16>) -> (StatusCode, &'static str) {
        (StatusCode::from_u16(status).unwrap(), "mine")
    }

    #[get("/own")]
    async fn own(&self) -> Result<&'static str, HttpError> {
        Err(HttpError::not_found("mine"))
    }
}

async fn failing() -> (Serve, Probe) {
    let (serve, gate) = (start_with(options()).await, Probe::new());
    within(SOON, serve.run(Fails::bind(gate.clone()))).await.unwrap();
    (serve, gate)
}

/// The status, and what the shape says; `null` if it has none.
async fn ask(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = within(SOON, request.send()).await.unwrap();
    let (status, is_shaped) =
        (response.status().as_u16(), response.headers().contains_key("x-shaped"));
    let body = within(SOON, response.text()).await.unwrap();
    (status, if is_shaped { serde_json::from_str(&body).unwrap() } else { Value::Null })
}

#[tokio::test]
async fn each_error_of_the_frameworks_has_the_shape_and_says_what_it_is() {
    let (serve, _gate) = failing().await;
    let get = |path: &str| client().get(url(&serve, path));
    let post = |path: &str| {
        client().post(url(&serve, path)).header(header::CONTENT_TYPE, "application/json")
    };
    let cases = [
        (get("/nowhere"), 404, "not_found"),
        (get("/-/nothing"), 404, "not_found"),
        (get("/fails/nothing"), 404, "not_found"),
        (client().delete(url(&serve, "/fails/wait")), 405, "method_not_allowed"),
        (get("/fails/late"), 408, "timeout"),
        (get("/fails/panic"), 500, "internal"),
        (get("/fails/unhandled"), 500, "internal"),
        (get("/fails/call"), 503, "unavailable"),
        (get("/fails/converted"), 503, "unavailable"),
        (post("/fails/json").body("{\"longer\": \"than ten\"}"), 413, "payload_too_large"),
        (post("/fails/text").body(chunked("longer than ten")), 413, "payload_too_large"),
        (post("/fails/json").body("{"), 400, "rejected"),
        (get("/fails/mine/x"), 400, "rejected"),
    ];
    for (request, status, kind) in cases {
        let request = request.header("x-request-id", "the-id");
        let shown = format!("{request:?}");
        let (got, said) = ask(request).await;
        assert_eq!((got, &said["kind"]), (status, &json!(kind)), "{shown}: {said}");
        assert_eq!(said["request"], "the-id", "{said}");
        assert!(!said["message"].as_str().unwrap().is_empty(), "{said}");
        assert!(!said.to_string().contains("secret"), "{said}");
    }
    stop(serve).await;
}

/// A body whose length nobody announces.
fn chunked(text: &'static str) -> reqwest::Body {
    reqwest::Body::wrap_stream(futures::stream::iter([Ok::<_, std::io::Error>(text)]))
}

#[tokio::test]
async fn an_error_says_whose_it_is_as_far_as_that_is_known() {
    let (serve, _gate) = failing().await;
    let (_, said) = ask(client().get(url(&serve, "/fails/nothing"))).await;
    let place = (&said["application"], &said["deployment"], &said["route"], &said["path"]);
    assert_eq!(
        place,
        (&json!("default"), &json!("Fails"), &json!("/fails"), &json!("/fails/nothing"))
    );
    let (_, said) = ask(client().get(url(&serve, "/nowhere"))).await;
    assert_eq!((&said["application"], &said["route"]), (&Value::Null, &Value::Null));
    stop(serve).await;
}

#[tokio::test]
async fn an_error_has_an_id_that_its_response_has_too() {
    let (serve, _gate) = failing().await;
    for path in ["/nowhere", "/fails/nothing", "/fails/panic"] {
        let response = fetch(&serve, path).await;
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let said: Value = within(SOON, response.json()).await.unwrap();
        assert_eq!(said["request"], json!(id), "{path}");
        assert!(!id.is_empty());
    }
    stop(serve).await;
}

#[tokio::test]
async fn what_the_users_code_answers_keeps_its_shape() {
    let (serve, _gate) = failing().await;
    for path in ["/fails/mine/404", "/fails/mine/500", "/fails/mine/503", "/fails/own"] {
        let response = fetch(&serve, path).await;
        assert!(!response.headers().contains_key("x-shaped"), "{path}");
        assert_eq!(within(SOON, response.text()).await.unwrap(), "mine", "{path}");
    }
    let (status, said) = ask(client().get(url(&serve, "/-/ready"))).await;
    assert_eq!((status, said), (200, Value::Null));
    stop(serve).await;
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_again_in_whatever_shape() {
    let (serve, gate) = (start_with(options()).await, Probe::new());
    let retry = BackPressure::default().status_code(429).retry_after(Duration::from_secs(7));
    let app = Fails::bind(gate.clone()).backpressure(retry);
    within(SOON, serve.run(app)).await.unwrap();
    let ask_one = || client().get(url(&serve, "/fails/wait")).send();
    let running = spawn(ask_one());
    gate.entered(1).await;
    let waiting = spawn(ask_one());
    let queued = || serve.status().applications["default"].deployments["Fails"].queued;
    tests::until_so("one waits", || queued() == 1).await;
    let response = within(SOON, ask_one()).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    let said: Value = within(SOON, response.json()).await.unwrap();
    assert_eq!((&said["kind"], &said["retry_after"]), (&json!("backpressure"), &json!(7)));
    gate.open();
    for task in [running, waiting] {
        assert_eq!(within(SOON, task).await.unwrap().unwrap().status(), 200);
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_method_that_is_not_allowed_says_which_are_in_whatever_shape() {
    let (serve, _gate) = failing().await;
    let request = client().delete(url(&serve, "/fails/wait")).send();
    let response = within(SOON, request).await.unwrap();
    assert_eq!(response.headers()[header::ALLOW], "GET,HEAD");
    assert!(response.headers().contains_key("x-shaped"));
    stop(serve).await;
}

#[tokio::test]
async fn a_head_request_gets_the_headers_of_the_shape_and_no_body() {
    let (serve, _gate) = failing().await;
    let request = client().request(Method::HEAD, url(&serve, "/fails/nothing")).send();
    let response = within(SOON, request).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-shaped"]),
        (404, &"1".parse().unwrap())
    );
    assert!(response.headers().contains_key(header::CONTENT_LENGTH));
    stop(serve).await;
}

#[tokio::test]
async fn a_shape_that_panics_leaves_the_error_as_it_is() {
    let (serve, _gate) = failing().await;
    let (status, text) = fetch_text(&serve, "/fails/panic?panic").await;
    assert_eq!((status, text), (500, "Internal Server Error".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_shape_may_leave_some_errors_alone() {
    let options =
        HttpOptions::default().on_error(|error: &FrameworkError, _: &Parts| match error.kind() {
            FrameworkErrorKind::NotFound => (StatusCode::GONE, "nothing here").into_response(),
            _ => error.clone().into_response(),
        });
    let (serve, gate) = (start_with(options).await, Probe::new());
    within(SOON, serve.run(Fails::bind(gate))).await.unwrap();
    assert_eq!(fetch_text(&serve, "/fails/nothing").await, (410, "nothing here".to_owned()));
    assert_eq!(fetch_text(&serve, "/fails/panic").await, (500, "Internal Server Error".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn layers_see_the_shaped_error() {
    async fn note(response: Response) -> Response {
        let is_shaped = response.headers().contains_key("x-shaped");
        let mut response = response;
        response.headers_mut().insert("x-seen", is_shaped.to_string().parse().unwrap());
        response
    }
    let layer = axum::middleware::map_response(note);
    let (serve, gate) = (start_with(options().layer(layer.clone())).await, Probe::new());
    within(SOON, serve.run(Fails::bind(gate).layer(layer))).await.unwrap();
    for path in ["/nowhere", "/fails/nothing", "/fails/panic"] {
        assert_eq!(fetch(&serve, path).await.headers()["x-seen"], "true", "{path}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_layer_that_panics_is_an_error_of_the_frameworks() {
    async fn panics(_: axum::extract::Request, _: axum::middleware::Next) -> Response {
        panic!("secret")
    }
    let layer = axum::middleware::from_fn(panics);
    let (serve, gate) = (start_with(options()).await, Probe::new());
    within(SOON, serve.run(Fails::bind(gate).layer(layer.clone()))).await.unwrap();
    let (status, said) = ask(client().get(url(&serve, "/fails/own"))).await;
    assert_eq!((status, &said["kind"]), (500, &json!("internal")));
    stop(serve).await;
    let serve = start_with(options().layer(layer)).await;
    let (status, said) = ask(client().get(url(&serve, "/nowhere"))).await;
    assert_eq!((status, &said["kind"]), (500, &json!("internal")));
    stop(serve).await;
}

#[tokio::test]
async fn it_is_the_same_on_a_thread_of_its_own() {
    let (serve, gate) = (start_with(options()).await, Probe::new());
    let app = Fails::bind(gate).isolation(Isolation::Thread);
    within(SOON, serve.run(app)).await.unwrap();
    let mut kinds = BTreeMap::new();
    for path in ["panic", "unhandled", "late", "call"] {
        let (_, said) = ask(client().get(url(&serve, &format!("/fails/{path}")))).await;
        kinds.insert(path, said["kind"].as_str().unwrap().to_owned());
    }
    let kinds: Vec<_> = kinds.into_iter().map(|(path, kind)| format!("{path}: {kind}")).collect();
    assert_eq!(
        kinds,
        ["call: unavailable", "late: timeout", "panic: internal", "unhandled: internal"]
    );
    stop(serve).await;
}
