//! What is seen of replicas in processes: their calls are counted in the server, their time is split, and one that has
//! grown too large, or that never lets go of a call, is replaced.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use serve_core::prelude::*;
use serve_core::{AdminClient, AdminOptions, EventKind, Isolation, ReplicaState, Tapped};
use tests::ends::{Ends, assert_that_counts_are_exact};
use tests::{SOON, client, process_tests, start, start_without_http, stop, until_so, url, within};

process_tests! {
    counts_of_calls_are_exact
    the_time_of_a_request_is_split_between_the_method_and_the_way_there
    a_process_with_too_much_memory_is_replaced
    a_process_whose_handler_loops_for_ever_is_replaced_while_another_serves
    requests_loads_and_unloads_of_models_are_counted_wherever_the_replica_is
    whoever_taps_sees_the_calls_of_a_replica_in_a_process
}

async fn counts_of_calls_are_exact() {
    let serve = start().await;
    serve.run(Ends::bind().isolation(Isolation::Process)).await.unwrap();
    assert_that_counts_are_exact(&serve).await;
    let text = serve.metrics();
    assert!(text.contains("serve_replica_memory_bytes{"), "{text}");
    stop(serve).await;
}

async fn whoever_taps_sees_the_calls_of_a_replica_in_a_process() {
    let builder =
        Serve::builder().http(HttpOptions::disabled()).admin(AdminOptions::default().port(0));
    let serve = within(SOON, builder.start()).await.unwrap();
    let handle = serve.run(Ends::bind().isolation(Isolation::Process)).await.unwrap();
    let client = AdminClient::new(serve.admin_addr().unwrap().to_string()).unwrap();
    let mut tap = within(SOON, client.tap(&[("deployment", "Ends")])).await.unwrap();
    drop(handle.well.remote().await);
    drop(handle.badly.call().await);
    drop(handle.panics.remote().await);
    let mut seen = Vec::new();
    for _ in 0..3 {
        match within(SOON, tap.next()).await.unwrap().unwrap() {
            Tapped::Call(call) => {
                assert!(call.replica.is_some(), "{call:?}");
                seen.push((call.method, call.outcome));
            }
            other => panic!("a call: {other:?}"),
        }
    }
    let seen: Vec<_> = seen.iter().map(|(method, outcome)| (&**method, &**outcome)).collect();
    assert_eq!(seen, [("well", "ok"), ("badly", "error"), ("panics", "panicked")]);
    stop(serve).await;
}

async fn the_time_of_a_request_is_split_between_the_method_and_the_way_there() {
    let serve = start().await;
    serve.run(Ends::bind().isolation(Isolation::Process)).await.unwrap();
    let request = client().get(url(&serve, "/ends/slow")).header("x-serve-timing", "1");
    let answer = within(SOON, request.send()).await.unwrap();
    assert!(!answer.headers().contains_key("x-serve-ran"), "that stays in the server");
    let header = answer.headers()["server-timing"].to_str().unwrap().to_owned();
    let part = |name: &str| -> f64 {
        let mut parts = header.split(", ").filter_map(|part| part.split_once(";dur="));
        parts.find(|(part, _)| *part == name).unwrap().1.parse().unwrap()
    };
    assert!(part("method") >= 39.0 && part("wire") > 0.0, "{header}");
    let slow = serve.slow_requests();
    let call = slow.iter().find(|it| it.method == "slow").unwrap();
    assert!(call.parts.method >= Duration::from_millis(39), "{call:?}");
    assert_eq!(call.parts.sum(), call.total);
    stop(serve).await;
}

/// Operators' demand 22: what leaks is replaced before it is too much.
async fn a_process_with_too_much_memory_is_replaced() {
    let serve = start_without_http().await;
    let app = Ends::bind().isolation(Isolation::Process).max_replica_memory(1 << 20);
    let handle = serve.run(app).await.unwrap();
    let recycled = || {
        let events = serve.recent_events(0);
        events.iter().any(|event| event.kind == EventKind::ReplicaRecycled)
    };
    until_so("the process is replaced", recycled).await;
    handle.well.remote().await.unwrap();
    let refused = serve.run(Ends::bind().isolation(Isolation::Task).max_replica_memory(1 << 30));
    let refused = refused.await.map(drop).unwrap_err().to_string();
    assert!(refused.contains("max_replica_memory") && refused.contains("isolation"), "{refused}");
    stop(serve).await;
}

