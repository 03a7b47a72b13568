//! Batching: a stand-in that costs 5 ms and 0.1 ms for each item, as a model on an accelerator would.
//!
//! Over HTTP at 64 connections, ours against bare axum with a batcher written by hand: a task that takes
//! the first item, then all that are there, and runs them on a blocking thread. By handle with 64
//! callers against the bound `n / (5 ms + n · 0.1 ms)`. And one caller alone, who is not to wait for
//! anybody.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]
#![expect(clippy::disallowed_methods, reason = "the stand-in and its callers take real time")]

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use axum::extract::State;
use benches::{Exchange, HttpSample, Latencies, Noise, Rounds, Table, drive_after, unless_quick};
use serve_core::prelude::{CallError, HttpOptions, Serve, deployment};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

const CONNECTIONS: usize = 64;
const AXUM: usize = 0;
const OURS: usize = 1;

const EMBED: Exchange = Exchange {
    request: b"GET /embed HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n\r\n",
    answer_end: b"\r\n\r\nembedded",
};

/// What a batch of so many items takes at the least.
fn cost(items: usize) -> Duration {
    Duration::from_micros(5000 + 100 * items as u64)
}

/// Batches and their items since the last look.
static BATCHES: AtomicU64 = AtomicU64::new(0);
static ITEMS: AtomicU64 = AtomicU64::new(0);

fn model(items: usize) {
    BATCHES.fetch_add(1, Relaxed);
    ITEMS.fetch_add(items as u64, Relaxed);
    std::thread::sleep(cost(items));
}

fn mean_batch() -> f64 {
    ITEMS.swap(0, Relaxed) as f64 / BATCHES.swap(0, Relaxed).max(1) as f64
}

fn main() -> Result<(), Box<dyn Error>> {
    let (axum_runtime, ours_runtime) = (runtime("axum")?, runtime("ours")?);
    let load = Builder::new_current_thread().enable_all().build()?;
    let noise = Noise::watch();
    over_http(&axum_runtime, &ours_runtime, &load)?;
    by_handle(&ours_runtime)?;
    println!("{noise}");
    Ok(())
}

fn runtime(name: &str) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).thread_name(name).enable_all().build()
}

// === over HTTP ===

#[derive(Clone, Copy)]
struct Sample {
    http: HttpSample,
    mean_batch: f64,
}

fn over_http(axum: &Runtime, ours: &Runtime, load: &Runtime) -> Result<(), Box<dyn Error>> {
    let rounds = unless_quick(6, 1);
    let slice = Duration::from_millis(unless_quick(2000, 200));
    let mut table = Table::new([
        "over HTTP",
        "req/s",
        "of the bound",
        "to axum",
        "95 %",
        "mean batch",
        "p50 ms",
        "p99 ms",
    ]);
    for (max_batch_size, connections) in [(32, CONNECTIONS), (64, CONNECTIONS), (32, 1)] {
        let servers = [
            axum.block_on(start_axum(max_batch_size))?,
            ours.block_on(start_ours(max_batch_size))?,
        ];
        let mut failure = None;
        let samples = Rounds::run(servers.len(), rounds, |server| {
            let begin = || {
                mean_batch();
            };
            let driven = drive_after(load, servers[server], connections, slice, EMBED, begin);
            let http = driven.unwrap_or_else(|error| {
                failure = Some(error);
                HttpSample::default()
            });
            Sample { http, mean_batch: mean_batch() }
        });
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        let most = max_batch_size.min(connections);
        let bound = most as f64 / cost(most).as_secs_f64();
        let interval = samples.interval(OURS, AXUM, |sample| sample.http.rate);
        for (contender, name) in [(AXUM, "axum, by hand"), (OURS, "**ours**")] {
            let rate = samples.median(contender, |sample| sample.http.rate);
            table.row([
                format!("{name}, {connections} conn., max {max_batch_size}"),
                format!("{rate:.0}"),
                format!("{:.3}", rate / bound),
                format!("{:.3}", samples.ratio(contender, AXUM, |sample| sample.http.rate)),
                interval.clone(),
                format!("{:.1}", samples.median(contender, |sample| sample.mean_batch)),
                format!("{:.2}", samples.median(contender, |sample| sample.http.p50) / 1e3),
                format!("{:.2}", samples.median(contender, |sample| sample.http.p99) / 1e3),
            ]);
        }
    }
    println!("{table}\n");
    Ok(())
}

type Job = oneshot::Sender<()>;

