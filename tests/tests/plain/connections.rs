//! Connections: kept as long as anything is under way on them, closed when they idle or when the head of a
//! request does not come. Real sockets and raw bytes, with times that are short here and generous there.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use bytes::Bytes;
use futures::stream;
use futures::{FutureExt, SinkExt, Stream, StreamExt};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use serve_core::prelude::*;
use tests::{
    Journal, SOON, address, fetch_text, open_request, read_http2, read_until, spawn, start_with,
    stop, url, within,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite;

/// A limit that a test wants to see at work.
const BRIEF: Duration = Duration::from_millis(150);
/// A limit that must not be in the way.
const LONG: Duration = Duration::from_secs(3600);
/// Longer than twice the brief one, after which an idle connection is closed for certain.
const LONGER: Duration = Duration::from_millis(600);
const LARGE_BYTES: usize = 32 << 20;

struct Web {
    uploads: Journal<usize>,
}

#[deployment(route_prefix = "/")]
impl Web {
    fn new(uploads: Journal<usize>) -> Self {
        Self { uploads }
    }

    #[get("/quick")]
    fn quick(&self) -> &'static str {
        "quick"
    }

    #[get("/slow")]
    async fn slow(&self) -> &'static str {
        sleep(LONGER).await;
        "slow"
    }

    /// One item, silence, another.
    #[get("/stream")]
    fn stream(&self) -> impl Stream<Item = &'static str> {
        stream::iter(["first "]).chain(stream::once(async {
            sleep(LONGER).await;
            "last"
        }))
    }

    #[get("/large")]
    fn large(&self) -> Vec<u8> {
        vec![b'x'; LARGE_BYTES]
    }

    #[post("/upload")]
    async fn upload(&self, request: Request) -> Result<String, HttpError> {
        Ok(request.bytes().await?.len().to_string())
    }

    /// Answers before the body has come.
    #[post("/later")]
    fn later(&self, request: Request) -> &'static str {
        let uploads = self.uploads.clone();
        drop(spawn(async move { uploads.note(request.bytes().await.unwrap().len()) }));
        "taken"
    }

    async fn __call__(&self, upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(echo)
    }
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message @ Message::Text(_))) = socket.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

async fn web(options: HttpOptions) -> (Serve, Journal<usize>) {
    let (serve, uploads) = (start_with(options).await, Journal::default());
    within(SOON, serve.run(Web::bind(uploads.clone()))).await.unwrap();
    (serve, uploads)
}

/// Idle connections are closed soon.
async fn impatient() -> (Serve, Journal<usize>) {
    web(HttpOptions::default().keep_alive_timeout(BRIEF)).await
}

/// Heads have to come soon.
async fn strict() -> Serve {
    web(HttpOptions::default().keep_alive_timeout(LONG).header_read_timeout(BRIEF)).await.0
}

async fn connect(serve: &Serve) -> TcpStream {
    within(SOON, TcpStream::connect(address(serve))).await.unwrap()
}

/// What comes until the server closes the connection, and how long that takes.
async fn until_closed(connection: &mut TcpStream) -> (String, Duration) {
    let (mut rest, begun) = (Vec::new(), Instant::now());
    drop(within(SOON, connection.read_to_end(&mut rest)).await);
    (String::from_utf8_lossy(&rest).into_owned(), begun.elapsed())
}

// === HTTP/2 ===

type Upload = UnsyncBoxBody<Bytes, Infallible>;
type Sender = hyper::client::conn::http2::SendRequest<Upload>;

/// A client of HTTP/2 that asks every now and then whether the server is there, and what tells when its
/// connection has ended.
async fn http2(serve: &Serve) -> (Sender, tokio::task::JoinHandle<()>) {
    let io = TokioIo::new(connect(serve).await);
    let handshake = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(BRIEF / 3)
        .keep_alive_while_idle(true)
        .handshake(io);
    let (sender, connection) = within(SOON, handshake).await.unwrap();
    (sender, spawn(async move { drop(connection.await) }))
}

fn empty() -> Upload {
    Full::default().boxed_unsync()
}

async fn get(sender: &mut Sender, serve: &Serve, path: &str) -> (u16, String) {
    let request = http::Request::get(url(serve, path)).body(empty()).unwrap();
    read_http2(within(SOON, sender.send_request(request)).await.unwrap()).await
}

