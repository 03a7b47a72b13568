//! A soak: calls, requests and streams on replicas in tasks, threads and processes, for as long as one likes,
//! while versions come and go, replicas die and clients misbehave. In the end a ledger says whether every call
//! had exactly one outcome.
//!
//! `MALLOC_ARENA_MAX=2 cargo run --release -p benches --bin soak -- --minutes 30 --seed 1`
//!
//! With two arenas of the allocator, because with the usual sixteen what is freed stays in whichever arena the thread of
//! a replica that has gone had, and resident memory grows by some per cent while the heap does not.
//!
//! It ends with status 1 if a call was lost, executed twice or hung, if a stream was cut or a call failed
//! without a reason, if an update did something else than it should have, or if something leaked.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a soak prints what it found")]

mod calls;
mod chatty;
mod client;
mod counted;
mod disturbances;
mod ending;
mod ledger;
mod operator;
mod options;
mod place;
mod report;
mod resources;
mod soak;
mod spec;
mod streams;
mod updates;
mod worker;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serve_core::prelude::{HttpOptions, Serve};
use tokio::runtime;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::ledger::Ledger;
use crate::operator::Operator;
use crate::options::{CHATTY, Options};
use crate::place::Place;
use crate::report::{Report, Wrong};
use crate::resources::{Memory, Resources};
use crate::soak::Soak;
use crate::spec::Spec;
use crate::streams::Length;
use crate::worker::Temper;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Of each application.
const CALLERS: usize = 4;
const CONNECTIONS: usize = 4;
const SHORT_STREAMS: usize = 4;

/// What is under way when it is over may take so long to end.
const END_PATIENCE: Duration = Duration::from_secs(300);
/// Memory counts from here on, or from a fifth of a shorter time.
const WARM_UP: Duration = Duration::from_secs(300);
/// From this time on growth of memory is a failure; before it there is too little to compare.
const MEMORY_TIME: Duration = Duration::from_secs(15 * 60);
/// How long memory is looked at, once it is warm and at the end. It goes up and down by a twelfth from one minute to the
/// next, with the replicas that come and go, so a minute says too little.
const MEMORY_SPAN: Duration = Duration::from_secs(300);
const MEMORY_GROWTH_MAX: f64 = 1.05;

