//! What a mock sees of the call that it answers: the context that a replica would see.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::time::Duration;

use futures::StreamExt;
use serve_core::prelude::*;
use serve_core::{CallError, RequestContext};
use tests::{Journal, SOON, fetch_text, start, stop, within};

#[derive(Default)]
struct Worker;

#[deployment]
impl Worker {
    fn work(&self, task: u32) -> u32 {
        task
    }

    fn stream(&self) -> impl Stream<Item = u32> {
        futures::stream::iter(0..3)
    }

    #[batch(max_batch_size = 4)]
    fn batched(&self, tasks: Vec<u32>) -> Vec<u32> {
        tasks
    }
}

/// Calls a worker and answers with what it sees itself.
struct Caller {
    worker: WorkerHandle,
}

#[deployment(route_prefix = "/call")]
impl Caller {
    fn new(worker: WorkerHandle) -> Self {
        Self { worker }
    }

    async fn __call__(&self) -> Result<String, CallError> {
        self.worker.work.remote(1).await?;
        Ok(serve_core::context().map(|context| context.deployment().to_owned()).unwrap_or_default())
    }

    fn own_id(&self) -> String {
        serve_core::context().unwrap().replica_id().to_owned()
    }
}

/// A worker that notes the context of each call, and another call that is made in it.
fn noting_worker() -> (WorkerHandle, Journal<RequestContext>) {
    let seen = Journal::<RequestContext>::default();
    let noted = seen.clone();
    let handle = WorkerHandle::mock(move |call| {
        noted.note(serve_core::context().expect("a mock has the context of its call"));
        match call {
            WorkerCall::Work { task, reply } => reply.ok(task),
            WorkerCall::Stream { reply } => reply.ok(0..3),
            WorkerCall::Batched { tasks, reply } => reply.ok(tasks),
        }
    });
    (handle, seen)
}

#[tokio::test(start_paused = true)]
async fn a_mock_sees_the_context_of_a_call() {
    let (worker, seen) = noting_worker();
    let work = worker.work.request_id("r").multiplexed_model_id("m").session_id("s");
    let deadline = tokio::time::Instant::now() + Duration::from_secs(3);
    work.timeout(Duration::from_secs(3)).remote(1).await.unwrap();
    let context = seen.until(1).await.remove(0);
    assert_eq!(context.request_id(), "r");
    assert_eq!(context.multiplexed_model_id(), Some("m"));
    assert_eq!(context.session_id(), Some("s"));
    assert_eq!(context.deadline(), Some(deadline));
    assert_eq!(context.route(), None);
    assert_eq!(context.deployment(), "Worker");
    assert_eq!(context.application(), "mock");
    assert_eq!(context.replica_id(), "mock#Worker#0");
    assert!(serve_core::context().is_none(), "the test itself is no call");
}

#[tokio::test]
async fn a_mock_sees_the_id_that_the_caller_has() {
    let (worker, seen) = noting_worker();
    let call = worker.work.remote(1);
    let id = call.request_id().to_owned();
    within(SOON, call).await.unwrap();
    assert_eq!(seen.until(1).await[0].request_id(), id);
}

#[tokio::test]
async fn every_kind_of_call_has_a_context() {
    let (worker, seen) = noting_worker();
    within(SOON, worker.work.call(1)).await.unwrap();
    let items: Vec<_> = within(SOON, worker.stream.remote().collect()).await;
    assert_eq!(items.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [0, 1, 2]);
    let items = within(SOON, async { worker.stream.call().count().await });
    assert_eq!(items.await, 3);
    within(SOON, worker.batched.remote(1)).await.unwrap();
    within(SOON, worker.batched.call(1)).await.unwrap();
    let argument = worker.work.remote(7);
    within(SOON, worker.work.remote(argument)).await.unwrap();
    assert_eq!(seen.until(7).await.len(), 7);
}

#[tokio::test]
async fn a_mock_called_in_a_request_inherits_it() {
    let (worker, seen) = noting_worker();
    let serve = start().await;
    within(SOON, serve.run(Caller::bind(worker))).await.unwrap();
    let request = client_request(&serve);
    let response = within(SOON, request.send()).await.unwrap();
    // The caller's own context is there again when the mock has returned.
    assert_eq!(within(SOON, response.text()).await.unwrap(), "Caller");
    let context = seen.until(1).await.remove(0);
    assert_eq!(context.request_id(), "of-the-client");
    assert_eq!(context.route(), Some("/call"));
    assert_eq!(context.multiplexed_model_id(), Some("m"));
    assert_eq!(
        context.trace_parent(),
        Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    );
    assert!(context.deadline().is_some());
    assert_eq!(context.deployment(), "Worker");
    stop(serve).await;
}

fn client_request(serve: &Serve) -> reqwest::RequestBuilder {
    tests::client()
        .get(tests::url(serve, "/call"))
        .header("x-request-id", "of-the-client")
        .header("x-request-timeout-seconds", "60")
        .header("serve_multiplexed_model_id", "m")
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
}

#[tokio::test]
async fn calls_that_a_mock_makes_inherit_its_request() {
    let (worker, seen) = noting_worker();
    let front = WorkerHandle::mock(move |call| {
        if let WorkerCall::Work { task, reply } = call {
            drop(worker.work.remote(task));
            reply.ok(task);
        }
    });
    within(SOON, front.work.request_id("r").remote(1)).await.unwrap();
    assert_eq!(seen.until(1).await[0].request_id(), "r");
}

#[tokio::test]
async fn a_mock_may_call_back_into_the_deployment_that_called_it() {
    let ids = Journal::<String>::default();
    let noted = ids.clone();
    let worker = WorkerHandle::mock(move |call| {
        if let WorkerCall::Work { task, reply } = call {
            let (caller, noted) = (Caller::current_handle(), noted.clone());
            drop(tests::spawn(async move {
                noted.note(caller.unwrap().own_id.remote().await.unwrap());
                reply.ok(task);
            }));
        }
    });
    let serve = start().await;
    within(SOON, serve.run(Caller::bind(worker))).await.unwrap();
    assert_eq!(fetch_text(&serve, "/call").await, (200, "Caller".to_owned()));
    assert_eq!(ids.until(1).await, ["default#Caller#0"]);
    stop(serve).await;
}

#[tokio::test]
async fn a_mock_outside_requests_is_no_replica_to_call() {
    let worker = WorkerHandle::mock(|call| {
        if let WorkerCall::Work { reply, .. } = call {
            reply.send(Worker::current_handle().map(|_| 0).map_err(CallError::from));
        }
    });
    let outcome = within(SOON, worker.work.remote(1)).await;
    assert!(matches!(outcome, Err(CallError::NotSent(_))), "{outcome:?}");
}
