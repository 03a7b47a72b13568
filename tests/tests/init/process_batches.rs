//! Batched methods and models of replicas that are processes: the server gathers and chooses, as for any
//! other replica.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use futures::future::join_all;
use serde::{Deserialize, Serialize};
use serve_core::prelude::*;
use serve_core::{CallError, Executed, Isolation};
use tests::processes::{Gate, kill, until};
use tests::{process_tests, start_without_http};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Refused {
    Odd(u64),
    All,
}

#[derive(Default)]
struct Batcher {
    batches: AtomicU64,
    items: AtomicU64,
    largest: AtomicU64,
    ended: AtomicU64,
}

/// Counts when it goes.
struct Ending<'a>(&'a AtomicU64);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

impl Batcher {
    fn note(&self, items: usize) -> Ending<'_> {
        let items = u64::try_from(items).unwrap();
        self.batches.fetch_add(1, SeqCst);
        self.items.fetch_add(items, SeqCst);
        self.largest.fetch_max(items, SeqCst);
        Ending(&self.ended)
    }
}

#[deployment(isolation = "process")]
impl Batcher {
    fn pid(&self) -> u32 {
        std::process::id()
    }

    #[batch(max_batch_size = 16)]
    async fn double(&self, numbers: Vec<u64>) -> Vec<u64> {
        let _ending = self.note(numbers.len());
        tokio::time::sleep(Duration::from_millis(2)).await;
        numbers.into_iter().map(|number| number * 2).collect()
    }

    #[batch(max_batch_size = 8, batch_wait_timeout = "200ms")]
    fn halve(&self, numbers: Vec<u64>) -> Vec<Result<u64, Refused>> {
        let halve =
            |number| if number % 2 == 0 { Ok(number / 2) } else { Err(Refused::Odd(number)) };
        numbers.into_iter().map(halve).collect()
    }

    #[batch(max_batch_size = 3, batch_wait_timeout = "10s")]
    fn whole(&self, numbers: Vec<u64>) -> Result<Vec<u64>, Refused> {
        if numbers.contains(&0) { Err(Refused::All) } else { Ok(numbers) }
    }

    #[batch(max_batch_size = 3, batch_wait_timeout = "10s")]
    fn short(&self, mut numbers: Vec<u64>) -> Vec<u64> {
        numbers.pop();
        numbers
    }

    #[batch(max_batch_size = 2, batch_wait_timeout = "10s")]
    fn panic(&self, numbers: Vec<u64>) -> Vec<u64> {
        assert!(!numbers.contains(&0), "a zero");
        numbers
    }

    #[batch(max_batch_size = 4, batch_wait_timeout = "10s")]
    async fn wait(&self, numbers: Vec<u64>) -> Vec<u64> {
        let _ending = self.note(numbers.len());
        if numbers.contains(&0) {
            std::future::pending::<()>().await;
        }
        numbers
    }

    #[blocking]
    #[batch(max_batch_size = 1)]
    fn block(&self, gates: Vec<Gate>) -> Vec<bool> {
        let _ending = self.note(gates.len());
        gates.into_iter().map(|gate| gate.pass_blocking()).map(|()| true).collect()
    }

    /// Batches begun, their items, the most in one, and batches ended.
    fn counts(&self) -> (u64, u64, u64, u64) {
        let count = |count: &AtomicU64| count.load(SeqCst);
        (count(&self.batches), count(&self.items), count(&self.largest), count(&self.ended))
    }

    fn reconfigure(&self, size: usize) -> Result<(), serve_core::Error> {
        Self::current_handle()?.double.set_max_batch_size(size);
        Ok(())
    }

    /// Calls the own batched method.
    async fn double_all(&self, to: u64) -> Vec<u64> {
        let own = Self::current_handle().unwrap();
        let calls: Vec<_> = (0..to).map(|number| own.double.remote(number)).collect();
        serve_core::get_async(calls).await.unwrap()
    }
}

async fn start() -> (Serve, BatcherHandle) {
    let serve = start_without_http().await;
    let handle = serve.run(Batcher::bind()).await.unwrap();
    (serve, handle)
}

async fn what_waits_together_runs_together_in_the_process() {
    let (serve, handle) = start().await;
    let calls = (0..800).map(|number| handle.double.remote(number));
    let answers = serve_core::get_async(calls.collect::<Vec<_>>()).await.unwrap();
    assert!(answers.into_iter().eq((0..800).map(|number| number * 2)));
    let (batches, items, largest, ended) = handle.counts.remote().await.unwrap();
    assert_eq!((items, largest, ended), (800, 16, batches));
    assert!(batches < 200, "{batches} batches for 800 items");
    serve.shutdown().await.unwrap();
}