fn main() -> ExitCode {
    // Replicas in processes are this program, started again.
    serve_core::init();
    let mut arguments = std::env::args().skip(1).peekable();
    let outcome = match arguments.next_if(|argument| argument == CHATTY) {
        Some(_) => chatty::serve().map(|()| true),
        None => Options::parse(arguments).and_then(run),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing went wrong.
fn run(options: Options) -> Result<bool, Failure> {
    let mut runtime = runtime::Builder::new_multi_thread();
    // Threads for what blocks take turns, so with the usual 10 s a health check a second keeps many alive.
    runtime.enable_all().thread_keep_alive(Duration::from_millis(200));
    runtime.build()?.block_on(soak(options))
}

async fn soak(options: Options) -> Result<bool, Failure> {
    println!("seed {}, {:?}", options.seed, options.time);
    let ledger = Ledger::create(options.time)?;
    let empty = Resources::now();
    let soak = Arc::new(start(ledger, options).await?);
    let before = Resources::now();
    let mut work = load(&soak, options.seed)?;
    let (warm, last) = watch(&soak, options).await;
    join(&soak, &mut work).await;
    ending::find_leaks(&soak, before).await;
    println!("memory in KiB: {warm:?} when warm, {last:?} at the end");
    for (what, grown) in last.beyond(warm) {
        println!("{what}: ratio {grown:.3}");
        // Where memory cannot be read there is nothing to compare, and that is wrong, too.
        if options.time >= MEMORY_TIME && (grown.is_nan() || grown > MEMORY_GROWTH_MAX) {
            let text = format_args!("{what} grew to {grown:.3} of what it was");
            soak.report.wrong(Wrong::Leaked, text);
        }
    }
    settle_accounts(&soak);
    ending::shut_down(&soak, empty).await;
    println!("{}", soak.report);
    let is_clean = soak.report.is_clean();
    println!("{}", if is_clean { "clean" } else { "NOT CLEAN" });
    Ok(is_clean)
}

/// The server with its three applications.
async fn start(ledger: Ledger, options: Options) -> Result<Soak, Failure> {
    let serve = Serve::builder().http(HttpOptions::default().port(0)).start().await?;
    for place in Place::ALL {
        let first = Spec::FIRST;
        let config = spec::config(first);
        let application = spec::application(ledger.journal(), place, first, Temper::Good, config);
        serve.run_named(place.name(), application).await?;
    }
    Ok(Soak {
        address: serve.http_addr().ok_or("HTTP is enabled")?,
        serve,
        ledger,
        report: Report::default(),
        kills: Default::default(),
        end: Instant::now() + options.time,
    })
}

/// Everybody who calls or disturbs.
fn load(soak: &Arc<Soak>, seed: u64) -> Result<JoinSet<Result<(), Failure>>, Failure> {
    let mut random = Rng::with_seed(seed);
    let mut work = JoinSet::new();
    for place in Place::ALL {
        for _ in 0..CALLERS {
            work.spawn(calls::by_handle(Arc::clone(soak), place, random.fork()));
        }
        for _ in 0..CONNECTIONS {
            work.spawn(calls::by_http(Arc::clone(soak), place, random.fork()));
        }
        for _ in 0..SHORT_STREAMS {
            work.spawn(streams::read(Arc::clone(soak), place, Length::Short, random.fork()));
        }
        work.spawn(streams::read(Arc::clone(soak), place, Length::Long, random.fork()));
        let operator = Operator::new(Arc::clone(soak), place, random.fork());
        work.spawn(async {
            operator.operate().await;
            Ok(())
        });
    }
    work.spawn(chatty::start_many(Arc::clone(soak)));
    Ok(work)
}

/// Prints how it goes each minute. The memory when it was warm and at the end, each under load.
async fn watch(soak: &Soak, options: Options) -> (Memory, Memory) {
    let begun = soak.end - options.time;
    let span = (options.time / 6).min(MEMORY_SPAN);
    let warm_up = WARM_UP.min(options.time / 5);
    let warming = async {
        sleep_until(begun + warm_up).await;
        memory_until(begun + warm_up + span).await
    };
    let (warm, ()) =
        futures_util::future::join(warming, print_minutes(soak, begun, soak.end - span)).await;
    sleep_until(soak.end - span).await;
    (warm, memory_until(soak.end).await)
}

async fn print_minutes(soak: &Soak, begun: Instant, end: Instant) {
    for minute in 1.. {
        let next = begun + Duration::from_secs(60) * minute;
        if next >= end {
            break;
        }
        sleep_until(next).await;
        let Memory { resident, heap } = Memory::now();
        println!(
            "minute {minute}: {} calls, {resident} KiB, {heap} of them on the heap\n{}",
            soak.ledger.calls(),
            soak.report
        );
    }
}

/// The median of a while, because it goes up and down with every replica.
async fn memory_until(end: Instant) -> Memory {
    let mut samples = vec![Memory::now()];
    while Instant::now() < end {
        sleep(Duration::from_millis(500)).await;
        samples.push(Memory::now());
    }
    Memory::median(&samples)
}

async fn join(soak: &Soak, work: &mut JoinSet<Result<(), Failure>>) {
    let joining = async {
        while let Some(ended) = work.join_next().await {
            let failure = match ended {
                Ok(Ok(())) => continue,
                Ok(Err(failure)) => failure,
                Err(panic) => panic.into(),
            };
            soak.report.wrong(Wrong::Failed, failure);
        }
    };
    if timeout(END_PATIENCE, joining).await.is_err() {
        soak.report.wrong(Wrong::Hung, "not everybody came to an end");
    }
}

/// What does not add up counts as wrong.
fn settle_accounts(soak: &Soak) {
    let report = &soak.report;
    let balance = match soak.ledger.balance() {
        Ok(balance) => balance,
        Err(error) => return report.wrong(Wrong::Failed, format_args!("the ledger: {error}")),
    };
    println!("{balance:?}");
    report.wrong_times(Wrong::Lost, balance.lost, "answered, and never executed");
    report.wrong_times(Wrong::Double, balance.double, "executed more than once");
    report.wrong_times(Wrong::Double, balance.denied, "executed, and said not to have been");
    report.wrong_times(Wrong::Hung, balance.open, "never had an outcome");
}
