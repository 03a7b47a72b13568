//! What a large server costs that does nothing: a thousand deployments with ten thousand replicas in one process.
//!
//! Processor time at rest, a scrape of all metrics, a snapshot, an update of one of the deployments, and one of those with
//! as many as there are: an update should cost what it changes, and not what there is. And what it costs to read a file of
//! all of them, and to find a mistake in each.

#![expect(clippy::print_stdout, reason = "a bench prints its results")]
#![expect(clippy::disallowed_methods, reason = "what is measured is real time")]

use std::error::Error;
use std::time::{Duration, Instant};

use benches::unless_quick;
use serve_core::file::Builders;
use serve_core::prelude::*;

#[derive(Default)]
struct Idle;

#[deployment]
impl Idle {
    fn answer(&self) -> u32 {
        1
    }
}

/// The processor time of this process so far.
fn processor_time() -> Result<Duration, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|it| it.parse::<u64>().ok());
    let (user, system) = (ticks(11).ok_or("no user time")?, ticks(12).ok_or("no system time")?);
    // Hundredths of a second, on every Linux that there is.
    Ok(Duration::from_millis((user + system) * 10))
}

/// The shortest of a few.
fn shortest(mut work: impl FnMut()) -> Duration {
    let times = (0..5).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    });
    times.min().unwrap_or_default()
}

/// A file of so many applications, each with its deployment.
fn file(applications: u32) -> String {
    let application = |number| {
        format!(
            "  - {{ name: app-{number}, app: idle, deployments: [{{ name: Idle, health_check_period: 5s }}] }}\n"
        )
    };
    format!("applications:\n{}", (0..applications).map(application).collect::<String>())
}

async fn update(serve: &Serve, name: &str) -> Result<Duration, Box<dyn Error>> {
    let begun = Instant::now();
    serve.restart(name, None).await?;
    Ok(begun.elapsed())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let (applications, replicas) = (unless_quick(1000, 50), 10);
    let serve = Serve::builder().http(HttpOptions::disabled()).start().await?;
    serve.run_named("alone", Idle::bind().num_replicas(replicas)).await?;
    let alone = update(&serve, "alone").await?;
    let begun = Instant::now();
    for number in 0..applications {
        let app = Idle::bind().num_replicas(replicas).version(number.to_string());
        let handle = serve.run_named(&format!("app-{number}"), app).await?;
        // One call each, so that there is something to show.
        handle.answer.remote().await?;
    }
    println!("{applications} deployments with {replicas} replicas each");
    println!("to start all of them      {:>9.1?}", begun.elapsed());
    let rest = unless_quick(Duration::from_secs(60), Duration::from_secs(2));
    let before = processor_time()?;
    tokio::time::sleep(rest).await;
    let used = processor_time()?.saturating_sub(before).as_secs_f64() / rest.as_secs_f64();
    println!("at rest                   {:>8.2}% of a processor", used * 100.0);
    let text = serve.metrics();
    println!(
        "a scrape                  {:>9.1?}, {} bytes",
        shortest(|| drop(serve.metrics())),
        text.len()
    );
    println!("a snapshot                {:>9.1?}", shortest(|| drop(serve.snapshot())));
    println!("an update of one, alone   {alone:>9.1?}");
    println!("an update of one, of all  {:>9.1?}", update(&serve, "alone").await?);
    serve.shutdown().await?;
    let builders = Builders::default().app("idle", Idle::bind);
    let good = file(applications);
    let bad = good.replace("5s", "5");
    builders.read_yaml(&good)?;
    println!(
        "a file of all is read     {:>9.1?}, {} bytes",
        shortest(|| drop(builders.read_yaml(&good))),
        good.len()
    );
    println!(
        "a mistake in each of them {:>9.1?}",
        shortest(|| drop(builders.read_yaml(&bad).map_err(|error| error.excerpts(false))))
    );
    Ok(())
}
