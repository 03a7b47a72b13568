//! As many replicas as the load asks for, and why.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{
    AutoscalingConfig, AutoscalingContext, EventKind, ScalingDecision, ScalingRecord,
};
use tests::{Probe, SOON, client, spawn, start, start_without_http, stop, until_so, url, within};
use tokio::time::sleep;

/// Works for so long, and takes so long to be made.
struct Worker {
    time: Duration,
}

#[deployment(route_prefix = "/")]
impl Worker {
    fn new(startup: Duration, time: Duration) -> Self {
        // It computes, so a clock that stands still does not concern it.
        std::thread::sleep(startup);
        Self { time }
    }

    async fn work(&self) -> u32 {
        sleep(self.time).await;
        1
    }

    async fn __call__(&self) -> String {
        sleep(self.time).await;
        "done".to_owned()
    }
}

/// Waits at a gate.
struct Gated {
    gate: Probe,
}

#[deployment]
impl Gated {
    fn new(gate: Probe) -> Self {
        Self { gate }
    }

    async fn wait(&self) -> u32 {
        self.gate.pass().await;
        1
    }
}

/// What a constructor takes where that is not what the test is about.
const STARTUP: Duration = Duration::from_millis(1);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The decisions about a deployment so far.
fn decisions(serve: &Serve) -> Vec<ScalingRecord> {
    serve.recent_events(0).into_iter().filter_map(|event| event.scaling).collect()
}

/// How many replicas a deployment shall have, and how many take calls.
fn counts(serve: &Serve, deployment: &str) -> (u32, usize) {
    let snapshot = serve.snapshot();
    let deployment = &snapshot.applications["default"].deployments[deployment];
    (deployment.counts.target, deployment.running)
}

/// Each decision goes on from the one before, and says why.
fn assert_explained(decisions: &[ScalingRecord], first: u32, last: u32) {
    let mut count = first;
    for decision in decisions {
        assert_eq!(decision.from, count, "{decisions:?}");
        assert_ne!(decision.to, count, "{decisions:?}");
        assert!(!decision.reason.is_empty(), "{decision:?}");
        count = decision.to;
    }
    assert_eq!(count, last, "{decisions:?}");
}

/// Operators' demand 2: a load that goes brings the number down again.
#[tokio::test(start_paused = true)]
async fn replicas_follow_the_load_up_and_down_and_no_call_fails() {
    let serve = start_without_http().await;
    let autoscaling = AutoscalingConfig::default()
        .max_replicas(40)
        .upscale_delay(seconds(5))
        .downscale_delay(seconds(30))
        .look_back_period(seconds(10));
    let app = Worker::bind(STARTUP, Duration::from_millis(50)).autoscaling(autoscaling);
    let handle = serve.run(app).await.expect("it runs");
    let stopped = Arc::new(AtomicBool::new(false));
    let caller = |stopped: Arc<AtomicBool>| {
        let handle = handle.clone();
        spawn(async move {
            let mut failed = 0;
            while !stopped.load(SeqCst) {
                failed += usize::from(handle.work.remote().await.is_err());
            }
            failed
        })
    };
    let one = caller(Arc::clone(&stopped));
    sleep(seconds(30)).await;
    assert_eq!(counts(&serve, "Worker"), (1, 1));
    let burst = Arc::new(AtomicBool::new(false));
    let many: Vec<_> = (0..63).map(|_| caller(Arc::clone(&burst))).collect();
    sleep(seconds(60)).await;
    assert_eq!(counts(&serve, "Worker"), (32, 32), "{:?}", decisions(&serve));
    burst.store(true, SeqCst);
    for caller in many {
        assert_eq!(within(SOON, caller).await.expect("it ends"), 0);
    }
    sleep(seconds(300)).await;
    assert_eq!(counts(&serve, "Worker"), (1, 1), "{:?}", decisions(&serve));
    stopped.store(true, SeqCst);
    assert_eq!(within(SOON, one).await.expect("it ends"), 0);
    assert_explained(&decisions(&serve), 1, 1);
    stop(serve).await;
}

