//! Clients that ask for too much: they are refused or kept waiting, and others are served.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, StreamBody};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serve_core::prelude::*;
use tests::{
    Probe, SOON, address, fetch_text, http2, open_request, read_http2, read_until, send_raw, spawn,
    start_with, stop, url, within,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// A limit that a test wants to see at work.
const BRIEF: Duration = Duration::from_millis(200);

struct Web {
    probe: Probe,
}

#[deployment(route_prefix = "/")]
impl Web {
    fn new(probe: Probe) -> Self {
        Self { probe }
    }

    #[get("/quick")]
    fn quick(&self) -> &'static str {
        "quick"
    }

    #[get("/slow")]
    async fn slow(&self) -> &'static str {
        self.probe.pass().await;
        "slow"
    }

    #[post("/upload")]
    async fn upload(&self, request: Request) -> Result<String, HttpError> {
        Ok(request.bytes().await?.len().to_string())
    }

    /// Reads nothing of its body.
    #[post("/deaf")]
    async fn deaf(&self) -> &'static str {
        self.probe.pass().await;
        "deaf"
    }

    /// More than the system keeps for a client, again and again.
    #[get("/endless")]
    async fn endless(&self) -> Body {
        let visit = self.probe.enter();
        let pieces = futures::stream::repeat_with(move || {
            let _ = &visit;
            Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'x'; 1 << 16]))
        });
        Body::from_stream(pieces)
    }

    async fn __call__(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(|mut socket| async move { while socket.recv().await.is_some() {} })
    }
}

async fn web(options: HttpOptions) -> (Serve, Probe) {
    let (serve, probe) = (start_with(options).await, Probe::new());
    within(SOON, serve.run(Web::bind(probe.clone()))).await.unwrap();
    (serve, probe)
}

async fn connect(serve: &Serve) -> TcpStream {
    within(SOON, TcpStream::connect(address(serve))).await.unwrap()
}

async fn until_closed(connection: &mut TcpStream) -> String {
    let mut rest = Vec::new();
    drop(within(SOON, connection.read_to_end(&mut rest)).await);
    String::from_utf8_lossy(&rest).into_owned()
}

// === connections ===

#[tokio::test]
async fn over_the_limit_a_connection_waits_until_another_ends() {
    let (serve, _) = web(HttpOptions::default().max_connections(2)).await;
    let mut kept = open_request(&serve, "/quick", "").await;
    read_until(&mut kept, "quick").await;
    let socket_url = format!("ws://{}/", address(&serve));
    let (socket, _) = within(SOON, tokio_tungstenite::connect_async(socket_url)).await.unwrap();
    let mut waiting = open_request(&serve, "/quick", "").await;
    let mut byte = [0];
    assert!(tokio::time::timeout(BRIEF, waiting.peek(&mut byte)).await.is_err(), "it is served");
    // A WebSocket is a connection as well.
    drop(socket);
    read_until(&mut waiting, "quick").await;
    // Those that are there go on.
    kept.write_all(b"GET /quick HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut kept, "quick").await;
    stop(serve).await;
}

#[tokio::test]
async fn a_full_server_shuts_down_all_the_same() {
    let (serve, _) = web(HttpOptions::default().max_connections(1)).await;
    let mut kept = open_request(&serve, "/quick", "").await;
    read_until(&mut kept, "quick").await;
    let mut waiting = open_request(&serve, "/quick", "").await;
    stop(serve).await;
    assert_eq!(until_closed(&mut waiting).await, "");
}

// === bodies ===

const UPLOAD: &str = "POST /upload HTTP/1.1\r\nhost: x\r\n";

#[tokio::test]
async fn a_body_that_stops_coming_is_answered_with_408_and_ends_its_connection() {
    let (serve, _) = web(HttpOptions::default().body_read_timeout(BRIEF)).await;
    for begun in ["content-length: 10\r\n\r\nab", "transfer-encoding: chunked\r\n\r\n2\r\nab\r\n"] {
        let mut connection = connect(&serve).await;
        connection.write_all(format!("{UPLOAD}{begun}").as_bytes()).await.unwrap();
        let answer = until_closed(&mut connection).await;
        assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
        assert!(answer.ends_with("the request body did not come in time"), "{answer}");
    }
    let stream = connect(&serve).await;
    let shaking = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut sender, connection) = within(SOON, shaking).await.unwrap();
    drop(spawn(connection));
    let pieces = futures::stream::pending::<Result<http_body::Frame<Bytes>, std::io::Error>>();
    let body = StreamBody::new(pieces).boxed_unsync();
    let request = http::Request::post(url(&serve, "/upload")).body(body).unwrap();
    let answer = within(SOON, sender.send_request(request)).await.unwrap();
    assert_eq!(read_http2(answer).await.0, 408);
    stop(serve).await;
}

