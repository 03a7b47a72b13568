//! Replicas that a method in a process chooses, or calls all at once: it is as in the server.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::collections::BTreeSet;
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{CallError, Isolation};
use tests::processes::{kill, until};
use tests::{process_tests, start_without_http};

/// Is chosen by another.
#[derive(Default)]
struct Inner;

#[deployment]
impl Inner {
    fn replica(&self) -> String {
        serve_core::context().unwrap().replica_id().to_owned()
    }

    async fn wait(&self) {
        std::future::pending::<()>().await;
    }
}

/// Chooses, in a process.
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

    async fn everybody(&self) -> Vec<String> {
        serve_core::get_async(self.inner.replica.broadcast()).await.unwrap()
    }

    #[blocking]
    fn everybody_from_a_blocking_thread(&self) -> Vec<String> {
        serve_core::get(self.inner.replica.broadcast()).unwrap()
    }

    async fn error_of_broadcast(&self) -> String {
        format!("{:?}", self.inner.replica.broadcast().pop().unwrap().await.unwrap_err())
    }

    /// The replica that was chosen, and those that answered calls on it.
    async fn chosen(&self) -> (String, [String; 3]) {
        let chosen = self.inner.replica.choose_replica().await.unwrap();
        let again = chosen.choose_replica().await.unwrap();
        let answers = [
            chosen.remote().await.unwrap(),
            chosen.call().await.unwrap(),
            again.broadcast().pop().unwrap().await.unwrap(),
        ];
        (chosen.replica_id().to_owned(), answers)
    }

    async fn keep_a_place(&self) {
        let _chosen = self.inner.replica.choose_replica().await.unwrap();
        std::future::pending::<()>().await;
    }

    async fn choose_shortly(&self) -> bool {
        let chosen = self.inner.replica.choose_replica();
        tokio::time::timeout(Duration::from_millis(50), chosen).await.is_err()
    }

    async fn error_of_choice(&self) -> String {
        let timeout = self.inner.replica.timeout(Duration::from_millis(50));
        format!("{:?}", timeout.choose_replica().await.unwrap_err())
    }
}

async fn start(inner: Application<Inner>) -> (Serve, OuterHandle, InnerHandle) {
    let serve = start_without_http().await;
    let outer = serve.run(Outer::bind(inner)).await.unwrap();
    let inner = serve.deployment_handle::<Inner>("Inner", "default").unwrap();
    (serve, outer, inner)
}

/// How many calls the replicas of `Inner` have, and how many wait for them.
async fn load(serve: &Serve) -> (u32, usize) {
    let status = serve.status().await;
    let inner = &status.applications["default"].deployments["Inner"];
    (inner.replicas.iter().map(|replica| replica.ongoing).sum(), inner.queued)
}

async fn a_broadcast_reaches_every_replica_once() {
    for isolation in [Isolation::Task, Isolation::Thread, Isolation::Process] {
        let (serve, outer, _) = start(Inner::bind().isolation(isolation).num_replicas(3)).await;
        for answers in [
            outer.everybody.remote().await.unwrap(),
            outer.everybody_from_a_blocking_thread.remote().await.unwrap(),
        ] {
            assert_eq!(answers.len(), 3);
            assert_eq!(answers.into_iter().collect::<BTreeSet<_>>().len(), 3);
        }
        assert_eq!(load(&serve).await, (0, 0));
        serve.shutdown().await.unwrap();
    }
}

async fn a_broadcast_reaches_replicas_that_are_full() {
    let (serve, outer, inner) = start(Inner::bind().max_ongoing_requests(1)).await;
    let waiting = inner.wait.remote().assigned().await.unwrap();
    assert_eq!(outer.everybody.remote().await.unwrap().len(), 1);
    waiting.cancel();
    serve.shutdown().await.unwrap();
}

async fn broadcasts_from_all_worker_threads_at_once_do_not_wait_for_each_other() {
    let (serve, outer, _) = start(Inner::bind().num_replicas(2)).await;
    let asking = (0..100).map(|_| outer.everybody.remote());
    let answers = serve_core::get_async(asking).await.unwrap();
    assert!(answers.iter().all(|replicas| replicas.len() == 2), "{answers:?}");
    serve.shutdown().await.unwrap();
}

