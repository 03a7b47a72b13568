//! Calls by handle: starting, awaiting, blocking, cancelling, their arguments, context and failures.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serve_core::prelude::*;
use tests::{
    Journal, Probe, SOON, Worker, WorkerCall, WorkerHandle, spawn, start_without_http, stop,
    within, within_thread,
};
use tokio::sync::oneshot;
use tokio::time::Instant;

/// A server with one worker, which runs so many calls at once.
async fn worker(ongoing: u32) -> (Serve, WorkerHandle, Probe) {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).max_ongoing_requests(ongoing);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle, probe)
}

// === results ===

#[tokio::test]
async fn remote_starts_at_once_and_resolves_to_the_result() {
    let (serve, handle, probe) = worker(1).await;
    let reference = handle.work.remote(7);
    probe.entered(1).await;
    probe.open();
    assert_eq!(within(SOON, reference).await.unwrap(), 7);
    stop(serve).await;
}

#[tokio::test]
async fn a_method_of_each_kind_answers() {
    let (serve, handle, probe) = worker(4).await;
    probe.open();
    assert_eq!(within(SOON, handle.echo.remote(1)).await.unwrap(), 1);
    assert_eq!(within(SOON, handle.work.remote(2)).await.unwrap(), 2);
    assert_eq!(within(SOON, handle.grind.remote(3)).await.unwrap(), 3);
    stop(serve).await;
}

