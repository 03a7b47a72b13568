//! Handles in replicas that are processes: what a method calls from there goes through the server, and
//! behaves as it would in the server.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serve_core::prelude::*;
use serve_core::{CallError, Executed, Isolation};
use tests::processes::{Gate, kill, until};
use tests::{process_tests, start_without_http};

#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
enum Refused {
    #[error("{0} is negative")]
    Negative(i64),
}

/// What a method sees of its request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Seen {
    request: String,
    application: String,
    deployment: String,
    replica: String,
    model: Option<String>,
    session: Option<String>,
    left: Option<Duration>,
}

fn seen() -> Seen {
    let context = serve_core::context().unwrap();
    let left =
        context.deadline().map(|at| at.saturating_duration_since(tokio::time::Instant::now()));
    Seen {
        request: context.request_id().to_owned(),
        application: context.application().to_owned(),
        deployment: context.deployment().to_owned(),
        replica: context.replica_id().to_owned(),
        model: context.multiplexed_model_id().map(ToOwned::to_owned),
        session: context.session_id().map(ToOwned::to_owned),
        left,
    }
}

/// Counts when it goes.
struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// Is called by others, wherever it is.
#[derive(Default)]
struct Inner {
    /// Calls of `wait` that have begun and ended.
    begun: AtomicU64,
    ended: AtomicU64,
    /// Items of `count`.
    made: Arc<AtomicU64>,
}

