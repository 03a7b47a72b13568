//! Streams over HTTP: as bodies and as events, their errors, their ends, and clients that are slow or gone.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::ThreadId;
use std::time::Duration;

use axum::response::sse::Event;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream;
use http_body_util::{BodyExt, Full};
use serve_core::Isolation;
use serve_core::prelude::*;
use tests::{
    Journal, Probe, SOON, Worker, WorkerHandle, client, fetch, fetch_text, http2, open_request,
    read, read_until, running_replicas, spawn, start_with, stop, url, within,
};
use tokio::io::AsyncReadExt;

const ISOLATIONS: [Isolation; 2] = [Isolation::Task, Isolation::Thread];

/// What no client may ever see.
const SECRET: &str = "the password is swordfish";

/// An error that is no response.
#[derive(Debug)]
struct Unhandled(#[expect(dead_code, reason = "it is logged")] &'static str);

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Line {
    number: u64,
    line: String,
}

impl Line {
    fn new(number: u64) -> Self {
        Self { number, line: format!("line {number}\n") }
    }
}

/// Streams what the test lets pass: an item for each pass at its gate.
struct Feed {
    probe: Probe,
    made: Journal<u64>,
}

impl Feed {
    fn gated(&self, to: u64) -> impl Stream<Item = u64> + Send + use<> {
        let (probe, made) = (self.probe.clone(), self.made.clone());
        let visit = probe.enter();
        stream::unfold((0, visit), move |(n, visit)| {
            let (probe, made) = (probe.clone(), made.clone());
            async move {
                if n == to {
                    visit.finish();
                    return None;
                }
                probe.wait().await;
                made.note(n);
                Some((n, (n + 1, visit)))
            }
        })
    }
}

#[deployment(route_prefix = "/", max_ongoing_requests = 1)]
impl Feed {
    fn new(probe: Probe, made: Journal<u64>) -> Self {
        Self { probe, made }
    }

    fn __call__(&self) -> impl Stream<Item = String> {
        self.gated(3).map(|n| format!("chunk {n}"))
    }

    #[get("/static")]
    fn constant(&self) -> impl Stream<Item = &'static str> {
        self.gated(1).map(|_| "constant")
    }

    #[get("/bytes")]
    async fn bytes(&self) -> impl Stream<Item = Bytes> {
        self.gated(2).map(|n| Bytes::from(vec![n as u8; 3]))
    }

    #[get("/vec")]
    fn vec(&self) -> impl Stream<Item = Vec<u8>> {
        self.gated(2).map(|n| vec![n as u8; 3])
    }

    #[post("/lines")]
    fn lines(&self, Json(to): Json<u64>) -> impl Stream<Item = Json<Line>> {
        self.gated(to).map(|n| Json(Line::new(n)))
    }

    #[get("/events/{to}")]
    fn events(&self, Path(to): Path<u64>) -> impl Stream<Item = Event> {
        self.gated(to).map(|n| Event::default().event("tick").data(n.to_string()))
    }

    #[get("/refused/{at}")]
    fn refused(&self, Path(at): Path<u64>) -> impl Stream<Item = Result<String, HttpError>> {
        self.gated(5).map(move |n| {
            if n == at { Err(HttpError::bad_request("no such feed")) } else { Ok(n.to_string()) }
        })
    }

    #[get("/unhandled/{at}")]
    fn unhandled(&self, Path(at): Path<u64>) -> impl Stream<Item = Result<String, Unhandled>> {
        self.gated(5).map(move |n| if n == at { Err(Unhandled(SECRET)) } else { Ok(n.to_string()) })
    }

    #[get("/panics/{at}")]
    fn panics(&self, Path(at): Path<u64>) -> impl Stream<Item = String> {
        self.gated(5).map(move |n| if n == at { panic!("{SECRET}") } else { n.to_string() })
    }

    #[get("/patient")]
    async fn patient(&self) -> &'static str {
        self.probe.pass().await;
        "done"
    }

    #[get("/brief", request_timeout = "50ms")]
    async fn brief(&self) -> &'static str {
        self.probe.pass().await;
        "done"
    }

    #[get("/brief-stream", request_timeout = "100ms")]
    fn brief_stream(&self) -> impl Stream<Item = String> {
        self.gated(5).map(|n| n.to_string())
    }

    /// The threads that make the items.
    #[get("/threads")]
    fn threads(&self) -> impl Stream<Item = Json<String>> {
        let method = std::thread::current().id();
        self.gated(3).map(move |_| Json(thread_names(method)))
    }

    /// The context at each item.
    #[get("/context")]
    fn context(&self) -> impl Stream<Item = Json<(String, Option<String>)>> {
        self.gated(3).map(move |_| {
            let context = serve_core::context().expect("inside a request");
            Json((context.request_id().to_owned(), context.route().map(str::to_owned)))
        })
    }

    #[get("/quick")]
    fn quick(&self) -> &'static str {
        "quick"
    }

    #[get("/who")]
    fn who(&self) -> Json<String> {
        let thread = std::thread::current().id();
        Json(thread_names(thread))
    }
}

/// The thread of the method and the one that runs now.
fn thread_names(method: ThreadId) -> String {
    format!("{method:?} {:?}", std::thread::current().id())
}