async fn a_broadcast_to_a_deployment_that_is_gone_is_unavailable() {
    let serve = start_without_http().await;
    let inner = serve.run_named("other", Inner::bind()).await.unwrap();
    let outer = serve.run(Outer::bind(inner)).await.unwrap();
    serve.delete("other").await.unwrap();
    let error = outer.error_of_broadcast.remote().await.unwrap();
    assert_eq!(error, "DeploymentUnavailable");
    let error = outer.error_of_choice.remote().await.unwrap();
    assert_eq!(error, "DeploymentUnavailable");
    serve.shutdown().await.unwrap();
}

async fn what_is_called_on_a_chosen_replica_runs_there() {
    for isolation in [Isolation::Task, Isolation::Process] {
        let (serve, outer, _) = start(Inner::bind().isolation(isolation).num_replicas(3)).await;
        let (chosen, answers) = outer.chosen.remote().await.unwrap();
        assert!(chosen.starts_with("default#Inner#"), "{chosen}");
        assert_eq!(answers, [&*chosen; 3]);
        until(|| async { load(&serve).await == (0, 0) }).await;
        serve.shutdown().await.unwrap();
    }
}

async fn a_place_is_kept_until_its_holder_lets_go() {
    let (serve, outer, _) = start(Inner::bind().max_ongoing_requests(1)).await;
    let keeping = outer.keep_a_place.remote();
    until(|| async { load(&serve).await == (1, 0) }).await;
    keeping.cancel();
    until(|| async { load(&serve).await == (0, 0) }).await;
    serve.shutdown().await.unwrap();
}

async fn a_choice_that_is_given_up_leaves_the_queue() {
    let (serve, outer, inner) = start(Inner::bind().max_ongoing_requests(1)).await;
    let waiting = inner.wait.remote().assigned().await.unwrap();
    assert!(outer.choose_shortly.remote().await.unwrap());
    until(|| async { load(&serve).await == (1, 0) }).await;
    waiting.cancel();
    // Nothing was kept for who has gone.
    until(|| async { load(&serve).await == (0, 0) }).await;
    serve.shutdown().await.unwrap();
}

async fn a_choice_fails_as_a_call_does() {
    let full = Inner::bind().max_ongoing_requests(1).max_queued_requests(1);
    let (serve, outer, inner) = start(full).await;
    let waiting = inner.wait.remote().assigned().await.unwrap();
    let queued = inner.wait.remote();
    let error = outer.error_of_choice.remote().await.unwrap();
    assert!(error.starts_with("BackPressure"), "{error}");
    serve.run(Outer::bind(Inner::bind().max_ongoing_requests(1))).await.unwrap();
    let error = outer.error_of_choice.remote().await.unwrap();
    assert_eq!(error, "DeadlineExceeded");
    [waiting, queued].iter().for_each(ObjectRef::cancel);
    serve.shutdown().await.unwrap();
}

async fn a_process_that_is_killed_gives_back_the_places_it_has_chosen() {
    let (serve, outer, _) = start(Inner::bind().max_ongoing_requests(1)).await;
    let pid = outer.pid.remote().await.unwrap();
    let keeping = outer.keep_a_place.remote();
    until(|| async { load(&serve).await == (1, 0) }).await;
    kill(pid);
    assert!(matches!(keeping.await, Err(CallError::ReplicaDied { .. })));
    until(|| async { load(&serve).await == (0, 0) }).await;
    serve.shutdown().await.unwrap();
}

process_tests! {
    a_broadcast_reaches_every_replica_once
    a_broadcast_reaches_replicas_that_are_full
    broadcasts_from_all_worker_threads_at_once_do_not_wait_for_each_other
    a_broadcast_to_a_deployment_that_is_gone_is_unavailable
    what_is_called_on_a_chosen_replica_runs_there
    a_place_is_kept_until_its_holder_lets_go
    a_choice_that_is_given_up_leaves_the_queue
    a_choice_fails_as_a_call_does
    a_process_that_is_killed_gives_back_the_places_it_has_chosen
}
