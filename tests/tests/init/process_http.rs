//! HTTP to replicas in processes of their own: a client sees what it would see of any other replica.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::sse::Event;
use axum::response::{AppendHeaders, IntoResponse, Response};
use bytes::Bytes;
use futures::{SinkExt, StreamExt, stream};
use http::{Request as HttpRequest, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody};
use serde::{Deserialize, Serialize};
use serve_core::prelude::*;
use serve_core::{CallError, Isolation};
use tests::processes::{signal, until};
use tests::{
    SOON, address, client, fetch, fetch_text, http2, open_request, process_tests, read, read_until,
    send_raw, spawn, start, start_with, stop, url, within,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite;

const PIECE_BYTES: usize = 64 << 10;

#[derive(Deserialize)]
struct Page {
    number: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    id: u32,
    name: String,
}

#[derive(Debug)]
struct Unhandled;

/// Counts those that were dropped before their end.
struct Visit {
    abandoned: Arc<AtomicUsize>,
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.abandoned.fetch_add(1, SeqCst);
    }
}

/// Answers in every way that HTTP has.
#[derive(Default)]
struct Web {
    entered: Arc<AtomicUsize>,
    abandoned: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
    /// What was sent has been read.
    read: Arc<Notify>,
}

impl Web {
    fn visit(&self) -> Visit {
        self.entered.fetch_add(1, SeqCst);
        Visit { abandoned: Arc::clone(&self.abandoned) }
    }
}

#[deployment(route_prefix = "/web", isolation = "process", max_ongoing_requests = 4)]
impl Web {
    #[get("/")]
    fn index(&self) -> &'static str {
        "index"
    }

    #[get("/items/{id}")]
    async fn item(&self, Path(id): Path<u32>, Query(page): Query<Page>) -> Json<u32> {
        Json(id + page.number)
    }

    #[post("/items")]
    fn add(&self, Json(item): Json<Item>) -> (StatusCode, Json<Item>) {
        (StatusCode::CREATED, Json(Item { id: item.id + 1, ..item }))
    }

    #[delete("/items/{id}")]
    fn remove(&self, Path(id): Path<u32>) -> StatusCode {
        if id == 1 { StatusCode::NO_CONTENT } else { StatusCode::NOT_MODIFIED }
    }

    #[get("/cookies")]
    fn cookies(&self) -> Response {
        let cookies = [(header::SET_COOKIE, "a=1"), (header::SET_COOKIE, "b=2")];
        (StatusCode::IM_A_TEAPOT, AppendHeaders(cookies), "short").into_response()
    }

    #[get("/close")]
    fn close(&self) -> Response {
        ([(header::CONNECTION, "close")], "bye").into_response()
    }

    /// A body of known length that is made while it is sent.
    #[get("/sized")]
    fn sized(&self) -> Response {
        let body = Body::from_stream(stream::iter([Ok::<_, Unhandlable>("ab"), Ok("cd")]));
        ([(header::CONTENT_LENGTH, "4")], body).into_response()
    }

    /// Sends back what comes, as it comes.
    #[post("/echo")]
    fn echo(&self, request: Request) -> Body {
        Body::from_stream(request.stream())
    }

    #[post("/whole")]
    fn whole(&self, body: Bytes) -> Bytes {
        body
    }

    #[post("/text")]
    async fn text(&self, request: Request) -> Result<String, HttpError> {
        request.text().await
    }

    /// Does not look at what comes.
    #[post("/ignore")]
    fn ignore(&self, _request: Request) -> &'static str {
        "ignored"
    }

    #[get("/lines/{to}")]
    fn lines(&self, Path(to): Path<u64>) -> impl Stream<Item = Json<u64>> {
        stream::iter((0..to).map(Json))
    }

    #[get("/events/{to}")]
    fn events(&self, Path(to): Path<u64>) -> impl Stream<Item = Event> {
        stream::iter((0..to).map(|n| Event::default().event("tick").data(n.to_string())))
    }

    /// Makes pieces for as long as they are taken.
    #[get("/endless")]
    fn endless(&self) -> impl Stream<Item = Vec<u8>> {
        let (made, visit) = (Arc::clone(&self.made), self.visit());
        stream::unfold(visit, move |visit| {
            made.fetch_add(1, SeqCst);
            async move { Some((vec![b'x'; PIECE_BYTES], visit)) }
        })
    }

    /// An item, and then nothing.
    #[get("/stalls")]
    fn stalls(&self) -> impl Stream<Item = &'static str> {
        let visit = self.visit();
        stream::iter(["begun"]).chain(stream::once(async move {
            let _visit = visit;
            std::future::pending().await
        }))
    }

    #[get("/brief-stream", request_timeout = "100ms")]
    fn brief_stream(&self) -> impl Stream<Item = &'static str> {
        stream::iter(["begun"]).chain(stream::pending())
    }

    /// Says goodbye when the call that it waits for is out of time.
    #[get("/goodbye", request_timeout = "300ms")]
    fn goodbye(&self) -> impl Stream<Item = String> {
        let me = Self::get_handle().unwrap();
        stream::iter(["begun ".to_owned()])
            .chain(stream::once(async move { format!("{:?}", me.hang.remote().await) }))
    }

    async fn hang(&self) {
        std::future::pending().await
    }

    #[get("/brief", request_timeout = "50ms")]
    async fn brief(&self) -> &'static str {
        std::future::pending().await
    }

    #[get("/wait")]
    async fn wait(&self) -> &'static str {
        let _visit = self.visit();
        std::future::pending().await
    }

    #[get("/socket")]
    async fn socket(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(talk)
    }

    #[get("/panic")]
    async fn panic(&self) -> &'static str {
        panic!("the secret is 42")
    }

    #[get("/panic-midway")]
    fn panic_midway(&self) -> impl Stream<Item = &'static str> {
        stream::iter(["begun"]).chain(stream::once(async {
            // What was sent is on its way by then.
            tokio::time::sleep(Duration::from_millis(100)).await;
            panic!("the secret is 42")
        }))
    }

    #[get("/unhandled")]
    fn unhandled(&self) -> Result<String, Unhandled> {
        Err(Unhandled)
    }

    /// Ends its process at the first visit, and answers at the second.
    #[idempotent]
    #[get("/abort-once/{*gate}")]
    fn abort_once(&self, Path(gate): Path<String>) -> String {
        let gate = format!("/{gate}");
        if !std::fs::exists(&gate).unwrap() {
            std::fs::write(&gate, "").unwrap();
            std::process::abort();
        }
        std::process::id().to_string()
    }

    #[idempotent]
    #[post("/abort-once/{*gate}")]
    fn abort_with_body(&self, Path(gate): Path<String>, body: &str) -> String {
        self.abort_once(Path(gate)) + body
    }

    #[get("/abort")]
    fn abort(&self) -> &'static str {
        std::process::abort()
    }

    #[get("/abort-midway")]
    fn abort_midway(&self) -> impl Stream<Item = &'static str> + use<> {
        let read = Arc::clone(&self.read);
        stream::iter(["begun"]).chain(stream::once(async move {
            read.notified().await;
            std::process::abort()
        }))
    }

    /// Lets the stream go on that ends with a crash.
    async fn was_read(&self) {
        self.read.notify_one();
    }

    #[get("/context")]
    fn context(&self) -> Json<[Option<String>; 4]> {
        let context = serve_core::context().expect("inside a request");
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Json([
            owned(Some(context.request_id())),
            owned(context.route()),
            owned(context.multiplexed_model_id()),
            owned(context.session_id()),
        ])
    }

    #[get("/process")]
    fn process(&self) -> String {
        std::process::id().to_string()
    }

    /// Holds its thread for a while, whoever leaves.
    #[get("/grind")]
    #[blocking]
    fn grind(&self) -> &'static str {
        let _visit = self.visit();
        std::thread::sleep(Duration::from_millis(500));
        "ground"
    }

    /// Says what it has got.
    async fn __call__(&self, mut request: Request) -> Result<String, HttpError> {
        let mut lines =
            vec![format!("{} {} {:?}", request.method(), request.uri(), request.version())];
        let named = request.headers().iter().map(|(name, value)| format!("{name}: {value:?}"));
        lines.extend(named);
        lines[1..].sort();
        let hint = http_body::Body::size_hint(request.body()).exact();
        request = Request::from(request.into_inner());
        lines.push(format!("{hint:?} {:?}", request.bytes().await?));
        Ok(lines.join("\n"))
    }

    /// How many visits have begun, and how many have been abandoned.
    fn visits(&self) -> (usize, usize) {
        (self.entered.load(SeqCst), self.abandoned.load(SeqCst))
    }

    fn made(&self) -> usize {
        self.made.load(SeqCst)
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }
}