struct Source {
    serve: Serve,
    probe: Probe,
    made: Journal<u64>,
}

async fn source_with(
    options: HttpOptions,
    configure: impl FnOnce(Application<Feed>) -> Application<Feed>,
) -> Source {
    let (probe, made) = (Probe::new(), Journal::default());
    let serve = start_with(options).await;
    let app = configure(Feed::bind(probe.clone(), made.clone()));
    within(SOON, serve.run(app)).await.unwrap();
    Source { serve, probe, made }
}

async fn source(isolation: Isolation) -> Source {
    source_with(HttpOptions::default(), |app| app.isolation(isolation)).await
}

impl Source {
    /// Passes only once the permit is free.
    async fn is_free(&self) {
        assert_eq!(fetch_text(&self.serve, "/quick").await, (200, "quick".to_owned()));
    }

    fn replica(&self) -> String {
        running_replicas(&self.serve, "default", "Feed").remove(0)
    }
}

async fn chunk(response: &mut reqwest::Response) -> Option<String> {
    let chunk = within(SOON, response.chunk()).await.unwrap()?;
    Some(String::from_utf8_lossy(&chunk).into_owned())
}

async fn is_cut(mut response: reqwest::Response) {
    let cut = within(SOON, response.chunk()).await;
    assert!(cut.is_err(), "{cut:?}");
}

// === what items become ===

#[tokio::test]
async fn items_arrive_one_by_one_as_chunks_of_text() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.release(1);
        let mut response = fetch(&source.serve, "/").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        assert!(response.headers().contains_key("x-request-id"));
        assert!(!response.headers().contains_key("content-length"));
        for n in 0..3 {
            assert_eq!(chunk(&mut response).await.unwrap(), format!("chunk {n}"));
            assert_eq!(source.made.entries().len() as u64, n + 1, "{isolation:?}");
            source.probe.release(1);
        }
        assert_eq!(chunk(&mut response).await, None);
        assert_eq!(source.probe.left(1).await.finished, 1);
        source.is_free().await;
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn each_kind_of_item_has_its_content_type() {
    let source = source(Isolation::Task).await;
    source.probe.open();
    for (path, kind, body) in [
        ("/", "text/plain; charset=utf-8", &b"chunk 0chunk 1chunk 2"[..]),
        ("/static", "text/plain; charset=utf-8", b"constant"),
        ("/bytes", "application/octet-stream", b"\0\0\0\x01\x01\x01"),
        ("/vec", "application/octet-stream", b"\0\0\0\x01\x01\x01"),
        ("/events/1", "text/event-stream", b"event: tick\ndata: 0\n\n"),
    ] {
        let response = fetch(&source.serve, path).await;
        assert_eq!(response.headers()["content-type"], kind, "{path}");
        let bytes = within(SOON, response.bytes()).await.unwrap();
        assert_eq!(bytes, body, "{path}");
    }
    stop(source.serve).await;
}

#[tokio::test]
async fn json_items_become_lines_that_arrive_one_by_one() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.release(1);
        let request = client().post(url(&source.serve, "/lines")).json(&2_u64).send();
        let mut response = within(SOON, request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/x-ndjson");
        for n in 0..2 {
            let text = chunk(&mut response).await.unwrap();
            assert_eq!(text.matches('\n').count(), 1, "{text:?}");
            assert_eq!(serde_json::from_str::<Line>(&text).unwrap(), Line::new(n));
            source.probe.release(1);
        }
        assert_eq!(chunk(&mut response).await, None);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_stream_without_items_is_an_empty_body() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        let request = client().post(url(&source.serve, "/lines")).json(&0_u64).send();
        let response = within(SOON, request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/x-ndjson");
        assert_eq!(read(response).await, (200, String::new()));
        assert_eq!(fetch_text(&source.serve, "/events/0").await, (200, String::new()));
        source.is_free().await;
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn events_arrive_one_by_one() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.release(1);
        let mut response = fetch(&source.serve, "/events/2").await;
        for n in 0..2 {
            assert_eq!(chunk(&mut response).await.unwrap(), format!("event: tick\ndata: {n}\n\n"));
            source.probe.release(1);
        }
        assert_eq!(chunk(&mut response).await, None);
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_refused_before_the_stream_begins() {
    let source = source(Isolation::Task).await;
    let request = client().post(url(&source.serve, "/lines")).body("[").send();
    assert_eq!(within(SOON, request).await.unwrap().status(), 415);
    assert_eq!(fetch(&source.serve, "/refused/x").await.status(), 400);
    assert_eq!(source.probe.counts().entered, 0);
    source.is_free().await;
    stop(source.serve).await;
}

#[tokio::test]
async fn a_method_that_streams_over_http_streams_by_handle_too() {
    let source = source(Isolation::Task).await;
    source.probe.open();
    let handle = source.serve.deployment_handle::<Feed>("Feed", "default").unwrap();
    let items: Vec<_> = within(SOON, handle.remote().map(Result::unwrap).collect()).await;
    assert_eq!(items, ["chunk 0", "chunk 1", "chunk 2"]);
    let lines: Vec<_> = within(SOON, handle.lines.remote(1).collect()).await;
    assert!(matches!(&lines[..], [Ok(Json(line))] if *line == Line::new(0)), "{lines:?}");
    stop(source.serve).await;
}

#[tokio::test]
async fn many_streams_share_one_connection_of_http2() {
    let source = source_with(HttpOptions::default(), |app| app.max_ongoing_requests(10)).await;
    let sender = http2(&source.serve).await;
    let streams = (0..10).map(|_| {
        let (mut sender, uri) = (sender.clone(), url(&source.serve, "/"));
        async move {
            let request = http::Request::get(uri).body(Full::<Bytes>::default()).unwrap();
            tests::read_http2(sender.send_request(request).await.unwrap()).await
        }
    });
    let reading = spawn(within(SOON, futures::future::join_all(streams)));
    source.probe.entered(10).await;
    source.probe.open();
    for answer in reading.await.unwrap() {
        assert_eq!(answer, (200, "chunk 0chunk 1chunk 2".to_owned()));
    }
    assert_eq!(source.probe.counts().running_max, 10);
    stop(source.serve).await;
}

#[tokio::test]
async fn the_items_of_a_replica_on_a_thread_are_made_there() {
    let source = source(Isolation::Thread).await;
    source.probe.open();
    let who: String = fetch(&source.serve, "/who").await.json().await.unwrap();
    let (_, text) = fetch_text(&source.serve, "/threads").await;
    let threads: Vec<String> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(threads, [who.clone(), who.clone(), who]);
    stop(source.serve).await;
}

#[tokio::test]
async fn the_context_is_there_at_every_item() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.open();
        let request = client().get(url(&source.serve, "/context")).header("x-request-id", "mine");
        let (status, text) = read(within(SOON, request.send()).await.unwrap()).await;
        let line = "[\"mine\",\"/\"]\n";
        assert_eq!((status, text), (200, line.repeat(3)), "{isolation:?}");
        stop(source.serve).await;
    }
}