/// Operators' demand 3: what comes to a deployment without replicas waits for the first, within its bound, and is not
/// lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_requests_wait_for_a_deployment_without_replicas_and_what_is_too_much_is_refused() {
    let serve = start().await;
    let autoscaling = AutoscalingConfig::default()
        .min_replicas(0)
        .max_replicas(4)
        .downscale_to_zero_delay(Duration::from_millis(300))
        .look_back_period(seconds(1));
    let app = Worker::bind(seconds(3), Duration::from_millis(50))
        .autoscaling(autoscaling)
        .max_ongoing_requests(4)
        .max_queued_requests(50);
    within(SOON, serve.run(app)).await.expect("it runs");
    let is_empty = async {
        while counts(&serve, "Worker") != (0, 0) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    within(SOON, is_empty).await;
    let (client, url) = (client(), url(&serve, "/"));
    let requests = (0..200).map(|_| client.get(&url).send());
    let answers = within(SOON, futures::future::join_all(requests)).await;
    let mut statuses = std::collections::BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.expect("an answer").status().as_u16()).or_insert(0) += 1;
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [(200, 50), (503, 150)]);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_deployment_without_replicas_is_proven_all_the_same() {
    let serve = start_without_http().await;
    let app = |startup| {
        let autoscaling = AutoscalingConfig::default()
            .min_replicas(0)
            .max_replicas(4)
            .downscale_to_zero_delay(seconds(20));
        Worker::bind(startup, Duration::from_millis(50)).autoscaling(autoscaling)
    };
    let handle = serve.run(app(STARTUP)).await.expect("it runs");
    sleep(seconds(90)).await;
    assert_eq!(counts(&serve, "Worker"), (0, 0));
    serve.run(app(STARTUP * 2)).await.expect("it is updated");
    sleep(seconds(90)).await;
    assert_eq!(counts(&serve, "Worker"), (0, 0), "{:?}", decisions(&serve));
    assert_eq!(within(SOON, handle.work.remote()).await.expect("it answers"), 1);
    stop(serve).await;
}

/// Operators' demand 6: of two who set the number one wins, and both are seen.
#[tokio::test(start_paused = true)]
async fn a_pin_wins_over_the_load_until_it_ends() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let autoscaling = AutoscalingConfig::default().max_replicas(8).upscale_delay(seconds(2));
    let handle = serve.run(Gated::bind(gate.clone()).autoscaling(autoscaling)).await;
    let handle = handle.expect("it runs");
    serve.scale("default", "Gated", 3).await.expect("it scales");
    let calls: Vec<_> = (0..12).map(|_| handle.wait.remote()).collect();
    sleep(seconds(60)).await;
    assert_eq!(counts(&serve, "Gated"), (3, 3));
    let snapshot = serve.snapshot();
    let counted = snapshot.applications["default"].deployments["Gated"].counts;
    assert_eq!((counted.declared, counted.pinned, counted.autoscaled), (1, Some(3), Some(6)));
    serve.unpin("default", "Gated").await.expect("it is unpinned");
    assert_eq!(counts(&serve, "Gated"), (6, 6));
    gate.open();
    for answer in futures::future::join_all(calls).await {
        answer.expect("it answers");
    }
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_policy_decides_within_the_bounds_and_its_reason_is_kept() {
    let serve = start_without_http().await;
    let policy = |context: &AutoscalingContext| {
        let wanted = if context.ongoing > 0 { 99 } else { 2 };
        ScalingDecision::replicas(wanted).because("as it likes")
    };
    let gate = Probe::new();
    let app = Gated::bind(gate.clone())
        .autoscaling(AutoscalingConfig::default().max_replicas(5))
        .autoscaling_policy(policy);
    let handle = serve.run(app).await.expect("it runs");
    sleep(seconds(10)).await;
    assert_eq!(counts(&serve, "Gated"), (2, 2), "{:?}", decisions(&serve));
    let waiting = handle.wait.remote();
    sleep(seconds(10)).await;
    assert_eq!(counts(&serve, "Gated"), (5, 5));
    let all = decisions(&serve);
    assert_explained(&all, 1, 5);
    assert!(all.iter().all(|it| it.by == "policy" && it.reason.contains("as it likes")), "{all:?}");
    gate.open();
    waiting.await.expect("it answers");
    stop(serve).await;
}

