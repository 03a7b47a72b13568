//! Clients that close their writing half and go on reading (`nc -N`), beside bare axum, wherever the replica is.
//!
//! Such a client cannot be told from one that has gone, so what still waits then is cancelled.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use futures::{StreamExt, stream};
use serve_core::Isolation;
use serve_core::prelude::*;
use tests::processes::until;
use tests::{SOON, address, process_tests, read_until, spawn, start, stop, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Requests that wait for what never comes: how many have begun and how many have ended.
#[derive(Clone, Default)]
struct Waiting {
    begun: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

struct Ended(Arc<AtomicUsize>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

impl Waiting {
    async fn for_ever(self) -> &'static str {
        let _ended = Ended(self.ended);
        self.begun.fetch_add(1, SeqCst);
        std::future::pending().await
    }

    /// An item, and then nothing.
    fn stream(self) -> Body {
        let items = stream::iter(["first"]).chain(stream::once(self.for_ever()));
        Body::from_stream(items.map(Ok::<_, Infallible>))
    }

    fn counts(&self) -> (usize, usize) {
        (self.begun.load(SeqCst), self.ended.load(SeqCst))
    }
}

#[derive(Default)]
struct Web {
    waiting: Waiting,
}

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

    #[get("/wait")]
    async fn wait(&self) -> &'static str {
        self.waiting.clone().for_ever().await
    }

    #[get("/stream")]
    fn stream(&self) -> Body {
        self.waiting.clone().stream()
    }

    fn counts(&self) -> (usize, usize) {
        self.waiting.counts()
    }
}

fn bare(waiting: &Waiting) -> Router {
    let (waits, streams) = (waiting.clone(), waiting.clone());
    Router::new()
        .route("/quick", get(|| async { "quick" }))
        .route("/echo", post(|body: String| async { body }))
        .route("/wait", get(|| waits.for_ever()))
        .route("/stream", get(|| async { streams.stream() }))
}

/// What a client does before it closes its half.
enum Step {
    Send(&'static str),
    Read(&'static str),
    /// Its request has begun to wait.
    Waits,
}

use Step::{Read, Send, Waits};

const QUICK: &str = "GET /quick HTTP/1.1\r\nhost: x\r\n\r\n";

const CLIENTS: &[(&str, &[Step])] = &[
    ("without a request", &[]),
    ("after an answer", &[Send(QUICK), Read("quick")]),
    ("after two on one connection", &[Send(QUICK), Read("quick"), Send(QUICK), Read("quick")]),
    ("in a head", &[Send("GET /quick HTTP/1.1\r\nho")]),
    ("in a second head", &[Send(QUICK), Read("quick"), Send("GET /quick HTTP/1.1\r\nho")]),
    ("while it waits", &[Send("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n"), Waits]),
    (
        "while the last of three waits",
        &[
            Send(
                "GET /quick HTTP/1.1\r\nhost: x\r\n\r\nPOST /echo HTTP/1.1\r\nhost: x\r\n\
                 content-length: 3\r\n\r\nabcGET /wait HTTP/1.1\r\nhost: x\r\n\r\n",
            ),
            Read("abc"),
            Waits,
        ],
    ),
    ("in a stream", &[Send("GET /stream HTTP/1.1\r\nhost: x\r\n\r\n"), Read("first"), Waits]),
    ("in a body", &[Send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nab")]),
    (
        "in a chunk",
        &[Send("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab")],
    ),
    (
        "between chunks",
        &[Send("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n")],
    ),
];

/// All that a client is sent, without what differs from one answer to the next. `counts` are those of its server.
async fn talk<F: Future<Output = (usize, usize)>>(
    server: SocketAddr,
    steps: &[Step],
    counts: impl Fn() -> F,
) -> String {
    let mut connection = within(SOON, TcpStream::connect(server)).await.unwrap();
    let (begun, _) = counts().await;
    let (mut answer, mut expected) = (String::new(), begun);
    for step in steps {
        match step {
            Send(text) => connection.write_all(text.as_bytes()).await.unwrap(),
            Read(text) => answer += &read_until(&mut connection, text).await,
            Waits => {
                expected += 1;
                within(SOON, until(|| async { counts().await.0 == expected })).await;
            }
        }
    }
    connection.shutdown().await.unwrap();
    within(SOON, connection.read_to_string(&mut answer)).await.unwrap();
    within(SOON, until(|| async { counts().await == (expected, expected) })).await;
    let differs = |line: &&str| !line.starts_with("date: ") && !line.starts_with("x-request-id: ");
    answer.split("\r\n").filter(differs).collect::<Vec<_>>().join("\n")
}

async fn a_client_that_closes_its_half_gets_what_bare_axum_sends_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (bare_address, waiting) = (listener.local_addr().unwrap(), Waiting::default());
    let app = bare(&waiting);
    drop(spawn(async move { axum::serve(listener, app).await }));
    for isolation in [Isolation::Task, Isolation::Thread, Isolation::Process] {
        let serve = start().await;
        let handle = within(SOON, serve.run(Web::bind().isolation(isolation))).await.unwrap();
        for (when, steps) in CLIENTS {
            let counts = || async { handle.counts.remote().await.unwrap() };
            let ours = talk(address(&serve), steps, counts).await;
            let theirs = talk(bare_address, steps, || async { waiting.counts() }).await;
            assert_eq!(ours, theirs, "{when}, {isolation:?}");
        }
        stop(serve).await;
    }
}

process_tests! {
    a_client_that_closes_its_half_gets_what_bare_axum_sends_it
}