// === errors ===

#[tokio::test]
async fn an_error_before_the_first_item_is_a_response_of_its_own() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.open();
        let (status, text) = fetch_text(&source.serve, "/refused/0").await;
        assert_eq!(status, 400);
        assert!(text.contains("no such feed"), "{text}");
        source.is_free().await;
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn an_error_that_is_no_response_tells_the_client_nothing() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.open();
        for path in ["/unhandled/0", "/panics/0"] {
            let (status, text) = fetch_text(&source.serve, path).await;
            assert_eq!((status, &*text), (500, "Internal Server Error"), "{path}");
        }
        source.is_free().await;
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn an_error_after_the_first_item_cuts_the_connection() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        let replica = source.replica();
        for path in ["/refused/1", "/unhandled/1", "/panics/1"] {
            source.probe.release(1);
            let mut response = fetch(&source.serve, path).await;
            assert_eq!(response.status(), 200);
            assert_eq!(chunk(&mut response).await.unwrap(), "0");
            source.probe.release(1);
            is_cut(response).await;
            source.is_free().await;
        }
        // The bytes themselves do not tell either.
        source.probe.open();
        let close = "connection: close\r\n";
        let mut connection = open_request(&source.serve, "/unhandled/2", close).await;
        let mut bytes = Vec::new();
        within(SOON, connection.read_to_end(&mut bytes)).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("swordfish"), "{text}");
        assert!(!text.ends_with("0\r\n\r\n"), "it looks whole: {text}");
        assert_eq!(source.replica(), replica, "the replica lives");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_panic_in_a_stream_leaves_the_others_of_its_connection_alone() {
    for isolation in ISOLATIONS {
        let source = source_with(HttpOptions::default(), |app| {
            app.max_ongoing_requests(2).isolation(isolation)
        })
        .await;
        let mut sender = http2(&source.serve).await;
        let request = |path: &str| {
            let uri = url(&source.serve, path);
            http::Request::get(uri).body(Full::<Bytes>::default()).unwrap()
        };
        source.probe.release(1);
        let response = within(SOON, sender.send_request(request("/panics/1"))).await.unwrap();
        let mut panicking = response.into_body();
        assert_eq!(
            within(SOON, panicking.frame()).await.unwrap().unwrap().into_data().unwrap(),
            "0"
        );
        let other = spawn(sender.send_request(request("/patient")));
        source.probe.entered(2).await;
        // The panic takes one pass, the other request the next.
        source.probe.release(1);
        let mut cut = None;
        while cut.is_none() {
            cut = within(SOON, panicking.frame()).await.unwrap().err();
        }
        source.probe.open();
        let response = within(SOON, other).await.unwrap().unwrap();
        assert_eq!(tests::read_http2(response).await, (200, "done".to_owned()), "{isolation:?}");
        stop(source.serve).await;
    }
}

// === a chain of three ===

/// The end of the chain.
struct Spring {
    probe: Probe,
}

#[deployment(max_ongoing_requests = 1)]
impl Spring {
    fn new(probe: Probe) -> Self {
        Self { probe }
    }

    fn flow(&self, to: u64) -> impl Stream<Item = String> {
        let visit = self.probe.enter();
        stream::unfold((0, visit), move |(n, visit)| async move {
            if n == to {
                return None;
            }
            self.probe.wait().await;
            Some((format!("drop {n}"), (n + 1, visit)))
        })
    }

