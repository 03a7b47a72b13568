//! What is seen of replicas in processes: their calls are counted in the server, their time is split, and one that has
//! grown too large is replaced.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::time::Duration;

use serve_core::{EventKind, Isolation};
use tests::ends::{Ends, assert_that_counts_are_exact};
use tests::{SOON, client, process_tests, start, start_without_http, stop, until_so, url, within};

process_tests! {
    counts_of_calls_are_exact
    the_time_of_a_request_is_split_between_the_method_and_the_way_there
    a_process_with_too_much_memory_is_replaced
}

async fn counts_of_calls_are_exact() {
    let serve = start().await;
    serve.run(Ends::bind().isolation(Isolation::Process)).await.unwrap();
    assert_that_counts_are_exact(&serve).await;
    let text = serve.metrics();
    assert!(text.contains("serve_replica_memory_bytes{"), "{text}");
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