/// For streams that do not fail.
type Unhandlable = std::convert::Infallible;

/// Says everything twice until it is told to close.
async fn talk(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        match message {
            Message::Text(text) if text == "die" => std::process::abort(),
            Message::Text(text) => {
                drop(socket.send(Message::Text(format!("{text}{text}").into())).await);
            }
            Message::Close(_) => return,
            _ => {}
        }
    }
}

// === helpers ===

struct Site {
    serve: Serve,
    handle: WebHandle,
}

async fn site_with(
    options: HttpOptions,
    configure: impl FnOnce(Application<Web>) -> Application<Web>,
) -> Site {
    let serve = start_with(options).await;
    let handle = within(SOON, serve.run(configure(Web::bind()))).await.unwrap();
    Site { serve, handle }
}

async fn site() -> Site {
    site_with(HttpOptions::default(), |web| web).await
}

impl Site {
    /// Waits until so many visits have begun, and so many have been abandoned.
    async fn visited(&self, entered: usize, abandoned: usize) {
        let looking = async {
            while self.handle.visits.remote().await.unwrap() != (entered, abandoned) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        within(SOON, looking).await;
    }

    /// Lets a crash happen in the middle of a body. It may be quicker than the answer.
    async fn goes_on(&self) {
        drop(within(SOON, self.handle.was_read.remote()).await);
    }

    /// All four permits are there, at both ends, and no more.
    async fn is_free(&self) {
        let mut chosen = Vec::new();
        for _ in 0..4 {
            chosen.push(within(SOON, self.handle.pid.choose_replica()).await.unwrap());
        }
        let mut fifth = self.handle.pid.choose_replica();
        assert!(futures::poll!(&mut fifth).is_pending());
        drop((fifth, chosen));
        let waiting: Vec<_> = (0..4)
            .map(|_| {
                let wait = client().get(url(&self.serve, "/web/stalls")).send();
                spawn(async move { wait.await.unwrap() })
            })
            .collect();
        for response in waiting {
            assert_eq!(within(SOON, response).await.unwrap().status(), 200);
        }
        let (status, text) = fetch_text(&self.serve, "/web").await;
        assert_eq!((status, &*text), (200, "index"));
    }

    async fn stop(self) {
        stop(self.serve).await;
    }
}

async fn chunk(response: &mut reqwest::Response) -> Option<String> {
    let chunk = within(SOON, response.chunk()).await.unwrap()?;
    Some(String::from_utf8_lossy(&chunk).into_owned())
}

/// Reads until the body is cut.
async fn is_cut(mut response: reqwest::Response) {
    let reading = async {
        loop {
            match response.chunk().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the body looks whole"),
                Err(_) => return,
            }
        }
    };
    within(SOON, reading).await;
}