    fn numbers(&self, fail_at: u64) -> impl Stream<Item = Result<Line, Unhandled>> {
        stream::iter(0..)
            .map(move |n| if n == fail_at { Err(Unhandled(SECRET)) } else { Ok(Line::new(n)) })
    }

    fn free(&self) {}
}

/// The middle of it.
struct River {
    spring: SpringHandle,
    probe: Probe,
}

#[deployment(max_ongoing_requests = 1)]
impl River {
    fn new(spring: SpringHandle, probe: Probe) -> Self {
        Self { spring, probe }
    }

    fn by_remote(&self, to: u64) -> impl Stream<Item = Result<String, CallError>> {
        let visit = self.probe.enter();
        self.spring.flow.remote(to).inspect(move |_| {
            let _ = &visit;
        })
    }

    fn by_call(&self, to: u64) -> impl Stream<Item = Result<String, CallError>> {
        let visit = self.probe.enter();
        self.spring.flow.call(to).inspect(move |_| {
            let _ = &visit;
        })
    }

    fn free(&self) {}
}

/// What the client sees of it.
struct Delta {
    river: RiverHandle,
    spring: SpringHandle,
    worker: WorkerHandle,
}

#[deployment(route_prefix = "/", max_ongoing_requests = 1)]
impl Delta {
    fn new(river: RiverHandle, spring: SpringHandle, worker: WorkerHandle) -> Self {
        Self { river, spring, worker }
    }

    /// A stream of another deployment as the body.
    fn __call__(&self) -> ResponseStream<String, CallError> {
        self.river.by_remote.remote(1000)
    }

    #[get("/call")]
    fn by_call(&self) -> impl Stream<Item = Result<String, CallError>> {
        self.river.by_call.call(1000).map(flat)
    }

    #[get("/remote")]
    fn by_remote(&self) -> impl Stream<Item = Result<String, CallError>> {
        self.river.by_remote.remote(1000).map(flat)
    }

    #[get("/mixed")]
    fn mixed(&self) -> impl Stream<Item = Result<String, CallError>> {
        self.river.by_call.remote(1000).map(flat)
    }

    #[get("/sse")]
    async fn sse(&self) -> Response {
        self.river.by_remote.remote(1000).sse()
    }

    /// Leaves a call running beside its stream.
    #[get("/beside")]
    fn beside(&self) -> impl Stream<Item = Result<String, CallError>> {
        drop(self.worker.work.remote(1));
        self.river.by_remote.remote(1000).map(flat)
    }

    #[get("/short")]
    async fn short(&self) -> ResponseStream<String> {
        self.spring.flow.remote(2)
    }

    #[get("/short-sse")]
    async fn short_sse(&self) -> Response {
        self.spring.flow.remote(2).sse()
    }

    #[get("/numbers/{fail_at}")]
    async fn numbers(&self, Path(fail_at): Path<u64>) -> Response {
        self.spring.numbers.remote(fail_at).sse()
    }

    #[get("/free")]
    async fn free(&self) -> Result<&'static str, CallError> {
        self.river.free.remote().await?;
        self.spring.free.remote().await?;
        Ok("free")
    }
}

fn flat(item: Result<String, CallError<CallError>>) -> Result<String, CallError> {
    item.map_err(|error| match error {
        CallError::App(error) => error,
        _ => CallError::Cancelled,
    })
}

struct Chain {
    serve: Serve,
    spring: Probe,
    river: Probe,
    work: Probe,
}

async fn chain_with(options: HttpOptions, isolation: Isolation) -> Chain {
    let (spring, river, work) = (Probe::new(), Probe::new(), Probe::new());
    let serve = start_with(options).await;
    let source = Spring::bind(spring.clone()).isolation(isolation);
    let middle = River::bind(source.clone(), river.clone()).isolation(isolation);
    let app = Delta::bind(middle, source, Worker::bind(work.clone())).isolation(isolation);
    within(SOON, serve.run(app)).await.unwrap();
    Chain { serve, spring, river, work }
}

async fn chain(isolation: Isolation) -> Chain {
    chain_with(HttpOptions::default(), isolation).await
}

impl Chain {
    /// Passes only once the permits of all three are free.
    async fn is_free(&self) {
        assert_eq!(fetch_text(&self.serve, "/free").await, (200, "free".to_owned()));
    }
}

const CHAINED: [&str; 6] = ["/", "/call", "/remote", "/mixed", "/sse", "/beside"];

/// Answers when the first item of another's stream is there.
struct Tap {
    spring: SpringHandle,
}

#[deployment(route_prefix = "/")]
impl Tap {
    fn new(spring: SpringHandle) -> Self {
        Self { spring }
    }

    async fn __call__(&self) -> Result<Response, CallError> {
        Ok(self.spring.flow.remote(2).started().await?.sse())
    }
}

