//! A call inside one process: ours against a hand-written channel, a plain function, and the peers.
//!
//! Everybody answers `say_hello("Alice")` with a new `String`, called by tasks that loop on a runtime with
//! two workers. The floor, 1.00, is the same in every row: a tokio `mpsc` to one replica task that answers
//! through a `oneshot`. Throughput is measured without any clock in the loop; latencies are taken in a
//! pass of their own.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]
#![expect(clippy::disallowed_methods, reason = "latencies are measured in real time")]

mod floor;
mod greet;
mod load;
mod ours;
mod peers;

use std::time::Duration;

use benches::{Noise, Rounds, Table, unless_quick};
use load::{Contender, Latency};
use tokio::runtime::{Builder, Runtime};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const CALLERS: [usize; 3] = [1, 16, 256];
const REPLICAS: [u32; 3] = [1, 2, 4];
/// The row that everybody is compared with.
const FLOOR: usize = 0;

fn main() -> Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let contenders = contenders(&runtime)?;
    let rounds = unless_quick(11, 2);
    println!(
        "Medians of {rounds} interleaved rounds; the ratio is to the first row of the same round."
    );
    for callers in CALLERS {
        let noise = Noise::watch();
        let table = compare(&runtime, &contenders, callers, rounds);
        println!("\n### {callers} at a time\n\n{table}\n{noise}");
    }
    Ok(())
}

/// Everybody, the floor first.
fn contenders(runtime: &Runtime) -> Result<Vec<Contender>> {
    let servers = runtime.block_on(ours::servers())?;
    let mut all = vec![floor::one_replica(runtime), floor::plain()];
    for replicas in REPLICAS {
        if replicas > 1 {
            all.push(floor::some_replicas(runtime, replicas));
        }
        all.push(peers::buffer(runtime, replicas));
        all.push(runtime.block_on(peers::kameo(replicas)));
        all.push(runtime.block_on(peers::ractor(replicas))?);
        all.extend(runtime.block_on(ours::contenders(&servers, replicas))?);
    }
    Ok(all)
}

fn compare(runtime: &Runtime, contenders: &[Contender], callers: usize, rounds: usize) -> Table {
    let slice = Duration::from_millis(unless_quick(40, 10));
    let throughput = Rounds::run(contenders.len(), rounds, |contender| {
        contenders[contender].throughput(runtime, callers, slice)
    });
    let latency = Rounds::run(contenders.len(), unless_quick(3, 1), |contender| {
        contenders[contender].latency(runtime, callers, slice / 2)
    });
    let mut table =
        Table::new(["design", "replicas", "calls/s", "ratio", "95 %", "p50 µs", "p99 µs"]);
    for (index, contender) in contenders.iter().enumerate() {
        let interval = throughput.interval(index, FLOOR, |rate| *rate);
        table.row([
            contender.name.to_owned(),
            contender.replicas.to_string(),
            format!("{:.0} k", throughput.median(index, |rate| *rate) / 1e3),
            format!("{:.2}", throughput.ratio(index, FLOOR, |rate| *rate)),
            interval,
            format!("{:.2}", latency.median(index, |&Latency { p50, .. }| p50)),
            format!("{:.2}", latency.median(index, |&Latency { p99, .. }| p99)),
        ]);
    }
    table
}
