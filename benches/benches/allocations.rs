//! How many allocations a call makes besides the user's own two strings: ours against a channel by hand.
//!
//! Every allocation of the process is counted, so whatever a call causes in other tasks counts as well.
//! Callers run long enough first for queues and free lists to have grown.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]

use std::alloc::System;
use std::error::Error;
use std::future::Future;
use std::hint::black_box;

use benches::{Table, unless_quick};
use serve_core::prelude::{HttpOptions, Serve, deployment};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLERS: [usize; 3] = [1, 16, 256];
/// The caller's argument and the method's answer.
const USERS_OWN: f64 = 2.0;

#[derive(Default)]
struct Greeter;

#[deployment(max_ongoing_requests = 1000)]
impl Greeter {
    fn say_hello(&self, name: &str) -> String {
        say_hello(name)
    }
}

fn say_hello(name: &str) -> String {
    format!("Hello {name}!")
}

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let serve = Serve::builder().http(HttpOptions::disabled());
    let serve = runtime.block_on(serve.start())?;
    let handle = runtime.block_on(serve.run(Greeter::bind()))?;
    let calls = channel(&runtime);

    let mut table = Table::new(["allocations a call", "1 caller", "16", "256"]);
    table.row(row("plain `async fn`", &runtime, || plain("Alice".to_owned())));
    table.row(row("mpsc + oneshot", &runtime, move || ask(calls.clone())));
    let (remote, call) = (handle.clone(), handle);
    table.row(row("ours, `remote`", &runtime, move || {
        let greeting = remote.say_hello.remote("Alice");
        async { greeting.await.unwrap_or_default() }
    }));
    table.row(row("ours, `call`", &runtime, move || {
        let greeting = call.say_hello.call("Alice");
        async { greeting.await.unwrap_or_default() }
    }));
    println!("Besides the user's own two strings:\n\n{table}");
    runtime.block_on(serve.shutdown())?;
    Ok(())
}

// === the baselines ===

async fn plain(name: String) -> String {
    say_hello(&name)
}

struct Call {
    name: String,
    reply: oneshot::Sender<String>,
}

fn channel(runtime: &Runtime) -> mpsc::Sender<Call> {
    let (calls, mut received) = mpsc::channel::<Call>(1024);
    runtime.spawn(async move {
        while let Some(Call { name, reply }) = received.recv().await {
            let _ = reply.send(say_hello(&name));
        }
    });
    calls
}

async fn ask(calls: mpsc::Sender<Call>) -> String {
    let (reply, answer) = oneshot::channel();
    let sent = calls.send(Call { name: "Alice".to_owned(), reply }).await;
    sent.expect("the replica receives as long as there is a sender");
    answer.await.expect("the replica answers every call")
}

// === counting ===

fn row<F, Fut>(name: &str, runtime: &Runtime, call: F) -> Vec<String>
where
    F: Fn() -> Fut + Clone + Send + 'static,
    Fut: Future<Output = String> + Send,
{
    let counts = CALLERS.map(|callers| format!("{:.2}", count(runtime, callers, &call)));
    std::iter::once(name.to_owned()).chain(counts).collect()
}

/// Allocations a call, the user's own taken off.
fn count<F, Fut>(runtime: &Runtime, callers: usize, call: &F) -> f64
where
    F: Fn() -> Fut + Clone + Send + 'static,
    Fut: Future<Output = String> + Send,
{
    let calls = unless_quick(200_000, 5_000) / callers;
    let run = |calls| {
        let one = |_| {
            let call = call.clone();
            runtime.spawn(async move {
                for _ in 0..calls {
                    black_box(call().await);
                }
            })
        };
        let tasks: Vec<_> = (0..callers).map(one).collect();
        for task in tasks {
            runtime.block_on(task).expect("callers do not panic");
        }
    };
    run(calls);
    // A run of twice the length costs the same for tasks and so on: the difference is the calls alone.
    let allocations = |calls| {
        let region = Region::new(ALLOCATOR);
        run(calls);
        region.change().allocations as f64
    };
    let (once, twice) = (allocations(calls), allocations(2 * calls));
    (twice - once) / (calls * callers) as f64 - USERS_OWN
}