#[tokio::test]
async fn a_reference_may_be_awaited_in_pieces() {
    let (serve, handle, probe) = worker(1).await;
    let mut reference = handle.work.remote(7);
    probe.entered(1).await;
    let early = tokio::time::timeout(Duration::from_millis(1), &mut reference).await;
    assert!(early.is_err());
    probe.open();
    assert_eq!(within(SOON, &mut reference).await.unwrap(), 7);
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn get_blocks_a_plain_thread_until_the_result_is_there() {
    let (serve, handle, probe) = worker(1).await;
    let reference = handle.work.remote(7);
    let thread = std::thread::spawn(move || reference.get());
    probe.entered(1).await;
    probe.open();
    let joined = tokio::task::spawn_blocking(move || thread.join());
    assert_eq!(within(SOON, joined).await.unwrap().unwrap().unwrap(), 7);
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn get_timeout_gives_up_waiting_but_does_not_cancel() {
    let (serve, handle, probe) = worker(1).await;
    let mut reference = handle.work.remote(7);
    probe.entered(1).await;
    let waiting = tokio::task::spawn_blocking(move || {
        let outcome = reference.get_timeout(Duration::from_millis(1));
        (outcome, reference)
    });
    let (outcome, mut reference) = within(SOON, waiting).await.unwrap();
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    assert_eq!(probe.counts().left, 0, "the call goes on");
    probe.open();
    let waiting = tokio::task::spawn_blocking(move || reference.get_timeout(SOON));
    assert_eq!(within(SOON, waiting).await.unwrap().unwrap(), 7);
    stop(serve).await;
}

#[tokio::test]
async fn blocking_inside_a_task_is_an_error_not_a_deadlock() {
    let (serve, handle, probe) = worker(1).await;
    let outcome = handle.work.remote(7).get();
    assert!(matches!(outcome, Err(CallError::Blocking)), "{outcome:?}");
    let outcome = handle.work.remote(7).get_timeout(SOON);
    assert!(matches!(outcome, Err(CallError::Blocking)), "{outcome:?}");
    let outcome = serve_core::get([handle.work.remote(7)]);
    assert!(matches!(outcome, Err(CallError::Blocking)), "{outcome:?}");
    probe.open();
    assert_eq!(probe.left(3).await.finished, 3, "they run all the same");
    stop(serve).await;
}

#[tokio::test]
async fn blocking_inside_a_method_is_an_error_and_in_a_blocking_method_works() {
    #[derive(Default)]
    struct Nested;
    #[deployment]
    impl Nested {
        fn one(&self) -> u64 {
            1
        }

        async fn in_a_task(&self) -> bool {
            let own = Self::current_handle().expect("inside a replica");
            matches!(own.one.remote().get(), Err(CallError::Blocking))
        }

        #[blocking]
        fn on_a_thread(&self) -> Result<u64, CallError> {
            let own = Self::current_handle().expect("inside a replica");
            Ok(own.one.remote().get()? + serve_core::get([own.one.remote()])?[0])
        }
    }
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Nested::bind())).await.unwrap();
    assert!(within(SOON, handle.in_a_task.remote()).await.unwrap());
    assert_eq!(within(SOON, handle.on_a_thread.remote()).await.unwrap(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn blocking_works_where_tokio_wants_blocking_code() {
    let (serve, handle, probe) = worker(1).await;
    probe.open();
    let waiting = tokio::task::spawn_blocking(move || handle.work.remote(7).get());
    assert_eq!(within(SOON, waiting).await.unwrap().unwrap(), 7);
    stop(serve).await;
}

#[tokio::test]
async fn assigned_resolves_when_a_replica_takes_the_call() {
    let (serve, handle, probe) = worker(1).await;
    let first = within(SOON, handle.work.remote(1).assigned()).await.unwrap();
    let mut second = Box::pin(handle.work.remote(2).assigned());
    probe.entered(1).await;
    assert!(futures::poll!(&mut second).is_pending(), "the replica is full");
    probe.release(1);
    let second = within(SOON, second).await.unwrap();
    assert_eq!(within(SOON, first).await.unwrap(), 1);
    probe.open();
    assert_eq!(within(SOON, second).await.unwrap(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn assigned_fails_with_what_kept_the_call_from_a_replica() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).max_ongoing_requests(1).max_queued_requests(1);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let _running = handle.work.remote(1);
    let _queued = handle.work.remote(2);
    let outcome = within(SOON, handle.work.remote(3).assigned()).await;
    assert!(matches!(outcome, Err(CallError::BackPressure { .. })), "{outcome:?}");
    probe.open();
    stop(serve).await;
}

#[tokio::test]
async fn assigned_fails_when_the_deployment_goes_away() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).max_ongoing_requests(1);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let _running = handle.work.remote(1);
    probe.entered(1).await;
    let waiting = spawn(handle.work.remote(2).assigned());
    let deleting = {
        let serve = serve.clone();
        spawn(async move { serve.delete("default").await })
    };
    let outcome = within(SOON, waiting).await.unwrap();
    assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
    probe.open();
    within(SOON, deleting).await.unwrap().unwrap();
    stop(serve).await;
}

#[tokio::test]
async fn a_shared_reference_resolves_for_everybody() {
    let (serve, handle, probe) = worker(1).await;
    let shared = handle.work.remote(7).shared();
    let early = spawn(shared.clone());
    probe.open();
    assert_eq!(within(SOON, early).await.unwrap().unwrap(), 7);
    assert_eq!(within(SOON, shared.clone()).await.unwrap(), 7);
    assert_eq!(within(SOON, shared).await.unwrap(), 7);
    assert_eq!(probe.counts().entered, 1, "one call for all of them");
    stop(serve).await;
}

// === cancelling ===

#[tokio::test]
async fn a_queued_call_that_is_cancelled_never_runs() {
    let (serve, handle, probe) = worker(1).await;
    let running = handle.work.remote(1);
    probe.entered(1).await;
    let queued = handle.work.remote(2);
    queued.cancel();
    let outcome = within(SOON, queued).await;
    assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    probe.open();
    within(SOON, running).await.unwrap();
    within(SOON, handle.work.remote(3)).await.unwrap();
    assert_eq!(probe.counts().entered, 2, "only the first and the third ran");
    stop(serve).await;
}

#[tokio::test]
async fn a_running_call_that_is_cancelled_stops_and_frees_its_place() {
    let (serve, handle, probe) = worker(1).await;
    let running = handle.work.remote(1);
    probe.entered(1).await;
    running.cancel();
    running.cancel();
    let outcome = within(SOON, running).await;
    assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    assert_eq!(probe.left(1).await.abandoned(), 1);
    probe.open();
    within(SOON, handle.work.remote(2)).await.unwrap();
    stop(serve).await;
}

/// Operators' demand 23: a place is free when the work has ended, not when its caller has gone.
#[tokio::test]
async fn a_blocking_method_that_is_cancelled_keeps_its_place_until_it_returns() {
    let (serve, handle, probe) = worker(1).await;
    let running = handle.grind.remote(1);
    probe.entered(1).await;
    running.cancel();
    let outcome = within(SOON, running).await;
    assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    let mut next = Box::pin(handle.echo.remote(2).assigned());
    assert!(futures::poll!(&mut next).is_pending(), "the thread still has the permit");
    probe.open();
    within(SOON, next).await.unwrap().await.unwrap();
    assert_eq!(probe.counts().finished, 1);
    stop(serve).await;
}

#[tokio::test]
async fn cancelling_a_call_that_has_ended_changes_nothing() {
    let (serve, handle, _probe) = worker(1).await;
    let mut reference = handle.echo.remote(7);
    let (ready, _) = serve_core::wait_async([reference], 1, Some(SOON)).await;
    reference = ready.into_iter().next().unwrap();
    reference.cancel();
    assert_eq!(within(SOON, reference).await.unwrap(), 7);
    stop(serve).await;
}

#[tokio::test]
async fn dropping_a_reference_lets_the_call_go_on() {
    let (serve, handle, probe) = worker(1).await;
    drop(handle.work.remote(1));
    drop(handle.work.remote(2));
    probe.open();
    assert_eq!(probe.left(2).await.finished, 2);
    stop(serve).await;
}

/// Calls a worker in every way a request can.
struct Parent {
    child: WorkerHandle,
    probe: Probe,
}

#[deployment]
impl Parent {
    fn new(child: WorkerHandle, probe: Probe) -> Self {
        Self { child, probe }
    }

    async fn waits_for_remote(&self) -> Result<u64, CallError> {
        self.child.work.remote(1).await
    }

    async fn waits_for_call(&self) -> Result<u64, CallError> {
        self.child.work.call(1).await
    }

    #[blocking]
    fn waits_on_a_thread(&self) -> Result<u64, CallError> {
        let reference = self.child.work.remote(1);
        self.probe.pass_blocking();
        reference.get()
    }

    async fn leaves_it_running(&self) -> u64 {
        drop(self.child.work.remote(1));
        1
    }

    async fn panics_after_calling(&self) -> u64 {
        let _reference = self.child.work.remote(1);
        panic!("too late")
    }
}

async fn family() -> (Serve, ParentHandle, Probe, Probe) {
    let (child, parent) = (Probe::new(), Probe::new());
    let serve = start_without_http().await;
    let app = Parent::bind(Worker::bind(child.clone()), parent.clone());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle, parent, child)
}

#[tokio::test]
async fn cancelling_a_request_cancels_the_calls_it_made_with_remote() {
    let (serve, handle, _, child) = family().await;
    let request = handle.waits_for_remote.remote();
    child.entered(1).await;
    request.cancel();
    assert_eq!(child.left(1).await.abandoned(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn cancelling_a_request_cancels_the_calls_it_made_with_call() {
    let (serve, handle, _, child) = family().await;
    let request = handle.waits_for_call.remote();
    child.entered(1).await;
    request.cancel();
    assert_eq!(child.left(1).await.abandoned(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn cancelling_a_blocking_method_cancels_the_calls_it_made() {
    let (serve, handle, parent, child) = family().await;
    let request = handle.waits_on_a_thread.remote();
    parent.entered(1).await;
    child.entered(1).await;
    request.cancel();
    assert_eq!(child.left(1).await.abandoned(), 1);
    parent.open();
    stop(serve).await;
}

#[tokio::test]
async fn a_request_that_ends_leaves_its_other_calls_running() {
    let (serve, handle, _, child) = family().await;
    within(SOON, handle.leaves_it_running.remote()).await.unwrap();
    child.entered(1).await;
    child.open();
    assert_eq!(child.left(1).await.finished, 1);
    let outcome = within(SOON, handle.panics_after_calling.remote()).await;
    assert!(matches!(outcome, Err(CallError::Panicked { .. })), "{outcome:?}");
    stop(serve).await;
}

#[tokio::test]
async fn calls_made_in_a_constructor_belong_to_no_request() {
    struct Eager {
        _child: WorkerHandle,
        _early: Mutex<ObjectRef<u64>>,
    }
    #[deployment]
    impl Eager {
        fn new(child: WorkerHandle) -> Self {
            Self { _early: Mutex::new(child.work.remote(1)), _child: child }
        }

        async fn wait(&self) {
            std::future::pending::<()>().await;
        }
    }
    let probe = Probe::new();
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Eager::bind(Worker::bind(probe.clone())))).await.unwrap();
    probe.entered(1).await;
    let unrelated = handle.wait.remote();
    unrelated.cancel();
    assert!(within(SOON, unrelated).await.is_err());
    probe.open();
    assert_eq!(probe.left(1).await.finished, 1);
    stop(serve).await;
}

// === arguments ===

#[derive(Default)]
struct Calculator;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot divide {0} by zero")]
struct DivisionError(i64);

#[deployment]
impl Calculator {
    fn add(&self, left: i64, right: i64) -> i64 {
        left + right
    }

    fn divide(&self, left: i64, right: i64) -> Result<i64, DivisionError> {
        left.checked_div(right).ok_or(DivisionError(left))
    }

    fn count(&self, text: &str, numbers: &[i64], path: &FilePath, owned: Vec<u8>) -> usize {
        text.len()
            + numbers.len()
            + path.as_os_str().len()
            + String::from_utf8(owned).map_or(0, |text| text.len())
    }

    fn open(&self, path: &FilePath) -> io::Result<u64> {
        std::fs::metadata(path).map(|metadata| metadata.len())
    }

    fn explain(&self, fails: bool) -> anyhow::Result<u64> {
        if fails { Err(anyhow::anyhow!("the cause").context("the explanation")) } else { Ok(1) }
    }
}

async fn calculator() -> (Serve, CalculatorHandle) {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Calculator::bind())).await.unwrap();
    (serve, handle)
}

#[tokio::test]
async fn borrowed_forms_are_taken_where_an_owned_value_is_obvious() {
    let (serve, handle) = calculator().await;
    let text = String::from("abc");
    let path = FilePath::new("/tmp");
    let counted = handle.count.remote(&text, [1_i64, 2], path, vec![1_u8]);
    assert_eq!(within(SOON, counted).await.unwrap(), 3 + 2 + 4 + 1);
    let counted = handle.count.remote("ab", &[1_i64][..], path.to_owned(), &[1_u8, 2][..]);
    assert_eq!(within(SOON, counted).await.unwrap(), 2 + 1 + 4 + 2);
    stop(serve).await;
}

// C7
#[tokio::test]
async fn one_pending_result_feeds_several_calls() {
    let (serve, handle, probe) = worker(8).await;
    let slow = handle.work.remote(5).shared();
    let (one, two) = (handle.echo.remote(slow.clone()), handle.echo.remote(slow));
    probe.entered(1).await;
    probe.open();
    assert_eq!(within(SOON, one).await.unwrap(), 5);
    assert_eq!(within(SOON, two).await.unwrap(), 5);
    assert_eq!(probe.counts().entered, 1);
    stop(serve).await;
}

#[tokio::test]
async fn pending_results_are_arguments_of_remote_and_of_call() {
    let (serve, handle) = calculator().await;
    let (one, two) = (handle.add.remote(1, 1), handle.add.remote(2, 2));
    assert_eq!(within(SOON, handle.add.remote(one, two)).await.unwrap(), 6);
    let three = handle.add.remote(1, 2);
    assert_eq!(within(SOON, handle.add.call(three, 4)).await.unwrap(), 7);
    stop(serve).await;
}

#[tokio::test]
async fn a_call_that_waits_for_an_argument_holds_no_place_in_line() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let slow = within(SOON, serve.run_named("slow", Worker::bind(probe.clone()))).await.unwrap();
    let app = Worker::bind(Probe::opened()).max_ongoing_requests(1).max_queued_requests(1);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let pending = slow.work.remote(5).shared();
    let waiting: Vec<_> = (0..5).map(|_| handle.echo.remote(pending.clone())).collect();
    probe.entered(1).await;
    assert_eq!(within(SOON, handle.echo.remote(1)).await.unwrap(), 1, "nobody is in the way");
    for reference in waiting {
        reference.cancel();
    }
    probe.open();
    stop(serve).await;
}

#[tokio::test]
async fn a_failed_argument_fails_the_call_with_its_cause() {
    let (serve, handle) = calculator().await;
    for outcome in [
        within(SOON, handle.add.remote(handle.divide.remote(1, 0), 1)).await,
        within(SOON, handle.add.call(handle.divide.remote(1, 0), 1)).await,
        within(SOON, handle.add.remote(handle.divide.remote(1, 0).shared(), 1)).await,
    ] {
        let Err(error @ CallError::Upstream(_)) = outcome else { panic!("{outcome:?}") };
        assert!(error.to_string().contains("DivisionError(1)"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!(error.executed(), Executed::No);
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_call_that_waits_for_an_argument_can_be_cancelled() {
    let (serve, handle, probe) = worker(4).await;
    let waiting = handle.echo.remote(handle.work.remote(5));
    probe.entered(1).await;
    waiting.cancel();
    let outcome = within(SOON, waiting).await;
    assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    probe.open();
    assert_eq!(probe.left(1).await.finished, 1, "the other call goes on");
    stop(serve).await;
}

#[tokio::test]
async fn the_deadline_of_remote_counts_while_an_argument_is_awaited() {
    let (serve, handle, probe) = worker(4).await;
    let slow = handle.work.remote(5);
    let waiting = handle.echo.timeout(Duration::from_millis(20)).remote(slow);
    let outcome = within(SOON, waiting).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    probe.open();
    stop(serve).await;
}

#[tokio::test]
async fn the_deadline_of_call_counts_while_an_argument_is_awaited() {
    let (serve, handle, probe) = worker(4).await;
    let slow = handle.work.remote(5);
    let waiting = handle.echo.timeout(Duration::from_millis(20)).call(slow);
    let outcome = tokio::time::timeout(Duration::from_secs(5), waiting).await;
    probe.open();
    assert!(matches!(outcome, Ok(Err(CallError::DeadlineExceeded))), "{outcome:?}");
    stop(serve).await;
}

// === many at once ===

#[tokio::test]
async fn get_async_keeps_the_order_of_the_references() {
    let (serve, handle, probe) = worker(8).await;
    let references: Vec<_> = (0..4).map(|x| handle.work.remote(x)).collect();
    probe.open();
    let results = within(SOON, serve_core::get_async(references)).await.unwrap();
    assert_eq!(results, [0, 1, 2, 3]);
    stop(serve).await;
}

#[tokio::test]
async fn get_keeps_the_order_and_fails_with_the_first_failure() {
    let (serve, handle) = calculator().await;
    let handle2 = handle.clone();
    let waiting = tokio::task::spawn_blocking(move || {
        serve_core::get((0..40).map(|x| handle2.add.remote(x, 0)))
    });
    assert_eq!(within(SOON, waiting).await.unwrap().unwrap(), Vec::from_iter(0..40));
    let mixed = [handle.divide.remote(4, 2), handle.divide.remote(3, 0)];
    let outcome = within(SOON, serve_core::get_async(mixed)).await;
    assert!(matches!(outcome, Err(CallError::App(DivisionError(3)))), "{outcome:?}");
    stop(serve).await;
}

// C22
#[tokio::test]
async fn wait_returns_the_ready_and_the_pending_in_input_order() {
    let (serve, handle, probe) = worker(8).await;
    let slow = handle.work.remote(1);
    let fast = handle.echo.remote(2);
    let (ready, pending) = within(SOON, serve_core::wait_async([slow, fast], 1, None)).await;
    assert_eq!((ready.len(), pending.len()), (1, 1));
    assert_eq!(ready.into_iter().next().unwrap().await.unwrap(), 2);
    probe.open();
    assert_eq!(within(SOON, pending.into_iter().next().unwrap()).await.unwrap(), 1);

    let waiting = tokio::task::spawn_blocking(move || {
        let references: Vec<_> = (0..6).map(|x| handle.echo.remote(x)).collect();
        let (ready, pending) = serve_core::wait(references, 100, None);
        assert!(pending.is_empty());
        ready.into_iter().map(|r| r.get().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(within(SOON, waiting).await.unwrap(), [0, 1, 2, 3, 4, 5]);
    stop(serve).await;
}

#[tokio::test]
async fn wait_that_runs_out_of_time_loses_no_reference() {
    let (serve, handle, probe) = worker(8).await;
    let references: Vec<_> = (0..3).map(|x| handle.work.remote(x)).collect();
    let brief = Some(Duration::from_millis(1));
    let (ready, pending) = within(SOON, serve_core::wait_async(references, 1, brief)).await;
    assert_eq!((ready.len(), pending.len()), (0, 3));
    probe.open();
    let results = within(SOON, serve_core::get_async(pending)).await.unwrap();
    assert_eq!(results, [0, 1, 2]);
    stop(serve).await;
}

#[tokio::test]
async fn a_failed_call_counts_as_ready_in_wait() {
    let (serve, handle, _probe) = worker(8).await;
    let (ready, pending) =
        within(SOON, serve_core::wait_async([handle.fail.remote("x")], 1, None)).await;
    assert_eq!((ready.len(), pending.len()), (1, 0));
    stop(serve).await;
}

#[tokio::test]
async fn wait_for_none_does_not_wait() {
    let (serve, handle, probe) = worker(8).await;
    let both = || [handle.work.remote(1), handle.work.remote(2)];
    let (ready, pending) = within(SOON, serve_core::wait_async(both(), 0, None)).await;
    assert_eq!((ready.len(), pending.len()), (0, 2));
    let nothing: [ObjectRef<u64>; 0] = [];
    let (ready, pending) = within(SOON, serve_core::wait_async(nothing, 3, None)).await;
    assert_eq!((ready.len(), pending.len()), (0, 0));
    let references = both();
    let waiting = tokio::task::spawn_blocking(|| serve_core::wait(references, 0, None));
    let (ready, pending) = within(SOON, waiting).await.unwrap();
    assert_eq!((ready.len(), pending.len()), (0, 2));
    probe.open();
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wait_counts_time_on_an_executor_that_is_not_tokio() {
    let (serve, handle, probe) = worker(8).await;
    let asking = tokio::task::spawn_blocking(move || {
        within_thread(SOON, move || {
            let count = |reference, timeout| {
                let waiting = serve_core::wait_async([reference], 1, Some(timeout));
                futures::executor::block_on(waiting).0.len()
            };
            let brief = count(handle.work.remote(1), Duration::from_millis(1));
            (brief, count(handle.echo.remote(2), Duration::MAX))
        })
    });
    assert_eq!(within(SOON, asking).await.unwrap(), (0, 1));
    probe.open();
    stop(serve).await;
}

#[tokio::test]
async fn wait_inside_a_task_fails_as_get_does() {
    let (serve, handle, probe) = worker(1).await;
    let finished = {
        let (finished, _) = serve_core::wait_async([handle.echo.remote(1)], 1, None).await;
        finished.into_iter().next().unwrap()
    };
    let references = [handle.work.remote(7), finished, handle.work.remote(8)];
    let ids = [0, 1, 2].map(|at: usize| references[at].request_id().to_owned());
    let (ready, pending) = serve_core::wait(references, 1, None);
    assert!(pending.is_empty(), "{pending:?}");
    assert!(ready.iter().map(ObjectRef::request_id).eq(&ids), "{ready:?}");
    for reference in ready {
        let outcome = reference.await;
        assert!(matches!(outcome, Err(CallError::Blocking)), "{outcome:?}");
    }
    probe.open();
    assert_eq!(probe.left(2).await.finished, 2, "they run all the same");
    stop(serve).await;
}

// === call ===

#[tokio::test]
async fn call_starts_only_when_it_is_awaited() {
    let (serve, handle, probe) = worker(1).await;
    probe.open();
    let call = handle.work.call(7);
    within(SOON, handle.work.remote(1)).await.unwrap();
    assert_eq!(probe.counts().entered, 1);
    assert_eq!(within(SOON, call).await.unwrap(), 7);
    assert_eq!(probe.counts().entered, 2);
    stop(serve).await;
}

#[tokio::test]
async fn call_runs_in_the_task_of_its_caller() {
    #[derive(Default)]
    struct Where;
    #[deployment]
    impl Where {
        fn task(&self) -> Option<tokio::task::Id> {
            tokio::task::try_id()
        }
    }
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Where::bind())).await.unwrap();
    let asking = spawn(async move { (tokio::task::try_id(), handle.task.call().await) });
    let (own, seen) = within(SOON, asking).await.unwrap();
    assert!(own.is_some());
    assert_eq!(seen.unwrap(), own);
    stop(serve).await;
}

#[tokio::test]
async fn a_loop_of_calls_that_never_wait_lets_other_tasks_run() {
    let (serve, handle, _probe) = worker(1).await;
    for kind in ["remote", "call"] {
        let seen = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let other = {
            let seen = Arc::clone(&seen);
            spawn(async move { seen.store(true, std::sync::atomic::Ordering::SeqCst) })
        };
        let mut rounds = 0;
        while !seen.load(std::sync::atomic::Ordering::SeqCst) && rounds < 20_000 {
            let answer = match kind {
                "remote" => handle.echo.remote(1).await,
                _ => handle.echo.call(1).await,
            };
            assert_eq!(answer.unwrap(), 1);
            rounds += 1;
        }
        assert!(rounds < 20_000, "{kind} starves the other task");
        within(SOON, other).await.unwrap();
    }
    stop(serve).await;
}

#[tokio::test]
async fn call_that_is_dropped_while_it_runs_is_cancelled() {
    let (serve, handle, probe) = worker(1).await;
    let mut call = Box::pin(handle.work.call(7));
    assert!(futures::poll!(&mut call).is_pending());
    probe.entered(1).await;
    drop(call);
    assert_eq!(probe.left(1).await.abandoned(), 1);
    probe.open();
    within(SOON, handle.work.remote(1)).await.unwrap();
    stop(serve).await;
}

#[tokio::test]
async fn call_that_is_dropped_in_line_gives_up_its_place() {
    let (serve, handle, probe) = worker(1).await;
    let running = handle.work.remote(1);
    probe.entered(1).await;
    let mut queued = Box::pin(handle.work.call(2));
    assert!(futures::poll!(&mut queued).is_pending());
    drop(queued);
    probe.open();
    within(SOON, running).await.unwrap();
    within(SOON, handle.work.remote(3)).await.unwrap();
    assert_eq!(probe.counts().entered, 2);
    stop(serve).await;
}

#[tokio::test]
async fn call_to_a_replica_elsewhere_is_cancelled_when_dropped() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).isolation(serve_core::Isolation::Thread);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let mut call = Box::pin(handle.work.call(7));
    assert!(futures::poll!(&mut call).is_pending());
    probe.entered(1).await;
    drop(call);
    assert_eq!(probe.left(1).await.abandoned(), 1);
    stop(serve).await;
}

// === context ===

#[derive(Clone, Debug, PartialEq)]
struct Seen {
    request_id: String,
    model: Option<String>,
    session: Option<String>,
    deadline: Option<Instant>,
    deployment: String,
    application: String,
    replica: String,
    route: Option<String>,
}

fn see() -> Seen {
    let context = serve_core::context().expect("inside a request");
    Seen {
        request_id: context.request_id().to_owned(),
        model: context.multiplexed_model_id().map(str::to_owned),
        session: context.session_id().map(str::to_owned),
        deadline: context.deadline(),
        deployment: context.deployment().to_owned(),
        application: context.application().to_owned(),
        replica: context.replica_id().to_owned(),
        route: context.route().map(str::to_owned),
    }
}

#[derive(Default)]
struct Leaf;

#[deployment]
impl Leaf {
    async fn see(&self) -> Seen {
        tokio::task::yield_now().await;
        see()
    }

    #[blocking]
    fn see_blocking(&self) -> Seen {
        see()
    }

    async fn wait(&self) {
        std::future::pending::<()>().await;
    }
}

struct Root {
    leaf: LeafHandle,
}

#[deployment]
impl Root {
    fn new(leaf: LeafHandle) -> Self {
        Self { leaf }
    }

    async fn both(&self) -> Result<[Seen; 4], CallError> {
        let remote = self.leaf.see.remote().await?;
        let call = self.leaf.see.call().await?;
        Ok([see(), remote, call, self.leaf.see_blocking.remote().await?])
    }

    async fn with_longer_timeout(&self) -> Result<[Seen; 2], CallError> {
        let hour = Duration::from_secs(3600);
        Ok([see(), self.leaf.see.timeout(hour).remote().await?])
    }

    async fn with_session(&self) -> Result<Seen, CallError> {
        self.leaf.see.session_id("child").remote().await
    }

    async fn with_model(&self) -> Result<Seen, CallError> {
        self.leaf.see.multiplexed_model_id("child").remote().await
    }

    async fn waits_for_a_slow_child(&self) -> Result<(), CallError> {
        self.leaf.wait.timeout(Duration::from_secs(3600)).remote().await
    }
}

async fn tree() -> (Serve, RootHandle) {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Root::bind(Leaf::bind()))).await.unwrap();
    (serve, handle)
}

#[tokio::test]
async fn the_context_names_the_place_that_runs_the_call() {
    let (serve, handle) = tree().await;
    assert!(serve_core::context().is_none());
    let [root, leaf, ..] = within(SOON, handle.both.remote()).await.unwrap();
    assert_eq!((&*root.deployment, &*root.application), ("Root", "default"));
    assert_eq!(&*leaf.deployment, "Leaf");
    assert_eq!(root.replica, tests::running_replicas(&serve, "default", "Root")[0]);
    assert_eq!(leaf.replica, tests::running_replicas(&serve, "default", "Leaf")[0]);
    assert_eq!(leaf.route, None, "it came by handle");
    assert!(serve_core::context().is_none());
    stop(serve).await;
}

#[tokio::test]
async fn the_request_id_is_known_at_once_and_is_the_one_of_the_context() {
    let (serve, handle) = tree().await;
    let reference = handle.both.remote();
    let id = reference.request_id().to_owned();
    let seen = within(SOON, reference).await.unwrap();
    assert!(seen.iter().all(|seen| seen.request_id == id), "{id}: {seen:?}");
    let other = within(SOON, handle.both.remote()).await.unwrap();
    assert_ne!(other[0].request_id, id);
    stop(serve).await;
}

#[tokio::test]
async fn options_of_a_call_reach_its_context_and_those_of_its_children() {
    let (serve, handle) = tree().await;
    let method = handle.both.request_id("mine").multiplexed_model_id("m").session_id("s");
    let minute = Duration::from_secs(60);
    let seen = within(SOON, method.timeout(minute).remote()).await.unwrap();
    for seen in &seen {
        assert_eq!(seen.request_id, "mine");
        assert_eq!((seen.model.as_deref(), seen.session.as_deref()), (Some("m"), Some("s")));
        assert_eq!(seen.deadline, seen.deadline.max(Some(Instant::now())));
    }
    let plain = within(SOON, handle.both.remote()).await.unwrap();
    assert_eq!((&plain[0].model, plain[0].deadline), (&None, None), "the handle is unchanged");
    stop(serve).await;
}

#[tokio::test]
async fn the_deadline_of_a_child_is_never_later_than_that_of_its_parent() {
    let (serve, handle) = tree().await;
    let method = handle.with_longer_timeout.timeout(Duration::from_secs(60));
    let [parent, child] = within(SOON, method.remote()).await.unwrap();
    assert!(parent.deadline.is_some());
    assert_eq!(child.deadline, parent.deadline);
    let method = handle.waits_for_a_slow_child.timeout(Duration::from_millis(20));
    let outcome = within(SOON, method.remote()).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_child_call_with_a_session_keeps_the_model_of_its_request() {
    let (serve, handle) = tree().await;
    let method = handle.with_session.multiplexed_model_id("m").session_id("s");
    let seen = within(SOON, method.remote()).await.unwrap();
    assert_eq!((seen.model.as_deref(), seen.session.as_deref()), (Some("m"), Some("child")));
    stop(serve).await;
}

#[tokio::test]
async fn a_child_call_for_a_model_keeps_the_session_of_its_request() {
    let (serve, handle) = tree().await;
    let method = handle.with_model.multiplexed_model_id("m").session_id("s");
    let seen = within(SOON, method.remote()).await.unwrap();
    assert_eq!((seen.model.as_deref(), seen.session.as_deref()), (Some("child"), Some("s")));
    stop(serve).await;
}

#[tokio::test]
async fn the_own_deployment_is_found_inside_a_replica_and_not_outside() {
    let (serve, handle, _probe) = worker(1).await;
    drop(handle);
    let outcome = Worker::current_handle();
    assert!(matches!(outcome, Err(serve_core::Error::OutsideReplica(_))), "{outcome:?}");
    stop(serve).await;
}

// === deadlines ===

#[tokio::test]
async fn a_running_call_ends_at_its_deadline() {
    let (serve, handle, probe) = worker(1).await;
    let brief = handle.work.timeout(Duration::from_millis(20));
    let outcome = within(SOON, brief.remote(1)).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    assert_eq!(probe.left(1).await.abandoned(), 1);
    let outcome = within(SOON, brief.call(1)).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    assert_eq!(probe.left(2).await.abandoned(), 2);
    probe.open();
    within(SOON, handle.work.remote(1)).await.unwrap();
    stop(serve).await;
}

/// Operators' demand 23: a time-out does not let a second call run beside work that cannot be stopped.
#[tokio::test]
async fn a_blocking_method_that_is_late_keeps_its_place_until_it_returns() {
    let (serve, handle, probe) = worker(1).await;
    let late = handle.grind.timeout(Duration::from_millis(20)).remote(1);
    probe.entered(1).await;
    let outcome = within(SOON, late).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    let mut next = Box::pin(handle.echo.remote(2).assigned());
    assert!(futures::poll!(&mut next).is_pending(), "the thread still has the permit");
    probe.open();
    within(SOON, next).await.unwrap().await.unwrap();
    assert_eq!(probe.counts().finished, 1);
    stop(serve).await;
}

/// Operators' demand 23: what waits expires where it waits.
#[tokio::test]
async fn a_queued_call_ends_at_its_deadline() {
    let (serve, handle, probe) = worker(1).await;
    let running = handle.work.remote(1);
    probe.entered(1).await;
    let brief = handle.work.timeout(Duration::from_millis(20));
    let outcome = within(SOON, brief.remote(2)).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    let outcome = within(SOON, brief.call(3)).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    probe.open();
    within(SOON, running).await.unwrap();
    within(SOON, handle.work.remote(4)).await.unwrap();
    assert_eq!(probe.counts().entered, 2);
    stop(serve).await;
}

#[tokio::test]
async fn the_deployments_own_timeout_applies_to_calls_by_handle() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).request_timeout(Duration::from_millis(20));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let outcome = within(SOON, handle.work.remote(1)).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    stop(serve).await;
}

// === panics ===

#[derive(Default)]
struct Fragile {
    calls: u64,
}

#[deployment]
impl Fragile {
    fn sync(&self) -> u64 {
        panic!("sync")
    }

    async fn late(&self) -> u64 {
        tokio::task::yield_now().await;
        panic!("late {}", 1)
    }

    #[blocking]
    fn blocking(&self) -> u64 {
        panic!("blocking")
    }

    fn exclusive(&mut self) -> u64 {
        self.calls += 1;
        panic!("exclusive")
    }

    async fn odd(&self) -> u64 {
        std::panic::panic_any(7_u8)
    }

    fn alive(&mut self) -> (String, u64) {
        (tests::replica_id(), self.calls)
    }
}

#[tokio::test]
async fn a_panic_fails_its_own_call_and_the_replica_lives_on() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Fragile::bind())).await.unwrap();
    let (before, _) = within(SOON, handle.alive.remote()).await.unwrap();
    for (outcome, text) in [
        (within(SOON, handle.sync.remote()).await, "sync"),
        (within(SOON, handle.sync.call()).await, "sync"),
        (within(SOON, handle.late.remote()).await, "late 1"),
        (within(SOON, handle.late.call()).await, "late 1"),
        (within(SOON, handle.blocking.remote()).await, "blocking"),
        (within(SOON, handle.blocking.call()).await, "blocking"),
        (within(SOON, handle.exclusive.remote()).await, "exclusive"),
        (within(SOON, handle.odd.remote()).await, "a panic without a message"),
    ] {
        let Err(CallError::Panicked { message }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(message, text);
    }
    let (after, calls) = within(SOON, handle.alive.remote()).await.unwrap();
    assert_eq!((after, calls), (before, 1));
    stop(serve).await;
}

#[tokio::test]
async fn a_panic_on_a_thread_of_its_own_fails_only_its_call() {
    let serve = start_without_http().await;
    let app = Fragile::bind().isolation(serve_core::Isolation::Thread);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    for outcome in
        [within(SOON, handle.sync.remote()).await, within(SOON, handle.late.call()).await]
    {
        assert!(matches!(outcome, Err(CallError::Panicked { .. })), "{outcome:?}");
    }
    assert!(within(SOON, handle.alive.remote()).await.is_ok());
    stop(serve).await;
}

#[tokio::test]
async fn a_panic_does_not_touch_other_calls_in_flight() {
    let (serve, handle, probe) = worker(2).await;
    let other = handle.work.remote(7);
    probe.entered(1).await;
    let outcome = within(SOON, handle.fail.remote("boom")).await;
    assert!(matches!(outcome, Err(CallError::Panicked { .. })), "{outcome:?}");
    probe.open();
    assert_eq!(within(SOON, other).await.unwrap(), 7);
    stop(serve).await;
}

// === the user's own errors ===

#[tokio::test]
async fn the_users_own_errors_arrive_unchanged() {
    let (serve, handle) = calculator().await;
    assert_eq!(within(SOON, handle.divide.remote(6, 3)).await.unwrap(), 2);
    let outcome = within(SOON, handle.divide.remote(6, 0)).await;
    assert!(matches!(outcome, Err(CallError::App(DivisionError(6)))), "{outcome:?}");
    let outcome: Result<u64, CallError<io::Error>> =
        within(SOON, handle.open.call(FilePath::new("/no/such/file"))).await;
    let Err(CallError::App(error)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    let outcome: Result<u64, CallError<anyhow::Error>> =
        within(SOON, handle.explain.remote(true)).await;
    let Err(CallError::App(error)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(
        error.chain().map(ToString::to_string).collect::<Vec<_>>(),
        ["the explanation", "the cause"]
    );
    assert_eq!(within(SOON, handle.explain.remote(false)).await.unwrap(), 1);
    stop(serve).await;
}

#[test]
fn only_what_never_ran_may_be_sent_again() {
    let full =
        CallError::<Infallible>::BackPressure { num_queued: 1, max_queued: 1, retry_after: None };
    assert!(full.is_retryable());
    assert!(CallError::<Infallible>::ReplicaDied { executed: Executed::No }.is_retryable());
    assert!(!CallError::<Infallible>::ReplicaDied { executed: Executed::Maybe }.is_retryable());
    assert!(!CallError::App(()).is_retryable());
}

// === from everywhere ===

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_works_from_plain_threads() {
    let (serve, handle) = calculator().await;
    let threads: Vec<_> = (0..8)
        .map(|x| {
            let handle = handle.clone();
            tokio::task::spawn_blocking(move || {
                within_thread(SOON, move || handle.add.remote(x, 1).get())
            })
        })
        .collect();
    for (x, thread) in (1..).zip(threads) {
        assert_eq!(within(SOON, thread).await.unwrap().unwrap(), x);
    }
    stop(serve).await;
}

// C4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_works_from_ten_other_runtimes() {
    let (serve, handle) = calculator().await;
    let asking = tokio::task::spawn_blocking(move || {
        for x in 0..10 {
            let handle = handle.clone();
            let answers = within_thread(SOON, move || {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let call = handle.add.call(x, 1).await.unwrap();
                    (handle.add.remote(x, 1).await.unwrap(), call)
                })
            });
            assert_eq!(answers, (x + 1, x + 1));
        }
    });
    within(SOON, asking).await.unwrap();
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_works_from_an_executor_that_is_not_tokio() {
    let (serve, handle) = calculator().await;
    let asking = tokio::task::spawn_blocking(move || {
        within_thread(SOON, move || {
            futures::executor::block_on(async {
                let one = handle.add.remote(1, 1).await.unwrap();
                let two = handle.add.call(one, 1).await.unwrap();
                let both = serve_core::get_async([handle.add.remote(two, 1)]).await.unwrap();
                let shared = handle.add.remote(both[0], 1).shared();
                handle.add.remote(shared, 1).await.unwrap()
            })
        })
    });
    assert_eq!(within(SOON, asking).await.unwrap(), 6);
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_holds_for_calls_from_an_executor_that_is_not_tokio() {
    let (serve, handle, _probe) = worker(1).await;
    let asking = tokio::task::spawn_blocking(move || {
        within_thread(SOON, move || {
            let method = handle.work.timeout(Duration::from_millis(20));
            futures::executor::block_on(async { (method.remote(1).await, method.call(1).await) })
        })
    });
    let (remote, call) = within(SOON, asking).await.unwrap();
    assert!(matches!(remote, Err(CallError::DeadlineExceeded)), "{remote:?}");
    assert!(matches!(call, Err(CallError::DeadlineExceeded)), "{call:?}");
    stop(serve).await;
}

// === mocks ===

fn echoing_mock() -> WorkerHandle {
    WorkerHandle::mock(|call| match call {
        WorkerCall::Echo { x, reply } => reply.ok(x + 100),
        other => panic!("unexpected {other:?}"),
    })
}

#[tokio::test]
async fn a_mock_answers_remote_and_call() {
    let handle = echoing_mock();
    assert_eq!(within(SOON, handle.echo.remote(1)).await.unwrap(), 101);
    assert_eq!(within(SOON, handle.echo.call(2)).await.unwrap(), 102);
    assert_eq!(within(SOON, handle.echo.remote(handle.echo.remote(1))).await.unwrap(), 201);
}

#[test]
fn a_mock_answers_without_any_runtime() {
    let outcomes = within_thread(SOON, || {
        let handle = echoing_mock();
        let chained = handle.echo.remote(handle.echo.remote(1));
        (handle.echo.remote(1).get(), chained.get())
    });
    assert_eq!((outcomes.0.unwrap(), outcomes.1.unwrap()), (101, 201));
}

#[tokio::test]
async fn a_mock_that_panics_fails_the_call_as_a_method_would() {
    let handle = echoing_mock();
    let outcome = within(SOON, handle.work.remote(1)).await;
    let Err(CallError::Panicked { message }) = outcome else { panic!("{outcome:?}") };
    assert!(message.contains("unexpected Work"), "{message}");
}

#[tokio::test]
async fn a_mock_that_drops_its_reply_fails_the_call() {
    let handle = WorkerHandle::mock(drop);
    let outcome = within(SOON, handle.echo.remote(1)).await;
    assert!(matches!(outcome, Err(CallError::ReplicaDied { .. })), "{outcome:?}");
    let outcome = within(SOON, handle.echo.call(1)).await;
    assert!(matches!(outcome, Err(CallError::ReplicaDied { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_mock_may_answer_later_and_with_any_failure() {
    let kept = Journal::<u64>::default();
    let (replies, calls) = std::sync::mpsc::channel();
    let handle = WorkerHandle::mock({
        let kept = kept.clone();
        move |call| {
            if let WorkerCall::Echo { x, reply } = call {
                kept.note(x);
                replies.send(reply).unwrap();
            }
        }
    });
    let (one, two) = (handle.echo.remote(1), handle.echo.remote(2));
    assert_eq!(kept.until(2).await, [1, 2]);
    calls.recv().unwrap().ok(10);
    calls.recv().unwrap().send(Err(CallError::DeploymentUnavailable));
    assert_eq!(within(SOON, one).await.unwrap(), 10);
    let outcome = within(SOON, two).await;
    assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
}

#[tokio::test]
async fn a_mock_answers_with_the_methods_own_error() {
    let handle = CalculatorHandle::mock(|call| {
        if let CalculatorCall::Divide { left, reply, .. } = call {
            reply.err(DivisionError(left));
        }
    });
    let outcome = within(SOON, handle.divide.remote(9, 3)).await;
    assert!(matches!(outcome, Err(CallError::App(DivisionError(9)))), "{outcome:?}");
}

#[tokio::test]
async fn a_deployment_is_tested_with_a_mock_in_place_of_another() {
    let mock = WorkerHandle::mock(|call| match call {
        WorkerCall::Work { reply, .. } => reply.ok(42),
        other => panic!("unexpected {other:?}"),
    });
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Parent::bind(mock, Probe::opened()))).await.unwrap();
    assert_eq!(within(SOON, handle.waits_for_remote.remote()).await.unwrap(), 42);
    assert_eq!(within(SOON, handle.waits_for_call.remote()).await.unwrap(), 42);
    stop(serve).await;
}

#[tokio::test]
async fn a_reply_that_a_panicking_thread_drops_fails_the_call() {
    let handle = WorkerHandle::mock(|call| {
        if let WorkerCall::Echo { reply, .. } = call {
            drop(std::thread::spawn(move || {
                let _unanswered = reply;
                panic!("the scripted peer dies");
            }));
        }
    });
    let outcome = tokio::time::timeout(Duration::from_secs(5), handle.echo.remote(1)).await;
    assert!(matches!(outcome, Ok(Err(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_deadline_holds_for_a_mock_that_never_answers() {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let handle = WorkerHandle::mock({
        let kept = Arc::clone(&kept);
        move |call| kept.lock().unwrap().push(call)
    });
    let method = handle.echo.timeout(Duration::from_millis(20));
    let outcome = tokio::time::timeout(Duration::from_secs(5), method.remote(1)).await;
    assert!(matches!(outcome, Ok(Err(CallError::DeadlineExceeded))), "{outcome:?}");
}

// === calls as values ===

/// A mock that forwards everything to a real worker.
async fn forwarding(ongoing: u32, queued: u32) -> (Serve, WorkerHandle, Probe) {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).max_ongoing_requests(ongoing).max_queued_requests(queued);
    let real = within(SOON, serve.run(app)).await.unwrap();
    let handle = WorkerHandle::mock(move |call| real.dispatch(call));
    (serve, handle, probe)
}

#[tokio::test]
async fn a_mock_forwards_calls_to_a_real_deployment() {
    let (serve, handle, probe) = forwarding(1, 10).await;
    let (one, two) = (handle.work.remote(1), handle.work.remote(2));
    probe.entered(1).await;
    probe.open();
    assert_eq!(within(SOON, one).await.unwrap(), 1);
    assert_eq!(within(SOON, two).await.unwrap(), 2);
    assert_eq!(within(SOON, handle.echo.call(3)).await.unwrap(), 3);
    stop(serve).await;
}

#[tokio::test]
async fn a_forwarded_call_that_panics_fails() {
    let (serve, handle, _probe) = forwarding(1, 10).await;
    let outcome = tokio::time::timeout(Duration::from_secs(5), handle.fail.remote("boom")).await;
    assert!(matches!(outcome, Ok(Err(CallError::Panicked { .. }))), "{outcome:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_forwarded_call_that_is_refused_says_why() {
    let (serve, handle, probe) = forwarding(1, 1).await;
    let (_running, _queued) = (handle.work.remote(1), handle.work.remote(2));
    let outcome = within(SOON, handle.work.remote(3)).await;
    probe.open();
    assert!(matches!(outcome, Err(CallError::BackPressure { .. })), "{outcome:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_forwarded_call_that_is_cancelled_stops() {
    let (serve, handle, probe) = forwarding(1, 10).await;
    let reference = handle.work.remote(1);
    probe.entered(1).await;
    reference.cancel();
    let outcome = within(SOON, reference).await;
    assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    let stopped = tokio::time::timeout(Duration::from_secs(5), probe.left(1)).await;
    probe.open();
    assert!(stopped.is_ok(), "the method goes on: {:?}", probe.counts());
    stop(serve).await;
}

#[tokio::test]
async fn a_call_value_shows_its_method_for_debugging() {
    let (sender, receiver) = oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let handle = WorkerHandle::mock(move |call: WorkerCall| {
        let text = format!("{call:?}");
        sender.lock().unwrap().take().unwrap().send(text).unwrap();
    });
    drop(handle.echo.remote(1));
    assert!(within(SOON, receiver).await.unwrap().starts_with("Echo"));
}

// === depth ===

/// Calls itself until it has counted down.
#[derive(Default)]
struct Countdown;

#[deployment(max_ongoing_requests = 1000)]
impl Countdown {
    async fn from(&self, n: u64) -> Result<u64, CallError> {
        if n == 0 {
            return Ok(0);
        }
        let own = Self::current_handle().expect("inside a replica");
        let below: std::pin::Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(async move { own.from.remote(n - 1).await });
        match below.await {
            Ok(count) => Ok(count + 1),
            Err(CallError::App(error)) => Err(error),
            Err(_) => Err(CallError::Cancelled),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deployment_may_call_itself_many_times_over() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Countdown::bind())).await.unwrap();
    let counting = spawn(async move { handle.from.remote(500).await });
    assert_eq!(within(SOON, counting).await.unwrap().unwrap(), 500);
    stop(serve).await;
}
