//! Metrics of the user's own that are counted in a replica's process appear among those of its server.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use metrics::{counter, describe_counter, histogram};
use serve_core::prelude::*;
use tests::processes::{kill, until};
use tests::{process_tests, running_replicas, start_without_http};

#[derive(Default)]
struct Model;

#[deployment(isolation = "process")]
impl Model {
    fn new() -> Self {
        describe_counter!("far_tokens", "what was said");
        counter!("far_made").increment(1);
        Self
    }

    /// Also on a thread, which belongs to no call.
    fn say(&self, tokens: u64) -> u32 {
        counter!("far_tokens", "model" => "m").increment(tokens);
        histogram!("far_load_seconds").record(0.3);
        std::thread::spawn(|| counter!("far_on_a_thread").increment(1)).join().unwrap();
        std::process::id()
    }
}

fn series(serve: &Serve, name: &str, labels: &str) -> Option<String> {
    let replica = running_replicas(serve, "default", "Model").first()?.clone();
    let series = format!(
        "{name}{{{labels}application=\"default\",deployment=\"Model\",replica=\"{replica}\"}} "
    );
    // Labels stand in the order of their names, and the user's may be in between.
    let series = series.replace(
        "model=\"m\",application=\"default\",deployment=\"Model\",",
        "application=\"default\",deployment=\"Model\",model=\"m\",",
    );
    serve.metrics().lines().find_map(|line| line.strip_prefix(&series).map(str::to_owned))
}

async fn what_a_process_counts_has_the_labels_of_its_replica() {
    let serve = start_without_http().await;
    let handle = serve.run(Model::bind()).await.unwrap();
    for tokens in [2, 3] {
        handle.say.remote(tokens).await.unwrap();
    }
    let is = |name: &str, labels: &str, value: &str| {
        series(&serve, name, labels).as_deref() == Some(value)
    };
    until(async || is("far_tokens_total", "model=\"m\",", "5")).await;
    until(async || is("far_on_a_thread_total", "", "2")).await;
    until(async || is("far_made_total", "", "1")).await;
    until(async || is("far_load_seconds_bucket", "le=\"0.3\",", "2")).await;
    assert!(is("far_load_seconds_bucket", "le=\"0.2\",", "0"));
    assert!(serve.metrics().contains("# HELP far_tokens what was said\n"));
    serve.shutdown().await.unwrap();
}

async fn what_a_killed_process_has_told_goes_with_its_replica() {
    let serve = start_without_http().await;
    let handle = serve.run(Model::bind()).await.unwrap();
    let process = handle.say.remote(7).await.unwrap();
    until(async || series(&serve, "far_tokens_total", "model=\"m\",").as_deref() == Some("7"))
        .await;
    kill(process);
    until(async || !serve.metrics().contains("far_tokens_total{")).await;
    // The next one begins anew.
    until(async || handle.say.remote(1).await.is_ok()).await;
    until(async || series(&serve, "far_tokens_total", "model=\"m\",").is_some()).await;
    let told = series(&serve, "far_tokens_total", "model=\"m\",").unwrap();
    assert!(told.parse::<u64>().unwrap() < 7, "{told}");
    serve.shutdown().await.unwrap();
}

process_tests! {
    what_a_process_counts_has_the_labels_of_its_replica
    what_a_killed_process_has_told_goes_with_its_replica
}