#[deployment]
impl Inner {
    fn double(&self, number: i64) -> Result<i64, Refused> {
        if number < 0 { Err(Refused::Negative(number)) } else { Ok(number * 2) }
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    fn seen(&self) -> Seen {
        seen()
    }

    async fn wait(&self) {
        self.begun.fetch_add(1, SeqCst);
        let _waiting = Waiting(&self.ended);
        std::future::pending::<()>().await;
    }

    /// How many calls of `wait` have begun and ended.
    fn waited(&self) -> (u64, u64) {
        (self.begun.load(SeqCst), self.ended.load(SeqCst))
    }

    /// Items of so many bytes.
    fn count(&self, to: u64, size: usize) -> impl Stream<Item = Vec<u8>> {
        let made = Arc::clone(&self.made);
        futures::stream::iter(0..to).map(move |number| {
            made.fetch_add(1, SeqCst);
            let mut item = number.to_le_bytes().to_vec();
            item.resize(size, 0);
            item
        })
    }

    fn halve(&self, to: i64) -> impl Stream<Item = Result<i64, Refused>> {
        futures::stream::iter((-2..to).map(|number| match number {
            ..0 => Err(Refused::Negative(number)),
            _ => Ok(number / 2),
        }))
    }

    /// Cannot be interrupted.
    #[blocking]
    fn block(&self, gate: &Gate) {
        self.begun.fetch_add(1, SeqCst);
        let _waiting = Waiting(&self.ended);
        gate.pass_blocking();
    }

    fn made(&self) -> u64 {
        self.made.load(SeqCst)
    }

    fn panic(&self) {
        panic!("at the disco");
    }

    #[idempotent]
    fn die_once(&self, path: &str) -> u32 {
        if !std::fs::exists(path).unwrap() {
            std::fs::write(path, "died").unwrap();
            std::process::abort();
        }
        std::process::id()
    }

    fn panic_in(&self, process: u32) {
        assert_ne!(std::process::id(), process, "as told");
    }

    fn die(&self) {
        std::process::abort();
    }
}

/// Calls others, from a process.
struct Outer {
    inner: InnerHandle,
}

#[deployment(isolation = "process")]
impl Outer {
    fn new(inner: InnerHandle) -> Self {
        Self { inner }
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    async fn pids(&self) -> (u32, u32) {
        (std::process::id(), self.inner.pid.remote().await.unwrap())
    }

    async fn double(&self, number: i64) -> Result<i64, Refused> {
        match self.inner.double.remote(number).await {
            Err(CallError::App(refused)) => Err(refused),
            outcome => Ok(outcome.unwrap()),
        }
    }

    async fn double_in_place(&self, number: i64) -> Result<i64, Refused> {
        match self.inner.double.call(number).await {
            Err(CallError::App(refused)) => Err(refused),
            outcome => Ok(outcome.unwrap()),
        }
    }

    async fn double_twice(&self, number: i64) -> String {
        let unfinished = self.inner.double.remote(number);
        match self.inner.double.remote(unfinished).await {
            Ok(number) => number.to_string(),
            Err(error) => error.to_string(),
        }
    }

    async fn seen(&self) -> (Seen, Seen) {
        (seen(), self.inner.seen.remote().await.unwrap())
    }

    async fn seen_with_options(&self) -> Seen {
        let seen = self.inner.seen.timeout(Duration::from_secs(20)).session_id("s");
        seen.multiplexed_model_id("m").request_id("r").remote().await.unwrap()
    }

    async fn wait(&self) {
        drop(self.inner.wait.call().await);
    }

    async fn wait_for_result(&self) {
        drop(self.inner.wait.remote().await);
    }

    /// Gives up the call of another.
    async fn wait_shortly(&self) -> bool {
        let waiting = self.inner.wait.call();
        tokio::select! {
            _ = waiting => false,
            () = until(|| async { self.inner.waited.remote().await.unwrap().0 > 0 }) => true,
        }
    }

    async fn time_out(&self) -> String {
        let outcome = self.inner.wait.timeout(Duration::from_millis(50)).remote().await;
        outcome.unwrap_err().to_string()
    }

    fn count(&self, to: u64, size: usize) -> impl Stream<Item = Vec<u8>> {
        self.inner.count.call(to, size).map(Result::unwrap)
    }

    fn count_ahead(&self, to: u64, size: usize) -> impl Stream<Item = Vec<u8>> {
        self.inner.count.remote(to, size).map(Result::unwrap)
    }

    fn halve(&self, to: i64) -> impl Stream<Item = Result<i64, Refused>> {
        self.inner.halve.call(to).map(|item| match item {
            Err(CallError::App(refused)) => Err(refused),
            item => Ok(item.unwrap()),
        })
    }

    async fn error_of_panic(&self) -> String {
        format!("{:?}", self.inner.panic.remote().await.unwrap_err())
    }

    async fn error_of_death(&self) -> String {
        format!("{:?}", self.inner.die.remote().await.unwrap_err())
    }

    async fn error_of_wait(&self) -> String {
        format!("{:?}", self.inner.wait.remote().await.unwrap_err())
    }

    async fn call_idempotent(&self, path: String) -> u32 {
        self.inner.die_once.remote(path).await.unwrap()
    }

    fn inner(&self) -> InnerHandle {
        self.inner.clone()
    }

    async fn double_by(&self, other: InnerHandle, number: i64) -> i64 {
        other.double.remote(number).await.unwrap()
    }

    async fn look_up(&self, number: i64) -> i64 {
        Inner::get_handle().unwrap().double.remote(number).await.unwrap()
    }

    /// The processes of all replicas of this deployment.
    async fn all(&self) -> BTreeSet<u32> {
        let own = Self::current_handle().unwrap();
        let calls: Vec<_> = (0..200).map(|_| own.pid.remote()).collect();
        serve_core::get_async(calls).await.unwrap().into_iter().collect()
    }

    /// Whether calls are seen to be taken.
    async fn assigned(&self) -> bool {
        let first = self.inner.wait.remote().assigned().await.unwrap();
        let second = self.inner.wait.remote();
        let queued = tokio::time::timeout(Duration::from_millis(100), second.assigned());
        let is_queued = queued.await.is_err();
        first.cancel();
        is_queued
    }
}

/// Calls another from its constructor, in a process.
struct Prepared {
    doubled: i64,
}

#[deployment(isolation = "process")]
impl Prepared {
    async fn new(number: i64) -> Self {
        // After a wait too, when it is polled again.
        tokio::task::yield_now().await;
        let doubled = Inner::get_handle().unwrap().double.remote(number).await.unwrap();
        Self { doubled }
    }

