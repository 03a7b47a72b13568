//! Batched methods: one item in, one result out, batches in between.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{Error, Isolation};
use tests::{
    Journal, Probe, SOON, fetch_text, replica_id, running_replicas, spawn, start,
    start_without_http, stop, until_status, within,
};
use tokio::time::Instant;

const MS: Duration = Duration::from_millis(1);

/// One batch as its method saw it.
#[derive(Clone, Debug)]
struct Seen {
    items: Vec<u64>,
    at: Instant,
    replica: String,
    model: Option<String>,
}

/// Notes each batch, then waits at the gate, and answers with the doubles.
#[derive(Clone, Debug, Default)]
struct Script {
    batches: Journal<Seen>,
    gate: Probe,
}

impl Script {
    fn opened() -> Self {
        Self { batches: Journal::default(), gate: Probe::opened() }
    }

    fn note(&self, items: &[u64]) {
        let context = serve_core::context().unwrap();
        self.batches.note(Seen {
            items: items.to_vec(),
            at: Instant::now(),
            replica: replica_id(),
            model: context.multiplexed_model_id().map(Into::into),
        });
    }

    async fn run(&self, items: Vec<u64>) -> Vec<u64> {
        self.note(&items);
        self.gate.pass().await;
        items.into_iter().map(|item| item * 2).collect()
    }

    /// The items of all batches so far.
    fn items(&self) -> Vec<Vec<u64>> {
        self.batches.entries().into_iter().map(|seen| seen.items).collect()
    }
}

struct Batcher {
    script: Script,
}

#[deployment]
impl Batcher {
    fn new(script: Script) -> Self {
        Self { script }
    }

    #[batch(max_batch_size = 4)]
    async fn double(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }

    #[batch(max_batch_size = 4, batch_wait_timeout = "100ms")]
    async fn patient(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }

    #[batch(max_batch_size = 1, batch_wait_timeout = "1000s")]
    async fn single(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }

    #[batch(max_batch_size = 4, batch_wait_timeout = "1000s")]
    async fn endless(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }

    #[batch(max_batch_size = 4, max_concurrent_batches = 2)]
    async fn twofold(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }

    #[batch(max_batch_size = 32)]
    async fn large(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }

    #[batch(max_batch_size = 8, max_batch_cost = 10, cost = Self::weight)]
    async fn weigh(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }

    /// Takes a second.
    #[batch(max_batch_size = 4)]
    async fn slowly(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.note(&numbers);
        tokio::time::sleep(1000 * MS).await;
        numbers
    }
}

impl Batcher {
    fn weight(number: &u64) -> usize {
        assert_ne!(*number, 666, "this cannot be weighed");
        usize::try_from(*number).unwrap()
    }
}

async fn run(app: Application<Batcher>) -> (Serve, BatcherHandle) {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle)
}

async fn batcher() -> (Serve, BatcherHandle, Script) {
    let script = Script::default();
    let (serve, handle) = run(Batcher::bind(script.clone())).await;
    (serve, handle, script)
}

/// The results of calls that must succeed.
async fn all<E>(references: Vec<ObjectRef<u64, E>>) -> Vec<u64>
where
    E: std::fmt::Debug + Send + 'static,
{
    within(SOON, serve_core::get_async(references)).await.unwrap()
}

// === the kinds of methods ===

#[derive(Clone, Debug, PartialEq)]
struct Refused(u64);

/// A batched method of every kind.
#[derive(Default)]
struct Kinds;

#[deployment]
impl Kinds {
    #[batch]
    async fn plain(&self, numbers: Vec<u64>) -> Vec<u64> {
        numbers.into_iter().map(|number| number * 2).collect()
    }

    #[batch]
    fn not_async(&self, numbers: Vec<u64>) -> Vec<u64> {
        numbers.into_iter().map(|number| number * 2).collect()
    }

    #[batch]
    #[blocking]
    fn blocking(&self, numbers: Vec<u64>) -> Vec<u64> {
        numbers.into_iter().map(|number| number * 2).collect()
    }

    #[batch]
    async fn whole(&self, numbers: Vec<u64>) -> Result<Vec<u64>, Refused> {
        match numbers.iter().find(|number| **number > 100) {
            Some(large) => Err(Refused(*large)),
            None => Ok(numbers.into_iter().map(|number| number * 2).collect()),
        }
    }

    #[batch]
    async fn each(&self, numbers: Vec<u64>) -> Vec<Result<u64, Refused>> {
        let one = |number| if number > 100 { Err(Refused(number)) } else { Ok(number * 2) };
        numbers.into_iter().map(one).collect()
    }

    #[batch]
    async fn short(&self, numbers: Vec<u64>) -> Vec<u64> {
        numbers.into_iter().skip(1).collect()
    }

    #[batch]
    async fn long(&self, numbers: Vec<u64>) -> Result<Vec<u64>, Refused> {
        Ok(numbers.into_iter().chain([7]).collect())
    }

    #[batch]
    async fn panics(&self, numbers: Vec<u64>) -> Vec<u64> {
        assert!(!numbers.contains(&13), "no {} please", 13);
        numbers
    }

    #[batch]
    #[blocking]
    fn panics_blocking(&self, numbers: Vec<u64>) -> Vec<u64> {
        assert!(!numbers.contains(&13), "no {} please", 13);
        numbers
    }
}

async fn kinds(isolation: Isolation) -> (Serve, KindsHandle) {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Kinds::bind().isolation(isolation))).await.unwrap();
    (serve, handle)
}

#[tokio::test]
async fn results_of_every_kind_of_method_go_back_in_order() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let (serve, handle) = kinds(isolation).await;
        let doubles = Vec::from_iter((0..50).map(|number| number * 2));
        assert_eq!(all((0..50).map(|n| handle.plain.remote(n)).collect()).await, doubles);
        assert_eq!(all((0..50).map(|n| handle.not_async.remote(n)).collect()).await, doubles);
        assert_eq!(all((0..50).map(|n| handle.blocking.remote(n)).collect()).await, doubles);
        assert_eq!(all((0..50).map(|n| handle.whole.remote(n)).collect()).await, doubles);
        assert_eq!(all((0..50).map(|n| handle.each.remote(n)).collect()).await, doubles);
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_call_of_a_batched_method_is_awaited_like_any_other() {
    let (serve, handle) = kinds(Isolation::Task).await;
    assert_eq!(within(SOON, handle.plain.call(4)).await.unwrap(), 8);
    assert_eq!(within(SOON, handle.each.call(101)).await.map_err(app), Err(Refused(101)));
    stop(serve).await;
}