#[tokio::test]
async fn a_stream_that_no_replica_takes_is_answered_with_its_status() {
    let (serve, probe) = (start_with(HttpOptions::default()).await, Probe::new());
    let spring = Spring::bind(probe.clone()).max_queued_requests(1);
    serve.run(Tap::bind(spring)).await.unwrap();
    let spring = serve.deployment_handle::<Spring>("Spring", "default").unwrap();
    let (taken, queued) = (spring.flow.remote(1), spring.flow.remote(1));
    let response = fetch(&serve, "/").await;
    assert_eq!(response.status(), 503);
    drop((taken, queued));
    // Those two may take one each before they end.
    probe.release(4);
    let body = fetch_text(&serve, "/").await;
    assert_eq!(body, (200, "data: drop 0\n\ndata: drop 1\n\n".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_stream_of_another_deployment_may_be_the_body() {
    for isolation in ISOLATIONS {
        let chain = chain(isolation).await;
        chain.spring.release(1);
        let mut response = fetch(&chain.serve, "/short").await;
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        assert_eq!(chunk(&mut response).await.unwrap(), "drop 0", "{isolation:?}");
        chain.spring.release(1);
        assert_eq!(chunk(&mut response).await.unwrap(), "drop 1", "{isolation:?}");
        assert_eq!(chunk(&mut response).await, None);
        chain.is_free().await;
        stop(chain.serve).await;
    }
}

#[derive(Default)]
struct Texts;

#[deployment(route_prefix = "/")]
impl Texts {
    fn odd(&self) -> impl Stream<Item = String> {
        stream::iter(["a\r\nb", "", "c\n"].map(str::to_owned))
    }

    async fn __call__(&self) -> Result<Response, CallError> {
        let this = Self::current_handle().map_err(|_| CallError::Cancelled)?;
        Ok(this.odd.remote().sse())
    }
}

#[tokio::test]
async fn an_empty_text_is_an_event_and_a_line_break_is_one() {
    for isolation in ISOLATIONS {
        let serve = start_with(HttpOptions::default()).await;
        within(SOON, serve.run(Texts::bind().isolation(isolation))).await.unwrap();
        let (_, events) = fetch_text(&serve, "/").await;
        assert_eq!(events, "data: a\ndata: b\n\ndata: \n\ndata: c\ndata: \n\n", "{isolation:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_stream_may_be_sent_as_events_of_text() {
    for isolation in ISOLATIONS {
        let chain = chain(isolation).await;
        let mut response = fetch(&chain.serve, "/short-sse").await;
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        for n in 0..2 {
            chain.spring.release(1);
            assert_eq!(chunk(&mut response).await.unwrap(), format!("data: drop {n}\n\n"));
        }
        assert_eq!(chunk(&mut response).await, None);
        chain.is_free().await;
        stop(chain.serve).await;
    }
}

#[tokio::test]
async fn what_is_no_text_is_sent_as_events_of_json_and_an_error_is_the_last_event() {
    for isolation in ISOLATIONS {
        let chain = chain(isolation).await;
        let (status, text) = fetch_text(&chain.serve, "/numbers/2").await;
        assert_eq!(status, 200);
        let expected = concat!(
            "data: {\"number\":0,\"line\":\"line 0\\n\"}\n\n",
            "data: {\"number\":1,\"line\":\"line 1\\n\"}\n\n",
            "event: error\ndata: Internal Server Error\n\n",
        );
        assert_eq!(text, expected, "{isolation:?}");
        chain.is_free().await;
        stop(chain.serve).await;
    }
}

#[tokio::test]
async fn a_client_that_leaves_frees_the_permits_of_a_whole_chain() {
    for isolation in ISOLATIONS {
        let chain = chain(isolation).await;
        for (number, path) in CHAINED.into_iter().enumerate() {
            chain.spring.release(1);
            let mut connection = open_request(&chain.serve, path, "").await;
            read_until(&mut connection, "drop 0").await;
            drop(connection);
            let left = number + 1;
            assert_eq!(chain.spring.left(left).await.running(), 0, "{path} {isolation:?}");
            assert_eq!(chain.river.left(left).await.running(), 0, "{path} {isolation:?}");
            chain.is_free().await;
        }
        assert_eq!(chain.work.left(1).await.abandoned(), 1, "{isolation:?}");
        stop(chain.serve).await;
    }
}

#[tokio::test]
async fn a_client_that_leaves_before_the_first_item_frees_the_permits_too() {
    for isolation in ISOLATIONS {
        let chain = chain(isolation).await;
        for (number, path) in CHAINED.into_iter().enumerate() {
            let connection = open_request(&chain.serve, path, "").await;
            chain.spring.entered(number + 1).await;
            drop(connection);
            assert_eq!(chain.spring.left(number + 1).await.running(), 0, "{path} {isolation:?}");
            chain.is_free().await;
        }
        stop(chain.serve).await;
    }
}

#[tokio::test]
async fn a_client_of_http2_that_resets_its_stream_frees_the_permits() {
    for isolation in ISOLATIONS {
        let chain = chain(isolation).await;
        let mut sender = http2(&chain.serve).await;
        for (number, path) in CHAINED.into_iter().enumerate() {
            chain.spring.release(1);
            let uri = url(&chain.serve, path);
            let request = http::Request::get(uri).body(Full::<Bytes>::default()).unwrap();
            let response = within(SOON, sender.send_request(request)).await.unwrap();
            let mut body = response.into_body();
            within(SOON, body.frame()).await.unwrap().unwrap();
            drop(body);
            assert_eq!(chain.spring.left(number + 1).await.running(), 0, "{path} {isolation:?}");
            chain.is_free().await;
        }
        stop(chain.serve).await;
    }
}

#[tokio::test]
async fn the_death_of_a_replica_behind_a_body_cuts_the_connection() {
    for isolation in ISOLATIONS {
        let chain = chain(isolation).await;
        for path in ["/", "/call", "/remote", "/mixed"] {
            chain.spring.release(1);
            let mut response = fetch(&chain.serve, path).await;
            assert_eq!(chunk(&mut response).await.unwrap(), "drop 0");
            let replica = running_replicas(&chain.serve, "default", "Spring").remove(0);
            assert!(within(SOON, chain.serve.kill_replica(&replica)).await);
            is_cut(response).await;
            chain.is_free().await;
        }
        stop(chain.serve).await;
    }
}

// === the end of the replica ===

#[tokio::test]
async fn a_killed_replica_cuts_its_own_bodies() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.release(1);
        let mut response = fetch(&source.serve, "/").await;
        assert_eq!(chunk(&mut response).await.unwrap(), "chunk 0");
        assert!(within(SOON, source.serve.kill_replica(&source.replica())).await);
        is_cut(response).await;
        assert_eq!(source.probe.left(1).await.abandoned(), 1, "{isolation:?}");
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_stream_in_flight_arrives_whole_while_the_server_drains() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.release(1);
        let mut response = fetch(&source.serve, "/").await;
        assert_eq!(chunk(&mut response).await.unwrap(), "chunk 0");
        let stopping = spawn({
            let serve = source.serve.clone();
            async move { serve.shutdown().await }
        });
        tests::until_status(&source.serve, |status| {
            status.applications["default"].status == serve_core::ApplicationStatus::Deleting
        })
        .await;
        assert!(!stopping.is_finished());
        source.probe.open();
        let rest = within(SOON, response.text()).await.unwrap();
        assert_eq!(rest, "chunk 1chunk 2", "{isolation:?}");
        within(SOON, stopping).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_stream_that_outlasts_the_patience_is_cut() {
    for isolation in ISOLATIONS {
        let source = source_with(HttpOptions::default(), |app| {
            app.isolation(isolation).graceful_shutdown_timeout(Duration::from_millis(20))
        })
        .await;
        source.probe.release(1);
        let mut response = fetch(&source.serve, "/").await;
        assert_eq!(chunk(&mut response).await.unwrap(), "chunk 0");
        let deleting = source.serve.delete("default");
        let (deleted, ()) = within(SOON, async { tokio::join!(deleting, is_cut(response)) }).await;
        deleted.unwrap();
        assert_eq!(source.probe.left(1).await.abandoned(), 1, "{isolation:?}");
        stop(source.serve).await;
    }
}

// === deadlines ===

#[tokio::test]
async fn a_timeout_in_the_middle_of_a_stream_cuts_the_connection() {
    let brief = HttpOptions::default().request_timeout(Duration::from_millis(200));
    for isolation in ISOLATIONS {
        let chain = chain_with(brief.clone(), isolation).await;
        for (number, path) in CHAINED.into_iter().enumerate() {
            chain.spring.release(1);
            let mut response = fetch(&chain.serve, path).await;
            assert_eq!(response.status(), 200, "{path}");
            assert!(chunk(&mut response).await.unwrap().contains("drop 0"), "{path}");
            if path == "/sse" {
                // Events have a word for it.
                let last = chunk(&mut response).await.unwrap();
                assert!(last.starts_with("event: error\n"), "{last}");
                assert_eq!(chunk(&mut response).await, None);
            } else {
                is_cut(response).await;
            }
            assert_eq!(chain.spring.left(number + 1).await.running(), 0, "{path} {isolation:?}");
            chain.is_free().await;
        }
        stop(chain.serve).await;
    }
}

/// Says goodbye when it is out of time, or never ends.
struct Polite {
    spring: SpringHandle,
    probe: Probe,
}

#[deployment(route_prefix = "/", max_ongoing_requests = 1, request_timeout = "200ms")]
impl Polite {
    fn new(spring: SpringHandle, probe: Probe) -> Self {
        Self { spring, probe }
    }

    #[get("/goodbye")]
    fn goodbye(&self) -> impl Stream<Item = String> {
        let visit = self.probe.enter();
        let items = self.spring.flow.remote(1000).map(|item| match item {
            Ok(item) => item,
            Err(CallError::DeadlineExceeded) => "out of time".to_owned(),
            Err(other) => format!("{other}"),
        });
        // And whatever there is to be done after it.
        items.chain(stream::once(async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            visit.finish();
            "goodbye".to_owned()
        }))
    }

    #[get("/stubborn")]
    fn stubborn(&self) -> impl Stream<Item = String> {
        let visit = self.probe.enter();
        stream::iter(["begun".to_owned()]).chain(stream::once(async move {
            let _visit = visit;
            std::future::pending().await
        }))
    }

    #[get("/spiteful")]
    fn spiteful(&self) -> impl Stream<Item = String> {
        stream::iter(["begun".to_owned()]).chain(stream::once(async {
            let _spite = Spite;
            std::future::pending().await
        }))
    }
}

/// Panics when it is dropped.
struct Spite;

impl Drop for Spite {
    fn drop(&mut self) {
        panic!("not without a word");
    }
}

async fn polite(isolation: Isolation) -> (Serve, Probe, Probe) {
    let (spring, probe) = (Probe::new(), Probe::new());
    let serve = start_with(HttpOptions::default()).await;
    let source = Spring::bind(spring.clone()).isolation(isolation);
    let app = Polite::bind(source, probe.clone()).isolation(isolation);
    within(SOON, serve.run(app)).await.unwrap();
    (serve, spring, probe)
}

#[tokio::test]
async fn a_stream_that_is_out_of_time_may_say_so_and_end() {
    for isolation in ISOLATIONS {
        let (serve, spring, probe) = polite(isolation).await;
        spring.release(1);
        let response = fetch(&serve, "/goodbye").await;
        let whole = within(SOON, response.text()).await.unwrap();
        assert_eq!(whole, "drop 0out of timegoodbye", "{isolation:?}");
        assert_eq!(probe.left(1).await.finished, 1);
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_stream_that_goes_on_is_cut_a_second_after_its_deadline() {
    for isolation in ISOLATIONS {
        let (serve, _, probe) = polite(isolation).await;
        let begun = tokio::time::Instant::now();
        let mut response = fetch(&serve, "/stubborn").await;
        assert_eq!(chunk(&mut response).await.unwrap(), "begun");
        is_cut(response).await;
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(1200), "{isolation:?}: {took:?}");
        assert_eq!(probe.left(1).await.abandoned(), 1, "{isolation:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_stream_that_panics_when_it_is_dropped_at_its_deadline_is_cut_as_others_are() {
    for isolation in ISOLATIONS {
        let (serve, spring, _) = polite(isolation).await;
        let mut response = fetch(&serve, "/spiteful").await;
        assert_eq!(chunk(&mut response).await.unwrap(), "begun");
        is_cut(response).await;
        // It has given its place back.
        spring.release(1);
        assert_eq!(fetch(&serve, "/goodbye").await.status(), 200, "{isolation:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_timeout_before_the_first_item_is_answered_as_such() {
    let brief = HttpOptions::default().request_timeout(Duration::from_millis(50));
    for isolation in ISOLATIONS {
        let source = source_with(brief.clone(), |app| app.isolation(isolation)).await;
        assert_eq!(fetch(&source.serve, "/").await.status(), 408, "{isolation:?}");
        assert_eq!(source.probe.left(1).await.abandoned(), 1);
        source.is_free().await;
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn a_route_may_have_a_timeout_of_its_own() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        let response = fetch(&source.serve, "/brief").await;
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let (status, text) = read(response).await;
        assert_eq!(status, 408, "{isolation:?}");
        assert!(text.contains(&id), "{text}");
        assert_eq!(source.probe.left(1).await.abandoned(), 1);
        // Others have none.
        let unhurried = spawn({
            let serve = source.serve.clone();
            async move { fetch_text(&serve, "/").await }
        });
        source.probe.entered(2).await;
        assert_eq!(fetch(&source.serve, "/brief").await.status(), 408, "it waits in line");
        source.probe.open();
        assert_eq!(within(SOON, unhurried).await.unwrap().0, 200);
        assert_eq!(fetch_text(&source.serve, "/brief").await, (200, "done".to_owned()));
        stop(source.serve).await;
    }
}

#[tokio::test]
async fn the_timeout_of_a_route_cuts_its_stream() {
    for isolation in ISOLATIONS {
        let source = source(isolation).await;
        source.probe.release(1);
        let mut response = fetch(&source.serve, "/brief-stream").await;
        assert_eq!(chunk(&mut response).await.unwrap(), "0");
        is_cut(response).await;
        assert_eq!(source.probe.left(1).await.abandoned(), 1, "{isolation:?}");
        source.is_free().await;
        stop(source.serve).await;
    }
}

// === flow control ===

/// How many pieces there are at once.
#[derive(Clone, Debug, Default)]
struct Gauge {
    made: Arc<AtomicUsize>,
    alive: Arc<AtomicUsize>,
    alive_max: Arc<AtomicUsize>,
}

/// A large piece that is counted until it has been copied to its connection.
struct Piece(Gauge, Vec<u8>);

impl Gauge {
    fn piece(&self) -> Bytes {
        self.made.fetch_add(1, SeqCst);
        self.alive_max.fetch_max(self.alive.fetch_add(1, SeqCst) + 1, SeqCst);
        Bytes::from_owner(Piece(self.clone(), vec![b'x'; PIECE_BYTES]))
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.1
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, SeqCst);
    }
}

const PIECE_BYTES: usize = 256 * 1024;

struct Flood {
    gauge: Gauge,
    upstream: Option<FloodHandle>,
}

#[deployment(route_prefix = "/flood", max_ongoing_requests = 1)]
impl Flood {
    fn new(gauge: Gauge, upstream: Option<FloodHandle>) -> Self {
        Self { gauge, upstream }
    }

    #[get("/{count}")]
    fn run(&self, Path(count): Path<usize>) -> impl Stream<Item = Bytes> {
        stream::iter(0..count).map(|_| self.gauge.piece())
    }

    #[get("/relay/{count}")]
    fn relay(&self, Path(count): Path<usize>) -> ResponseStream<Bytes> {
        self.upstream.as_ref().expect("it has one").run.remote(count)
    }

    #[get("/free")]
    fn free(&self) -> &'static str {
        "free"
    }
}

async fn flood(options: HttpOptions, isolation: Isolation) -> (Serve, Gauge) {
    let gauge = Gauge::default();
    let serve = start_with(options).await;
    let inner = Flood::bind(gauge.clone(), None).isolation(isolation).route_prefix("/inner");
    let inner = within(SOON, serve.run_named("inner", inner)).await.unwrap();
    let app = Flood::bind(gauge.clone(), inner).isolation(isolation);
    within(SOON, serve.run(app)).await.unwrap();
    (serve, gauge)
}

#[tokio::test]
async fn a_client_that_stops_reading_holds_the_producer_back() {
    for isolation in ISOLATIONS {
        for path in ["/flood/2000", "/flood/relay/2000"] {
            let (serve, gauge) = flood(HttpOptions::default(), isolation).await;
            let mut connection = open_request(&serve, path, "connection: close\r\n").await;
            read_until(&mut connection, "\r\n\r\n").await;
            for _ in 0..2000 {
                tokio::task::yield_now().await;
            }
            let made = gauge.made.load(SeqCst);
            assert!(made < 500, "{path} {isolation:?}: {made} of 2000 pieces for nobody");
            drop(connection);
            assert_eq!(fetch_text(&serve, "/flood/free").await, (200, "free".to_owned()));
            stop(serve).await;
        }
    }
}

/// Operators' demand 22: bodies are streamed. That memory does not grow with time is for the soak to show.
#[tokio::test]
async fn a_large_stream_is_never_in_memory_as_a_whole() {
    for isolation in ISOLATIONS {
        for path in ["/flood/1000", "/flood/relay/1000"] {
            let (serve, gauge) = flood(HttpOptions::default(), isolation).await;
            let response = fetch(&serve, path).await;
            let reading = response.bytes_stream().map(|piece| piece.unwrap().len());
            let bytes = within(SOON * 3, reading.fold(0, async |sum, len| sum + len)).await;
            assert_eq!(bytes, 1000 * PIECE_BYTES, "{path} {isolation:?}");
            assert!(gauge.alive_max.load(SeqCst) <= 100, "{path} {isolation:?}: {gauge:?}");
            stop(serve).await;
        }
    }
}

#[tokio::test]
async fn a_client_that_stops_reading_keeps_its_permit_no_longer_than_its_deadline() {
    for isolation in ISOLATIONS {
        for path in ["/flood/2000", "/flood/relay/2000"] {
            let brief = HttpOptions::default().request_timeout(Duration::from_millis(300));
            let (serve, gauge) = flood(brief, isolation).await;
            let mut connection = open_request(&serve, path, "").await;
            read_until(&mut connection, "\r\n\r\n").await;
            // These wait in line for as long as they may: the next one gets the permit.
            let free = async { while fetch_text(&serve, "/flood/free").await.0 != 200 {} };
            within(SOON, free).await;
            assert!(gauge.made.load(SeqCst) < 500, "{path} {isolation:?}: {gauge:?}");
            // And what there is to read is not all of it.
            let mut bytes = Vec::new();
            drop(within(SOON, connection.read_to_end(&mut bytes)).await);
            assert!(bytes.len() < 2000 * PIECE_BYTES, "{path} {isolation:?}");
            drop(connection);
            stop(serve).await;
        }
    }
}

// === storms ===

/// Clients that leave at any point: not one of their permits is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_leave_at_random_lose_no_permit() {
    for isolation in ISOLATIONS {
        let source = source_with(HttpOptions::default(), |app| {
            app.max_ongoing_requests(4).isolation(isolation)
        })
        .await;
        source.probe.open();
        let callers: Vec<_> = (0..6)
            .map(|seed| {
                let serve = source.serve.clone();
                let mut random = fastrand::Rng::with_seed(seed);
                spawn(async move {
                    for _ in 0..50 {
                        let path = ["/", "/events/50", "/brief-stream"][random.usize(..3)];
                        let mut connection = open_request(&serve, path, "").await;
                        let mut buffer = vec![0_u8; random.usize(1..400)];
                        match random.u32(0..3) {
                            0 => {}
                            1 => drop(connection.read(&mut buffer).await.unwrap()),
                            _ => drop(read_until(&mut connection, "0\r\n\r\n").await),
                        }
                    }
                })
            })
            .collect();
        for caller in callers {
            within(SOON * 3, caller).await.unwrap();
        }
        // All four places are there again, and no more.
        source.probe.until(|counts| counts.running() == 0).await;
        let handle = source.serve.deployment_handle::<Feed>("Feed", "default").unwrap();
        let mut chosen = Vec::new();
        for _ in 0..4 {
            chosen.push(within(SOON, handle.quick.choose_replica()).await.unwrap());
        }
        let mut fifth = handle.quick.choose_replica();
        assert!(futures::poll!(&mut fifth).is_pending(), "{isolation:?}");
        drop((fifth, chosen));
        stop(source.serve).await;
    }
}
