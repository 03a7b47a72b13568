//! The load: so many tasks, each calling in a loop, how many calls they make and how long each takes.

use std::future::Future;
use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::Latencies;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// One way to have bytes echoed. Each caller has a clone.
pub(crate) trait Echo: Clone + Send + Sync + 'static {
    /// What this way takes and gives bytes as.
    type Payload: From<String> + Clone + PartialEq + Send + Sync + 'static;

    fn echo(&self, payload: Self::Payload) -> impl Future<Output = Self::Payload> + Send;
}

/// A design under measurement.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    start: Box<dyn Start>,
}

/// What is asked of it.
pub(crate) struct Load {
    pub(crate) callers: usize,
    pub(crate) bytes: usize,
    pub(crate) slice: Duration,
}

/// Calls a second; processor time of both processes for a call, median and 99th percentile in
/// microseconds.
pub(crate) struct Sample {
    pub(crate) rate: f64,
    pub(crate) cpu: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl Contender {
    pub(crate) async fn new<E: Echo>(name: &'static str, echo: E) -> Self {
        let payload = E::Payload::from("payload".repeat(100_000));
        assert!(echo.echo(payload.clone()).await == payload, "what comes back is what was sent");
        Self { name, start: Box::new(Typed(echo)) }
    }

    /// Counts over a slice after a short run-up. Between two calls a caller reads the clock once.
    pub(crate) fn measure(&self, runtime: &Runtime, load: &Load) -> Sample {
        let before = benches::own_cpu_seconds();
        let begin = Instant::now() + load.slice / 4;
        let tasks = self.start.start(runtime, load, [begin, begin + load.slice]);
        let (mut latencies, mut within, mut all) = (Latencies::new(), 0, 0);
        for task in tasks {
            let Calls { nanos, count } = runtime.block_on(task).expect("callers do not panic");
            within += nanos.len();
            all += count;
            nanos.into_iter().for_each(|nanos| latencies.record_nanos(nanos));
        }
        Sample {
            rate: within as f64 / load.slice.as_secs_f64(),
            cpu: (benches::own_cpu_seconds() - before) * 1e6 / f64::from(all),
            p50: latencies.micros_at(0.5),
            p99: latencies.micros_at(0.99),
        }
    }
}

/// What a caller has made: the latencies of the calls that ended within the window, and how many calls
/// there were in all.
struct Calls {
    nanos: Vec<u64>,
    count: u32,
}

/// An `Echo` without its type, of which there is one for each measurement, not one for each call.
trait Start {
    fn start(&self, runtime: &Runtime, load: &Load, window: [Instant; 2])
    -> Vec<JoinHandle<Calls>>;
}

struct Typed<E>(E);

impl<E: Echo> Start for Typed<E> {
    fn start(
        &self,
        runtime: &Runtime,
        load: &Load,
        window: [Instant; 2],
    ) -> Vec<JoinHandle<Calls>> {
        let payload = E::Payload::from("x".repeat(load.bytes));
        let start = |_| runtime.spawn(call(self.0.clone(), payload.clone(), window));
        (0..load.callers).map(start).collect()
    }
}

async fn call<E: Echo>(echo: E, payload: E::Payload, [begin, end]: [Instant; 2]) -> Calls {
    let (mut nanos, mut count) = (Vec::new(), 0);
    let mut begun = Instant::now();
    while begun < end {
        black_box(echo.echo(black_box(payload.clone())).await);
        let ended = Instant::now();
        if begin <= ended && ended < end {
            nanos.push(u64::try_from((ended - begun).as_nanos()).unwrap_or(u64::MAX));
        }
        count += 1;
        begun = ended;
    }
    Calls { nanos, count }
}