/// How often policies have failed, as the metrics say.
fn policy_failures(serve: &Serve) -> u64 {
    let text = serve.metrics();
    let is_it = |line: &&str| line.starts_with("serve_autoscaling_policy_failures_total");
    let count = text.lines().find(is_it).and_then(|line| line.rsplit(' ').next()?.parse().ok());
    count.unwrap_or_default()
}

/// Operators' demand 5: a policy that panics changes nothing, and is counted.
#[tokio::test]
async fn a_policy_that_panics_keeps_the_number_of_replicas_and_is_told_of() {
    let serve = start_without_http().await;
    let policy = |_: &AutoscalingContext| -> ScalingDecision { panic!("out of ideas") };
    let autoscaling =
        AutoscalingConfig::default().max_replicas(5).look_back_period(Duration::from_secs(2));
    let app = Gated::bind(Probe::new()).autoscaling(autoscaling).autoscaling_policy(policy);
    serve.run(app).await.expect("it runs");
    let failed = |serve: &Serve| {
        let events = serve.recent_events(0).into_iter();
        events.filter(|event| event.kind == EventKind::PolicyFailed).collect::<Vec<_>>()
    };
    until_so("it has failed three times", || policy_failures(&serve) >= 3).await;
    let failed = failed(&serve);
    assert!(failed.iter().any(|event| event.message.contains("out of ideas")), "{failed:?}");
    let is_repeated = failed.windows(2).any(|pair| pair[0].message == pair[1].message);
    assert!(!is_repeated, "the same is told once: {failed:?}");
    assert_eq!(counts(&serve, "Gated"), (1, 1));
    stop(serve).await;
}

/// Operators' demand 5: nor does one that takes too long.
#[tokio::test]
async fn a_policy_that_hangs_keeps_the_number_of_replicas_and_holds_up_nothing() {
    let serve = start_without_http().await;
    let (entered, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Mutex::new(released);
    let policy = move |_: &AutoscalingContext| {
        // Until the test lets go of it.
        drop(released.lock().map(|released| released.recv()));
        ScalingDecision::replicas(4)
    };
    let app = Gated::bind(Probe::new())
        .autoscaling(AutoscalingConfig::default().max_replicas(5))
        .autoscaling_policy(policy);
    serve.run(app).await.expect("it runs");
    until_so("it is told that the policy is late", || {
        let events = serve.recent_events(0);
        let is_late = |it: &serve_core::Event| {
            it.kind == EventKind::PolicyFailed && it.message.contains("100ms")
        };
        events.iter().any(is_late)
    })
    .await;
    // The controller goes on.
    serve.scale("default", "Gated", 2).await.expect("it scales");
    assert_eq!(counts(&serve, "Gated"), (2, 2));
    assert_eq!(policy_failures(&serve), 1);
    drop(entered);
    // What it says too late counts neither as a decision nor as one more failure.
    until_so("it has been asked again", || !decisions(&serve).is_empty()).await;
    assert_eq!((policy_failures(&serve), counts(&serve, "Gated")), (1, (2, 2)));
    stop(serve).await;
}

/// Operators' demand 5: a dry run tells and does not act.
#[tokio::test(start_paused = true)]
async fn a_dry_run_tells_what_it_would_do_and_does_nothing() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let autoscaling = AutoscalingConfig::default().max_replicas(8).upscale_delay(seconds(2));
    let app = Gated::bind(gate.clone()).autoscaling(autoscaling).dry_run(true);
    let handle = serve.run(app).await.expect("it runs");
    let calls: Vec<_> = (0..12).map(|_| handle.wait.remote()).collect();
    sleep(seconds(60)).await;
    assert_eq!(counts(&serve, "Gated"), (1, 1));
    let told = decisions(&serve);
    assert!(!told.is_empty() && told.iter().all(|it| it.is_dry_run && it.from == 1), "{told:?}");
    assert_eq!(told.last().map(|last| last.to), Some(6), "{told:?}");
    assert!(told.len() < 10, "the same is told once: {told:?}");
    gate.open();
    drop(calls);
    stop(serve).await;
}