    fn doubled(&self) -> i64 {
        self.doubled
    }
}

async fn start(isolation: Isolation) -> (Serve, OuterHandle, InnerHandle) {
    let serve = start_without_http().await;
    let handle = serve.run(Outer::bind(Inner::bind().isolation(isolation))).await.unwrap();
    let inner = serve.deployment_handle::<Inner>("Inner", "default").unwrap();
    (serve, handle, inner)
}

/// Where the other deployment is, in turn.
const EVERYWHERE: [Isolation; 3] = [Isolation::Task, Isolation::Thread, Isolation::Process];

async fn a_method_in_a_process_calls_others_wherever_they_are() {
    for isolation in EVERYWHERE {
        let (serve, outer, inner) = start(isolation).await;
        let server = std::process::id();
        let (first, second) = outer.pids.remote().await.unwrap();
        assert_ne!(first, server);
        assert_eq!(second == server, isolation != Isolation::Process);
        assert_ne!(first, second);
        assert_eq!(inner.pid.remote().await.unwrap(), second);
        assert_eq!(outer.double.remote(4).await.unwrap(), 8);
        assert_eq!(outer.double_in_place.remote(5).await.unwrap(), 10);
        serve.shutdown().await.unwrap();
    }
}

async fn the_users_own_error_passes_unchanged_through_both() {
    for isolation in EVERYWHERE {
        let (serve, outer, _) = start(isolation).await;
        let outcome = outer.double.remote(-1).await;
        assert!(matches!(outcome, Err(CallError::App(Refused::Negative(-1)))), "{outcome:?}");
        serve.shutdown().await.unwrap();
    }
}

async fn an_unfinished_result_is_an_argument() {
    let (serve, outer, _) = start(Isolation::Process).await;
    assert_eq!(outer.double_twice.remote(3).await.unwrap(), "12");
    let error = outer.double_twice.remote(-3).await.unwrap();
    assert_eq!(error, "an argument failed: Negative(-3)");
    serve.shutdown().await.unwrap();
}

async fn a_nested_call_belongs_to_the_same_request() {
    let (serve, outer, _) = start(Isolation::Process).await;
    let seen = outer.seen.request_id("mine").timeout(Duration::from_secs(10));
    let (here, there) = seen.session_id("s").remote().await.unwrap();
    assert_eq!((&*here.request, &*there.request), ("mine", "mine"));
    assert_eq!((&*here.deployment, &*there.deployment), ("Outer", "Inner"));
    assert_eq!((&*here.application, &*there.application), ("default", "default"));
    assert!(here.replica.starts_with("default#Outer#"), "{here:?}");
    assert!(there.replica.starts_with("default#Inner#"), "{there:?}");
    assert_eq!(there.session.as_deref(), Some("s"));
    assert!(there.left.unwrap() <= here.left.unwrap());
    serve.shutdown().await.unwrap();
}

async fn options_of_a_nested_call_are_those_that_were_set() {
    let (serve, outer, _) = start(Isolation::Process).await;
    let seen = outer.seen_with_options.remote().await.unwrap();
    assert_eq!(seen.request, "r");
    assert_eq!((seen.model.as_deref(), seen.session.as_deref()), (Some("m"), Some("s")));
    assert!(seen.left.unwrap() <= Duration::from_secs(20));
    serve.shutdown().await.unwrap();
}

async fn a_nested_call_ends_at_its_own_deadline() {
    let (serve, outer, inner) = start(Isolation::Process).await;
    assert_eq!(outer.time_out.remote().await.unwrap(), "the deadline was exceeded");
    until(|| async { inner.waited.remote().await.unwrap() == (1, 1) }).await;
    serve.shutdown().await.unwrap();
}

async fn a_deployments_own_time_limit_holds_for_nested_calls() {
    let serve = start_without_http().await;
    let inner = Inner::bind().request_timeout(Duration::from_millis(50));
    let outer = serve.run(Outer::bind(inner)).await.unwrap();
    assert_eq!(outer.error_of_wait.remote().await.unwrap(), "DeadlineExceeded");
    serve.shutdown().await.unwrap();
}

async fn cancelling_the_outer_call_cancels_the_inner_in_the_other_process() {
    for isolation in EVERYWHERE {
        let (serve, outer, inner) = start(isolation).await;
        let calls = [outer.wait.remote(), outer.wait_for_result.remote()];
        until(|| async { inner.waited.remote().await.unwrap() == (2, 0) }).await;
        calls.iter().for_each(ObjectRef::cancel);
        until(|| async { inner.waited.remote().await.unwrap() == (2, 2) }).await;
        serve.shutdown().await.unwrap();
    }
}

async fn a_nested_call_that_is_dropped_is_cancelled() {
    let (serve, outer, inner) = start(Isolation::Process).await;
    assert!(outer.wait_shortly.remote().await.unwrap());
    until(|| async { inner.waited.remote().await.unwrap() == (1, 1) }).await;
    serve.shutdown().await.unwrap();
}

async fn the_deadline_of_the_outer_call_ends_the_inner() {
    let (serve, outer, inner) = start(Isolation::Process).await;
    let outcome = outer.wait.timeout(Duration::from_millis(100)).remote().await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    until(|| async {
        let (begun, ended) = inner.waited.remote().await.unwrap();
        begun == ended
    })
    .await;
    serve.shutdown().await.unwrap();
}

fn number_of(item: &[u8]) -> u64 {
    u64::from_le_bytes(*item.first_chunk().unwrap())
}

async fn a_stream_passes_through_both_in_order() {
    for isolation in EVERYWHERE {
        let (serve, outer, _) = start(isolation).await;
        let items: Vec<_> =
            outer.count.remote(1000, 1 << 10).map(|item| number_of(&item.unwrap())).collect().await;
        assert!(items.into_iter().eq(0..1000));
        let items: Vec<_> = outer
            .count_ahead
            .remote(1000, 1 << 10)
            .map(|item| number_of(&item.unwrap()))
            .collect()
            .await;
        assert!(items.into_iter().eq(0..1000));
        serve.shutdown().await.unwrap();
    }
}

async fn an_error_among_the_items_of_a_stream_is_not_its_end() {
    for isolation in EVERYWHERE {
        let (serve, outer, _) = start(isolation).await;
        let items: Vec<_> = outer.halve.remote(4).collect().await;
        let refused: Vec<_> = items.iter().filter(|item| item.is_err()).collect();
        assert!(
            matches!(
                refused[..],
                [
                    Err(CallError::App(Refused::Negative(-2))),
                    Err(CallError::App(Refused::Negative(-1)))
                ]
            ),
            "{items:?}"
        );
        assert!(items.into_iter().flatten().eq([0, 0, 1, 1]));
        serve.shutdown().await.unwrap();
    }
}

async fn a_slow_reader_holds_back_the_producer_two_processes_away() {
    let (serve, outer, inner) = start(Isolation::Process).await;
    let mut items = outer.count_ahead.remote(100_000, 16 << 10);
    assert_eq!(number_of(&items.next().await.unwrap().unwrap()), 0);
    // It runs ahead as far as the windows and buffers between them allow, and no further.
    let made = std::cell::Cell::new(0);
    until(|| async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let before = made.replace(inner.made.remote().await.unwrap());
        before == made.get()
    })
    .await;
    assert!((1..1000).contains(&made.get()), "{} items ahead", made.get());
    drop(items);
    serve.shutdown().await.unwrap();
}

async fn failures_arrive_as_they_would_in_the_server() {
    let (serve, outer, _) = start(Isolation::Process).await;
    let error = outer.error_of_panic.remote().await.unwrap();
    assert_eq!(error, r#"Panicked { message: "at the disco" }"#);
    let error = outer.error_of_death.remote().await.unwrap();
    assert_eq!(error, "ReplicaDied { executed: Maybe }");
    serve.shutdown().await.unwrap();
}

async fn a_full_line_refuses_nested_calls() {
    let serve = start_without_http().await;
    let inner = Inner::bind().max_ongoing_requests(1).max_queued_requests(1);
    let outer = serve.run(Outer::bind(inner)).await.unwrap();
    let inner = serve.deployment_handle::<Inner>("Inner", "default").unwrap();
    let waiting = inner.wait.remote().assigned().await.unwrap();
    let queued = inner.wait.remote();
    let error = outer.error_of_wait.remote().await.unwrap();
    assert_eq!(error, "BackPressure { num_queued: 1, max_queued: 1, retry_after: None }");
    [waiting, queued].iter().for_each(ObjectRef::cancel);
    serve.shutdown().await.unwrap();
}

/// Also where it is cancelled: the server sends nothing that would be refused there.
async fn a_method_that_cannot_be_interrupted_keeps_its_place() {
    let serve = start_without_http().await;
    let inner = Inner::bind().isolation(Isolation::Process).max_ongoing_requests(2);
    let inner = serve.run(inner).await.unwrap();
    let gate = Gate::new("handles");
    let blocked = inner.block.remote(gate.clone());
    until(|| async { inner.waited.remote().await.unwrap().0 == 1 }).await;
    blocked.cancel();
    assert!(matches!(blocked.await, Err(CallError::Cancelled)));
    let waiting = inner.wait.remote().assigned().await.unwrap();
    let mut asking = inner.waited.remote();
    let early = tokio::time::timeout(Duration::from_millis(100), &mut asking).await;
    assert!(early.is_err(), "{early:?}");
    gate.open();
    assert_eq!(asking.await.unwrap(), (2, 1));
    gate.remove();
    waiting.cancel();
    serve.shutdown().await.unwrap();
}

async fn a_constructor_finds_another_deployment_by_its_type() {
    let (serve, _outer, _inner) = start(Isolation::Task).await;
    let prepared = serve.run_named("prepared", Prepared::bind(21)).await.unwrap();
    assert_eq!(prepared.doubled.remote().await.unwrap(), 42);
    serve.shutdown().await.unwrap();
}

async fn a_deployment_that_is_gone_is_unavailable() {
    let serve = start_without_http().await;
    let inner = serve.run_named("inner", Inner::bind()).await.unwrap();
    let outer = serve.run(Outer::bind(inner)).await.unwrap();
    assert_eq!(outer.double.remote(1).await.unwrap(), 2);
    serve.delete("inner").await.unwrap();
    assert_eq!(outer.error_of_wait.remote().await.unwrap(), "DeploymentUnavailable");
    serve.shutdown().await.unwrap();
}

async fn an_idempotent_call_survives_the_death_of_its_replica() {
    let (serve, outer, _) = start(Isolation::Process).await;
    let path = std::env::temp_dir().join(format!("process_handles_{}", std::process::id()));
    let path = path.to_str().unwrap().to_owned();
    outer.call_idempotent.remote(path.clone()).await.unwrap();
    std::fs::remove_file(path).unwrap();
    serve.shutdown().await.unwrap();
}

async fn a_handle_is_a_result() {
    let (serve, outer, _) = start(Isolation::Process).await;
    let inner = outer.inner.remote().await.unwrap();
    assert_eq!(inner.double.remote(21).await.unwrap(), 42);
    assert_eq!(inner.double.call(22).await.unwrap(), 44);
    serve.shutdown().await.unwrap();
}

async fn a_handle_is_an_argument() {
    let (serve, outer, inner) = start(Isolation::Process).await;
    assert_eq!(outer.double_by.remote(inner, 3).await.unwrap(), 6);
    let other = serve.run_named("other", Inner::bind()).await.unwrap();
    assert_eq!(outer.double_by.remote(other, 4).await.unwrap(), 8);
    serve.shutdown().await.unwrap();
}

async fn a_handle_passes_from_one_process_to_another() {
    for isolation in EVERYWHERE {
        let serve = start_without_http().await;
        let first = Outer::bind(Inner::bind().isolation(isolation));
        let application = Pair::bind(first, Outer::bind(Inner::bind()));
        let pair = serve.run(application).await.unwrap();
        assert_eq!(pair.double_by_the_others.remote(4).await.unwrap(), 8);
        serve.shutdown().await.unwrap();
    }
}

async fn the_current_handle_leads_to_all_replicas() {
    let serve = start_without_http().await;
    let outer = serve.run(Outer::bind(Inner::bind()).num_replicas(3)).await.unwrap();
    let all = outer.all.remote().await.unwrap();
    assert_eq!(all.len(), 3);
    serve.shutdown().await.unwrap();
}

async fn a_handle_is_looked_up_in_the_server() {
    let (serve, outer, _) = start(Isolation::Task).await;
    assert_eq!(outer.look_up.remote(8).await.unwrap(), 16);
    serve.shutdown().await.unwrap();
}

async fn a_process_whose_calls_keep_panicking_is_left_out_for_a_while() {
    let serve = start_without_http().await;
    let inner = Inner::bind().isolation(Isolation::Process).num_replicas(2);
    let inner = serve.run(inner).await.unwrap();
    let bad = inner.pid.remote().await.unwrap();
    let mut panics = 0;
    while panics < 5 {
        panics += i32::from(inner.panic_in.remote(bad).await.is_err());
    }
    for _ in 0..50 {
        assert_ne!(inner.pid.remote().await.unwrap(), bad);
    }
    serve.shutdown().await.unwrap();
}

async fn a_call_of_the_own_replica_does_not_wait_for_itself() {
    let serve = start_without_http().await;
    let application = Outer::bind(Inner::bind()).max_ongoing_requests(2);
    let outer = serve.run(application).await.unwrap();
    assert_eq!(outer.all.remote().await.unwrap().len(), 1);
    serve.shutdown().await.unwrap();
}

async fn a_call_is_taken_when_a_replica_has_room_for_it() {
    let serve = start_without_http().await;
    let outer = serve.run(Outer::bind(Inner::bind().max_ongoing_requests(1))).await.unwrap();
    assert!(outer.assigned.remote().await.unwrap());
    serve.shutdown().await.unwrap();
}

async fn a_process_that_is_killed_gives_back_the_permits_of_its_nested_calls() {
    for isolation in [Isolation::Task, Isolation::Process] {
        let serve = start_without_http().await;
        let inner = Inner::bind().isolation(isolation).max_ongoing_requests(2);
        let outer = serve.run(Outer::bind(inner)).await.unwrap();
        let inner = serve.deployment_handle::<Inner>("Inner", "default").unwrap();
        let (pid, _) = outer.pids.remote().await.unwrap();
        let waiting = outer.wait.remote();
        until(|| async { inner.waited.remote().await.unwrap() == (1, 0) }).await;
        kill(pid);
        let outcome = waiting.await;
        assert!(
            matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::Maybe })),
            "{outcome:?}"
        );
        until(|| async { inner.waited.remote().await.unwrap() == (1, 1) }).await;
        // Both places are free again.
        let both = [inner.wait.remote(), inner.wait.remote()].map(ObjectRef::assigned);
        let both = futures::future::join_all(both).await;
        both.into_iter().for_each(|call| call.unwrap().cancel());
        serve.shutdown().await.unwrap();
    }
}