// === the same as in the process ===

/// A response without what differs each time: the status line, the other lines sorted, the body.
#[derive(Debug, PartialEq)]
struct Seen {
    lines: Vec<String>,
    body: String,
}

impl Seen {
    fn of(raw: &str) -> Self {
        // Before the response there may be another that says to go on.
        let (interim, raw) = match raw.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n") {
            Some(raw) => (true, raw),
            None => (false, raw),
        };
        let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
        let mut lines: Vec<_> = head.split("\r\n").map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("date:"));
        lines[1..].sort();
        let is_chunked = lines.iter().any(|line| line == "transfer-encoding: chunked");
        let body = if is_chunked { dechunked(body) } else { body.to_owned() };
        if interim {
            lines.push("after 100".to_owned());
        }
        Self { lines, body }
    }
}

/// The body without its chunks, whose limits are nobody's business, and whether it has an end.
fn dechunked(mut body: &str) -> String {
    let mut text = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return format!("{text} and its end: {rest:?}");
        }
        text.push_str(&rest[..size]);
        body = &rest[size + 2..];
    }
    format!("{text} without an end")
}

/// Requests without a body and without headers that matter.
const PLAIN: [&str; 38] = [
    "GET /web",
    "GET /web/",
    "GET /web/items/40?number=2",
    "GET /web/items/x?number=2",
    "GET /web/items/40?number=x",
    "PATCH /web/items/40",
    "DELETE /web/items/1",
    "DELETE /web/items/2",
    "POST /web/items",
    "GET /web/cookies",
    "GET /web/close",
    "GET /web/sized",
    "GET /web/lines/3",
    "GET /web/lines/0",
    "GET /web/events/2",
    "GET /web/panic",
    "GET /web/panic-midway",
    "GET /web/unhandled",
    "GET /web/brief",
    "GET /web/brief-stream",
    "GET /web/context",
    "HEAD /web",
    "HEAD /web/lines/3",
    "HEAD /web/sized",
    "HEAD /web/items/x",
    "HEAD /web/other",
    "POST /web/echo",
    "GET /web/other?a=b%20c",
    "GET http://elsewhere/web/other",
    "POST /web/other",
    "PURGE /web/other",
    "OPTIONS /web/other",
    "GET /web/%69tems/2",
    "GET /%77eb/oth%65r?a=%7e",
    "GET /web/items/%c3%a4",
    "GET /web/socket",
    "GET /nowhere",
    "GET /web/grind",
];

const CHUNKED: &str = "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
const SIZED: &str = "content-length: 3\r\n\r\nabc";
const EXPECT: &str = "expect: 100-continue\r\ncontent-length: 3\r\n\r\nabc";
const EXPECT_CHUNKED: &str =
    "expect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
/// Two lines, of which hyper goes by the last, and what is no expectation of ours.
const EXPECT_TWICE: &str = "expect: 100-continue\r\nexpect: later\r\ncontent-length: 3\r\n\r\nabc";
const EXPECT_LAST: &str = "expect: later\r\nexpect: 100-Continue\r\ncontent-length: 3\r\n\r\nabc";
const EXPECT_LISTED: &str = "expect: 100-continue, later\r\ncontent-length: 3\r\n\r\nabc";
const TRAILERS: &str =
    "trailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-sum: 1\r\n\r\n";
const SOCKET: &str =
    "connection: upgrade, close\r\nupgrade: websocket\r\nsec-websocket-version: 12\r\n\r\n";
const OTHER_UPGRADE: &str = "connection: upgrade, close\r\nupgrade: h2c\r\n\r\n";
const SEVERAL: &str = "cookie: a=1\r\ncookie: b=2\r\nx-bytes: \u{e9}\r\nte: trailers\r\n\r\n";
const PREFERENCES: &str = "x-session-id: s\r\nserve_multiplexed_model_id: m\r\n\r\n";