fn app<E: std::fmt::Debug>(error: CallError<E>) -> E {
    match error {
        CallError::App(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_error_of_the_whole_batch_goes_to_each_of_its_callers() {
    let (serve, handle) = kinds(Isolation::Task).await;
    let references: Vec<_> = [1, 200, 3].map(|n| handle.whole.remote(n)).into();
    for reference in references {
        assert_eq!(within(SOON, reference).await.map_err(app), Err(Refused(200)));
    }
    stop(serve).await;
}

#[tokio::test]
async fn an_error_of_one_item_goes_to_its_caller_alone() {
    let (serve, handle) = kinds(Isolation::Task).await;
    let references: Vec<_> = [1, 200, 3].map(|n| handle.each.remote(n)).into();
    let mut outcomes = Vec::new();
    for reference in references {
        outcomes.push(within(SOON, reference).await.map_err(app));
    }
    assert_eq!(outcomes, [Ok(2), Err(Refused(200)), Ok(6)]);
    stop(serve).await;
}

// C86
#[tokio::test]
async fn a_wrong_number_of_results_fails_all_of_the_batch_and_says_both_numbers() {
    let (serve, handle) = kinds(Isolation::Task).await;
    let references: Vec<_> = (0..3).map(|n| handle.short.remote(n)).collect();
    for reference in references {
        let error = within(SOON, reference).await.unwrap_err();
        assert!(matches!(error, CallError::BatchLength { expected: 3, got: 2 }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains('3') && text.contains('2'), "{text}");
    }
    let references: Vec<_> = (0..3).map(|n| handle.long.remote(n)).collect();
    for reference in references {
        let error = within(SOON, reference).await.unwrap_err();
        assert!(matches!(error, CallError::BatchLength { expected: 3, got: 4 }), "{error:?}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_panic_fails_its_batch_alone_and_the_replica_lives() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let (serve, handle) = kinds(isolation).await;
        let before = running_replicas(&serve, "default", "Kinds");
        let references: Vec<_> = [12, 13, 14].map(|n| handle.panics.remote(n)).into();
        let blocking: Vec<_> = [12, 13].map(|n| handle.panics_blocking.remote(n)).into();
        let mut failed = 0;
        for reference in references.into_iter().chain(blocking) {
            match within(SOON, reference).await {
                Err(CallError::Panicked { message }) => {
                    assert_eq!(message, "no 13 please");
                    failed += 1;
                }
                // With a thread of its own, the replica may have begun before all were there.
                other => assert!(isolation == Isolation::Thread && other.is_ok(), "{other:?}"),
            }
        }
        assert!(failed >= 2 && (isolation == Isolation::Thread || failed == 5), "{failed}");
        assert_eq!(all(vec![handle.panics.remote(1)]).await, [1]);
        assert_eq!(all(vec![handle.panics_blocking.remote(1)]).await, [1]);
        assert_eq!(running_replicas(&serve, "default", "Kinds"), before);
        stop(serve).await;
    }
}

/// A batch has the replica for itself.
struct Counter {
    gate: Probe,
    sum: u64,
}

#[deployment]
impl Counter {
    fn new(gate: Probe) -> Self {
        Self { gate, sum: 0 }
    }

    #[batch(max_batch_size = 4, max_concurrent_batches = 3)]
    async fn add(&mut self, numbers: Vec<u64>) -> Vec<u64> {
        let before = self.sum;
        self.gate.pass().await;
        let mut sums = Vec::new();
        self.sum = numbers.into_iter().fold(before, |sum, number| {
            sums.push(sum + number);
            sum + number
        });
        sums
    }

    #[batch]
    #[blocking]
    fn add_blocking(&mut self, numbers: Vec<u64>) -> Vec<u64> {
        numbers.into_iter().for_each(|number| self.sum += number);
        vec![self.sum]
    }
}

#[tokio::test]
async fn a_batch_that_takes_the_replica_exclusively_runs_alone() {
    let gate = Probe::new();
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Counter::bind(gate.clone()))).await.unwrap();
    let references: Vec<_> = (0..12).map(|_| handle.add.remote(1)).collect();
    gate.entered(1).await;
    gate.open();
    let mut sums = all(references).await;
    sums.sort_unstable();
    assert_eq!(sums, Vec::from_iter(1..=12), "no addition was lost");
    assert_eq!(gate.counts().running_max, 1);
    assert_eq!(all(vec![handle.add_blocking.remote(1)]).await, [13]);
    stop(serve).await;
}

#[tokio::test]
async fn a_cost_that_panics_fails_its_call_alone() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let references = [2, 666, 3].map(|n| handle.weigh.remote(n));
    let [two, failing, three] = references;
    let error = within(SOON, failing).await.unwrap_err();
    assert!(matches!(error, CallError::Panicked { .. }), "{error:?}");
    assert_eq!(all(vec![two, three]).await, [4, 6]);
    stop(serve).await;
}

// === when a batch begins ===

// C85, C89
#[tokio::test]
async fn what_waits_while_a_batch_runs_goes_into_the_next() {
    let (serve, handle, script) = batcher().await;
    let mut references = vec![handle.double.remote(0)];
    script.gate.entered(1).await;
    references.extend((1..8).map(|n| handle.double.remote(n)));
    script.gate.release(1);
    script.gate.entered(2).await;
    script.gate.open();
    assert_eq!(all(references).await, [0, 2, 4, 6, 8, 10, 12, 14]);
    assert_eq!(script.items(), [vec![0], vec![1, 2, 3, 4], vec![5, 6, 7]]);
    assert_eq!(script.gate.counts().running_max, 1);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_lone_caller_never_waits_for_company() {
    let (serve, handle, script) = batcher().await;
    for pause in [0, 1, 40, 1_000_000] {
        // A large batch before, whose callers might all come back.
        all((0..4).map(|n| handle.slowly.remote(n)).collect()).await;
        tokio::time::sleep(pause * MS).await;
        let (called, before) = (Instant::now(), script.batches.entries().len());
        let reference = handle.slowly.remote(9);
        let seen = script.batches.until(before + 1).await.pop().unwrap();
        assert_eq!((seen.items, seen.at), (vec![9], called));
        all(vec![reference]).await;
    }
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn callers_that_come_back_together_run_together() {
    let (serve, handle, script) = batcher().await;
    let callers: Vec<_> = (0..4)
        .map(|caller| {
            let handle = handle.clone();
            spawn(async move {
                for _ in 0..10 {
                    within(SOON, handle.slowly.remote(caller)).await.unwrap();
                    // Others come first, as with real clients.
                    for _ in 0..caller * 5 {
                        tokio::task::yield_now().await;
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        within(100 * SOON, caller).await.unwrap();
    }
    let sizes: Vec<_> = script.items().iter().map(Vec::len).collect();
    assert!(sizes.iter().filter(|size| **size == 4).count() >= 8, "{sizes:?}");
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_batch_waits_for_more_for_its_time_and_no_longer() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let called = Instant::now();
    let mut references = vec![handle.patient.remote(1)];
    tokio::time::sleep(50 * MS).await;
    references.push(handle.patient.remote(2));
    all(references).await;
    let seen = script.batches.entries().remove(0);
    assert_eq!((seen.items, seen.at), (vec![1, 2], called + 100 * MS));
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_full_waits_no_longer() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let mut references: Vec<_> = (0..3).map(|n| handle.patient.remote(n)).collect();
    tokio::time::sleep(20 * MS).await;
    references.push(handle.patient.remote(3));
    let full = Instant::now();
    all(references).await;
    let seen = script.batches.entries().remove(0);
    assert_eq!((seen.items, seen.at), (vec![0, 1, 2, 3], full));
    stop(serve).await;
}

// C88
#[tokio::test(start_paused = true)]
async fn batches_of_one_never_wait() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let called = Instant::now();
    all((0..3).map(|n| handle.single.remote(n)).collect()).await;
    assert_eq!(script.items(), [[0], [1], [2]]);
    assert_eq!(Instant::now(), called);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn nobody_is_waited_for_beyond_the_deadline_of_an_item() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let called = Instant::now();
    let urgent = handle.endless.timeout(40 * MS).remote(1);
    assert_eq!(all(vec![urgent]).await, [2]);
    assert!(Instant::now() < called + 40 * MS);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn an_urgent_item_ends_the_wait_of_those_before_it() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let patient = handle.endless.remote(1);
    tokio::time::sleep(10 * MS).await;
    let called = Instant::now();
    let urgent = handle.endless.timeout(40 * MS).remote(2);
    assert_eq!(all(vec![patient, urgent]).await, [2, 4]);
    assert!(Instant::now() < called + 40 * MS);
    assert_eq!(script.items(), [[1, 2]]);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn an_item_after_cancelled_ones_waits_its_own_time() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let first = handle.patient.remote(1);
    tokio::time::sleep(60 * MS).await;
    first.cancel();
    let called = Instant::now();
    all(vec![handle.patient.remote(2)]).await;
    let seen = script.batches.entries().remove(0);
    assert_eq!((seen.items, seen.at), (vec![2], called + 100 * MS));
    stop(serve).await;
}

// === what goes into a batch ===

/// Holds the only slot, queues `numbers`, and returns what batches they make.
async fn weighed(numbers: &[u64]) -> Vec<Vec<u64>> {
    let (serve, handle, script) = batcher().await;
    let mut references = vec![handle.weigh.remote(0)];
    script.gate.entered(1).await;
    references.extend(numbers.iter().map(|number| handle.weigh.remote(*number)));
    script.gate.open();
    let doubles = Vec::from_iter([0].iter().chain(numbers).map(|number| number * 2));
    assert_eq!(all(references).await, doubles);
    stop(serve).await;
    script.items().split_off(1)
}

#[tokio::test]
async fn a_batch_costs_no_more_than_it_may() {
    assert_eq!(weighed(&[4, 4, 4, 4, 2, 2]).await, [vec![4, 4, 2], vec![4, 4, 2]]);
}

#[tokio::test]
async fn an_item_that_costs_more_than_any_batch_may_goes_alone() {
    assert_eq!(weighed(&[50, 1, 60, 2]).await, [vec![50], vec![1, 2], vec![60]]);
}

#[tokio::test]
async fn small_items_are_found_behind_a_large_one() {
    assert_eq!(weighed(&[6, 5, 4, 1]).await, [vec![6, 4], vec![5, 1]]);
}

#[tokio::test]
async fn a_large_item_is_not_overtaken_for_ever() {
    let (serve, handle, script) = batcher().await;
    let mut references = vec![handle.weigh.remote(0)];
    script.gate.entered(1).await;
    references.extend([1, 10].map(|n| handle.weigh.remote(n)));
    // Small ones keep coming, more than fit.
    for round in 2..6 {
        references.extend((0..20).map(|_| handle.weigh.remote(1)));
        script.gate.release(1);
        script.gate.entered(round).await;
    }
    script.gate.open();
    all(references).await;
    let turn = script.items().iter().position(|items| items == &[10]).unwrap();
    assert!(turn <= 2, "{:?}", script.items());
    stop(serve).await;
}

// C94
#[tokio::test]
async fn a_batch_has_items_of_one_model_and_shows_it() {
    let (serve, handle, script) = batcher().await;
    let mut references = vec![handle.double.remote(0)];
    script.gate.entered(1).await;
    for number in 1..=6 {
        let model = if number % 2 == 0 { "even" } else { "odd" };
        references.push(handle.double.multiplexed_model_id(model).remote(number));
    }
    references.push(handle.double.remote(7));
    script.gate.open();
    all(references).await;
    let seen = script.batches.entries().split_off(1);
    let seen: Vec<_> = seen.iter().map(|seen| (&*seen.items, seen.model.as_deref())).collect();
    let expected: [(&[u64], _); 3] =
        [(&[1, 3, 5], Some("odd")), (&[2, 4, 6], Some("even")), (&[7], None)];
    assert_eq!(seen, expected);
    stop(serve).await;
}

#[tokio::test]
async fn an_unfinished_result_is_an_item_when_it_is_there() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let first = handle.double.remote(1);
    assert_eq!(all(vec![handle.double.remote(first)]).await, [4]);
    stop(serve).await;
}

// === those who leave ===

#[tokio::test]
async fn cancelled_items_never_reach_the_method_and_leave_their_place() {
    let script = Script::default();
    let (serve, handle) = run(Batcher::bind(script.clone()).max_queued_requests(3)).await;
    let running = handle.double.remote(0);
    script.gate.entered(1).await;
    let mut line: Vec<_> = (1..4).map(|n| handle.double.remote(n)).collect();
    let refused = within(SOON, handle.double.remote(9)).await;
    assert!(matches!(refused, Err(CallError::BackPressure { .. })), "{refused:?}");
    let cancelled = line.remove(1);
    cancelled.cancel();
    assert!(matches!(within(SOON, cancelled).await, Err(CallError::Cancelled)));
    line.push(handle.double.remote(4));
    // `call` leaves its place when it is dropped.
    let mut call = Box::pin(handle.double.call(5));
    let refused = within(SOON, &mut call).await;
    assert!(matches!(refused, Err(CallError::BackPressure { .. })), "{refused:?}");
    line.remove(0).cancel();
    let mut call = Box::pin(handle.double.call(6));
    assert!(futures::poll!(&mut call).is_pending());
    drop(call);
    line.push(handle.double.remote(7));
    script.gate.open();
    assert_eq!(all(vec![running]).await, [0]);
    assert_eq!(all(line).await, [6, 8, 14]);
    assert_eq!(script.items(), [vec![0], vec![3, 4, 7]]);
    stop(serve).await;
}

#[tokio::test]
async fn thousands_of_cancelled_items_do_not_fill_the_line() {
    let script = Script::default();
    let (serve, handle) = run(Batcher::bind(script.clone()).max_queued_requests(10)).await;
    let running = handle.double.remote(0);
    script.gate.entered(1).await;
    for number in 0..5000 {
        let reference = handle.double.remote(number);
        reference.cancel();
        let outcome = within(SOON, reference).await;
        assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    }
    script.gate.open();
    assert_eq!(all(vec![running, handle.double.remote(1)]).await, [0, 2]);
    assert_eq!(script.items(), [[0], [1]]);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn expired_items_fail_in_time_and_never_reach_the_method() {
    let (serve, handle, script) = batcher().await;
    let running = handle.double.remote(0);
    script.gate.entered(1).await;
    let called = Instant::now();
    let hurried = handle.double.timeout(10 * MS).remote(1);
    let patient = handle.double.remote(2);
    let outcome = within(SOON, hurried).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    assert!(Instant::now() <= called + 11 * MS);
    script.gate.open();
    assert_eq!(all(vec![running, patient]).await, [0, 4]);
    assert_eq!(script.items(), [[0], [2]]);
    stop(serve).await;
}

#[tokio::test]
async fn a_batch_whose_callers_have_all_gone_is_stopped() {
    let (serve, handle, script) = batcher().await;
    let running = handle.double.remote(0);
    script.gate.entered(1).await;
    let gone = [1, 2].map(|n| handle.double.remote(n));
    let next = handle.double.multiplexed_model_id("next").remote(3);
    script.gate.release(1);
    script.gate.entered(2).await;
    gone.iter().for_each(ObjectRef::cancel);
    let counts = script.gate.entered(3).await;
    assert_eq!(counts.abandoned(), 1);
    script.gate.open();
    assert_eq!(all(vec![running, next]).await, [0, 6]);
    assert_eq!(script.items(), [vec![0], vec![1, 2], vec![3]]);
    stop(serve).await;
}

#[tokio::test]
async fn a_batch_with_one_caller_left_goes_on() {
    let (serve, handle, script) = batcher().await;
    let references = [1, 2, 3].map(|n| handle.double.remote(n));
    script.gate.entered(1).await;
    let [first, second, third] = references;
    first.cancel();
    drop(within(SOON, first).await);
    third.cancel();
    drop(within(SOON, third).await);
    script.gate.open();
    assert_eq!(all(vec![second]).await, [4]);
    assert_eq!(script.gate.counts().abandoned(), 0);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_running_batch_ends_at_the_last_deadline_of_its_items() {
    let (serve, handle, script) = batcher().await;
    let called = Instant::now();
    let soon = handle.double.timeout(10 * MS).remote(1);
    let later = handle.double.timeout(30 * MS).remote(2);
    let outcome = within(SOON, soon).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    assert_eq!(script.gate.counts().left, 0, "the other one still wants its result");
    let outcome = within(SOON, later).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    assert_eq!(script.gate.left(1).await.abandoned(), 1);
    assert!(Instant::now() <= called + 32 * MS);
    stop(serve).await;
}

#[tokio::test]
async fn a_full_line_refuses_with_its_numbers() {
    let script = Script::default();
    let (serve, handle) = run(Batcher::bind(script.clone()).max_queued_requests(2)).await;
    let mut references = vec![handle.double.remote(0)];
    script.gate.entered(1).await;
    references.extend((1..3).map(|n| handle.double.remote(n)));
    match within(SOON, handle.double.remote(3)).await {
        Err(CallError::BackPressure { num_queued: 2, max_queued: 2, .. }) => {}
        other => panic!("{other:?}"),
    }
    script.gate.open();
    assert_eq!(all(references).await, [0, 2, 4]);
    stop(serve).await;
}

// === where batches run ===

#[tokio::test]
async fn a_replica_runs_as_many_batches_as_it_may_and_no_more() {
    let (serve, handle, script) = batcher().await;
    let references: Vec<_> = (0..16).map(|n| handle.twofold.remote(n)).collect();
    assert_eq!(script.gate.entered(2).await.running(), 2);
    script.gate.open();
    all(references).await;
    assert_eq!(script.gate.counts().running_max, 2);
    assert!(script.items().iter().all(|items| items.len() == 4), "{:?}", script.items());
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_number_of_batches_at_once_is_kept_on_several_threads() {
    let script = Script::opened();
    let (serve, handle) = run(Batcher::bind(script.clone()).num_replicas(2)).await;
    let callers: Vec<_> = (0..16)
        .map(|caller| {
            let handle = handle.clone();
            spawn(async move {
                for number in 0..200 {
                    let number = caller * 1000 + number;
                    assert_eq!(handle.twofold.remote(number).await.unwrap(), number * 2);
                }
            })
        })
        .collect();
    for caller in callers {
        within(SOON, caller).await.unwrap();
    }
    assert!(script.gate.counts().running_max <= 4, "{:?}", script.gate.counts());
    let items: usize = script.items().iter().map(Vec::len).sum();
    assert_eq!(items, 3200, "every item ran once");
    assert!(script.items().iter().all(|items| items.len() <= 4));
    stop(serve).await;
}

#[tokio::test]
async fn what_can_run_together_is_not_scattered_over_idle_replicas() {
    let script = Script::opened();
    let (serve, handle) = run(Batcher::bind(script.clone()).num_replicas(2)).await;
    all((0..10).map(|n| handle.large.remote(n)).collect()).await;
    assert_eq!(script.items(), [Vec::from_iter(0..10)]);
    stop(serve).await;
}

#[tokio::test]
async fn more_than_one_batch_runs_on_several_replicas() {
    let script = Script::default();
    let (serve, handle) = run(Batcher::bind(script.clone()).num_replicas(2)).await;
    let references = (0..64).map(|n| handle.large.remote(n)).collect();
    assert_eq!(script.gate.entered(2).await.running(), 2);
    script.gate.open();
    all(references).await;
    let seen = script.batches.entries();
    assert!(seen.iter().all(|seen| seen.items.len() == 32), "{seen:?}");
    assert_eq!(seen.iter().map(|seen| &seen.replica).collect::<BTreeSet<_>>().len(), 2);
    stop(serve).await;
}

/// Serves each call through its own batched method.
struct Front {
    script: Script,
    came: Journal<u64>,
}

#[deployment(route_prefix = "/")]
impl Front {
    fn new(script: Script, came: Journal<u64>) -> Self {
        Self { script, came }
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let number = request.query_param("n").unwrap_or_default().parse().unwrap_or(0);
        let own = Self::current_handle().map_err(HttpError::internal)?;
        self.came.note(number);
        let double = own.double.remote(number).await.map_err(HttpError::internal)?;
        Ok(double.to_string())
    }

    async fn indirect(&self, number: u64) -> Result<u64, CallError> {
        let own = Self::current_handle().expect("inside a replica");
        self.came.note(number);
        own.double.call(number).await
    }

    #[batch(max_batch_size = 4)]
    async fn double(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }
}

#[tokio::test]
async fn a_method_may_await_the_batched_method_of_its_own_replica() {
    let serve = start().await;
    let app = Front::bind(Script::opened(), Journal::default()).max_ongoing_requests(1);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let references: Vec<_> = (0..5).map(|n| handle.indirect.remote(n)).collect();
    assert_eq!(all(references).await, [0, 2, 4, 6, 8]);
    assert_eq!(fetch_text(&serve, "/?n=21").await, (200, "42".to_owned()));
    stop(serve).await;
}

#[tokio::test]
async fn requests_of_many_connections_share_batches() {
    let (script, came) = (Script::default(), Journal::default());
    let serve = start().await;
    let app = Front::bind(script.clone(), came.clone());
    within(SOON, serve.run(app)).await.unwrap();
    let requests: Vec<_> = (0..20)
        .map(|number| {
            let serve = serve.clone();
            spawn(async move { (number, fetch_text(&serve, &format!("/?n={number}")).await) })
        })
        .collect();
    came.until(20).await;
    script.gate.open();
    for request in requests {
        let (number, answer) = within(SOON, request).await.unwrap();
        assert_eq!(answer, (200, (number * 2).to_string()));
    }
    assert!(script.items().len() <= 6, "{:?}", script.items());
    stop(serve).await;
}

#[tokio::test]
async fn a_request_that_is_cancelled_takes_its_item_along() {
    let (script, came) = (Script::default(), Journal::default());
    let serve = start_without_http().await;
    let app = Front::bind(script.clone(), came.clone());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let running = handle.indirect.remote(0);
    script.gate.entered(1).await;
    let [gone, next] = [1, 2].map(|n| handle.indirect.remote(n));
    came.until(3).await;
    gone.cancel();
    script.gate.open();
    let outcome = within(SOON, gone).await;
    assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    assert_eq!(all(vec![running, next]).await, [0, 4]);
    assert_eq!(script.items(), [[0], [2]]);
    stop(serve).await;
}

// === options that change ===

#[tokio::test]
async fn the_size_of_batches_changes_at_run_time() {
    let (serve, handle, script) = batcher().await;
    let mut references = vec![handle.double.remote(0)];
    script.gate.entered(1).await;
    handle.double.set_max_batch_size(2);
    references.extend((1..6).map(|n| handle.double.remote(n)));
    script.gate.release(1);
    script.gate.entered(2).await;
    handle.double.set_max_batch_size(3);
    script.gate.open();
    all(references).await;
    assert_eq!(script.items(), [vec![0], vec![1, 2], vec![3, 4, 5]]);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_shorter_wait_applies_to_those_who_wait_already() {
    let (serve, handle, script) = batcher().await;
    script.gate.open();
    let called = Instant::now();
    let reference = handle.endless.remote(1);
    tokio::time::sleep(MS).await;
    handle.endless.set_batch_wait_timeout(Duration::ZERO);
    all(vec![reference]).await;
    assert!(Instant::now() <= called + 2 * MS);
    handle.endless.set_batch_wait_timeout(10 * MS);
    let called = Instant::now();
    all(vec![handle.endless.remote(2)]).await;
    assert_eq!(Instant::now(), called + 10 * MS);
    stop(serve).await;
}

#[tokio::test]
async fn the_cost_of_batches_changes_at_run_time() {
    let (serve, handle, script) = batcher().await;
    let mut references = vec![handle.weigh.remote(0)];
    script.gate.entered(1).await;
    handle.weigh.set_max_batch_cost(3);
    references.extend([1, 2, 3, 1].map(|n| handle.weigh.remote(n)));
    script.gate.open();
    all(references).await;
    assert_eq!(script.items(), [vec![0], vec![1, 2], vec![3], vec![1]]);
    stop(serve).await;
}

/// Takes the size of its batches from its configuration.
struct Tuned {
    script: Script,
}

#[deployment]
impl Tuned {
    fn new(script: Script) -> Self {
        Self { script }
    }

    fn reconfigure(&self, size: usize) -> Result<(), Error> {
        let own = Self::current_handle()?;
        own.double.set_max_batch_size(size);
        own.double.set_batch_wait_timeout(Duration::ZERO);
        Ok(())
    }

    #[batch(max_batch_size = 4, batch_wait_timeout = "1000s")]
    async fn double(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }
}

#[tokio::test]
async fn reconfigure_sets_the_options_of_batches() {
    let script = Script::default();
    let serve = start_without_http().await;
    let app = Tuned::bind(script.clone());
    let configured = app.clone().user_config(serde_json::json!(2));
    let handle = within(SOON, serve.run(configured)).await.unwrap();
    let mut references = vec![handle.double.remote(0)];
    script.gate.entered(1).await;
    references.extend((1..5).map(|n| handle.double.remote(n)));
    script.gate.release(1);
    script.gate.entered(2).await;
    let configured = app.user_config(serde_json::json!(1));
    within(SOON, serve.run(configured)).await.unwrap();
    script.gate.open();
    all(references).await;
    assert_eq!(script.items(), [vec![0], vec![1, 2], vec![3], vec![4]]);
    stop(serve).await;
}

// === replicas that go ===

#[tokio::test]
async fn a_killed_replica_fails_its_batch_and_the_rest_is_served_by_others() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let script = Script::default();
        let app = Batcher::bind(script.clone()).num_replicas(2).isolation(isolation);
        let (serve, handle) = run(app).await;
        let mut references: Vec<_> = (0..8).map(|n| handle.double.remote(n)).collect();
        script.gate.entered(2).await;
        references.extend((8..16).map(|n| handle.double.remote(n)));
        let killed = script.batches.entries().remove(0);
        assert!(within(SOON, serve.kill_replica(&killed.replica)).await);
        script.gate.left(1).await;
        script.gate.open();
        for (number, reference) in references.into_iter().enumerate() {
            let number = number as u64;
            let outcome = within(SOON, reference).await;
            if killed.items.contains(&number) {
                let died: CallError = CallError::ReplicaDied { executed: Executed::Maybe };
                assert_eq!(outcome.map_err(|error| error.to_string()), Err(died.to_string()));
            } else {
                assert_eq!(outcome.unwrap(), number * 2);
            }
        }
        let mut items = script.items().concat();
        items.sort_unstable();
        assert_eq!(items, Vec::from_iter(0..16), "every item ran once");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_redeploy_lets_the_running_batch_end_and_the_new_replicas_serve_the_rest() {
    let (old, new) = (Script::default(), Script::opened());
    // Exclusive, so that there is nobody to serve the rest before the old replica has ended.
    let (serve, handle) = run(Batcher::bind(old.clone()).exclusive(true)).await;
    let mut references = vec![handle.double.remote(0)];
    old.gate.entered(1).await;
    references.extend((1..4).map(|n| handle.double.remote(n)));
    let deploying = {
        let (serve, new) = (serve.clone(), new.clone());
        spawn(async move { serve.run(Batcher::bind(new).exclusive(true)).await.map(drop) })
    };
    until_status(&serve, |status| {
        status.applications["default"].deployments["Batcher"].running_replicas.is_empty()
    })
    .await;
    old.gate.open();
    assert_eq!(all(references).await, [0, 2, 4, 6]);
    within(SOON, deploying).await.unwrap().unwrap();
    assert_eq!(old.items(), [[0]]);
    assert_eq!(new.items(), [[1, 2, 3]]);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn items_that_wait_for_company_do_not_hold_up_a_redeploy() {
    let (old, new) = (Script::opened(), Script::opened());
    let (serve, handle) = run(Batcher::bind(old.clone())).await;
    let begun = Instant::now();
    let reference = handle.endless.remote(1);
    tokio::time::sleep(MS).await;
    within(SOON, serve.run(Batcher::bind(new.clone()))).await.unwrap();
    assert!(Instant::now() < begun + 1000 * MS);
    handle.endless.set_batch_wait_timeout(Duration::ZERO);
    assert_eq!(all(vec![reference]).await, [2]);
    assert_eq!((old.items().len(), new.items().len()), (0, 1));
    stop(serve).await;
}

#[tokio::test]
async fn a_delete_fails_those_who_wait_and_lets_the_running_batch_end() {
    let (serve, handle, script) = batcher().await;
    let running = handle.double.remote(0);
    script.gate.entered(1).await;
    let waiting: Vec<_> = (1..4).map(|n| handle.double.remote(n)).collect();
    let deleting = {
        let serve = serve.clone();
        spawn(async move { serve.delete("default").await })
    };
    for reference in waiting {
        let outcome = within(SOON, reference).await;
        assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
    }
    let late = within(SOON, handle.double.remote(9)).await;
    assert!(matches!(late, Err(CallError::DeploymentUnavailable)), "{late:?}");
    script.gate.open();
    assert_eq!(all(vec![running]).await, [0]);
    within(SOON, deleting).await.unwrap().unwrap();
    assert_eq!(script.items(), [[0]]);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn items_that_wait_for_company_do_not_hold_up_a_delete() {
    let (serve, handle, script) = batcher().await;
    let begun = Instant::now();
    let reference = handle.endless.remote(1);
    tokio::time::sleep(MS).await;
    within(SOON, serve.delete("default")).await.unwrap();
    assert!(Instant::now() < begun + 1000 * MS);
    let outcome = within(SOON, reference).await;
    assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
    assert_eq!(script.items(), Vec::<Vec<u64>>::new());
    stop(serve).await;
}

#[tokio::test]
async fn a_server_that_is_dropped_leaves_no_item_waiting() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let script = Script::default();
        let (serve, handle) = run(Batcher::bind(script.clone()).isolation(isolation)).await;
        let mut references = vec![handle.double.remote(0)];
        script.gate.entered(1).await;
        references.extend((1..10).map(|n| handle.double.remote(n)));
        references.extend((1..4).map(|n| handle.endless.remote(n)));
        drop(serve);
        for reference in references {
            let outcome = within(SOON, reference).await;
            let failed = matches!(
                outcome,
                Err(CallError::DeploymentUnavailable | CallError::ReplicaDied { .. })
            );
            assert!(failed, "{outcome:?}");
        }
        let late = within(SOON, handle.double.remote(9)).await;
        assert!(late.is_err(), "{late:?}");
    }
}

/// Has a thread of its own, which a test may hold up.
struct Hogged {
    script: Script,
    held: Journal<String>,
    release: Arc<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
}

#[deployment(isolation = "thread")]
impl Hogged {
    fn new(
        script: Script,
        held: Journal<String>,
        release: Arc<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
    ) -> Self {
        Self { script, held, release }
    }

    fn hog(&self) {
        self.held.note(replica_id());
        // Ends with the test at the latest, because the sender does.
        let _ = self.release.lock().expect("nobody panics").recv();
    }

    #[batch(max_batch_size = 4)]
    async fn double(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.script.run(numbers).await
    }
}

#[tokio::test]
async fn a_replica_whose_thread_is_held_up_does_not_hold_up_the_batches_of_others() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let (script, held) = (Script::opened(), Journal::default());
    let serve = start_without_http().await;
    let release = Arc::new(std::sync::Mutex::new(receiver));
    let app = Hogged::bind(script.clone(), held.clone(), release).num_replicas(2);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let hogging = handle.hog.remote();
    let busy = held.until(1).await.remove(0);
    for number in 0..50 {
        assert_eq!(all(vec![handle.double.remote(number)]).await, [number * 2]);
    }
    assert!(script.batches.entries().iter().all(|seen| seen.replica != busy));
    sender.send(()).unwrap();
    within(SOON, hogging).await.unwrap();
    stop(serve).await;
}

// === mocks ===

#[tokio::test]
async fn a_mock_of_a_batched_method_gets_one_item_at_a_time() {
    let handle = KindsHandle::mock(|call| match call {
        KindsCall::Plain { numbers, reply } => reply.ok(numbers + 1),
        KindsCall::Whole { numbers, reply } => reply.err(Refused(numbers)),
        KindsCall::Short { reply, .. } => {
            reply.send(Err(CallError::BatchLength { expected: 2, got: 1 }));
        }
        _ => {}
    });
    assert_eq!(handle.plain.remote(1).await.unwrap(), 2);
    assert_eq!(handle.plain.call(2).await.unwrap(), 3);
    assert_eq!(handle.whole.remote(3).await.map_err(app), Err(Refused(3)));
    let outcome = handle.short.call(1).await;
    assert!(matches!(outcome, Err(CallError::BatchLength { expected: 2, got: 1 })), "{outcome:?}");
    let outcome = handle.panics.remote(1).await;
    assert!(matches!(outcome, Err(CallError::ReplicaDied { .. })), "{outcome:?}");
    handle.plain.set_max_batch_size(7);
}

// === any interleaving ===

/// Does in a batch whatever its first item says.
struct Wild {
    gauge: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    gate: Probe,
}

/// Numbers from here on wait at the gate.
const GATED: u64 = 1_000_000;

#[deployment(max_queued_requests = 40)]
impl Wild {
    fn new(gauge: Arc<AtomicUsize>, most: Arc<AtomicUsize>, gate: Probe) -> Self {
        Self { gauge, most, gate }
    }

    #[batch(max_batch_size = 6, max_concurrent_batches = 2)]
    async fn natural(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.run(numbers).await
    }

    #[batch(max_batch_size = 6, batch_wait_timeout = "3ms", max_concurrent_batches = 2)]
    async fn patient(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.run(numbers).await
    }

    #[batch(max_batch_size = 6, max_batch_cost = 9, cost = Self::weight, batch_wait_timeout = "1ms")]
    async fn weighed(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.run(numbers).await
    }

    async fn indirect(&self, number: u64) -> Result<u64, CallError> {
        Self::current_handle().expect("inside a replica").natural.remote(number).await
    }
}

struct Lowers(Arc<AtomicUsize>);

impl Drop for Lowers {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Wild {
    fn weight(number: &u64) -> usize {
        usize::try_from(number % 12).unwrap()
    }

    async fn run(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.most.fetch_max(numbers.len(), SeqCst);
        self.gauge.fetch_add(1, SeqCst);
        let _running = Lowers(Arc::clone(&self.gauge));
        if numbers[0] >= GATED {
            self.gate.pass().await;
            return numbers;
        }
        match numbers[0] % 10 {
            // As a panic, but without a line in the output for each of hundreds.
            0 => std::panic::resume_unwind(Box::new("wild")),
            1 => tokio::time::sleep(10 * MS).await,
            2..5 => tokio::time::sleep(MS).await,
            5..8 => tokio::task::yield_now().await,
            _ => {}
        }
        numbers
    }
}

/// What became of the calls.
#[derive(Debug, Default)]
struct Tally {
    begun: AtomicUsize,
    told: AtomicUsize,
    answered: AtomicUsize,
}

impl Tally {
    fn tell(&self, number: u64, outcome: Result<u64, CallError<CallError>>) {
        self.told.fetch_add(1, SeqCst);
        match outcome {
            Ok(answer) => {
                assert_eq!(answer, number, "an answer went to the wrong caller");
                self.answered.fetch_add(1, SeqCst);
            }
            Err(CallError::App(error)) => self.check(error),
            Err(error) => self.check(error),
        }
    }

    fn check<E: std::fmt::Debug>(&self, error: CallError<E>) {
        match error {
            CallError::Cancelled
            | CallError::ReplicaDied { .. }
            | CallError::DeploymentUnavailable
            | CallError::DeadlineExceeded
            | CallError::BackPressure { .. }
            | CallError::Panicked { .. } => {}
            error => panic!("{error:?}"),
        }
    }
}

fn widen(outcome: Result<u64, CallError>) -> Result<u64, CallError<CallError>> {
    outcome.map_err(CallError::App)
}

async fn wild_call(handle: WildHandle, number: u64, mut random: fastrand::Rng, tally: Arc<Tally>) {
    tally.begun.fetch_add(1, SeqCst);
    let patience = random.u32(0..5);
    let model = ["a", "b"][random.usize(0..2)];
    let outcome = match random.u32(0..9) {
        0 => {
            let reference = handle.natural.remote(number);
            tokio::time::sleep(patience * MS).await;
            reference.cancel();
            widen(reference.await)
        }
        1 => {
            let call = handle.patient.call(number);
            match tokio::time::timeout(patience * MS, call).await {
                Ok(outcome) => widen(outcome),
                Err(_) => Err(CallError::Cancelled),
            }
        }
        2 => widen(handle.patient.timeout(patience * MS).remote(number).await),
        3 => widen(handle.natural.timeout(patience * MS).remote(number).await),
        4 => widen(handle.natural.multiplexed_model_id(model).remote(number).await),
        5 => widen(handle.weighed.remote(number).await),
        6 => handle.indirect.remote(number).await,
        7 => widen(handle.patient.remote(number).await),
        _ => widen(handle.natural.call(number).await),
    };
    tally.tell(number, outcome);
}

async fn wild_disturbance(serve: &Serve, base: &Application<Wild>, random: &mut fastrand::Rng) {
    let deploying = match random.u32(0..4) {
        0 | 1 => {
            let status = serve.status();
            let running = &status.applications["default"].deployments["Wild"].running_replicas;
            if !running.is_empty() {
                let id = &running[random.usize(..running.len())];
                within(SOON, serve.kill_replica(id)).await;
            }
            return;
        }
        2 => {
            // A thread of its own has a clock of its own, so not where time stands still.
            let may_have_threads = tokio::runtime::Handle::current().metrics().num_workers() > 1;
            let is_thread = may_have_threads && random.bool();
            base.clone().isolation(if is_thread { Isolation::Thread } else { Isolation::Task })
        }
        _ => base.clone(),
    };
    let app = deploying.num_replicas(random.u32(1..4));
    match within(SOON, serve.run(app)).await {
        // A replica killed during an update makes it a failed one.
        Ok(_) | Err(Error::DeployFailed { .. }) => {}
        Err(error) => panic!("{error:?}"),
    }
}

/// Calls, cancels, deadlines, panics, kills and redeploys in a random order.
async fn wild(seed: u64, events: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (gauge, most) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let serve = start_without_http().await;
    let gate = Probe::new();
    let base = Wild::bind(Arc::clone(&gauge), Arc::clone(&most), gate.clone())
        .graceful_shutdown_timeout(Duration::from_millis(200));
    let handle = within(SOON, serve.run(base.clone().num_replicas(2))).await.unwrap();
    let tally = Arc::<Tally>::default();
    let mut callers = Vec::new();
    for number in 0..events {
        if random.u32(0..25) == 0 {
            wild_disturbance(&serve, &base, &mut random).await;
        }
        let fork = random.fork();
        callers.push(spawn(wild_call(handle.clone(), number, fork, Arc::clone(&tally))));
        match random.u32(0..8) {
            0 => tokio::time::sleep(MS).await,
            1..4 => tokio::task::yield_now().await,
            _ => {}
        }
    }
    for caller in callers {
        within(SOON, caller).await.unwrap();
    }
    let events = usize::try_from(events).unwrap();
    assert_eq!(tally.told.load(SeqCst), events, "seed {seed}: {tally:?}");
    assert!(tally.answered.load(SeqCst) > events / 5, "seed {seed}: {tally:?}");
    assert!(most.load(SeqCst) <= 6);
    // Nothing is left in any line, and every slot is back: so many batches run at once.
    within(SOON, serve.run(base.num_replicas(2))).await.unwrap();
    let last: Vec<_> = (GATED..GATED + 24).map(|n| handle.natural.remote(n)).collect();
    assert_eq!(gate.entered(4).await.running(), 4);
    gate.open();
    assert_eq!(all(last).await, Vec::from_iter(GATED..GATED + 24));
    assert_eq!(gate.counts().running_max, 4);
    stop(serve).await;
    assert_eq!(gauge.load(SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn every_caller_is_told_once_whatever_happens() {
    for seed in 0..20 {
        wild(seed, 400).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn every_caller_is_told_once_on_several_threads_too() {
    for seed in 100..106 {
        wild(seed, 500).await;
    }
}

// === a closed loop of clients ===

/// A model that takes 5 ms for a batch and a tenth of that for each item.
#[derive(Clone, Default)]
struct StandIn {
    sizes: Journal<usize>,
}

#[deployment]
impl StandIn {
    fn new(sizes: Journal<usize>) -> Self {
        Self { sizes }
    }

    #[batch(max_batch_size = 64)]
    async fn predict(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.sizes.note(numbers.len());
        let items = u32::try_from(numbers.len()).unwrap();
        tokio::time::sleep(5 * MS + items * MS / 10).await;
        numbers
    }
}

#[expect(clippy::print_stdout, reason = "the number itself is of interest")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_in_a_closed_loop_make_large_batches() {
    let sizes = Journal::default();
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(StandIn::bind(sizes.clone()))).await.unwrap();
    let callers: Vec<_> = (0..64)
        .map(|caller| {
            let handle = handle.clone();
            spawn(async move {
                for _ in 0..40 {
                    within(SOON, handle.predict.remote(caller)).await.unwrap();
                }
            })
        })
        .collect();
    for caller in callers {
        within(SOON, caller).await.unwrap();
    }
    let sizes = sizes.entries();
    let mean = sizes.iter().sum::<usize>() as f64 / sizes.len() as f64;
    println!("the mean of {} batches is {mean:.1}: {sizes:?}", sizes.len());
    assert!(mean >= 32.0, "{sizes:?}");
    stop(serve).await;
}