async fn a_lone_call_is_a_batch_of_one() {
    let (serve, handle) = start().await;
    assert_eq!(handle.double.call(4).await.unwrap(), 8);
    let chosen = handle.double.choose_replica().await.unwrap();
    assert_eq!(chosen.remote(5).await.unwrap(), 10);
    serve.shutdown().await.unwrap();
}

async fn items_fail_one_by_one() {
    let (serve, handle) = start().await;
    let outcomes = join_all((0..8).map(|number| handle.halve.remote(number))).await;
    for (number, outcome) in (0..).zip(outcomes) {
        match number % 2 {
            0 => assert_eq!(outcome.unwrap(), number / 2),
            _ => assert!(
                matches!(outcome, Err(CallError::App(Refused::Odd(odd))) if odd == number),
                "{outcome:?}"
            ),
        }
    }
    serve.shutdown().await.unwrap();
}

async fn one_error_fails_the_whole_batch() {
    let (serve, handle) = start().await;
    let outcomes = join_all((0..3).map(|number| handle.whole.remote(number))).await;
    for outcome in outcomes {
        assert!(matches!(outcome, Err(CallError::App(Refused::All))), "{outcome:?}");
    }
    let outcomes = join_all((1..4).map(|number| handle.whole.remote(number))).await;
    assert!(outcomes.into_iter().map(Result::unwrap).eq(1..4));
    serve.shutdown().await.unwrap();
}

async fn a_wrong_number_of_results_fails_all() {
    let (serve, handle) = start().await;
    for outcome in join_all((0..3).map(|number| handle.short.remote(number))).await {
        let is_told = matches!(outcome, Err(CallError::BatchLength { expected: 3, got: 2 }));
        assert!(is_told, "{outcome:?}");
    }
    serve.shutdown().await.unwrap();
}

async fn a_panic_fails_its_batch_alone() {
    let (serve, handle) = start().await;
    for outcome in join_all((0..2).map(|number| handle.panic.remote(number))).await {
        let is_told =
            matches!(&outcome, Err(CallError::Panicked { message }) if message == "a zero");
        assert!(is_told, "{outcome:?}");
    }
    let outcomes = join_all((1..3).map(|number| handle.panic.remote(number))).await;
    assert!(outcomes.into_iter().map(Result::unwrap).eq(1..3));
    serve.shutdown().await.unwrap();
}

async fn a_batch_goes_on_until_the_last_of_its_callers_has_gone() {
    let (serve, handle) = start().await;
    let calls: Vec<_> = (0..4).map(|number| handle.wait.remote(number)).collect();
    until(|| async { handle.counts.remote().await.unwrap().1 == 4 }).await;
    calls[..3].iter().for_each(ObjectRef::cancel);
    // Sent after the others were given up, so it comes after them.
    assert_eq!(handle.counts.remote().await.unwrap().3, 0);
    calls[3].cancel();
    until(|| async { handle.counts.remote().await.unwrap().3 == 1 }).await;
    // Its slot is free again.
    let calls = (1..5).map(|number| handle.wait.remote(number));
    assert!(join_all(calls).await.into_iter().map(Result::unwrap).eq(1..5));
    serve.shutdown().await.unwrap();
}

async fn a_batch_that_cannot_be_interrupted_keeps_its_slot() {
    let (serve, handle) = start().await;
    let gate = Gate::new("batches");
    let blocked = handle.block.remote(gate.clone());
    until(|| async { handle.counts.remote().await.unwrap().0 == 1 }).await;
    blocked.cancel();
    assert!(matches!(blocked.await, Err(CallError::Cancelled)));
    let mut next = handle.block.remote(gate.clone());
    let early = tokio::time::timeout(Duration::from_millis(100), &mut next).await;
    assert!(early.is_err(), "{early:?}");
    assert_eq!(handle.counts.remote().await.unwrap().0, 1);
    gate.open();
    assert!(next.await.unwrap());
    gate.remove();
    let (batches, .., ended) = handle.counts.remote().await.unwrap();
    assert_eq!((batches, ended), (2, 2));
    serve.shutdown().await.unwrap();
}