/// Pieces of a body with pauses that add up to [`LONGER`].
fn trickle() -> impl Stream<Item = &'static str> {
    stream::iter(["a"; 10]).then(|piece| async move {
        sleep(LONGER / 10).await;
        piece
    })
}

async fn post_trickle(sender: &mut Sender, serve: &Serve, path: &str) -> (u16, String) {
    let pieces = trickle().map(|piece| Ok::<_, Infallible>(Frame::data(Bytes::from(piece))));
    let body = StreamBody::new(pieces).boxed_unsync();
    let request = http::Request::post(url(serve, path)).body(body).unwrap();
    read_http2(within(SOON, sender.send_request(request)).await.unwrap()).await
}

// === busy connections ===

#[tokio::test]
async fn a_stream_of_http1_is_no_idle_connection() {
    let (serve, _) = impatient().await;
    let mut connection = open_request(&serve, "/stream", "").await;
    let answer = read_until(&mut connection, "\r\n0\r\n\r\n").await;
    assert!(answer.contains("last"), "{answer}");
    stop(serve).await;
}

#[tokio::test]
async fn a_stream_of_http2_is_no_idle_connection() {
    let (serve, _) = impatient().await;
    let (mut sender, _ended) = http2(&serve).await;
    assert_eq!(get(&mut sender, &serve, "/stream").await, (200, "first last".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_method_that_takes_its_time_keeps_its_connection() {
    let (serve, _) = impatient().await;
    let mut connection = open_request(&serve, "/slow", "").await;
    read_until(&mut connection, "slow").await;
    let (mut sender, _ended) = http2(&serve).await;
    assert_eq!(get(&mut sender, &serve, "/slow").await, (200, "slow".to_owned()));
    stop(serve).await;
}

/// Sends the body of a request, its head first, piece by piece.
async fn send_trickle(connection: &mut TcpStream, path: &str, framing: &str) {
    let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\n{framing}\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    let is_chunked = framing.contains("chunked");
    let mut pieces = std::pin::pin!(trickle());
    while let Some(piece) = pieces.next().await {
        let piece = if is_chunked { format!("1\r\n{piece}\r\n") } else { piece.to_owned() };
        connection.write_all(piece.as_bytes()).await.unwrap();
    }
    if is_chunked {
        connection.write_all(b"0\r\n\r\n").await.unwrap();
    }
}

const FRAMINGS: [&str; 2] = ["content-length: 10", "transfer-encoding: chunked"];

#[tokio::test]
async fn a_body_that_trickles_in_keeps_its_connection() {
    let (serve, _) = impatient().await;
    for framing in FRAMINGS {
        let mut connection = connect(&serve).await;
        send_trickle(&mut connection, "/upload", framing).await;
        read_until(&mut connection, "\r\n\r\n10").await;
    }
    let (mut sender, _ended) = http2(&serve).await;
    assert_eq!(post_trickle(&mut sender, &serve, "/upload").await, (200, "10".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn a_body_that_is_read_after_the_response_keeps_its_connection() {
    let (serve, uploads) = impatient().await;
    let mut connection = connect(&serve).await;
    send_trickle(&mut connection, "/later", FRAMINGS[0]).await;
    assert_eq!(uploads.until(1).await, [10]);
    let (mut sender, _ended) = http2(&serve).await;
    assert_eq!(post_trickle(&mut sender, &serve, "/later").await, (200, "taken".to_owned()));
    assert_eq!(uploads.until(2).await, [10, 10]);
    stop(serve).await;
}

/// The body is in the server's hands at once; what takes long is to send it.
#[tokio::test]
async fn a_client_that_reads_slowly_gets_all_of_a_large_body() {
    let (serve, _) = impatient().await;
    let mut connection = open_request(&serve, "/large", "connection: close\r\n").await;
    let (mut bytes, mut buffer) = (0, vec![0; 2 << 20]);
    loop {
        let read = within(SOON, connection.read(&mut buffer)).await.unwrap();
        if read == 0 {
            break;
        }
        bytes += read;
        sleep(BRIEF / 10).await;
    }
    assert!(bytes > LARGE_BYTES, "{bytes}");
    let (mut sender, _ended) = http2(&serve).await;
    let request = http::Request::get(url(&serve, "/large")).body(empty()).unwrap();
    let mut body = within(SOON, sender.send_request(request)).await.unwrap().into_body();
    let (mut bytes, mut pauses) = (0, 0);
    while let Some(frame) = within(SOON, body.frame()).await {
        bytes += frame.unwrap().into_data().unwrap().len();
        if bytes / (2 << 20) > pauses {
            pauses += 1;
            sleep(BRIEF / 2).await;
        }
    }
    assert_eq!(bytes, LARGE_BYTES);
    stop(serve).await;
}

// === clients that close their half ===

/// What axum makes of the same requests.
async fn bare_axum() -> SocketAddr {
    let app = axum::Router::new()
        .route("/quick", axum::routing::get(|| async { "quick" }))
        .route("/upload", axum::routing::post(|body: Bytes| async move { body.len().to_string() }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(spawn(async move { axum::serve(listener, app).await }));
    address
}

/// A connection on which the server waits for the next request.
async fn after_an_answer(server: SocketAddr) -> TcpStream {
    let mut connection = within(SOON, TcpStream::connect(server)).await.unwrap();
    connection.write_all(b"GET /quick HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    read_until(&mut connection, "quick").await;
    connection
}

/// An answer without what differs from one to the next, its headers in one order.
fn comparable(answer: &str) -> String {
    let differs = |line: &&str| !line.starts_with("date: ") && !line.starts_with("x-request-id: ");
    let mut lines: Vec<_> = answer.split("\r\n").filter(differs).collect();
    let is_header = |line: &&str| line.contains(": ");
    lines
        .chunk_by_mut(|one, other| is_header(one) && is_header(other))
        .for_each(<[_]>::sort_unstable);
    lines.join("\n")
}

/// The server waits for a request, and reads this one and the end at once: the client writes both in one go, on
/// the server's own thread.
#[tokio::test]
async fn what_is_answered_at_once_reaches_a_client_that_has_closed_its_half() {
    let (serve, _) = web(HttpOptions::default()).await;
    let bare = bare_axum().await;
    let quick = "GET /quick HTTP/1.1\r\nhost: x\r\n\r\n";
    let upload = "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc";
    let chunked = "POST /upload HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n\
                   1\r\na\r\n2\r\nbc\r\n0\r\n\r\n";
    for (requests, last) in [
        (quick, "quick"),
        ("GET /quick HTTP/1.0\r\n\r\n", "quick"),
        ("GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "quick"),
        (upload, "\r\n\r\n3"),
        (chunked, "\r\n\r\n3"),
        (&[quick, upload, chunked, upload, quick].concat(), "3HTTP/1.1 200 OK"),
    ] {
        // A client that closes its half only when it has got everything.
        let mut patient = after_an_answer(bare).await;
        patient.write_all(requests.as_bytes()).await.unwrap();
        let mut theirs = read_until(&mut patient, last).await;
        patient.shutdown().await.unwrap();
        theirs += &until_closed(&mut patient).await.0;
        let mut hasty = after_an_answer(address(&serve)).await;
        hasty.write_all(requests.as_bytes()).now_or_never().unwrap().unwrap();
        hasty.shutdown().now_or_never().unwrap().unwrap();
        let (ours, _) = until_closed(&mut hasty).await;
        assert_eq!(comparable(&ours), comparable(&theirs), "{requests}");
    }
    stop(serve).await;
}

// === WebSockets ===

async fn echoes<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut tokio_tungstenite::WebSocketStream<S>,
) {
    socket.send(tungstenite::Message::text("hello")).await.unwrap();
    let answer = within(SOON, socket.next()).await.unwrap().unwrap();
    assert_eq!(answer.into_text().unwrap().as_str(), "hello");
}

#[tokio::test]
async fn a_websocket_of_http1_may_be_silent_for_as_long_as_it_likes() {
    let options = HttpOptions::default().keep_alive_timeout(BRIEF).header_read_timeout(BRIEF);
    let (serve, _) = web(options).await;
    let url = format!("ws://{}/socket", address(&serve));
    let (mut socket, _) = within(SOON, tokio_tungstenite::connect_async(url)).await.unwrap();
    for _ in 0..2 {
        echoes(&mut socket).await;
        sleep(LONGER).await;
    }
    echoes(&mut socket).await;
    drop(socket);
    stop(serve).await;
}

/// What HTTP/2 has for it: a CONNECT that names the protocol.
async fn tunnel(
    sender: &mut Sender,
    serve: &Serve,
) -> tokio_tungstenite::WebSocketStream<TokioIo<hyper::upgrade::Upgraded>> {
    // The server has said by then that it knows such requests.
    assert_eq!(get(sender, serve, "/quick").await.0, 200);
    let request = http::Request::connect(url(serve, "/socket"))
        .extension(hyper::ext::Protocol::from_static("websocket"))
        .header("sec-websocket-version", "13")
        .body(empty())
        .unwrap();
    let response = within(SOON, sender.send_request(request)).await.unwrap();
    assert_eq!(response.status(), 200);
    let upgraded = within(SOON, hyper::upgrade::on(response)).await.unwrap();
    let role = tungstenite::protocol::Role::Client;
    tokio_tungstenite::WebSocketStream::from_raw_socket(TokioIo::new(upgraded), role, None).await
}

#[tokio::test]
async fn a_websocket_of_http2_may_be_silent_for_as_long_as_it_likes() {
    let options = HttpOptions::default().keep_alive_timeout(BRIEF).header_read_timeout(BRIEF);
    let (serve, _) = web(options).await;
    let (mut sender, ended) = http2(&serve).await;
    let mut socket = tunnel(&mut sender, &serve).await;
    for _ in 0..2 {
        echoes(&mut socket).await;
        sleep(LONGER).await;
    }
    echoes(&mut socket).await;
    // Its connection carries other requests beside it.
    assert_eq!(get(&mut sender, &serve, "/quick").await.0, 200);
    assert!(!ended.is_finished());
    drop(socket);
    stop(serve).await;
}

#[tokio::test]
async fn a_connection_of_http2_whose_tunnel_has_ended_is_idle() {
    let (serve, _) = impatient().await;
    let (mut sender, ended) = http2(&serve).await;
    let mut socket = tunnel(&mut sender, &serve).await;
    echoes(&mut socket).await;
    within(SOON, socket.close(None)).await.unwrap();
    drop(socket);
    within(SOON, ended).await.unwrap();
    // One that the client has reset as well.
    let (mut sender, ended) = http2(&serve).await;
    drop(tunnel(&mut sender, &serve).await);
    within(SOON, ended).await.unwrap();
    stop(serve).await;
}

// === idle connections ===

#[tokio::test]
async fn an_idle_connection_of_http1_is_closed() {
    let (serve, _) = impatient().await;
    let mut connection = open_request(&serve, "/quick", "").await;
    read_until(&mut connection, "quick").await;
    let (rest, took) = until_closed(&mut connection).await;
    assert_eq!(rest, "");
    assert!(took >= BRIEF / 2, "{took:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_connection_of_http2_on_which_only_pings_are_answered_is_idle() {
    let (serve, _) = impatient().await;
    let (mut sender, ended) = http2(&serve).await;
    assert_eq!(get(&mut sender, &serve, "/quick").await, (200, "quick".to_owned()));
    within(SOON, ended).await.unwrap();
    stop(serve).await;
}

async fn one_answer_each() -> Serve {
    web(HttpOptions::default().keep_alive_timeout(Duration::ZERO)).await.0
}

#[tokio::test]
async fn without_any_keeping_alive_a_connection_is_closed_after_its_response() {
    let serve = one_answer_each().await;
    let mut connection = connect(&serve).await;
    // Not before its request.
    sleep(LONGER).await;
    connection.write_all(b"GET /stream HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let (answer, _) = until_closed(&mut connection).await;
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.ends_with("\r\n0\r\n\r\n"), "{answer}");
    stop(serve).await;
}

#[tokio::test]
async fn without_any_keeping_alive_one_of_many_requests_is_answered() {
    let serve = one_answer_each().await;
    let upload = "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc";
    let mut connection = connect(&serve).await;
    connection.write_all(upload.repeat(3).as_bytes()).await.unwrap();
    let (answer, _) = until_closed(&mut connection).await;
    assert_eq!(answer.matches("200 OK").count(), 1, "{answer}");
    assert!(answer.contains("connection: close") && answer.ends_with("\r\n\r\n3"), "{answer}");
    stop(serve).await;
}

#[tokio::test]
async fn without_any_keeping_alive_a_websocket_lives_as_long_as_it_likes() {
    let serve = one_answer_each().await;
    let url = format!("ws://{}/socket", address(&serve));
    let (mut socket, _) = within(SOON, tokio_tungstenite::connect_async(url)).await.unwrap();
    echoes(&mut socket).await;
    sleep(LONGER).await;
    echoes(&mut socket).await;
    drop(socket);
    stop(serve).await;
}

/// All frames that come until the server closes the connection: the type of each, its stream and its payload. PINGs
/// are answered.
async fn frames_until_closed(connection: &mut TcpStream) -> Vec<(u8, u8, Vec<u8>)> {
    let mut frames = Vec::new();
    let mut head = [0; 9];
    while within(SOON, connection.read_exact(&mut head)).await.is_ok() {
        let [_, high, low, kind, flags, .., stream] = head;
        let mut payload = vec![0; usize::from(u16::from_be_bytes([high, low]))];
        connection.read_exact(&mut payload).await.unwrap();
        if kind == PING && flags & ACK == 0 {
            let answer = [&head[..4], &[ACK], &head[5..], &payload].concat();
            connection.write_all(&answer).await.unwrap();
        }
        frames.push((kind, stream, payload));
    }
    frames
}

/// What HTTP/2 has for `connection: close`.
#[tokio::test]
async fn without_any_keeping_alive_a_connection_of_http2_says_goodbye_with_its_first_response() {
    let serve = one_answer_each().await;
    let mut connection = connect(&serve).await;
    connection.write_all(&opening()).await.unwrap();
    // Not before its request.
    sleep(LONGER).await;
    let requests = [1, 3].map(|stream| headers(stream, END_STREAM | END_HEADERS)).concat();
    connection.write_all(&requests).await.unwrap();
    let frames = frames_until_closed(&mut connection).await;
    let answered = |stream| frames.iter().any(|frame| (frame.0, frame.1) == (HEADERS, stream));
    assert!(answered(1) && answered(3), "{frames:?}");
    let (_, _, last) = frames.iter().rfind(|frame| frame.0 == GOAWAY).unwrap();
    let no_error = [0, 0, 0, 3, 0, 0, 0, 0];
    assert_eq!(last[..], no_error, "the last stream that was answered: {frames:?}");
    // A usual client.
    let (mut sender, ended) = http2(&serve).await;
    assert_eq!(get(&mut sender, &serve, "/stream").await, (200, "first last".to_owned()));
    within(SOON, ended).await.unwrap();
    stop(serve).await;
}

// === the head of a request ===

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
/// `:method: GET`, `:scheme: http`, `:path: /`, `:authority: x`.
const FIELDS: &[u8] = &[0x82, 0x86, 0x84, 0x41, 1, b'x'];
const HEADERS: u8 = 1;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A HEADERS frame with these flags.
fn headers(stream: u8, flags: u8) -> Vec<u8> {
    let mut frame = vec![0, 0, FIELDS.len() as u8, HEADERS, flags, 0, 0, 0, stream];
    frame.extend(FIELDS);
    frame
}

/// A connection of HTTP/2 by hand, up to its first request.
fn opening() -> Vec<u8> {
    [PREFACE, SETTINGS].concat()
}

#[tokio::test]
async fn a_first_head_that_does_not_come_in_time_closes_the_connection() {
    let serve = strict().await;
    let unfinished = [opening(), headers(1, END_STREAM)].concat();
    let part = [opening(), headers(1, END_STREAM | END_HEADERS)].concat();
    for sent in [
        b"".as_slice(),
        b"G",
        b"GET /quick HT",
        b"GET /quick HTTP/1.1\r\nhost: x\r\n",
        b"\r\n\r\n",
        &PREFACE[..10],
        PREFACE,
        &opening(),
        &unfinished,
        &part[..part.len() - 3],
    ] {
        let mut connection = connect(&serve).await;
        connection.write_all(sent).await.unwrap();
        let (answer, took) = until_closed(&mut connection).await;
        let sent = String::from_utf8_lossy(sent);
        assert!(took >= BRIEF / 2, "{sent:?}: {took:?}");
        assert!(!answer.contains("200 OK"), "{sent:?}: {answer}");
    }
    assert_eq!(fetch_text(&serve, "/quick").await, (200, "quick".to_owned()));
    stop(serve).await;
}

/// Writes byte after byte until the server has closed the connection.
async fn drip(connection: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    for byte in bytes {
        connection.write_all(&[*byte]).await?;
        sleep(BRIEF / 10).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_head_that_trickles_in_wins_no_time() {
    let serve = strict().await;
    let head = [b"GET /quick HTTP/1.1\r\nx-filler: ".as_slice(), &[b'x'; 1000]].concat();
    let preface = [opening(), headers(1, END_STREAM), vec![0; 1000]].concat();
    for bytes in [head, preface] {
        let mut connection = connect(&serve).await;
        assert!(within(SOON, drip(&mut connection, &bytes)).await.is_err(), "it is kept");
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_second_head_that_does_not_come_in_time_closes_the_connection() {
    let serve = strict().await;
    let whole = "GET /quick HTTP/1.1\r\nhost: x\r\n\r\n";
    let upload = "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc";
    let chunked =
        "POST /upload HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
    for first in [whole, upload, chunked] {
        let mut connection = connect(&serve).await;
        connection.write_all(first.as_bytes()).await.unwrap();
        read_until(&mut connection, "200 OK").await;
        // Idle for longer than a head may take.
        sleep(BRIEF * 2).await;
        connection.write_all(b"GET /quick HTTP").await.unwrap();
        let (_, took) = until_closed(&mut connection).await;
        assert!(took >= BRIEF / 2, "{took:?}");
    }
    // Sent with the first.
    for first in [whole, chunked] {
        let mut connection = connect(&serve).await;
        connection.write_all(format!("{first}GET /quick HTTP").as_bytes()).await.unwrap();
        let (answer, _) = until_closed(&mut connection).await;
        assert_eq!(answer.matches("200 OK").count(), 1, "{answer}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_second_head_of_http2_that_does_not_come_in_time_closes_the_connection() {
    let serve = strict().await;
    let whole = headers(3, END_STREAM | END_HEADERS);
    for part in [headers(3, END_STREAM), whole[..5].to_vec(), whole[..12].to_vec()] {
        let mut connection = connect(&serve).await;
        let first = [opening(), headers(1, END_STREAM | END_HEADERS)].concat();
        connection.write_all(&first).await.unwrap();
        sleep(BRIEF * 2).await;
        connection.write_all(&part).await.unwrap();
        let (_, took) = until_closed(&mut connection).await;
        assert!(took >= BRIEF / 2, "{took:?}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_connection_that_is_idle_between_requests_waits_for_no_head() {
    let serve = strict().await;
    let mut connection = connect(&serve).await;
    let (mut sender, _ended) = http2(&serve).await;
    for _ in 0..2 {
        connection.write_all(b"GET /quick HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        read_until(&mut connection, "quick").await;
        assert_eq!(get(&mut sender, &serve, "/quick").await, (200, "quick".to_owned()));
        sleep(LONGER).await;
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_body_may_take_longer_than_a_head() {
    let serve = strict().await;
    for framing in FRAMINGS {
        let mut connection = connect(&serve).await;
        send_trickle(&mut connection, "/upload", framing).await;
        read_until(&mut connection, "\r\n\r\n10").await;
        // And the connection is as good as new.
        connection.write_all(b"GET /stream HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        read_until(&mut connection, "last").await;
    }
    let (mut sender, _ended) = http2(&serve).await;
    assert_eq!(post_trickle(&mut sender, &serve, "/upload").await, (200, "10".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn requests_that_are_sent_all_at_once_are_all_answered() {
    let serve = strict().await;
    let mut connection = connect(&serve).await;
    let (slow, quick) =
        ("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n", "GET /quick HTTP/1.1\r\nhost: x\r\n\r\n");
    let upload = "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc";
    let all = [slow, upload, quick, upload, slow].concat();
    connection.write_all(all.as_bytes()).await.unwrap();
    let answers = read_until(&mut connection, "slow").await;
    let more = if answers.matches("slow").count() == 2 {
        String::new()
    } else {
        read_until(&mut connection, "slow").await
    };
    assert_eq!((answers + &more).matches("200 OK").count(), 5);
    sleep(BRIEF * 2).await;
    connection.write_all(quick.as_bytes()).await.unwrap();
    read_until(&mut connection, "quick").await;
    stop(serve).await;
}

#[tokio::test]
async fn a_head_may_take_for_ever_if_it_is_said_so() {
    let options = HttpOptions::default().keep_alive_timeout(BRIEF);
    let (serve, _) = web(options.header_read_timeout(Duration::MAX)).await;
    let mut connection = connect(&serve).await;
    for part in ["GET /qui", "ck HTTP/1.1\r\n", "host: x\r\n\r\n"] {
        sleep(LONGER).await;
        connection.write_all(part.as_bytes()).await.unwrap();
    }
    read_until(&mut connection, "quick").await;
    stop(serve).await;
}
