//! Streaming: 128 chunks an answer, 32 connections, ours against bare axum.
//!
//! A body that `__call__` returns, against axum polling the same stream in place; and a stream method
//! called by handle, against axum fed by a task through a channel, and against axum in place.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use axum::serve::ListenerExt;
use benches::{Exchange, HttpSample, Noise, Rounds, Table, drive, unless_quick};
use futures_util::{Stream, StreamExt, stream};
use serve_core::prelude::{CallError, HttpOptions, Request, Serve, deployment};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

const CONNECTIONS: usize = 32;
const CHUNKS: usize = 128;
/// How far the hand-written producer may be ahead.
const CHANNEL: usize = 32;

fn exchange(request: &'static [u8]) -> Exchange {
    Exchange { request, answer_end: b"\r\n0\r\n\r\n" }
}

fn chunk() -> Bytes {
    Bytes::from_static(b"chunk of a stream")
}

/// What everybody streams: items that are there when they are asked for.
fn chunks() -> impl Stream<Item = Bytes> + Send + 'static {
    stream::unfold(0, |made| async move { (made < CHUNKS).then(|| (chunk(), made + 1)) })
}

fn main() -> Result<(), Box<dyn Error>> {
    let (axum_runtime, ours_runtime) = (runtime("axum")?, runtime("ours")?);
    let axum = axum_runtime.block_on(start_axum())?;
    let ours = ours_runtime.block_on(start_ours())?;
    let load = Builder::new_current_thread().enable_all().build()?;
    let contenders: [(&str, SocketAddr, &'static [u8]); 6] = [
        ("axum, in place", axum, b"GET /place HTTP/1.1\r\nhost: localhost\r\n\r\n"),
        ("axum, a task and a channel", axum, b"GET /channel HTTP/1.1\r\nhost: localhost\r\n\r\n"),
        (
            "**ours, a body from `__call__`**",
            ours,
            b"GET /body HTTP/1.1\r\nhost: localhost\r\n\r\n",
        ),
        (
            "**ours, `remote` of a stream method**",
            ours,
            b"GET /remote HTTP/1.1\r\nhost: localhost\r\n\r\n",
        ),
        (
            "ours, a stream method as a route",
            ours,
            b"GET /route HTTP/1.1\r\nhost: localhost\r\n\r\n",
        ),
        ("ours, `call` of a stream method", ours, b"GET /call HTTP/1.1\r\nhost: localhost\r\n\r\n"),
    ];
    let (rounds, slice) = (unless_quick(24, 1), Duration::from_millis(unless_quick(330, 150)));
    let noise = Noise::watch();
    let mut failure = None;
    let samples = Rounds::run(contenders.len(), rounds, |contender| {
        let (_, server, request) = contenders[contender];
        drive(&load, server, CONNECTIONS, slice, exchange(request)).unwrap_or_else(|error| {
            failure = Some(error);
            HttpSample::default()
        })
    });
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    let mut table = Table::new([
        "design",
        "chunks/s",
        "to axum in place",
        "to axum by channel",
        "first chunk p50 µs",
        "to axum in place",
    ]);
    for (index, (name, ..)) in contenders.iter().enumerate() {
        table.row([
            (*name).to_owned(),
            format!("{:.0} k", samples.median(index, |sample| sample.rate) * CHUNKS as f64 / 1e3),
            format!("{:.3}", samples.ratio(index, 0, |sample| sample.rate)),
            format!("{:.3}", samples.ratio(index, 1, |sample| sample.rate)),
            format!("{:.0}", samples.median(index, |sample| sample.first_p50)),
            format!("{:.3}", samples.ratio(index, 0, |sample| sample.first_p50)),
        ]);
    }
    println!("{table}\n{noise}");
    Ok(())
}

fn runtime(name: &str) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build()
}

async fn start_axum() -> io::Result<SocketAddr> {
    // Without this each small chunk waits for the acknowledgement of the one before.
    let listener = TcpListener::bind("127.0.0.1:0").await?.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let address = axum::serve::Listener::local_addr(&listener)?;
    let place = || async { Body::from_stream(chunks().map(Ok::<_, Infallible>)) };
    let channel = || async {
        let (sender, receiver) = mpsc::channel(CHANNEL);
        tokio::runtime::Handle::current().spawn(async move {
            let mut chunks = std::pin::pin!(chunks());
            while let Some(chunk) = chunks.next().await {
                if sender.send(chunk).await.is_err() {
                    return;
                }
            }
        });
        Body::from_stream(stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|chunk| (Ok::<_, Infallible>(chunk), receiver))
        }))
    };
    let app = axum::Router::new()
        .route("/place", axum::routing::get(place))
        .route("/channel", axum::routing::get(channel));
    tokio::runtime::Handle::current().spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

#[derive(Default)]
struct Answerer;

#[deployment(route_prefix = "/body")]
impl Answerer {
    async fn __call__(&self, _request: Request) -> Response {
        Response::new(Body::from_stream(chunks().map(Ok::<_, Infallible>)))
    }
}

#[derive(Default)]
struct Streamer;

#[deployment(route_prefix = "/")]
impl Streamer {
    #[get("/remote")]
    async fn by_remote(&self) -> Result<Response, CallError> {
        use axum::response::IntoResponse;
        let handle = Self::current_handle().map_err(|_| CallError::DeploymentUnavailable)?;
        Ok(handle.items.remote().into_response())
    }

    #[get("/call")]
    async fn by_call(&self) -> Result<Response, CallError> {
        let handle = Self::current_handle().map_err(|_| CallError::DeploymentUnavailable)?;
        Ok(Response::new(Body::from_stream(handle.items.call())))
    }

    #[get("/route")]
    fn items(&self) -> impl Stream<Item = Bytes> {
        chunks()
    }
}

async fn start_ours() -> Result<SocketAddr, Box<dyn Error>> {
    let serve = Serve::builder().http(HttpOptions::default().port(0)).start().await?;
    serve.run_named("body", Answerer::bind()).await?;
    serve.run_named("streams", Streamer::bind()).await?;
    let address = serve.http_addr().ok_or("HTTP is enabled, so there is an address")?;
    // The server lives as long as the bench.
    std::mem::forget(serve);
    Ok(address)
}