async fn a_crash_fails_the_batch_under_way_and_no_other() {
    let (serve, handle) = start().await;
    let pid = handle.pid.remote().await.unwrap();
    let under_way: Vec<_> = (0..4).map(|number| handle.wait.remote(number)).collect();
    until(|| async { handle.counts.remote().await.unwrap().1 == 4 }).await;
    let in_line: Vec<_> = (1..5).map(|number| handle.wait.remote(number)).collect();
    kill(pid);
    for outcome in join_all(under_way).await {
        let died = matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::Maybe }));
        assert!(died, "{outcome:?}");
    }
    assert!(join_all(in_line).await.into_iter().map(Result::unwrap).eq(1..5));
    serve.shutdown().await.unwrap();
}

async fn every_item_has_one_outcome_while_replicas_are_killed() {
    let serve = start_without_http().await;
    let handle = serve.run(Batcher::bind().num_replicas(2)).await.unwrap();
    let (mut answered, mut outcomes) = (0, 0);
    for _ in 0..20 {
        let pid = handle.pid.remote().await;
        let calls: Vec<_> = (0..100).map(|number| handle.double.remote(number)).collect();
        if let Ok(pid) = pid {
            kill(pid);
        }
        for (number, outcome) in (0..).zip(join_all(calls).await) {
            outcomes += 1;
            match outcome {
                Ok(double) => {
                    assert_eq!(double, number * 2);
                    answered += 1;
                }
                Err(CallError::ReplicaDied { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(outcomes, 2000);
    assert!(answered > 500, "{answered} answered");
    serve.shutdown().await.unwrap();
}

async fn a_replica_changes_the_options_of_its_batched_method() {
    let serve = start_without_http().await;
    let application = Batcher::bind().user_config(serde_json::json!(5));
    let handle = serve.run(application).await.unwrap();
    let calls: Vec<_> = (0..100).map(|number| handle.double.remote(number)).collect();
    serve_core::get_async(calls).await.unwrap();
    assert_eq!(handle.counts.remote().await.unwrap().2, 5);
    serve.shutdown().await.unwrap();
}

async fn calls_from_processes_join_the_same_line() {
    let (serve, handle) = start().await;
    let answers = handle.double_all.remote(200).await.unwrap();
    assert!(answers.into_iter().eq((0..200).map(|number| number * 2)));
    let (batches, items, ..) = handle.counts.remote().await.unwrap();
    assert_eq!(items, 200);
    assert!(batches < 100, "{batches} batches for 200 items");
    serve.shutdown().await.unwrap();
}

struct Models {
    models: Multiplexed<u32>,
}

#[deployment(isolation = "process")]
impl Models {
    fn new() -> Self {
        Self { models: Multiplexed::new(100, |_| async { std::process::id() }) }
    }

    /// The process that the model is in.
    async fn place(&self) -> u32 {
        *self.models.current().await.unwrap()
    }
}

async fn calls_go_to_the_process_that_has_their_model() {
    let serve = start_without_http().await;
    let handle = serve.run(Models::bind().num_replicas(3)).await.unwrap();
    let mut places = Vec::new();
    for model in 0..10 {
        // Wherever that is.
        let chosen = handle.place.choose_replica().await.unwrap();
        let place = chosen.multiplexed_model_id(model.to_string()).remote().await.unwrap();
        places.push((model, place));
    }
    for _ in 0..5 {
        for &(model, place) in &places {
            let asked = handle.place.multiplexed_model_id(model.to_string());
            assert_eq!(asked.remote().await.unwrap(), place);
        }
    }
    serve.shutdown().await.unwrap();
}

async fn a_batched_method_may_move_to_a_process_and_back() {
    let serve = start_without_http().await;
    for isolation in [Isolation::Task, Isolation::Process, Isolation::Thread] {
        let handle = serve.run(Batcher::bind().isolation(isolation)).await.unwrap();
        let calls: Vec<_> = (0..50).map(|number| handle.double.remote(number)).collect();
        let answers = serve_core::get_async(calls).await.unwrap();
        assert!(answers.into_iter().eq((0..50).map(|number| number * 2)));
    }
    serve.shutdown().await.unwrap();
}

process_tests! {
    what_waits_together_runs_together_in_the_process
    a_lone_call_is_a_batch_of_one
    items_fail_one_by_one
    one_error_fails_the_whole_batch
    a_wrong_number_of_results_fails_all
    a_panic_fails_its_batch_alone
    a_batch_goes_on_until_the_last_of_its_callers_has_gone
    a_batch_that_cannot_be_interrupted_keeps_its_slot
    a_crash_fails_the_batch_under_way_and_no_other
    every_item_has_one_outcome_while_replicas_are_killed
    a_replica_changes_the_options_of_its_batched_method
    calls_from_processes_join_the_same_line
    calls_go_to_the_process_that_has_their_model
    a_batched_method_may_move_to_a_process_and_back
}