/// Two that share a third.
struct Pair {
    first: OuterHandle,
    second: OuterHandle,
}

#[deployment(isolation = "process")]
impl Pair {
    fn new(first: OuterHandle, second: OuterHandle) -> Self {
        Self { first, second }
    }

    async fn pids(&self) -> [(u32, u32); 2] {
        let (first, second) = tokio::join!(self.first.pids.remote(), self.second.pids.remote());
        [first.unwrap(), second.unwrap()]
    }

    /// Lets the second use what the first has.
    async fn double_by_the_others(&self, number: i64) -> i64 {
        let inner = self.first.inner.remote().await.unwrap();
        self.second.double_by.remote(inner, number).await.unwrap()
    }
}

async fn a_graph_with_a_shared_child_is_bound_once() {
    let serve = start_without_http().await;
    let shared = Inner::bind().isolation(Isolation::Process);
    let application = Pair::bind(Outer::bind(shared.clone()), Outer::bind(shared));
    let pair = serve.run(application).await.unwrap();
    let [(first, first_inner), (second, second_inner)] = pair.pids.remote().await.unwrap();
    assert_eq!(first_inner, second_inner);
    assert_eq!(BTreeSet::from([first, second, first_inner, std::process::id()]).len(), 4);
    serve.shutdown().await.unwrap();
}

