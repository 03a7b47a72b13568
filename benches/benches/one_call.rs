//! One caller in a loop, for a profiler: where the instructions of a call go when nothing is contended.
//!
//! `cargo bench -p benches --bench one_call -- call` under `valgrind --tool=callgrind` counts them without noise;
//! with `uncounted` beside it, without what it costs to count calls; `logged` adds the access log, `traced` spans. `request` is one over HTTP without the socket, `axum`
//! the same by hand; `both` lets two ask side by side, who share whatever is not a thread's own.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]
#![expect(clippy::disallowed_methods, reason = "calls are timed in real time")]

use std::hint::black_box;
use std::time::Instant;

use axum::body::Body;
use axum::response::Response;
use benches::unless_quick;
use serve_core::prelude::{HttpError, HttpOptions, Request, Serve, deployment};
use serve_core::{MetricsOptions, ServeBuilder, TraceOptions};
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tower::ServiceExt;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/api")]
impl Greeter {
    fn say_hello(&self, name: &str) -> String {
        format!("Hello {name}!")
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        match request.query_param("name") {
            Some(name) => Ok(format!("Hello {name}!")),
            None => Err(HttpError::bad_request("query parameter `name` is missing")),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let only = |name: &str| arguments.iter().any(|argument| argument == name);
    let calls = arguments.iter().find_map(|argument| argument.parse().ok());
    let calls = calls.unwrap_or(unless_quick(2_000_000, 20_000));
    let all = !["plain", "floor", "remote", "call", "axum", "request"].into_iter().any(only);
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let serve = runtime.block_on(observed(only).start())?;
    let handle =
        runtime.block_on(serve.run(Greeter::bind().num_replicas(1 + u32::from(only("two")))))?;
    let report = |name: &str, begun: Instant| {
        println!("{name}: {:.1} ns a call", begun.elapsed().as_nanos() as f64 / f64::from(calls));
    };
    if all || only("plain") {
        let begun = Instant::now();
        for _ in 0..calls {
            black_box(format!("Hello {}!", black_box(String::from("Alice"))));
        }
        report("plain", begun);
    }
    if all || only("floor") {
        let (sender, mut receiver) = mpsc::channel::<(String, oneshot::Sender<String>)>(1024);
        runtime.spawn(async move {
            while let Some((name, reply)) = receiver.recv().await {
                let _ = reply.send(format!("Hello {name}!"));
            }
        });
        let task = runtime.spawn(async move {
            let begun = Instant::now();
            for _ in 0..calls {
                let (reply, answer) = oneshot::channel();
                let _ = sender.send((black_box("Alice").to_owned(), reply)).await;
                let _ = black_box(answer.await);
            }
            begun
        });
        report("floor", runtime.block_on(task)?);
    }
    if all || only("remote") {
        let handle = handle.clone();
        let task = runtime.spawn(async move {
            let begun = Instant::now();
            for _ in 0..calls {
                let _ = black_box(handle.say_hello.remote(black_box("Alice")).await);
            }
            begun
        });
        report("remote", runtime.block_on(task)?);
    }
    if all || only("call") {
        let task = runtime.spawn(async move {
            let begun = Instant::now();
            for _ in 0..calls {
                let _ = black_box(handle.say_hello.call(black_box("Alice")).await);
            }
            begun
        });
        report("call", runtime.block_on(task)?);
    }
    for (name, app) in [("axum", hello_router()), ("request", serve.router())] {
        if all || only(name) {
            std::thread::scope(|scope| {
                let asking = || runtime.block_on(ask(app.clone(), calls));
                let _beside = only("both").then(|| scope.spawn(asking));
                let begun = Instant::now();
                asking();
                report(name, begun);
            });
        }
    }
    Ok(())
}

/// What it costs to count calls, to write the access log, and to trace: the same without the first, or with the others.
fn observed(is: impl Fn(&str) -> bool) -> ServeBuilder {
    let metrics = MetricsOptions::default().enabled(!is("uncounted"));
    let http = HttpOptions::disabled().access_log(is("logged"));
    let builder = Serve::builder().http(http).metrics(metrics);
    if is("traced") {
        // Nobody collects, so all but the sending of them is measured.
        return builder.traces(TraceOptions::default().endpoint("http://127.0.0.1:9"));
    }
    builder
}

/// Requests one after the other, without a socket.
async fn ask(app: axum::Router, requests: u32) {
    for _ in 0..requests {
        let request = axum::http::Request::get("/api?name=Alice").body(Body::empty());
        let answer = app.clone().oneshot(request.expect("it is one")).await;
        let _ = black_box(answer.map(Response::into_body));
    }
}

/// What one would write by hand, to see what ours adds to a request without a socket.
fn hello_router() -> axum::Router {
    axum::Router::new().route("/api", axum::routing::get(hello))
}

async fn hello(request: axum::extract::Request) -> Result<String, axum::http::StatusCode> {
    let query = request.uri().query().unwrap_or_default();
    match form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "name") {
        Some((_, name)) => Ok(format!("Hello {name}!")),
        None => Err(axum::http::StatusCode::BAD_REQUEST),
    }
}