/// Never lets go of its thread.
#[derive(Default)]
struct Loops;

#[deployment(isolation = "process")]
impl Loops {
    async fn for_ever(&self) -> u32 {
        loop {
            std::thread::park();
        }
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }
}

/// Operators' demand 20: a handler that loops for ever costs its process, and the others serve.
///
/// Operators' demand 21: what does not end by itself is killed when its time is over, and what that cut is told.
async fn a_process_whose_handler_loops_for_ever_is_replaced_while_another_serves() {
    let serve = start_without_http().await;
    let app = Loops::bind()
        .num_replicas(2)
        .stuck_after(Duration::from_millis(200))
        .health_check_period(Duration::from_millis(50))
        .graceful_shutdown_timeout(Duration::from_millis(50));
    let handle = serve.run(app).await.unwrap();
    let replicas = |serve: &Serve| {
        let snapshot = serve.snapshot();
        let replicas = &snapshot.applications["default"].deployments["Loops"].replicas;
        let running = replicas.iter().filter(|replica| replica.state == ReplicaState::Running);
        running
            .map(|replica| (replica.id.clone(), replica.pid.unwrap()))
            .collect::<BTreeMap<_, _>>()
    };
    let before = replicas(&serve);
    let stuck = within(SOON, handle.for_ever.remote().assigned()).await.unwrap();
    let of_kind = |kind| serve.recent_events(0).into_iter().find(move |it| it.kind == kind);
    until_so("a replica is unhealthy", || of_kind(EventKind::ReplicaUnhealthy).is_some()).await;
    let unhealthy = of_kind(EventKind::ReplicaUnhealthy).unwrap();
    let events = serve.recent_events(0);
    let cause = events.iter().find(|event| Some(event.number) == unhealthy.caused_by).unwrap();
    assert!(cause.message.contains("`for_ever`"), "{cause:?}");
    let replica = unhealthy.replica.unwrap();
    let pid = before[&replica];
    for _ in 0..10 {
        assert_ne!(within(SOON, handle.pid.remote()).await.unwrap(), pid);
    }
    within(SOON, stuck).await.unwrap_err();
    until_so("the replica is replaced", || {
        let now = replicas(&serve);
        now.len() == 2 && !now.contains_key(&replica)
    })
    .await;
    let cut = of_kind(EventKind::DrainCut).unwrap();
    assert!(cut.message.contains("1 of `for_ever`"), "{cut:?}");
    let process = format!("/proc/{pid}");
    until_so("its process has ended", || !Path::new(&process).exists()).await;
    stop(serve).await;
}

struct Library {
    models: Multiplexed<String>,
}

#[deployment(remote)]
impl Library {
    fn new() -> Self {
        Self { models: Multiplexed::new(2, |id| async move { id }) }
    }

    async fn get(&self, id: &str) -> Result<String, LoadError> {
        Ok(self.models.get(id).await?.as_ref().clone())
    }
}

async fn requests_loads_and_unloads_of_models_are_counted_wherever_the_replica_is() {
    for isolation in [Isolation::Task, Isolation::Thread, Isolation::Process] {
        let serve = start_without_http().await;
        let handle = serve.run(Library::bind().isolation(isolation)).await.unwrap();
        for id in ["1", "2", "1", "3"] {
            assert_eq!(within(SOON, handle.get.remote(id)).await.unwrap(), id);
        }
        let counted = || {
            let text = serve.metrics();
            let value = |name: &str| {
                let line = text.lines().find(|line| line.starts_with(&format!("{name}{{")))?;
                line.rsplit_once(' ')?.1.parse::<u64>().ok()
            };
            ["requests_total", "loads_total", "unloads_total", "load_seconds_count"]
                .map(|name| value(&format!("serve_replica_model_{name}")))
        };
        until_so("all is counted", || counted() == [Some(4), Some(3), Some(1), Some(3)]).await;
        stop(serve).await;
    }
}