#[tokio::test]
async fn a_slow_upload_is_not_cut_as_long_as_something_comes() {
    let (serve, _) = web(HttpOptions::default().body_read_timeout(BRIEF)).await;
    let mut connection = connect(&serve).await;
    let head = format!("{UPLOAD}content-length: 12\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..12 {
        sleep(BRIEF / 4).await;
        connection.write_all(b"x").await.unwrap();
    }
    read_until(&mut connection, "\r\n\r\n12").await;
    stop(serve).await;
}

#[tokio::test]
async fn a_body_that_nobody_waits_for_has_all_the_time() {
    let (serve, probe) = web(HttpOptions::default().body_read_timeout(BRIEF)).await;
    let mut connection = connect(&serve).await;
    connection
        .write_all(b"POST /deaf HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nab")
        .await
        .unwrap();
    probe.entered(1).await;
    sleep(BRIEF * 2).await;
    probe.release(1);
    read_until(&mut connection, "deaf").await;
    stop(serve).await;
}

// === answers ===

/// Its replica is free again when the connection is closed.
#[tokio::test]
async fn a_client_that_reads_nothing_is_cut_and_one_that_reads_slowly_is_not() {
    let (serve, probe) = web(HttpOptions::default().write_timeout(BRIEF)).await;
    let mut slow = open_request(&serve, "/endless", "").await;
    probe.entered(1).await;
    let mut some = vec![0; 1 << 20];
    for _ in 0..10 {
        sleep(BRIEF / 4).await;
        assert!(within(SOON, slow.read(&mut some)).await.unwrap() > 0);
    }
    assert_eq!(probe.counts().left, 0);
    // From now on it reads nothing either.
    probe.left(1).await;
    stop(serve).await;
}

// === heads ===

fn with_header(bytes: usize) -> String {
    let value = "x".repeat(bytes);
    format!("GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-large: {value}\r\n\r\n")
}

fn with_headers(count: usize) -> String {
    let headers: String = (0..count).map(|n| format!("x-{n}: 1\r\n")).collect();
    format!("GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n")
}

#[tokio::test]
async fn a_head_that_is_too_large_is_answered_with_431() {
    let (serve, _) = web(HttpOptions::default()).await;
    let too_large = "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    for (head, expected) in [
        (with_header(400 << 10), "HTTP/1.1 200 OK\r\n"),
        (with_headers(98), "HTTP/1.1 200 OK\r\n"),
        (with_headers(99), too_large),
    ] {
        let answer = send_raw(address(&serve), head.as_bytes()).await;
        assert!(answer.starts_with(expected), "{}: {answer}", head.len());
    }
    stop(serve).await;
    let options = HttpOptions::default().http1_max_headers(200).http1_max_head_bytes(16 << 10);
    let (serve, _) = web(options).await;
    for (head, expected) in [
        (with_header(17 << 10), too_large),
        (with_headers(198), "HTTP/1.1 200 OK\r\n"),
        (with_headers(199), too_large),
    ] {
        let answer = send_raw(address(&serve), head.as_bytes()).await;
        assert!(answer.starts_with(expected), "{}: {answer}", head.len());
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_large_body_passes_however_small_a_head_must_be() {
    let (serve, _) = web(HttpOptions::default().http1_max_head_bytes(8 << 10)).await;
    let bytes = 5 << 20;
    let mut connection = connect(&serve).await;
    let head = format!("{UPLOAD}content-length: {bytes}\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&vec![b'x'; bytes]).await.unwrap();
    read_until(&mut connection, &bytes.to_string()).await;
    stop(serve).await;
}

#[tokio::test]
async fn headers_of_http2_that_are_too_large_are_answered_with_431() {
    let (serve, _) = web(HttpOptions::default()).await;
    for (bytes, expected) in [(15 << 10, 200), (17 << 10, 431)] {
        let mut sender = http2(&serve).await;
        let request = http::Request::get(url(&serve, "/quick"))
            .header("x-large", "x".repeat(bytes))
            .body(http_body_util::Full::default())
            .unwrap();
        let answer = within(SOON, sender.send_request(request)).await.unwrap();
        assert_eq!(answer.status(), expected, "{bytes}");
    }
    stop(serve).await;
}

// === HTTP/2, by hand ===

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const REFUSED_STREAM: u8 = 7;
const CANCEL: u8 = 8;
const ENHANCE_YOUR_CALM: u8 = 11;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A request for a path of seven letters or fewer.
fn request(stream: u32, path: &str) -> Vec<u8> {
    // `:method: GET`, `:scheme: http`, then `:path` and `:authority` as they are.
    let fields =
        [&[0x82, 0x86, 0x04, path.len() as u8], path.as_bytes(), &[0x41, 1, b'x']].concat();
    frame(HEADERS, END_STREAM | END_HEADERS, stream, &fields)
}

fn reset(stream: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &[0, 0, 0, CANCEL])
}

/// The next frame of one of these kinds: its stream and its payload.
async fn next_of(connection: &mut TcpStream, kinds: &[u8]) -> Option<(u8, u32, Vec<u8>)> {
    loop {
        let mut head = [0; 9];
        within(SOON, connection.read_exact(&mut head)).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; length];
        within(SOON, connection.read_exact(&mut payload)).await.ok()?;
        if kinds.contains(&head[3]) {
            return Some((head[3], stream, payload));
        }
    }
}