/// Operators' demand 4: why it is at this number has an answer.
#[tokio::test(start_paused = true)]
async fn every_change_of_a_number_of_replicas_has_one_record() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let app = |count: u32| Gated::bind(gate.clone()).num_replicas(count);
    serve.run(app(2)).await.expect("it runs");
    serve.run(app(4)).await.expect("it runs");
    serve.scale("default", "Gated", 3).await.expect("it scales");
    serve.scale("default", "Gated", 3).await.expect("it is as it was");
    serve.unpin("default", "Gated").await.expect("it is unpinned");
    serve.run(app(1)).await.expect("it runs");
    let all = decisions(&serve);
    assert_explained(&all, 2, 1);
    let by: Vec<_> = all.iter().map(|decision| &*decision.by).collect();
    assert_eq!(by, ["update", "operator", "operator", "update"], "{all:?}");
    let snapshot = serve.snapshot();
    assert_eq!(snapshot.applications["default"].deployments["Gated"].scaling, all);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn another_number_of_replicas_ends_autoscaling() {
    let (serve, gate) = (start_without_http().await, Probe::opened());
    let autoscaling = AutoscalingConfig::default().min_replicas(2).max_replicas(8);
    let app = Gated::bind(gate.clone()).autoscaling(autoscaling);
    serve.run(app.clone()).await.expect("it runs");
    sleep(seconds(5)).await;
    assert_eq!(counts(&serve, "Gated"), (2, 2));
    serve.run(app.num_replicas(1)).await.expect("it runs");
    sleep(seconds(60)).await;
    assert_eq!(counts(&serve, "Gated"), (1, 1));
    stop(serve).await;
}

#[tokio::test]
async fn bounds_that_cannot_be_are_refused_by_name() {
    let serve = start_without_http().await;
    let autoscaling = AutoscalingConfig::default().min_replicas(5).max_replicas(2);
    let app = Gated::bind(Probe::new()).autoscaling(autoscaling);
    let error = serve.run(app).await.map(drop).expect_err("it is refused").to_string();
    assert!(error.contains("min_replicas") && error.contains("max_replicas"), "{error}");
    stop(serve).await;
}

// === replicas come and go ===

#[tokio::test(start_paused = true)]
async fn a_replica_that_has_had_enough_calls_is_replaced_and_no_call_fails() {
    let (serve, gate) = (start_without_http().await, Probe::opened());
    let app = Gated::bind(gate.clone()).num_replicas(2).max_requests_per_replica(10);
    let handle = serve.run(app).await.expect("it runs");
    let recycled = |serve: &Serve| {
        let events = serve.recent_events(0).into_iter();
        events.filter(|event| event.kind == EventKind::ReplicaRecycled).collect::<Vec<_>>()
    };
    for _ in 0..100 {
        handle.wait.remote().await.expect("it answers");
    }
    for round in 1..=2 {
        sleep(Duration::from_millis(2500)).await;
        assert!(recycled(&serve).len() <= 2, "one at a time");
        let snapshot = serve.snapshot();
        assert_eq!(snapshot.applications["default"].deployments["Gated"].running, 2, "{round}");
    }
    let recycled = recycled(&serve);
    assert_eq!(recycled.len(), 2, "{recycled:?}");
    assert_ne!(recycled[0].replica, recycled[1].replica);
    assert!(recycled[0].message.contains("10 are enough"), "{recycled:?}");
    handle.wait.remote().await.expect("it answers");
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_replica_beside_another_begins_with_few_calls() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let app = Gated::bind(gate.clone()).max_ongoing_requests(10).slow_start(seconds(10));
    let handle = serve.run(app).await.expect("it runs");
    let calls: Vec<_> = (0..30).map(|_| handle.wait.remote()).collect();
    let ongoing = |serve: &Serve| {
        let snapshot = serve.snapshot();
        let replicas = &snapshot.applications["default"].deployments["Gated"].replicas;
        replicas.iter().map(|replica| replica.ongoing).collect::<Vec<_>>()
    };
    assert_eq!(ongoing(&serve), [10], "alone it is not spared");
    serve.scale("default", "Gated", 2).await.expect("it scales");
    assert_eq!(ongoing(&serve), [10, 1]);
    sleep(Duration::from_millis(5500)).await;
    assert_eq!(ongoing(&serve), [10, 5]);
    sleep(seconds(5)).await;
    assert_eq!(ongoing(&serve), [10, 10]);
    gate.open();
    for answer in futures::future::join_all(calls).await {
        answer.expect("it answers");
    }
    stop(serve).await;
}

