//! `GET /api?name=Alice` over HTTP/1.1: ours against bare axum with the same handler.
//!
//! Each server has a runtime of its own with two workers, in this process; they take turns, so the other
//! one is idle. The load comes from one more thread.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use benches::{Exchange, HttpSample, Noise, Rounds, Table, drive, unless_quick};
use serve_core::prelude::{HttpError, HttpOptions, Request, Serve, deployment};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

const CONNECTIONS: [usize; 3] = [1, 32, 256];
const AXUM: usize = 0;
const OURS: usize = 1;

const HELLO: Exchange = Exchange {
    request: b"GET /api?name=Alice HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n\r\n",
    answer_end: b"\r\n\r\nHello Alice!",
};

fn main() -> Result<(), Box<dyn Error>> {
    let (axum_runtime, ours_runtime) = (server_runtime("axum")?, server_runtime("ours")?);
    let axum = axum_runtime.block_on(start_axum())?;
    let (_serve, ours) = ours_runtime.block_on(start_ours())?;
    let load = Builder::new_current_thread().enable_all().build()?;

    let rounds = unless_quick(24, 2);
    println!(
        "Medians of {rounds} interleaved rounds; ratios are ours to axum's in the same round.\n"
    );
    let mut table = Table::new([
        "connections",
        "axum req/s",
        "ours req/s",
        "ratio",
        "lowest–highest",
        "axum p50 µs",
        "p50 ratio",
        "axum p99 µs",
        "p99 ratio",
    ]);
    let noise = Noise::watch();
    for connections in CONNECTIONS {
        table.row(compare(&load, [axum, ours], connections, rounds)?);
    }
    println!("{table}\n{noise}");
    Ok(())
}

fn compare(
    load: &Runtime,
    servers: [SocketAddr; 2],
    connections: usize,
    rounds: usize,
) -> io::Result<Vec<String>> {
    let slice = Duration::from_millis(unless_quick(500, 200));
    for server in servers {
        drive(load, server, connections, slice / 4, HELLO)?;
    }
    let mut failure = None;
    let samples = Rounds::run(servers.len(), rounds, |server| {
        drive(load, servers[server], connections, slice, HELLO).unwrap_or_else(|error| {
            failure = Some(error);
            HttpSample::default()
        })
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    let (low, high) = samples.spread(OURS, AXUM, |sample| sample.rate);
    Ok(vec![
        connections.to_string(),
        format!("{:.0}", samples.median(AXUM, |sample| sample.rate)),
        format!("{:.0}", samples.median(OURS, |sample| sample.rate)),
        format!("{:.3}", samples.ratio(OURS, AXUM, |sample| sample.rate)),
        format!("{low:.2}–{high:.2}"),
        format!("{:.0}", samples.median(AXUM, |sample| sample.p50)),
        format!("{:.3}", samples.ratio(OURS, AXUM, |sample| sample.p50)),
        format!("{:.0}", samples.median(AXUM, |sample| sample.p99)),
        format!("{:.3}", samples.ratio(OURS, AXUM, |sample| sample.p99)),
    ])
}

// === the servers ===

fn server_runtime(name: &str) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build()
}

/// The baseline: what one would write by hand.
async fn start_axum() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let app = axum::Router::new().route("/api", axum::routing::get(hello));
    let server = axum::serve(listener, app);
    tokio::runtime::Handle::current().spawn(async move { server.await });
    Ok(address)
}

async fn hello(request: axum::extract::Request) -> Result<String, axum::http::StatusCode> {
    let query = request.uri().query().unwrap_or_default();
    let name = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "name");
    match name {
        Some((_, name)) => Ok(format!("Hello {name}!")),
        None => Err(axum::http::StatusCode::BAD_REQUEST),
    }
}

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/api")]
impl Greeter {
    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        match request.query_param("name") {
            Some(name) => Ok(format!("Hello {name}!")),
            None => Err(HttpError::bad_request("query parameter `name` is missing")),
        }
    }
}

async fn start_ours() -> Result<(Serve, SocketAddr), Box<dyn Error>> {
    let serve = Serve::builder().http(HttpOptions::default().port(0)).start().await?;
    serve.run(Greeter::bind()).await?;
    let address = serve.http_addr().ok_or("HTTP is enabled, so there is an address")?;
    Ok((serve, address))
}
