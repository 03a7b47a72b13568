//! What is seen of replicas in processes: their calls are counted in the server, their time is split, and one that has
//! grown too large is replaced.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::time::Duration;

use futures::{StreamExt, stream};
use serve_core::prelude::*;
use serve_core::{EventKind, Isolation};
use tests::{
    SOON, client, fetch_text, process_tests, start, start_without_http, stop, url, within,
};

/// Answers in every way that a call can end.
#[derive(Default)]
struct Ends;

#[deployment(route_prefix = "/ends", isolation = "process")]
impl Ends {
    fn well(&self) -> u32 {
        1
    }

    fn badly(&self) -> Result<u32, String> {
        Err("no".to_owned())
    }

    fn panics(&self) -> u32 {
        panic!("as it is meant to")
    }

    async fn waits(&self) -> u32 {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        2
    }

    async fn counts(&self, to: u32) -> impl Stream<Item = u32> {
        stream::iter(0..to)
    }

    #[batch(max_batch_size = 4, batch_wait_timeout = "20ms")]
    fn together(&self, numbers: Vec<u32>) -> Vec<Result<u32, String>> {
        numbers.into_iter().map(|n| if n == 0 { Err("zero".to_owned()) } else { Ok(n) }).collect()
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        tokio::time::sleep(Duration::from_millis(40)).await;
        match request.query_param("fail") {
            Some(_) => Err(HttpError::new(StatusCode::BAD_GATEWAY, "ours")),
            None => Ok("well".to_owned()),
        }
    }
}

process_tests! {
    counts_of_calls_are_exact
    the_time_of_a_request_is_split_between_the_method_and_the_way_there
    a_process_with_too_much_memory_is_replaced
}

fn ended(text: &str, method: &str, outcome: &str) -> Option<u64> {
    let labels = format!("method=\"{method}\",outcome=\"{outcome}\"}}");
    let is_it = |line: &&str| line.starts_with("serve_requests_total") && line.contains(&labels);
    text.lines().find(is_it)?.rsplit(' ').next()?.parse().ok()
}

async fn until(what: impl Fn() -> bool) {
    let reached = async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(SOON, reached).await;
}

async fn counts_of_calls_are_exact() {
    let serve = start().await;
    let handle = serve.run(Ends::bind()).await.unwrap();
    for _ in 0..100 {
        handle.well.remote().await.unwrap();
        handle.well.call().await.unwrap();
    }
    handle.badly.remote().await.unwrap_err();
    handle.panics.remote().await.unwrap_err();
    handle.waits.timeout(Duration::from_millis(50)).remote().await.unwrap_err();
    let waiting = handle.waits.remote().assigned().await.unwrap();
    waiting.cancel();
    waiting.await.unwrap_err();
    assert_eq!(handle.counts.remote(5).collect::<Vec<_>>().await.len(), 5);
    let batch = (0..4).map(|n| handle.together.remote(n)).collect::<Vec<_>>();
    serve_core::get_async(batch).await.unwrap_err();
    assert_eq!(fetch_text(&serve, "/ends").await.0, 200);
    assert_eq!(fetch_text(&serve, "/ends?fail=1").await.0, 502);
    let all = [
        ("well", "ok", 200),
        ("badly", "error", 1),
        ("panics", "panicked", 1),
        ("waits", "timed_out", 1),
        ("waits", "cancelled", 1),
        ("counts", "ok", 1),
        ("together", "ok", 3),
        ("together", "error", 1),
        ("__call__", "ok", 1),
        ("__call__", "error", 1),
    ];
    // A call is counted when its replica is done with it.
    until(|| {
        let text = serve.metrics();
        all.iter().all(|(method, outcome, _)| ended(&text, method, outcome).is_some())
    })
    .await;
    let text = serve.metrics();
    for (method, outcome, count) in all {
        assert_eq!(ended(&text, method, outcome), Some(count), "{method} {outcome}\n{text}");
    }
    assert!(text.contains("serve_replica_memory_bytes{"), "{text}");
    stop(serve).await;
}

async fn the_time_of_a_request_is_split_between_the_method_and_the_way_there() {
    let serve = start().await;
    serve.run(Ends::bind()).await.unwrap();
    let request = client().get(url(&serve, "/ends")).header("x-serve-timing", "1");
    let answer = within(SOON, request.send()).await.unwrap();
    assert!(!answer.headers().contains_key("x-serve-ran"), "that stays in the server");
    let header = answer.headers()["server-timing"].to_str().unwrap().to_owned();
    let part = |name: &str| -> f64 {
        let mut parts = header.split(", ").filter_map(|part| part.split_once(";dur="));
        parts.find(|(part, _)| *part == name).unwrap().1.parse().unwrap()
    };
    assert!(part("method") >= 39.0 && part("wire") > 0.0, "{header}");
    let slow = serve.slow_requests();
    let call = slow.iter().find(|it| it.method == "__call__").unwrap();
    assert!(call.parts.method >= Duration::from_millis(39), "{call:?}");
    assert_eq!(call.parts.sum(), call.total);
    stop(serve).await;
}

/// Operators' demand 22: what leaks is replaced before it is too much.
async fn a_process_with_too_much_memory_is_replaced() {
    let serve = start_without_http().await;
    let handle = serve.run(Ends::bind().max_replica_memory(1 << 20)).await.unwrap();
    let recycled = || {
        let events = serve.recent_events(0);
        events.iter().any(|event| event.kind == EventKind::ReplicaRecycled)
    };
    until(recycled).await;
    handle.well.remote().await.unwrap();
    let refused = serve.run(Ends::bind().isolation(Isolation::Task).max_replica_memory(1 << 30));
    let refused = refused.await.map(drop).unwrap_err().to_string();
    assert!(refused.contains("max_replica_memory") && refused.contains("isolation"), "{refused}");
    stop(serve).await;
}
