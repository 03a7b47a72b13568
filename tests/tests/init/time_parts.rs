//! Where the time of a request went: what was slow is the part that says so, wherever the replica is, and the parts are all
//! of it.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::time::Duration;

use futures::stream;
use serve_core::prelude::*;
use serve_core::{Isolation, RequestParts, SlowRequest};
use tests::{SOON, client, process_tests, start, stop, until_so, url, within};

/// Far more than anything else here takes.
const LONG: Duration = Duration::from_millis(120);

#[derive(Default)]
struct Slow;

#[deployment(route_prefix = "/slow", max_ongoing_requests = 1, remote)]
impl Slow {
    #[get("/runs")]
    async fn runs(&self) -> String {
        tokio::time::sleep(LONG).await;
        "well".to_owned()
    }

    #[post("/reads")]
    async fn reads(&self, body: String) -> String {
        body
    }

    #[batch(max_batch_size = 2, batch_wait_timeout = "120ms")]
    async fn together(&self, numbers: Vec<u32>) -> Vec<u32> {
        numbers
    }
}

struct Front {
    slow: SlowHandle,
}

#[deployment(route_prefix = "/front", remote)]
impl Front {
    fn new(slow: SlowHandle) -> Self {
        Self { slow }
    }

    #[get("/asks")]
    async fn asks(&self) -> Result<String, CallError> {
        self.slow.runs.remote().await
    }
}

process_tests! {
    a_method_that_is_slow_is_a_slow_method
    a_request_that_waits_for_a_replica_is_queued
    a_call_that_waits_for_a_replica_is_queued
    a_body_that_comes_slowly_is_arguments
    a_call_that_waits_for_others_is_in_batch_wait
    what_a_method_calls_is_among_its_children
    a_call_that_expires_in_the_queue_is_counted_there
}

const EVERYWHERE: [Isolation; 3] = [Isolation::Task, Isolation::Thread, Isolation::Process];

async fn run(isolation: Isolation) -> (Serve, SlowHandle) {
    let serve = start().await;
    let handle = within(SOON, serve.run(Slow::bind().isolation(isolation))).await.unwrap();
    (serve, handle)
}

/// Waits for a request of this method to be known that was slow there. All of its time is in its parts.
async fn is_slow(serve: Serve, method: &str, part: fn(&RequestParts) -> Duration) {
    let known = || serve.slow_requests().into_iter().filter(|it| it.method == method);
    let is_slow = |it: &SlowRequest| part(&it.parts) >= LONG * 3 / 4;
    // The sleep may begin before the part does. A caller may have its answer a moment before it is noted.
    until_so("it is known", || known().any(|it| is_slow(&it))).await;
    let slow = known().find(is_slow).unwrap();
    assert!(known().all(|it| it.parts.sum() == it.total), "{slow:?}");
    let ran = if method == "runs" { slow.parts.method } else { Duration::ZERO };
    assert!(part(&slow.parts) * 2 >= slow.total - ran, "nearly all else is there: {slow:?}");
    stop(serve).await;
}

async fn get(serve: &Serve, path: &str) {
    let answer = within(SOON, client().get(url(serve, path)).send()).await.unwrap();
    assert_eq!(answer.status(), 200);
}

async fn a_method_that_is_slow_is_a_slow_method() {
    for isolation in EVERYWHERE {
        let (serve, _handle) = run(isolation).await;
        get(&serve, "/slow/runs").await;
        is_slow(serve, "runs", |parts| parts.method).await;
        let (serve, handle) = run(isolation).await;
        within(SOON, handle.runs.remote()).await.unwrap();
        is_slow(serve, "runs", |parts| parts.method).await;
    }
}

async fn a_request_that_waits_for_a_replica_is_queued() {
    for isolation in EVERYWHERE {
        let (serve, _handle) = run(isolation).await;
        futures::join!(get(&serve, "/slow/runs"), get(&serve, "/slow/runs"));
        is_slow(serve, "runs", |parts| parts.queued).await;
    }
}

