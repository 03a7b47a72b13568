//! A call to another process: ours against frames written by hand, tarpc and tonic.
//!
//! Everybody echoes bytes over one Unix socket to a second process, which is this executable started
//! again, called by tasks that loop on a runtime with two workers. The floor, 1.00, is `frames.rs`: what
//! one would write by hand for this purpose and no other.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]
#![expect(clippy::disallowed_methods, reason = "latencies are measured in real time")]

mod frames;
mod load;
mod ours;
mod peer;
mod tarpc_echo;
mod tonic_echo;

use std::time::Duration;

use benches::{Noise, Rounds, Table, unless_quick};
use load::{Contender, Load, Sample};
use tokio::runtime::{Builder, Runtime};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const CALLERS: [usize; 4] = [1, 16, 32, 256];
const SIZES: [(&str, usize); 3] = [("64 B", 64), ("16 KiB", 16 << 10), ("1 MiB", 1 << 20)];
/// Payloads that take so long that fewer of them have to do.
const LONG_BYTES: usize = 1 << 20;
/// The row that everybody is compared with.
const FLOOR: usize = 0;

fn main() -> Result<()> {
    serve_core::init();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if let Some((role, socket)) = peer::role()? {
        return runtime.block_on(peer::play(role, socket));
    }
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let (chosen, only) = (arguments.next(), arguments.next());
    let mut contenders = runtime.block_on(contenders())?;
    // The floor stays, whoever else is asked for.
    let mut index = 0;
    contenders.retain(|contender| {
        index += 1;
        index == 1 || chosen.as_ref().is_none_or(|chosen| contender.name.contains(&**chosen))
    });
    println!("Medians of interleaved rounds; ratios are to the first row of the same round.");
    for callers in CALLERS {
        let noise = Noise::watch();
        for (size, bytes) in SIZES {
            let is_wanted = |only: &String| *only == format!("{callers}x{bytes}");
            if !only.as_ref().is_none_or(is_wanted) {
                continue;
            }
            let load = Load { callers, bytes, slice: slice(callers, bytes) };
            let table = compare(&runtime, &contenders, &load);
            println!("\n### {callers} at a time, {size}\n\n{table}");
        }
        println!("{noise}");
    }
    Ok(())
}

/// Many short rounds, because which processor the kernel wakes a process on is a matter of luck that lasts
/// for a round and is worth a factor of three to a lone caller.
fn rounds(bytes: usize) -> usize {
    unless_quick(if bytes < LONG_BYTES { 15 } else { 5 }, 1)
}

/// Long enough for every caller to have several calls answered.
fn slice(callers: usize, bytes: usize) -> Duration {
    let micros = unless_quick(if bytes < LONG_BYTES { 60_000 } else { 160_000 }, 20_000);
    Duration::from_micros((micros + callers * bytes / 300) as u64)
}

/// Everybody, the floor first.
async fn contenders() -> Result<Vec<Contender>> {
    let mut all = vec![frames::contender().await?];
    all.extend(ours::contenders().await?);
    all.push(tarpc_echo::contender().await?);
    all.push(tonic_echo::contender().await?);
    Ok(all)
}

fn compare(runtime: &Runtime, contenders: &[Contender], load: &Load) -> Table {
    let samples = Rounds::run(contenders.len(), rounds(load.bytes), |contender| {
        contenders[contender].measure(runtime, load)
    });
    let mut table = Table::new([
        "design", "calls/s", "ratio", "95 %", "CPU µs", "ratio", "p50 µs", "ratio", "p99 µs",
    ]);
    for (index, contender) in contenders.iter().enumerate() {
        let interval = samples.interval(index, FLOOR, |sample| sample.rate);
        table.row([
            contender.name.to_owned(),
            format!("{:.1} k", samples.median(index, |sample| sample.rate) / 1e3),
            format!("{:.2}", samples.ratio(index, FLOOR, |sample| sample.rate)),
            interval,
            format!("{:.2}", samples.median(index, |&Sample { cpu, .. }| cpu)),
            format!("{:.2}", samples.ratio(index, FLOOR, |&Sample { cpu, .. }| cpu)),
            format!("{:.1}", samples.median(index, |&Sample { p50, .. }| p50)),
            format!("{:.2}", samples.ratio(index, FLOOR, |&Sample { p50, .. }| p50)),
            format!("{:.1}", samples.median(index, |&Sample { p99, .. }| p99)),
        ]);
    }
    table
}
