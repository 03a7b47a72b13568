//! As many replicas as there is work for, down to none: and every decision with its reason.
//!
//! A deployment that takes half a second to start is left alone until its last replica goes, gets one call, then
//! a dozen callers, and is left alone again. Its delays are much shorter than those of a service, so that all of it
//! takes seven seconds.
//!
//! Run with `cargo run -p examples --bin autoscaling`.

use std::time::Duration;

use futures_util::StreamExt;
use serve_core::prelude::*;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing_subscriber::filter::LevelFilter;

struct Transcriber;

#[deployment(
    max_ongoing_requests = 4,
    autoscaling(
        min_replicas = 0,
        max_replicas = 4,
        target_ongoing_requests = 2,
        upscale_delay = "500ms",
        downscale_delay = "1s",
        downscale_to_zero_delay = "1s",
        look_back_period = "1s",
    )
)]
impl Transcriber {
    /// As if it loaded a model.
    async fn new() -> Self {
        tokio::time::sleep(Duration::from_millis(500)).await;
        Self
    }

    /// As if it used it.
    async fn transcribe(&self, seconds: u64) -> String {
        tokio::time::sleep(Duration::from_millis(50)).await;
        format!("{seconds} s of speech")
    }
}

/// Prints what is decided about the number of replicas, as it happens.
async fn tell(mut events: impl Stream<Item = serve_core::Event> + Unpin, begun: Instant) {
    while let Some(event) = events.next().await {
        if let Some(decision) = event.scaling {
            let (at, from, to) = (begun.elapsed().as_secs_f64(), decision.from, decision.to);
            println!("{at:4.1} s  {from} → {to} by {}: {}", decision.by, decision.reason);
        }
    }
}

/// How many replicas take calls.
fn running(serve: &Serve) -> usize {
    serve.snapshot().applications["default"].deployments["Transcriber"].running
}

/// Waits until nobody is left.
async fn until_none(serve: &Serve) {
    while running(serve) > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("        0 replicas");
}

/// Twelve callers who call for two seconds, one call after the other. Says how many calls there were, and how many have
/// failed.
async fn load(transcriber: &TranscriberHandle) -> (u32, u32) {
    let until = Instant::now() + Duration::from_secs(2);
    let mut callers = JoinSet::new();
    for _ in 0..12 {
        let transcriber = transcriber.clone();
        callers.spawn(async move {
            let (mut calls, mut failed) = (0, 0);
            while Instant::now() < until {
                calls += 1;
                failed += u32::from(transcriber.transcribe.remote(30).await.is_err());
            }
            (calls, failed)
        });
    }
    let counted = callers.join_all().await;
    counted.iter().fold((0, 0), |sum, caller| (sum.0 + caller.0, sum.1 + caller.1))
}

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    let log = tracing_subscriber::fmt().with_max_level(LevelFilter::WARN);
    log.with_writer(std::io::stderr).init();
    let serve = Serve::builder().http(HttpOptions::disabled()).start().await?;
    let transcriber = serve.run(Transcriber::bind()).await?;
    let begun = Instant::now();
    let mut telling = JoinSet::new();
    telling.spawn(tell(serve.events(), begun));

    println!("== nobody calls");
    until_none(&serve).await;

    println!("== one call: it waits while a replica starts");
    let called = Instant::now();
    let answer = transcriber.transcribe.remote(7).await?;
    println!("        \"{answer}\" after {:.1} s", called.elapsed().as_secs_f64());

    println!("== twelve callers, for two seconds");
    let (calls, failed) = load(&transcriber).await;
    println!("        {} replicas; {failed} of {calls} calls failed", running(&serve));

    println!("== nobody calls");
    until_none(&serve).await;
    serve.shutdown().await?;
    // The events end with the server.
    telling.join_all().await;
    Ok(())
}
