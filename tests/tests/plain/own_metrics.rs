//! Metrics of the user's own, counted with the macros of the crate `metrics`, appear among those of the server.
//!
//! The recorder is the process's, so each test has metrics of its own names.

use std::time::Duration;

use metrics::{Counter, counter, describe_gauge, gauge, histogram};
use serve_core::prelude::*;
use serve_core::{Isolation, MetricsOptions};
use tests::own_process::{is_alone, run_alone};
use tests::{SOON, running_replicas, start_without_http, stop, within};

/// Counts what it is told to.
struct Counting {
    kept: Counter,
}

#[deployment]
impl Counting {
    fn new() -> Self {
        Self { kept: counter!("own_kept") }
    }

    fn count(&self, name: String, by: u64) -> u64 {
        counter!(name, "model" => "m").increment(by);
        by
    }

    async fn measure(&self, name: String) {
        gauge!(format!("{name}_level")).set(1.5);
        histogram!(format!("{name}_seconds")).record(0.3);
        histogram!(format!("{name}_size")).record(2000.0);
    }

    #[blocking]
    fn grind(&self, name: String) {
        counter!(name).increment(1);
    }

    fn use_kept(&self) {
        self.kept.increment(1);
    }

    fn count_on_a_thread(&self, name: String) {
        let counting = std::thread::spawn(move || counter!(name).increment(1));
        drop(counting.join());
    }
}

fn labels(replica: &str) -> String {
    let deployment = "application=\"default\",deployment=\"Counting\"";
    format!("{deployment},replica=\"{replica}\"")
}

fn only_replica(serve: &Serve) -> String {
    let [replica] = &running_replicas(serve, "default", "Counting")[..] else {
        panic!("one replica")
    };
    replica.clone()
}

