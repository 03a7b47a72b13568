//! How many allocations a call makes besides the user's own two strings: ours against a channel by hand.
//!
//! Every allocation of the process is counted, so whatever a call causes elsewhere counts as well. Callers
//! run long enough first for queues and free lists to have grown.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]

use std::alloc::System;
use std::error::Error;
use std::hint::black_box;

use benches::{Table, unless_quick};
use serve_core::prelude::{HttpOptions, Serve, deployment};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

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
        format!("Hello {name}!")
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (_serve, handle) = runtime.block_on(deploy())?;
    let calls = channel(&runtime);
    let mut table = Table::new(["allocations a call", "1 caller", "16", "256"]);
    table.row(row("mpsc + oneshot by hand", &runtime, async || by_channel(&calls).await));
    let remote = async || handle.say_hello.remote("Alice").await;
    println!("{table}");
    Ok(())
}