/// Why the server ends the connection.
async fn goodbye(connection: &mut TcpStream) -> Option<u8> {
    let (_, _, payload) = next_of(connection, &[GOAWAY]).await?;
    Some(payload[7])
}

#[tokio::test]
async fn requests_beyond_the_number_that_may_be_under_way_are_refused_alone() {
    let (serve, probe) = web(HttpOptions::default().http2_max_concurrent_streams(2)).await;
    let mut connection = connect(&serve).await;
    let requests = [1, 3, 5, 7].map(|stream| request(stream, "/slow")).concat();
    connection.write_all(&[PREFACE, SETTINGS, &requests].concat()).await.unwrap();
    for refused in [5, 7] {
        let (_, stream, payload) = next_of(&mut connection, &[RST_STREAM]).await.unwrap();
        assert_eq!((stream, payload[3]), (refused, REFUSED_STREAM));
    }
    probe.release(2);
    for _ in 0..2 {
        let (_, stream, _) = next_of(&mut connection, &[HEADERS]).await.unwrap();
        assert!([1, 3].contains(&stream));
    }
    // It would not answer the PING that a farewell of HTTP/2 waits for.
    drop(connection);
    stop(serve).await;
}

#[tokio::test]
async fn a_client_that_resets_all_that_it_asks_for_is_cut_off_and_others_are_served() {
    let (serve, _) = web(HttpOptions::default()).await;
    let mut connection = connect(&serve).await;
    let pairs = (0..2000).map(|n| [request(2 * n + 1, "/slow"), reset(2 * n + 1)].concat());
    let flood = [PREFACE, SETTINGS, &Vec::from_iter(pairs).concat()].concat();
    // The server may close before it has read everything.
    drop(connection.write_all(&flood).await);
    let why = goodbye(&mut connection).await;
    assert!(matches!(why, Some(ENHANCE_YOUR_CALM) | None), "{why:?}");
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_head_that_is_continued_without_end_is_cut_off() {
    let (serve, _) = web(HttpOptions::default()).await;
    let mut connection = connect(&serve).await;
    let begun = frame(HEADERS, END_STREAM, 1, &[0x82, 0x86, 0x84, 0x41, 1, b'x']);
    // A header that is no header twice, each time in a frame of its own.
    let field = [&[0, 1, b'a', 120][..], &[b'x'; 120]].concat();
    let more = frame(CONTINUATION, 0, 1, &field.repeat(100)).repeat(50);
    drop(connection.write_all(&[PREFACE, SETTINGS, &begun, &more].concat()).await);
    until_closed(&mut connection).await;
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_flood_of_pings_holds_up_nobody_else() {
    let (serve, _) = web(HttpOptions::default()).await;
    let mut connection = connect(&serve).await;
    connection.write_all(&[PREFACE, SETTINGS].concat()).await.unwrap();
    let (mut reader, mut writer) = connection.into_split();
    let pings = frame(PING, 0, 0, &[7; 8]).repeat(10_000);
    let flooding = spawn(async move { drop(writer.write_all(&pings).await) });
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    // Nor is it answered more often than it reads.
    let mut some = vec![0; 1 << 16];
    assert!(within(SOON, reader.read(&mut some)).await.unwrap() > 0);
    flooding.abort();
    stop(serve).await;
}

#[tokio::test]
async fn many_requests_on_one_connection_are_all_answered() {
    let (serve, _) = web(HttpOptions::default()).await;
    let stream = connect(&serve).await;
    let shaking = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (sender, connection) = within(SOON, shaking).await.unwrap();
    drop(spawn(connection));
    let asking = (0..1000).map(|_| {
        let mut sender = sender.clone();
        let request =
            http::Request::get(url(&serve, "/quick")).body(Empty::<Bytes>::new()).unwrap();
        async move {
            sender.ready().await.unwrap();
            sender.send_request(request).await.unwrap().status().as_u16()
        }
    });
    let answers = within(SOON, futures::future::join_all(asking)).await;
    assert!(answers.iter().all(|status| *status == 200));
    stop(serve).await;
}