async fn what_a_method_counts_has_the_labels_of_its_replica(isolation: Isolation, name: &str) {
    let serve = start_without_http().await;
    let handle = serve.run(Counting::bind().isolation(isolation)).await.expect("it runs");
    for by in [2, 3] {
        handle.count.remote(name.to_owned(), by).await.expect("it answers");
        handle.count.call(name.to_owned(), by).await.expect("it answers");
    }
    handle.measure.remote(name.to_owned()).await.expect("it answers");
    handle.grind.remote(format!("{name}_ground")).await.expect("it answers");
    let (text, replica) = (serve.metrics(), labels(&only_replica(&serve)));
    let of_model = replica.replace(",replica", ",model=\"m\",replica");
    for line in [
        format!("# TYPE {name} counter"),
        format!("{name}_total{{{of_model}}} 10"),
        format!("{name}_ground_total{{{replica}}} 1"),
        format!("{name}_level{{{replica}}} 1.5"),
        format!("# TYPE {name}_seconds histogram"),
        format!("{name}_seconds_bucket{{le=\"0.2\",{replica}}} 0"),
        format!("{name}_seconds_bucket{{le=\"0.3\",{replica}}} 1"),
        format!("{name}_size_bucket{{le=\"1000.0\",{replica}}} 0"),
        format!("{name}_size_bucket{{le=\"3000.0\",{replica}}} 1"),
        format!("{name}_size_sum{{{replica}}} 2000.0"),
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn what_a_method_counts_in_a_task_has_the_labels_of_its_replica() {
    let name = "own_in_a_task";
    what_a_method_counts_has_the_labels_of_its_replica(Isolation::Task, name).await;
}

#[tokio::test]
async fn what_a_method_counts_on_a_thread_has_the_labels_of_its_replica() {
    let name = "own_on_a_thread";
    what_a_method_counts_has_the_labels_of_its_replica(Isolation::Thread, name).await;
}

#[tokio::test]
async fn a_counter_kept_from_the_constructor_counts_for_the_replica_that_uses_it() {
    let serve = start_without_http().await;
    let handle = serve.run(Counting::bind()).await.expect("it runs");
    handle.use_kept.remote().await.expect("it answers");
    let line = format!("own_kept_total{{{}}} 1", labels(&only_replica(&serve)));
    let text = serve.metrics();
    assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    stop(serve).await;
}

#[tokio::test]
async fn what_is_counted_outside_of_calls_has_no_labels_of_a_replica() {
    let serve = start_without_http().await;
    let handle = serve.run(Counting::bind()).await.expect("it runs");
    describe_gauge!("own_outside_level", "how full it is");
    gauge!("own_outside_level", "tank" => "left").set(0.5);
    handle.count_on_a_thread.remote("own_on_another_thread".to_owned()).await.expect("it answers");
    let text = serve.metrics();
    for line in [
        "# HELP own_outside_level how full it is",
        "own_outside_level{tank=\"left\"} 0.5",
        "own_on_another_thread_total 1",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn series_of_own_metrics_end_with_their_replica() {
    let serve = start_without_http().await;
    let handle = serve.run(Counting::bind()).await.expect("it runs");
    handle.count.remote("own_of_a_replica".to_owned(), 1).await.expect("it answers");
    let first = only_replica(&serve);
    let has = |replica: &str| {
        let series = format!("own_of_a_replica_total{{{}", "application=\"default\"");
        let of_replica = format!("replica=\"{replica}\"");
        serve.metrics().lines().any(|it| it.starts_with(&series) && it.contains(&of_replica))
    };
    assert!(has(&first));
    serve.restart("default", None).await.expect("it restarts");
    handle.count.remote("own_of_a_replica".to_owned(), 1).await.expect("it answers");
    let second = only_replica(&serve);
    let gone = async {
        while has(&first) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(SOON, gone).await;
    assert!(has(&second));
    stop(serve).await;
}

// === which recorder it is ===

fn alone(name: &str, test: impl AsyncFnOnce()) {
    if !is_alone() {
        return run_alone(&format!("own_metrics::{name}"), &[]);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(within(SOON, test()));
}

#[test]
fn a_recorder_that_is_there_before_stays() {
    alone("a_recorder_that_is_there_before_stays", async || {
        metrics::set_global_recorder(metrics::NoopRecorder).expect("it is the first");
        let serve = start_without_http().await;
        let handle = serve.run(Counting::bind()).await.expect("it runs");
        handle.count.remote("own_elsewhere".to_owned(), 1).await.expect("it answers");
        assert!(!serve.metrics().contains("own_elsewhere"));
        stop(serve).await;
    });
}

#[test]
fn a_server_that_counts_nothing_installs_no_recorder() {
    alone("a_server_that_counts_nothing_installs_no_recorder", async || {
        let builder = Serve::builder().http(HttpOptions::disabled());
        let serve = builder.metrics(MetricsOptions::disabled()).start().await.expect("it starts");
        metrics::set_global_recorder(metrics::NoopRecorder).expect("it is the first");
        stop(serve).await;
    });
}

/// Operators' demand 18: a hard cap, beyond which what is counted is added up.
#[test]
fn there_are_no_more_series_than_the_options_say() {
    alone("there_are_no_more_series_than_the_options_say", async || {
        let options = MetricsOptions::default().max_series(5);
        let builder = Serve::builder().http(HttpOptions::disabled()).metrics(options);
        let serve = builder.start().await.expect("it starts");
        let handle = serve.run(Counting::bind()).await.expect("it runs");
        handle.count.remote("own_bounded".to_owned(), 1).await.expect("it answers");
        for user in 0..100 {
            counter!("own_bounded", "user" => user.to_string()).increment(1);
        }
        let text = serve.metrics();
        let series: Vec<_> =
            text.lines().filter(|it| it.starts_with("own_bounded_total")).collect();
        let count = |line: &&str| line.rsplit(' ').next().and_then(|it| it.parse::<u64>().ok());
        assert_eq!(series.len(), 5, "{series:#?}");
        assert_eq!(series.iter().filter_map(count).sum::<u64>(), 101, "{series:#?}");
        stop(serve).await;
    });
}