/// The baseline: what one would write by hand.
async fn start_axum(max_batch_size: usize) -> io::Result<SocketAddr> {
    let (jobs, mut waiting) = mpsc::channel::<Job>(10_000);
    let batcher = async move {
        let mut batch = Vec::with_capacity(max_batch_size);
        // Waits for the first, then takes all that are there.
        while waiting.recv_many(&mut batch, max_batch_size).await > 0 {
            let jobs = std::mem::take(&mut batch);
            let done = tokio::task::spawn_blocking(move || {
                model(jobs.len());
                jobs
            });
            for job in done.await.unwrap_or_default() {
                let _ = job.send(());
            }
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let app = axum::Router::new().route("/embed", axum::routing::get(embed)).with_state(jobs);
    let runtime = tokio::runtime::Handle::current();
    runtime.spawn(batcher);
    runtime.spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

async fn embed(
    State(jobs): State<mpsc::Sender<Job>>,
) -> Result<&'static str, axum::http::StatusCode> {
    let (reply, answer) = oneshot::channel();
    let unavailable = axum::http::StatusCode::SERVICE_UNAVAILABLE;
    jobs.send(reply).await.map_err(|_| unavailable)?;
    answer.await.map_err(|_| unavailable)?;
    Ok("embedded")
}

#[derive(Default)]
struct Embedder;

#[deployment(route_prefix = "/embed")]
impl Embedder {
    async fn __call__(&self) -> Result<&'static str, CallError> {
        Self::current_handle().map_err(|_| CallError::DeploymentUnavailable)?.embed.remote(()).await
    }

    #[batch]
    #[blocking]
    #[expect(clippy::needless_pass_by_value, reason = "a batched method is given its items")]
    fn embed(&self, items: Vec<()>) -> Vec<&'static str> {
        model(items.len());
        vec!["embedded"; items.len()]
    }
}

async fn start_ours(max_batch_size: usize) -> Result<SocketAddr, Box<dyn Error>> {
    let serve = Serve::builder().http(HttpOptions::default().port(0)).start().await?;
    let handle = serve.run(Embedder::bind()).await?;
    handle.embed.set_max_batch_size(max_batch_size);
    let address = serve.http_addr().ok_or("HTTP is enabled, so there is an address")?;
    // The server lives as long as the bench.
    std::mem::forget(serve);
    Ok(address)
}

// === by handle ===

fn by_handle(runtime: &Runtime) -> Result<(), Box<dyn Error>> {
    let slice = Duration::from_millis(unless_quick(4000, 300));
    let mut table =
        Table::new(["by handle", "calls/s", "of the bound", "mean batch", "p50 ms", "p99 ms"]);
    let serve =
        runtime.block_on(async { Serve::builder().http(HttpOptions::disabled()).start().await })?;
    let handle = runtime.block_on(serve.run(Embedder::bind()))?;
    for (max_batch_size, callers) in [(32, 64), (64, 64), (32, 1)] {
        handle.embed.set_max_batch_size(max_batch_size);
        let most = max_batch_size.min(callers);
        let bound = most as f64 / cost(most).as_secs_f64();
        let alone = alone(most, slice / 4);
        table.row([
            format!("the stand-in alone, {most} items"),
            format!("{alone:.0}"),
            format!("{:.3}", alone / bound),
            format!("{most}"),
            String::new(),
            String::new(),
        ]);
        let begun = Instant::now();
        let callers_tasks: Vec<_> = (0..callers)
            .map(|_| {
                let handle = handle.clone();
                runtime.spawn(async move {
                    let mut nanos = Vec::new();
                    while begun.elapsed() < slice {
                        let called = Instant::now();
                        let _ = handle.embed.remote(()).await;
                        nanos.push(called.elapsed().as_nanos() as u64);
                    }
                    nanos
                })
            })
            .collect();
        mean_batch();
        let mut latencies = Latencies::new();
        let mut calls = 0;
        for caller in callers_tasks {
            for nanos in runtime.block_on(caller)? {
                latencies.record_nanos(nanos);
                calls += 1;
            }
        }
        let rate = f64::from(calls) / begun.elapsed().as_secs_f64();
        table.row([
            format!("**ours**, {callers} callers, max {max_batch_size}"),
            format!("{rate:.0}"),
            format!("{:.3}", rate / bound),
            format!("{:.1}", mean_batch()),
            format!("{:.2}", latencies.micros_at(0.5) / 1e3),
            format!("{:.2}", latencies.micros_at(0.99) / 1e3),
        ]);
    }
    println!("{table}\n");
    Ok(())
}

/// Items a second of a thread that does nothing but run full batches: the bound as this machine keeps it,
/// whose sleeps take longer than they are told.
fn alone(items: usize, slice: Duration) -> f64 {
    let (begun, mut batches) = (Instant::now(), 0);
    while begun.elapsed() < slice {
        std::thread::sleep(cost(items));
        batches += 1;
    }
    (batches * items) as f64 / begun.elapsed().as_secs_f64()
}