async fn a_call_that_waits_for_a_replica_is_queued() {
    for isolation in EVERYWHERE {
        let (serve, handle) = run(isolation).await;
        let (one, two) = (handle.runs.remote(), handle.runs.remote());
        within(SOON, async { (one.await.unwrap(), two.await.unwrap()) }).await;
        is_slow(serve, "runs", |parts| parts.queued).await;
    }
}

async fn a_body_that_comes_slowly_is_arguments() {
    for isolation in EVERYWHERE {
        let (serve, _handle) = run(isolation).await;
        let late = async {
            tokio::time::sleep(LONG).await;
            Ok::<_, std::io::Error>("text")
        };
        let body = reqwest::Body::wrap_stream(stream::once(late));
        let asked = client().post(url(&serve, "/slow/reads")).header("x-serve-timing", "1");
        let answer = within(SOON, asked.body(body).send()).await.unwrap();
        assert_eq!(answer.status(), 200);
        let told = answer.headers()["server-timing"].to_str().unwrap().to_owned();
        assert!(
            told.contains("arguments;dur=1") || told.contains("arguments;dur=9"),
            "{isolation:?}: {told}"
        );
        is_slow(serve, "reads", |parts| parts.arguments).await;
    }
}

async fn a_call_that_waits_for_others_is_in_batch_wait() {
    for isolation in EVERYWHERE {
        let (serve, handle) = run(isolation).await;
        within(SOON, handle.together.remote(1)).await.unwrap();
        is_slow(serve, "together", |parts| parts.batch_wait).await;
    }
}

async fn what_a_method_calls_is_among_its_children() {
    for (front, slow) in [
        (Isolation::Task, Isolation::Process),
        (Isolation::Process, Isolation::Task),
        (Isolation::Process, Isolation::Process),
    ] {
        let serve = start().await;
        let app = Front::bind(Slow::bind().isolation(slow)).isolation(front);
        within(SOON, serve.run(app)).await.unwrap();
        let asked = client().get(url(&serve, "/front/asks")).header("x-serve-timing", "1");
        let answer = within(SOON, asked.send()).await.unwrap();
        let told = answer.headers()["server-timing"].to_str().unwrap().to_owned();
        assert!(told.contains("children;dur=1"), "{front:?}: {told}");
        let known = || serve.slow_requests().into_iter().find(|it| it.method == "asks");
        until_so("it is known", || known().is_some()).await;
        let request = known().unwrap();
        let children: Vec<_> = request
            .children
            .iter()
            .map(|it| (&*it.deployment, &*it.method, &*it.outcome))
            .collect();
        assert_eq!(children, [("Slow", "runs", "ok")], "{front:?}");
        assert_eq!(request.parts.sum(), request.total);
        is_slow(serve, "asks", |parts| parts.children).await;
    }
}

const EXPIRED: &str = "serve_expired_requests_total{application=\"default\",deployment=\"Slow\"}";
const WAITED: &str = "serve_queue_wait_seconds_count{application=\"default\",deployment=\"Slow\"}";

async fn a_call_that_expires_in_the_queue_is_counted_there() {
    for isolation in EVERYWHERE {
        let (serve, handle) = run(isolation).await;
        let (first, patience) = (handle.runs.remote(), Duration::from_millis(20));
        let by_remote = handle.runs.timeout(patience).remote();
        let by_call = handle.runs.timeout(patience).call();
        let batched = handle.together.timeout(patience).remote(1);
        let (by_remote, by_call) = within(SOON, async { futures::join!(by_remote, by_call) }).await;
        assert!(matches!(by_remote, Err(CallError::DeadlineExceeded)), "{by_remote:?}");
        assert!(matches!(by_call, Err(CallError::DeadlineExceeded)), "{by_call:?}");
        within(SOON, first).await.unwrap();
        drop(batched.await);
        // A caller may have its answer a moment before it is counted.
        until_so("it is counted", || {
            let expired = serve.snapshot().applications["default"].deployments["Slow"].expired;
            let metrics = serve.metrics();
            let is_shown = |name| metrics.contains(&format!("{name} {expired}\n"));
            expired >= 2 && is_shown(EXPIRED) && is_shown(WAITED)
        })
        .await;
        stop(serve).await;
    }
}