// === whom it concerns ===

#[tokio::test]
async fn a_first_replica_is_made_however_short_the_delay_to_zero_is() {
    let serve = start_without_http().await;
    let autoscaling = AutoscalingConfig::default()
        .min_replicas(0)
        .max_replicas(2)
        .downscale_to_zero_delay(Duration::from_millis(200))
        .look_back_period(seconds(1));
    let app = Worker::bind(seconds(2), STARTUP).autoscaling(autoscaling);
    within(SOON, serve.run(app)).await.expect("it runs");
    let events = serve.recent_events(0);
    let started = events.iter().any(|event| event.kind == EventKind::ReplicaStarted);
    assert!(started, "`run` returned without a replica ever having been made: {events:?}");
    stop(serve).await;
}

/// Six replicas under twelve calls.
async fn loaded() -> (Serve, Probe, Vec<ObjectRef<u32>>, impl Fn(u32) -> Application<Gated>) {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let held = gate.clone();
    let app = move |min| {
        let autoscaling = AutoscalingConfig::default()
            .min_replicas(min)
            .max_replicas(8)
            .upscale_delay(seconds(2));
        Gated::bind(held.clone()).autoscaling(autoscaling)
    };
    let handle = serve.run(app(1)).await.expect("it runs");
    let calls = (0..12).map(|_| handle.wait.remote()).collect();
    sleep(seconds(60)).await;
    assert_eq!(counts(&serve, "Gated"), (6, 6));
    (serve, gate, calls, app)
}

#[tokio::test(start_paused = true)]
async fn another_minimum_leaves_what_the_load_has_asked_for() {
    let (serve, gate, calls, app) = loaded().await;
    serve.run(app(2)).await.expect("it is updated");
    assert_eq!(counts(&serve, "Gated"), (6, 6), "{:?}", decisions(&serve));
    gate.open();
    drop(calls);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn who_begins_to_scale_begins_with_the_replicas_that_there_are() {
    let (serve, gate) = (start_without_http().await, Probe::opened());
    serve.run(Gated::bind(gate.clone()).num_replicas(4)).await.expect("it runs");
    let autoscaling = AutoscalingConfig::default().max_replicas(8);
    serve.run(Gated::bind(gate.clone()).autoscaling(autoscaling)).await.expect("it is updated");
    assert_eq!(counts(&serve, "Gated"), (4, 4), "{:?}", decisions(&serve));
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_pin_says_how_many_there_shall_be_and_why() {
    let (serve, gate, calls, _) = loaded().await;
    serve.scale("default", "Gated", 3).await.expect("it scales");
    serve.unpin("default", "Gated").await.expect("it is unpinned");
    let events = serve.recent_events(0);
    let unpinned = events.iter().find(|event| event.kind == EventKind::Unpinned).expect("told");
    assert!(!unpinned.message.contains("6 replica(s) as declared"), "{}", unpinned.message);
    gate.open();
    drop(calls);
    stop(serve).await;
}

#[tokio::test]
async fn a_server_that_wakes_up_a_deployment_is_ready() {
    let serve = start().await;
    let autoscaling = AutoscalingConfig::default()
        .min_replicas(0)
        .max_replicas(2)
        .downscale_to_zero_delay(Duration::from_millis(200))
        .look_back_period(seconds(1));
    let app = Worker::bind(Duration::from_millis(900), STARTUP).autoscaling(autoscaling);
    let handle = within(SOON, serve.run(app)).await.expect("it runs");
    let is_empty = async {
        while counts(&serve, "Worker") != (0, 0) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    within(SOON, is_empty).await;
    assert_eq!(tests::fetch_text(&serve, "/-/ready").await.0, 200);
    let woken = handle.work.remote();
    sleep(Duration::from_millis(300)).await;
    assert_eq!(tests::fetch_text(&serve, "/-/ready").await, (200, "ready".to_owned()));
    woken.await.expect("it answers");
    stop(serve).await;
}