/// Requests with more: their other headers and their bodies.
fn with_more() -> Vec<(&'static str, String)> {
    let json = |body: &str| {
        let length = body.len();
        format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    let large = "x".repeat(4096);
    let announced = format!("content-length: 4096\r\n\r\n{large}");
    let large = format!("transfer-encoding: chunked\r\n\r\n1000\r\n{large}\r\n0\r\n\r\n");
    let many = (0..90).map(|n| format!("x-{n}: {n}\r\n")).collect::<String>() + "\r\n";
    vec![
        ("POST /web/items", json(r#"{"id":1,"name":"pen"}"#)),
        ("POST /web/items", json(r#"{"id":"x"}"#)),
        ("POST /web/items", json("{")),
        ("POST /web/items", SIZED.to_owned()),
        ("POST /web/items", format!("content-type: application/json\r\n{large}")),
        ("POST /web/whole", large.clone()),
        ("POST /web/text", large.clone()),
        ("POST /web/ignore", large),
        ("POST /web/text", announced),
        ("GET /web/other", many),
        ("GET /web/context", PREFERENCES.to_owned()),
        ("POST /web/echo", CHUNKED.to_owned()),
        ("POST /web/echo", SIZED.to_owned()),
        ("POST /web/whole", CHUNKED.to_owned()),
        ("POST /web/text", CHUNKED.to_owned()),
        ("POST /web/text", EXPECT.to_owned()),
        ("POST /web/text", EXPECT_CHUNKED.to_owned()),
        ("POST /web/text", EXPECT_TWICE.to_owned()),
        ("POST /web/text", EXPECT_LAST.to_owned()),
        ("POST /web/text", EXPECT_LISTED.to_owned()),
        ("POST /web/ignore", EXPECT_TWICE.to_owned()),
        ("POST /web/ignore", EXPECT.to_owned()),
        ("POST /web/ignore", EXPECT_CHUNKED.to_owned()),
        ("POST /web/brief", CHUNKED.to_owned()),
        ("GET /web/other", SEVERAL.to_owned()),
        ("GET /web/other", CHUNKED.to_owned()),
        ("GET /web/other", SIZED.to_owned()),
        ("POST /web/other", CHUNKED.to_owned()),
        ("POST /web/other", TRAILERS.to_owned()),
        ("POST /web/other", SIZED.to_owned()),
        ("POST /web/other", "content-length: 0\r\n\r\n".to_owned()),
        ("GET /web/other", OTHER_UPGRADE.to_owned()),
        ("GET /web/socket", SOCKET.to_owned()),
    ]
}

/// Requests as they are sent. Each closes its connection.
fn requests() -> Vec<String> {
    let head = "host: here\r\nx-request-id: same\r\n";
    let close = "connection: close\r\n";
    let plain = PLAIN.iter().flat_map(|line| {
        [format!("{line} HTTP/1.1\r\n{head}{close}\r\n"), format!("{line} HTTP/1.0\r\n{head}\r\n")]
    });
    let with_more = with_more().into_iter().map(|(line, more)| {
        let close = if more.contains("connection:") { "" } else { close };
        format!("{line} HTTP/1.1\r\n{head}{close}{more}")
    });
    plain.chain(with_more).collect()
}

async fn a_client_sees_what_it_would_see_of_a_replica_in_the_process() {
    let limited = || HttpOptions::default().max_body_bytes(1000);
    let near = site_with(limited(), |web| web.isolation(Isolation::Task)).await;
    let far = site_with(limited(), |web| web).await;
    let mut differences = Vec::new();
    for request in requests() {
        let ask = async |site: &Site| {
            let answer = within(SOON, send_raw(address(&site.serve), request.as_bytes())).await;
            Seen::of(&answer)
        };
        let (near, far) = (ask(&near).await, ask(&far).await);
        if near != far {
            let request: String = request.chars().take(300).collect();
            differences.push(format!("{request:?}\nnear {near:#?}\nfar {far:#?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
    near.stop().await;
    far.is_free().await;
    far.stop().await;
}

async fn so_does_a_client_of_http_2() {
    let near = site_with(HttpOptions::default(), |web| web.isolation(Isolation::Task)).await;
    let far = site().await;
    let many = |mut request: http::request::Builder| {
        for n in 0..150 {
            request = request.header(format!("x-{n}"), n);
        }
        request
    };
    let plain = |request: http::request::Builder| request;
    type Change<'a> = &'a dyn Fn(http::request::Builder) -> http::request::Builder;
    let cases: [(&str, &str, &str, Change<'_>); 13] = [
        ("GET", "/web", "", &plain),
        ("HEAD", "/web", "", &plain),
        ("HEAD", "/web/other", "", &plain),
        ("DELETE", "/web/items/1", "", &plain),
        ("GET", "/web/cookies", "", &plain),
        ("GET", "/web/close", "", &plain),
        ("GET", "/web/lines/3", "", &plain),
        ("GET", "/web/panic", "", &plain),
        ("GET", "/web/other", "", &many),
        ("GET", "/web/other", "abc", &plain),
        ("POST", "/web/other", "", &plain),
        ("POST", "/web/other", "abc", &plain),
        ("POST", "/web/echo", "abc", &plain),
    ];
    for (method, path, body, change) in cases {
        let ask = async |site: &Site| {
            // One name for both, because the method sees it.
            let request = HttpRequest::builder()
                .method(method)
                .uri(format!("http://here{path}"))
                .header("x-request-id", "same");
            let request = change(request).body(Full::new(Bytes::from(body))).unwrap();
            let mut sender = http2(&site.serve).await;
            let response = within(SOON, sender.send_request(request)).await.unwrap();
            let mut lines: Vec<_> = response
                .headers()
                .iter()
                .filter(|(name, _)| *name != header::DATE)
                .map(|line| format!("{line:?}"))
                .collect();
            lines.sort();
            lines.push(response.status().to_string());
            let body = within(SOON, response.into_body().collect()).await.unwrap().to_bytes();
            (lines, String::from_utf8_lossy(&body).into_owned())
        };
        assert_eq!(ask(&far).await, ask(&near).await, "{method} {path} {body:?}");
    }
    near.stop().await;
    far.is_free().await;
    far.stop().await;
}

// === the process itself ===

async fn requests_are_answered_by_another_process() {
    let site = site().await;
    let (status, process) = fetch_text(&site.serve, "/web/process").await;
    assert_eq!(status, 200);
    assert_eq!(process, site.handle.pid.remote().await.unwrap().to_string());
    assert_ne!(process, std::process::id().to_string());
    site.stop().await;
}

async fn a_connection_is_kept_for_many_requests() {
    let site = site().await;
    let mut connection = open_request(&site.serve, "/web", "").await;
    read_until(&mut connection, "index").await;
    for n in 0..200 {
        let request = format!("GET /web/items/{n}?number=1 HTTP/1.1\r\nhost: here\r\n\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        read_until(&mut connection, &format!("\r\n\r\n{}", n + 1)).await;
    }
    site.is_free().await;
    site.stop().await;
}

async fn a_method_whose_types_do_not_cross_fails_by_handle() {
    let site = site().await;
    let outcome = site.handle.echo.remote(Request::from(HttpRequest::new(Body::empty()))).await;
    assert!(matches!(outcome, Err(CallError::NotSent(_))), "{:?}", outcome.err());
    site.stop().await;
}

async fn a_new_prefix_reaches_replicas_that_run() {
    let serve = start().await;
    let web = Web::bind();
    let handle = within(SOON, serve.run(web.clone())).await.unwrap();
    let pid = handle.pid.remote().await.unwrap();
    within(SOON, serve.run(web.route_prefix("/net"))).await.unwrap();
    assert_eq!(fetch_text(&serve, "/net/items/1?number=1").await, (200, "2".to_owned()));
    assert_eq!(fetch(&serve, "/web").await.status(), 404);
    assert_eq!(handle.pid.remote().await.unwrap(), pid);
    stop(serve).await;
}

// === bodies ===

async fn a_large_body_comes_back_whole() {
    let site = site().await;
    let body: Vec<u8> = (0..10 << 20).map(|n: u32| (n % 251) as u8).collect();
    for path in ["/web/echo", "/web/whole"] {
        let request = client().post(url(&site.serve, path)).body(body.clone()).send();
        let response = within(SOON, request).await.unwrap();
        let echoed = within(SOON, response.bytes()).await.unwrap();
        assert!(echoed == body, "{path}: {} bytes", echoed.len());
    }
    site.is_free().await;
    site.stop().await;
}

async fn a_body_is_echoed_while_it_is_sent() {
    let site = site().await;
    let (sender, pieces) = futures::channel::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let mut sender = sender;
    let body = reqwest::Body::wrap_stream(pieces);
    let request = client().post(url(&site.serve, "/web/echo")).body(body).send();
    let request = spawn(async move { request.await.unwrap() });
    sender.send(Ok(Bytes::from("piece 0"))).await.unwrap();
    let mut response = within(SOON, request).await.unwrap();
    assert_eq!(chunk(&mut response).await.unwrap(), "piece 0");
    for n in 1..50 {
        let piece = format!("piece {n}");
        sender.send(Ok(Bytes::from(piece.clone()))).await.unwrap();
        assert_eq!(chunk(&mut response).await.unwrap(), piece);
    }
    drop(sender);
    assert_eq!(chunk(&mut response).await, None);
    site.is_free().await;
    site.stop().await;
}

async fn a_body_of_http_2_is_echoed_while_it_is_sent() {
    let site = site().await;
    let stream = tokio::net::TcpStream::connect(address(&site.serve)).await.unwrap();
    let (executor, io) =
        (hyper_util::rt::TokioExecutor::new(), hyper_util::rt::TokioIo::new(stream));
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    drop(spawn(async move { drop(connection.await) }));
    let (mut sender, pieces) = futures::channel::mpsc::channel::<Result<_, std::io::Error>>(1);
    let request = HttpRequest::post("http://here/web/echo").body(StreamBody::new(pieces)).unwrap();
    let response = client.send_request(request);
    sender.send(Ok(http_body::Frame::data(Bytes::from("0")))).await.unwrap();
    let mut response = within(SOON, response).await.unwrap().into_body();
    for n in 0..50 {
        let frame = within(SOON, response.frame()).await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), n.to_string());
        let next = Bytes::from((n + 1).to_string());
        sender.send(Ok(http_body::Frame::data(next))).await.unwrap();
    }
    drop(sender);
    site.stop().await;
}

async fn events_and_lines_arrive() {
    let site = site().await;
    let response = fetch(&site.serve, "/web/events/3").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let (_, text) = read(response).await;
    assert_eq!(text.matches("event: tick").count(), 3, "{text}");
    let (_, text) = fetch_text(&site.serve, "/web/lines/10000").await;
    assert!(text.lines().map(|line| line.parse::<u64>().unwrap()).eq(0..10_000));
    site.is_free().await;
    site.stop().await;
}

async fn a_reader_that_does_not_read_holds_the_producer_back() {
    let site = site().await;
    let mut response = fetch(&site.serve, "/web/endless").await;
    chunk(&mut response).await.unwrap();
    // Until no more are made: what is on its way fits sockets and windows.
    let mut made = 0;
    let settled = async {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let now = site.handle.made.remote().await.unwrap();
            if std::mem::replace(&mut made, now) == now {
                return now;
            }
        }
    };
    let made = within(SOON, settled).await;
    assert!(made * PIECE_BYTES < 32 << 20, "{made} pieces");
    // It goes on when the reader does.
    for _ in 0..2 * made {
        chunk(&mut response).await.unwrap();
    }
    drop(response);
    site.visited(1, 1).await;
    site.is_free().await;
    site.stop().await;
}

// === WebSockets ===

async fn a_websocket_talks_to_the_replica() {
    let site = site_with(HttpOptions::default(), |web| web.max_ongoing_requests(1)).await;
    let url = format!("ws://{}/web/socket", address(&site.serve));
    let (mut socket, response) = within(SOON, tokio_tungstenite::connect_async(url)).await.unwrap();
    assert_eq!(response.status(), 101);
    for n in 0..100 {
        socket.send(tungstenite::Message::text(format!("{n}-"))).await.unwrap();
        let answer = within(SOON, socket.next()).await.unwrap().unwrap();
        assert_eq!(answer.into_text().unwrap().as_str(), format!("{n}-{n}-"));
    }
    // The permit is free, as of any replica whose method has returned.
    assert_eq!(fetch_text(&site.serve, "/web").await, (200, "index".to_owned()));
    socket.close(None).await.unwrap();
    let end = within(SOON, async { while let Some(Ok(_)) = socket.next().await {} });
    end.await;
    site.stop().await;
}

/// What HTTP/2 has for it: a CONNECT that names the protocol.
async fn a_websocket_of_http_2_talks_to_the_replica() {
    for isolation in [Isolation::Task, Isolation::Process] {
        let serve = start().await;
        within(SOON, serve.run(Sockets::bind().isolation(isolation))).await.unwrap();
        let mut sender = http2(&serve).await;
        // The server has said by then that it knows such requests.
        let plain = HttpRequest::get(url(&serve, "/sockets")).body(Full::default()).unwrap();
        assert!(within(SOON, sender.send_request(plain)).await.is_ok());
        let request = HttpRequest::connect(url(&serve, "/sockets"))
            .extension(hyper::ext::Protocol::from_static("websocket"))
            .header("sec-websocket-version", "13")
            .body(Full::<Bytes>::default())
            .unwrap();
        let response = within(SOON, sender.send_request(request)).await.unwrap();
        assert_eq!(response.status(), 200, "{isolation:?}");
        let upgraded = within(SOON, hyper::upgrade::on(response)).await.unwrap();
        let role = tungstenite::protocol::Role::Client;
        let io = hyper_util::rt::TokioIo::new(upgraded);
        let mut socket = tokio_tungstenite::WebSocketStream::from_raw_socket(io, role, None).await;
        socket.send(tungstenite::Message::text("ab")).await.unwrap();
        let answer = within(SOON, socket.next()).await.unwrap().unwrap();
        assert_eq!(answer.into_text().unwrap().as_str(), "abab");
        drop(socket);
        stop(serve).await;
    }
}

#[derive(Default)]
struct Sockets;

#[deployment(route_prefix = "/sockets", isolation = "process")]
impl Sockets {
    async fn __call__(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(talk)
    }
}

/// Whether it still says what it hears twice.
async fn is_alive<S>(socket: &mut tokio_tungstenite::WebSocketStream<S>) -> bool
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    if socket.send(tungstenite::Message::text("ab")).await.is_err() {
        return false;
    }
    matches!(within(SOON, socket.next()).await, Some(Ok(answer)) if answer.to_string() == "abab")
}

async fn a_websocket_outlives_an_update_as_a_stream_does() {
    let serve = start().await;
    within(SOON, serve.run(Sockets::bind().version("1"))).await.unwrap();
    let url = format!("ws://{}/sockets", address(&serve));
    let (mut socket, _) = within(SOON, tokio_tungstenite::connect_async(url)).await.unwrap();
    within(SOON, serve.run(Sockets::bind().version("2"))).await.unwrap();
    assert!(is_alive(&mut socket).await);
    let replicas = || async {
        let status = serve.status().await;
        status.applications["default"].deployments["Sockets"].replicas.len()
    };
    assert_eq!(replicas().await, 2, "the old one is still there");
    socket.close(None).await.unwrap();
    within(SOON, until(|| async { replicas().await == 1 })).await;
    stop(serve).await;
}

async fn a_websocket_that_does_not_end_is_cut_when_its_replica_has_had_its_time() {
    let serve = start().await;
    let brief = |version| {
        Sockets::bind().version(version).graceful_shutdown_timeout(Duration::from_millis(300))
    };
    within(SOON, serve.run(brief("1"))).await.unwrap();
    let url = format!("ws://{}/sockets", address(&serve));
    let (mut socket, _) = within(SOON, tokio_tungstenite::connect_async(url)).await.unwrap();
    assert!(is_alive(&mut socket).await);
    within(SOON, serve.run(brief("2"))).await.unwrap();
    let end = within(SOON, async { while let Some(Ok(_)) = socket.next().await {} });
    end.await;
    stop(serve).await;
}

async fn a_websocket_ends_with_its_process() {
    let site = site().await;
    let url = format!("ws://{}/web/socket", address(&site.serve));
    let (mut socket, _) = within(SOON, tokio_tungstenite::connect_async(url)).await.unwrap();
    socket.send(tungstenite::Message::text("die")).await.unwrap();
    let end = within(SOON, socket.next()).await;
    assert!(!matches!(end, Some(Ok(tungstenite::Message::Text(_)))), "{end:?}");
    site.stop().await;
}

// === ends ===

async fn a_request_of_an_idempotent_method_survives_the_death_of_its_replica() {
    let site = site_with(HttpOptions::default(), |web| web.num_replicas(2)).await;
    let path = std::env::temp_dir().join(format!("serve-abort-once-{}", std::process::id()));
    let route = format!("/web/abort-once{}", path.display());
    let (status, process) = fetch_text(&site.serve, &route).await;
    assert_eq!(status, 200, "{process}");
    std::fs::remove_file(&path).unwrap();
    // Its body has been sent, and is not there any more.
    let request = client().post(url(&site.serve, &route)).body("body");
    let (status, _) = read(within(SOON, request.send()).await.unwrap()).await;
    assert_eq!(status, 500);
    drop(std::fs::remove_file(&path));
    site.stop().await;
}

async fn a_client_that_leaves_cancels_the_method() {
    let site = site().await;
    let connection = open_request(&site.serve, "/web/wait", "").await;
    site.visited(1, 0).await;
    drop(connection);
    site.visited(1, 1).await;
    let mut connection = open_request(&site.serve, "/web/stalls", "").await;
    read_until(&mut connection, "begun").await;
    drop(connection);
    site.visited(2, 2).await;
    site.is_free().await;
    site.stop().await;
}

async fn a_place_that_a_client_leaves_goes_to_the_next() {
    let site = site_with(HttpOptions::default(), |web| web.max_ongoing_requests(1)).await;
    let mut connection = open_request(&site.serve, "/web/stalls", "").await;
    read_until(&mut connection, "begun").await;
    let mut queued = open_request(&site.serve, "/web", "").await;
    drop(connection);
    read_until(&mut queued, "index").await;
    site.stop().await;
}

/// A method on a thread cannot be interrupted, so its place is not free before it has returned.
async fn a_place_is_free_when_the_method_has_really_ended() {
    let site = site_with(HttpOptions::default(), |web| web.max_ongoing_requests(1)).await;
    let brief =
        client().get(url(&site.serve, "/web/grind")).header("x-request-timeout-seconds", "0.2");
    assert_eq!(within(SOON, brief.send()).await.unwrap().status(), 408);
    assert_eq!(fetch_text(&site.serve, "/web").await, (200, "index".to_owned()));
    site.stop().await;
}

async fn a_request_that_is_not_to_be_cancelled_goes_on() {
    let site = site().await;
    let detached = "x-request-disconnect-disabled: ?1\r\n";
    let connection = open_request(&site.serve, "/web/brief", detached).await;
    drop(connection);
    site.is_free().await;
    site.stop().await;
}

async fn a_deadline_answers_408_and_frees_the_replica() {
    let site = site_with(HttpOptions::default(), |web| web.max_ongoing_requests(1)).await;
    let response = fetch(&site.serve, "/web/brief").await;
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(read(response).await, (408, format!("Request {id} timed out.")));
    assert_eq!(fetch_text(&site.serve, "/web").await, (200, "index".to_owned()));
    // Of a body too, although nobody reads it.
    let brief = "x-request-timeout-seconds: 0.3\r\n";
    let mut connection = open_request(&site.serve, "/web/endless", brief).await;
    read_until(&mut connection, "xxx").await;
    assert_eq!(fetch_text(&site.serve, "/web").await, (200, "index".to_owned()));
    let mut rest = Vec::new();
    drop(within(SOON, connection.read_to_end(&mut rest)).await);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "it looks whole");
    site.visited(1, 1).await;
    site.stop().await;
}

async fn a_body_that_is_out_of_time_may_say_so_and_end() {
    let site = site().await;
    let response = fetch(&site.serve, "/web/goodbye").await;
    let whole = within(SOON, response.text()).await.unwrap();
    assert_eq!(whole, "begun Err(DeadlineExceeded)");
    site.stop().await;
}

async fn a_body_that_goes_on_is_cut_a_second_after_its_deadline() {
    let site = site().await;
    let begun = tokio::time::Instant::now();
    let mut response = fetch(&site.serve, "/web/brief-stream").await;
    assert_eq!(within(SOON, response.chunk()).await.unwrap().unwrap(), "begun");
    assert!(within(SOON, response.chunk()).await.is_err());
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(1100), "{took:?}");
    site.stop().await;
}

async fn a_panic_answers_500_and_the_next_request_is_served() {
    let site = site().await;
    let pid = site.handle.pid.remote().await.unwrap();
    let panicked = fetch_text(&site.serve, "/web/panic").await;
    assert_eq!(panicked, (500, "Internal Server Error".to_owned()));
    is_cut(fetch(&site.serve, "/web/panic-midway").await).await;
    assert_eq!(fetch_text(&site.serve, "/web").await, (200, "index".to_owned()));
    assert_eq!(site.handle.pid.remote().await.unwrap(), pid);
    site.is_free().await;
    site.stop().await;
}

/// Panics in a row leave a replica out, also where it lives in a process.
async fn a_replica_that_keeps_panicking_is_left_out() {
    for is_http in [true, false] {
        let serve = start().await;
        let handle = within(SOON, serve.run(Moody::bind().num_replicas(2))).await.unwrap();
        let favourite = ask_moody(&serve, "/moody/process").await;
        for _ in 0..5 {
            match is_http {
                true => drop(ask_moody(&serve, "/moody/panic").await),
                false => drop(handle.panic.session_id("s").remote().await),
            }
        }
        assert_ne!(ask_moody(&serve, "/moody/process").await, favourite, "{is_http}");
        stop(serve).await;
    }
}

/// Always the same replica, as long as it takes requests.
async fn ask_moody(serve: &Serve, path: &str) -> String {
    let request = client().get(url(serve, path)).header("x-session-id", "s");
    read(within(SOON, request.send()).await.unwrap()).await.1
}

#[derive(Default)]
struct Moody;

#[deployment(route_prefix = "/moody", isolation = "process")]
impl Moody {
    #[get("/panic")]
    fn panic(&self) -> String {
        panic!("in a bad mood")
    }

    #[get("/process")]
    fn process(&self) -> String {
        std::process::id().to_string()
    }
}

// === crashes ===

async fn a_crash_before_the_response_answers_500_and_the_replica_is_replaced() {
    let site = site().await;
    let crashed = fetch_text(&site.serve, "/web/abort").await;
    assert_eq!(crashed, (500, "Internal Server Error".to_owned()));
    assert_eq!(fetch_text(&site.serve, "/web").await, (200, "index".to_owned()));
    site.is_free().await;
    site.stop().await;
}

async fn a_crash_in_a_body_cuts_the_connection() {
    let site = site().await;
    let mut response = fetch(&site.serve, "/web/abort-midway").await;
    assert_eq!(chunk(&mut response).await.unwrap(), "begun");
    site.goes_on().await;
    is_cut(response).await;
    let mut connection = open_request(&site.serve, "/web/abort-midway", "").await;
    read_until(&mut connection, "begun").await;
    site.goes_on().await;
    let mut bytes = Vec::new();
    drop(within(SOON, connection.read_to_end(&mut bytes)).await);
    let rest = String::from_utf8(bytes).unwrap();
    assert!(!rest.ends_with("0\r\n\r\n"), "{rest}");
    // Of HTTP/2 it ends one stream.
    let mut sender = http2(&site.serve).await;
    let get =
        |path| HttpRequest::get(url(&site.serve, path)).body(Full::<Bytes>::default()).unwrap();
    let response = within(SOON, sender.send_request(get("/web/abort-midway"))).await.unwrap();
    let mut body = response.into_body();
    let begun = within(SOON, body.frame()).await.unwrap().unwrap();
    assert_eq!(begun.into_data().unwrap(), "begun");
    site.goes_on().await;
    assert!(within(SOON, body.collect()).await.is_err());
    let response = within(SOON, sender.send_request(get("/web"))).await.unwrap();
    assert_eq!(response.status(), 200);
    site.stop().await;
}

/// Each request has an answer, and what has not run is answered by another replica.
async fn every_request_is_answered_while_replicas_are_killed() {
    let statuses = statuses_under("-9").await;
    assert!(statuses.iter().all(|status| [200, 500].contains(status)), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 200).count() > 100, "{statuses:?}");
}

/// What a replica refuses that is about to go is answered by another, with all of its body.
async fn no_request_is_lost_while_replicas_are_told_to_go() {
    let statuses = statuses_under("-TERM").await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
}

/// What clients are told while replicas get such a signal.
async fn statuses_under(word: &str) -> Vec<u16> {
    let site =
        site_with(HttpOptions::default(), |web| web.num_replicas(2).max_ongoing_requests(100))
            .await;
    let client = client();
    let mut statuses = Vec::new();
    for round in 0..10 {
        let pid = site.handle.pid.remote().await;
        let requests: Vec<_> = (0..40)
            .map(|n| {
                let body = format!("{round} {n}").repeat(1000);
                let request = client.post(url(&site.serve, "/web/whole")).body(body.clone());
                spawn(async move {
                    let response = request.send().await.unwrap();
                    let status = response.status().as_u16();
                    let text = response.text().await;
                    if status == 200 {
                        // A body that is cut says so.
                        assert!(text.is_err() || text.unwrap() == body);
                    }
                    status
                })
            })
            .collect();
        if let Ok(pid) = pid {
            // It may have gone by itself.
            signal(pid, word);
        }
        for request in requests {
            statuses.push(within(SOON, request).await.unwrap());
        }
    }
    site.stop().await;
    statuses
}

/// Clients that leave at any point: not one of their permits is lost.
async fn clients_that_leave_at_random_lose_no_permit() {
    let site = site().await;
    let callers: Vec<_> = (0..6)
        .map(|seed| {
            let serve = site.serve.clone();
            let mut random = fastrand::Rng::with_seed(seed);
            spawn(async move {
                for _ in 0..40 {
                    let path = ["/web", "/web/events/50", "/web/brief-stream", "/web/stalls"]
                        [random.usize(..4)];
                    let mut connection = open_request(&serve, path, "connection: close\r\n").await;
                    let mut buffer = vec![0_u8; random.usize(1..400)];
                    if random.bool() {
                        drop(within(SOON, connection.read(&mut buffer)).await);
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        within(SOON * 3, caller).await.unwrap();
    }
    site.is_free().await;
    site.stop().await;
}

process_tests! {
    a_client_sees_what_it_would_see_of_a_replica_in_the_process
    so_does_a_client_of_http_2
    requests_are_answered_by_another_process
    a_connection_is_kept_for_many_requests
    a_method_whose_types_do_not_cross_fails_by_handle
    a_new_prefix_reaches_replicas_that_run
    a_large_body_comes_back_whole
    a_body_is_echoed_while_it_is_sent
    a_body_of_http_2_is_echoed_while_it_is_sent
    events_and_lines_arrive
    a_reader_that_does_not_read_holds_the_producer_back
    a_websocket_talks_to_the_replica
    a_websocket_of_http_2_talks_to_the_replica
    a_websocket_ends_with_its_process
    a_websocket_outlives_an_update_as_a_stream_does
    a_websocket_that_does_not_end_is_cut_when_its_replica_has_had_its_time
    a_request_of_an_idempotent_method_survives_the_death_of_its_replica
    a_client_that_leaves_cancels_the_method
    a_place_that_a_client_leaves_goes_to_the_next
    a_place_is_free_when_the_method_has_really_ended
    a_request_that_is_not_to_be_cancelled_goes_on
    a_deadline_answers_408_and_frees_the_replica
    a_body_that_is_out_of_time_may_say_so_and_end
    a_body_that_goes_on_is_cut_a_second_after_its_deadline
    a_panic_answers_500_and_the_next_request_is_served
    a_replica_that_keeps_panicking_is_left_out
    a_crash_before_the_response_answers_500_and_the_replica_is_replaced
    a_crash_in_a_body_cuts_the_connection
    every_request_is_answered_while_replicas_are_killed
    no_request_is_lost_while_replicas_are_told_to_go
    clients_that_leave_at_random_lose_no_permit
}