process_tests! {
    a_method_in_a_process_calls_others_wherever_they_are
    the_users_own_error_passes_unchanged_through_both
    an_unfinished_result_is_an_argument
    a_nested_call_belongs_to_the_same_request
    options_of_a_nested_call_are_those_that_were_set
    a_nested_call_ends_at_its_own_deadline
    a_deployments_own_time_limit_holds_for_nested_calls
    cancelling_the_outer_call_cancels_the_inner_in_the_other_process
    a_nested_call_that_is_dropped_is_cancelled
    the_deadline_of_the_outer_call_ends_the_inner
    a_stream_passes_through_both_in_order
    an_error_among_the_items_of_a_stream_is_not_its_end
    a_slow_reader_holds_back_the_producer_two_processes_away
    failures_arrive_as_they_would_in_the_server
    a_full_line_refuses_nested_calls
    a_method_that_cannot_be_interrupted_keeps_its_place
    a_constructor_finds_another_deployment_by_its_type
    a_deployment_that_is_gone_is_unavailable
    an_idempotent_call_survives_the_death_of_its_replica
    a_handle_is_a_result
    a_handle_is_an_argument
    a_handle_passes_from_one_process_to_another
    the_current_handle_leads_to_all_replicas
    a_handle_is_looked_up_in_the_server
    a_process_whose_calls_keep_panicking_is_left_out_for_a_while
    a_call_of_the_own_replica_does_not_wait_for_itself
    a_call_is_taken_when_a_replica_has_room_for_it
    a_process_that_is_killed_gives_back_the_permits_of_its_nested_calls
    a_graph_with_a_shared_child_is_bound_once
}
