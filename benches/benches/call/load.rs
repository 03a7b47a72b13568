//! The load: so many tasks, each calling in a loop, and how many calls they make or how long each takes.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use benches::Latencies;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::greet::Greet;

/// A design under measurement.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) replicas: u32,
    start: Box<dyn Start>,
}

/// Median and 99th percentile in microseconds.
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl Contender {
    pub(crate) fn new(name: &'static str, replicas: u32, greeter: impl Greet) -> Self {
        Self { name, replicas, start: Box::new(Typed(greeter)) }
    }

    /// Calls a second, counted over `slice` after a short run-up.
    pub(crate) fn throughput(&self, runtime: &Runtime, callers: usize, slice: Duration) -> f64 {
        let load = Arc::new(Load::new(callers));
        let tasks = self.start.counting(runtime, &load);
        thread::sleep(slice / 4);
        let (before, begun) = (load.calls(), Instant::now());
        thread::sleep(slice);
        let (after, elapsed) = (load.calls(), begun.elapsed());
        join(runtime, &load, tasks);
        (after - before) as f64 / elapsed.as_secs_f64()
    }

    /// How long single calls take, with a reading of the clock before and after each.
    pub(crate) fn latency(&self, runtime: &Runtime, callers: usize, slice: Duration) -> Latency {
        let load = Arc::new(Load::new(callers));
        let tasks = self.start.timing(runtime, &load);
        thread::sleep(slice);
        let mut latencies = Latencies::new();
        for nanos in join(runtime, &load, tasks).into_iter().flatten() {
            latencies.record_nanos(nanos.into());
        }
        Latency { p50: latencies.micros_at(0.5), p99: latencies.micros_at(0.99) }
    }
}

fn join<T>(runtime: &Runtime, load: &Load, tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    load.stop.store(true, Relaxed);
    let join = |task: JoinHandle<T>| runtime.block_on(task).expect("callers do not panic");
    tasks.into_iter().map(join).collect()
}

/// What the callers share with whoever measures them.
struct Load {
    stop: AtomicBool,
    callers: Box<[Count]>,
}

/// The calls of one caller, on cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
struct Count(AtomicU64);

impl Load {
    fn new(callers: usize) -> Self {
        Self {
            stop: AtomicBool::new(false),
            callers: (0..callers).map(|_| Count::default()).collect(),
        }
    }

    fn is_turn_over(&self, calls: u64) -> bool {
        self.callers.len() > 1 && calls.is_multiple_of(CALLS_IN_A_ROW)
    }

    fn calls(&self) -> u64 {
        self.callers.iter().map(|count| count.0.load(Relaxed)).sum()
    }
}

/// A `Greet` without its type, of which there is one for each measurement, not one for each call.
trait Start {
    fn counting(&self, runtime: &Runtime, load: &Arc<Load>) -> Vec<JoinHandle<()>>;
    fn timing(&self, runtime: &Runtime, load: &Arc<Load>) -> Vec<JoinHandle<Vec<u32>>>;
}

struct Typed<G>(G);

impl<G: Greet> Start for Typed<G> {
    fn counting(&self, runtime: &Runtime, load: &Arc<Load>) -> Vec<JoinHandle<()>> {
        let start =
            |caller| runtime.spawn(count(self.0.for_caller(caller), Arc::clone(load), caller));
        (0..load.callers.len()).map(start).collect()
    }

    fn timing(&self, runtime: &Runtime, load: &Arc<Load>) -> Vec<JoinHandle<Vec<u32>>> {
        let start = |caller| runtime.spawn(time(self.0.for_caller(caller), Arc::clone(load)));
        (0..load.callers.len()).map(start).collect()
    }
}

/// Calls that never wait would keep the worker for ever: after so many the other callers have a turn. One
/// caller alone has nobody to let in.
const CALLS_IN_A_ROW: u64 = 128;

async fn count<G: Greet>(mut greeter: G, load: Arc<Load>, caller: usize) {
    let mut calls = 0;
    while !load.stop.load(Relaxed) {
        black_box(greeter.greet(black_box("Alice")).await);
        calls += 1;
        load.callers[caller].0.store(calls, Relaxed);
        if load.is_turn_over(calls) {
            tokio::task::yield_now().await;
        }
    }
}

async fn time<G: Greet>(mut greeter: G, load: Arc<Load>) -> Vec<u32> {
    let mut nanos = Vec::new();
    while !load.stop.load(Relaxed) {
        let begun = Instant::now();
        black_box(greeter.greet(black_box("Alice")).await);
        nanos.push(u32::try_from(begun.elapsed().as_nanos()).unwrap_or(u32::MAX));
        if load.is_turn_over(nanos.len() as u64) {
            tokio::task::yield_now().await;
        }
    }
    nanos
}
