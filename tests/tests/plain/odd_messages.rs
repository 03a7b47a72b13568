//! Odd messages of HTTP/1, as they are sent by scanners, old clients and proxies of all kinds: the answers are those of
//! bare axum, byte for byte but for the date and our request id. Where they are not, the table says why.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::net::SocketAddr;

use axum::routing::{get, post};
use serve_core::prelude::*;
use tests::{SOON, address, send_raw, spawn, start, stop, within};

#[derive(Default)]
struct Web;

#[deployment(route_prefix = "/")]
impl Web {
    #[get("/quick")]
    fn quick(&self) -> &'static str {
        "quick"
    }

    #[post("/echo")]
    fn echo(&self, body: String) -> String {
        body
    }
}

async fn bare() -> SocketAddr {
    let app = axum::Router::new()
        .route("/quick", get(|| async { "quick" }))
        .route("/echo", post(|body: String| async { body }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(spawn(async move { axum::serve(listener, app).await }));
    address
}

/// How our answer compares with axum's.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Same,
    /// Ours is 200, because a path is decoded before its route is looked for, as Ray Serve does it.
    FoundHere,
}

use Answer::{FoundHere, Same};

/// Requests, each of which is followed by an ordinary one that asks for the connection to be closed. What is behind the
/// end of a message that cannot be understood is not answered.
const MESSAGES: &[(&str, &str, Answer)] = &[
    ("HTTP/1.0", "GET /quick HTTP/1.0\r\n\r\n", Same),
    ("HTTP/1.0, kept", "GET /quick HTTP/1.0\r\nconnection: keep-alive\r\n\r\n", Same),
    (
        "HTTP/1.0 in chunks",
        "POST /echo HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        Same,
    ),
    ("HTTP/0.9", "GET /quick\r\n", Same),
    ("HTTP/1.2", "GET /quick HTTP/1.2\r\nhost: x\r\n\r\n", Same),
    ("HTTP/2.0 in a line", "GET /quick HTTP/2.0\r\nhost: x\r\n\r\n", Same),
    ("no host", "GET /quick HTTP/1.1\r\n\r\n", Same),
    ("two hosts", "GET /quick HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n", Same),
    ("a small method", "get /quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("an unknown method", "BREW /quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("a wrong method", "DELETE /quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("HEAD", "HEAD /quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("TRACE", "TRACE /quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("a whole URL", "GET http://x/quick HTTP/1.1\r\nhost: y\r\n\r\n", Same),
    ("a URL of https", "GET https://x/quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("an asterisk", "OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("CONNECT", "CONNECT x:80 HTTP/1.1\r\nhost: x:80\r\n\r\n", Same),
    ("no slash", "GET quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("an empty query", "GET /quick? HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("a fragment", "GET /quick#part HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("two slashes", "GET //quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("a slash too many", "GET /quick/ HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("dots", "GET /x/../quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("an escaped letter", "GET /%71uick HTTP/1.1\r\nhost: x\r\n\r\n", FoundHere),
    ("a broken escape", "GET /quick%zz HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("a path that is no ASCII", "GET /qüick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("a space in a path", "GET /qu ick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("empty lines ahead", "\r\n\r\nGET /quick HTTP/1.1\r\nhost: x\r\n\r\n", Same),
    ("bare line feeds", "GET /quick HTTP/1.1\nhost: x\n\n", Same),
    ("a bare carriage return", "GET /quick HTTP/1.1\rhost: x\r\n\r\n", Same),
    ("no colon", "GET /quick HTTP/1.1\r\nhost x\r\n\r\n", Same),
    ("a space before a colon", "GET /quick HTTP/1.1\r\nhost : x\r\n\r\n", Same),
    ("a header without a name", "GET /quick HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n", Same),
    ("a header without a value", "GET /quick HTTP/1.1\r\nhost: x\r\nx:\r\n\r\n", Same),
    ("a folded header", "GET /quick HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n", Same),
    ("a NUL", "GET /quick HTTP/1.1\r\nhost: x\r\nx: a\0b\r\n\r\n", Same),
    ("a header that is no ASCII", "GET /quick HTTP/1.1\r\nhost: x\r\nx: ä\r\n\r\n", Same),
    (
        "a length that is none",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: three\r\n\r\nabc",
        Same,
    ),
    (
        "a length with a sign",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: +3\r\n\r\nabc",
        Same,
    ),
    ("a negative length", "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", Same),
    (
        "a length beyond all numbers",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999\r\n\r\n",
        Same,
    ),
    (
        "a length twice",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 3\r\n\r\nabc",
        Same,
    ),
    (
        "two lengths",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
        Same,
    ),
    (
        "two lengths in one",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3, 3\r\n\r\nabc",
        Same,
    ),
    (
        "a length and chunks",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        Same,
    ),
    ("a body of GET", "GET /quick HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc", Same),
    (
        "another coding",
        "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\nabc",
        Same,
    ),
    (
        "chunks within a coding",
        "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, gzip\r\n\r\n1\r\na\r\n0\r\n\r\n",
        Same,
    ),
    (
        "a coding within chunks",
        "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        Same,
    ),
    (
        "almost chunks",
        "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        Same,
    ),
    (
        "chunks with extensions and trailers",
        "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1;a=b\r\na\r\n0\r\nx: y\r\n\r\n",
        Same,
    ),
    (
        "a chunk of no length",
        "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nz\r\na\r\n0\r\n\r\n",
        Same,
    ),
    (
        "a chunk beyond all numbers",
        "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff1\r\na\r\n",
        Same,
    ),
    (
        "a chunk without its end",
        "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        Same,
    ),
    (
        "a body that is waited for",
        "POST /echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\nabc",
        Same,
    ),
    (
        "something else that is expected",
        "POST /echo HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\ncontent-length: 3\r\n\r\nabc",
        Same,
    ),
    (
        "a body that is no text",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n\u{fc}",
        Same,
    ),
    (
        "HTTP/2 by upgrade",
        "GET /quick HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
        Same,
    ),
    (
        "an unknown connection",
        "GET /quick HTTP/1.1\r\nhost: x\r\nconnection: whatever\r\n\r\n",
        Same,
    ),
    ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}", Same),
];

const LAST: &str = "GET /quick HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// An answer without what differs from one to the next, the headers of each in one order.
fn comparable(answer: &str) -> String {
    let differs = |line: &&str| !line.starts_with("date: ") && !line.starts_with("x-request-id: ");
    let mut lines: Vec<_> = answer.split("\r\n").filter(differs).collect();
    let is_header = |line: &&str| line.contains(": ");
    lines
        .chunk_by_mut(|one, other| is_header(one) && is_header(other))
        .for_each(<[_]>::sort_unstable);
    lines.join("\n")
}

fn statuses(answer: &str) -> Vec<&str> {
    answer.split("HTTP/1.").skip(1).map(|rest| rest.get(2..5).unwrap_or_default()).collect()
}

#[tokio::test]
async fn odd_messages_are_answered_as_by_bare_axum() {
    let (serve, bare) = (start().await, bare().await);
    within(SOON, serve.run(Web::bind())).await.unwrap();
    let mut wrong = Vec::new();
    for (what, message, expected) in MESSAGES {
        let both = format!("{message}{LAST}");
        let ours = send_raw(address(&serve), both.as_bytes()).await;
        let theirs = send_raw(bare, both.as_bytes()).await;
        let is_as_expected = match expected {
            Same => comparable(&ours) == comparable(&theirs),
            FoundHere => [statuses(&ours), statuses(&theirs)] == [["200", "200"], ["404", "200"]],
        };
        if !is_as_expected {
            wrong.push(format!("{what} ({expected:?})\n--- ours\n{ours}\n--- axum's\n{theirs}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    stop(serve).await;
}
