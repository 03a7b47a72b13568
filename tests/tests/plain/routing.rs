//! Which replica gets a call, how many at once, who waits in line, and that no place is ever lost.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread::ThreadId;
use std::time::Duration;

use proptest::prelude::*;
use serve_core::BackPressure;
use serve_core::prelude::*;
use tests::{
    Journal, Probe, SOON, Worker, WorkerHandle, running_replicas, spawn, start_without_http, stop,
    within, within_thread,
};

async fn run(app: Application<Worker>) -> (Serve, WorkerHandle) {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle)
}

// === the bound ===

/// Counts what runs at once, without any gate.
#[derive(Clone, Debug, Default)]
struct Gauge {
    now: Arc<AtomicUsize>,
    max: Arc<AtomicUsize>,
    began: Arc<AtomicUsize>,
}

struct Raised(Gauge);

impl Gauge {
    fn raise(&self) -> Raised {
        self.began.fetch_add(1, SeqCst);
        self.max.fetch_max(self.now.fetch_add(1, SeqCst) + 1, SeqCst);
        Raised(self.clone())
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, SeqCst);
    }
}

struct Busy {
    gauge: Gauge,
    probe: Probe,
}

#[deployment]
impl Busy {
    fn new(gauge: Gauge, probe: Probe) -> Self {
        Self { gauge, probe }
    }

    async fn steps(&self, count: u32) -> u32 {
        let _raised = self.gauge.raise();
        for _ in 0..count {
            tokio::task::yield_now().await;
        }
        count
    }

    async fn hold(&self) {
        self.probe.pass().await;
    }
}

const BOUND: u32 = 7;

/// Thousands of calls from several tasks, each abandoned at a random point or seen through.
async fn storm(seed: u64, calls: usize) {
    let (gauge, probe) = (Gauge::default(), Probe::new());
    let serve = start_without_http().await;
    let app = Busy::bind(gauge.clone(), probe.clone()).max_ongoing_requests(BOUND);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let callers: Vec<_> = (0..8)
        .map(|caller| {
            let handle = handle.clone();
            let mut random = fastrand::Rng::with_seed(seed * 100 + caller);
            spawn(async move {
                let mut answered = 0;
                for _ in 0..calls / 8 {
                    let steps = random.u32(0..6);
                    let patience = random.u32(0..12);
                    match random.u32(0..5) {
                        0 => {
                            let reference = handle.steps.remote(steps);
                            for _ in 0..patience {
                                tokio::task::yield_now().await;
                            }
                            reference.cancel();
                            match reference.await {
                                Ok(count) => assert_eq!(count, steps),
                                Err(error) => assert!(matches!(error, CallError::Cancelled)),
                            }
                        }
                        1 => {
                            let mut call = Box::pin(handle.steps.call(steps));
                            for _ in 0..patience {
                                if futures::poll!(&mut call).is_ready() {
                                    break;
                                }
                                tokio::task::yield_now().await;
                            }
                        }
                        2 => drop(handle.steps.remote(steps)),
                        3 => assert_eq!(handle.steps.call(steps).await.unwrap(), steps),
                        _ => assert_eq!(handle.steps.remote(steps).await.unwrap(), steps),
                    }
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    for caller in callers {
        assert_eq!(within(SOON * 2, caller).await.unwrap(), calls / 8);
    }
    assert!(gauge.max.load(SeqCst) <= BOUND as usize, "{gauge:?}");
    assert!(gauge.max.load(SeqCst) > 1, "the storm was a breeze: {gauge:?}");
    // Every permit is back: so many calls can run at once again, and no more.
    let held: Vec<_> = (0..=BOUND).map(|_| handle.hold.remote()).collect();
    let counts = probe.entered(BOUND as usize).await;
    assert_eq!(counts.entered, BOUND as usize);
    probe.open();
    within(SOON, serve_core::get_async(held)).await.unwrap();
    assert_eq!(probe.counts().running_max, BOUND as usize);
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_bound_holds_and_no_permit_is_lost_while_callers_come_and_go() {
    for seed in [1, 7, 42, 1234] {
        storm(seed, 2500).await;
    }
}

#[tokio::test]
async fn the_bound_holds_on_a_single_thread() {
    storm(5, 2000).await;
}

#[tokio::test]
async fn a_replica_runs_as_many_calls_as_it_may_and_no_more() {
    let probe = Probe::new();
    let (serve, handle) = run(Worker::bind(probe.clone()).max_ongoing_requests(3)).await;
    let references: Vec<_> = (0..10).map(|x| handle.work.remote(x)).collect();
    assert_eq!(probe.entered(3).await.running(), 3);
    probe.open();
    let results = within(SOON, serve_core::get_async(references)).await.unwrap();
    assert_eq!(results, Vec::from_iter(0..10));
    assert_eq!(probe.counts().running_max, 3);
    stop(serve).await;
}

#[tokio::test]
async fn blocking_methods_count_like_the_others() {
    let probe = Probe::new();
    let (serve, handle) = run(Worker::bind(probe.clone()).max_ongoing_requests(2)).await;
    let references: Vec<_> = (0..6).map(|x| handle.grind.remote(x)).collect();
    probe.entered(2).await;
    probe.open();
    within(SOON, serve_core::get_async(references)).await.unwrap();
    assert_eq!(probe.counts().running_max, 2);
    stop(serve).await;
}

#[tokio::test]
async fn a_raised_bound_lets_those_in_line_start() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone());
    let (serve, handle) = run(app.clone().max_ongoing_requests(1)).await;
    let references: Vec<_> = (0..3).map(|x| handle.work.remote(x)).collect();
    probe.entered(1).await;
    within(SOON, serve.run(app.max_ongoing_requests(3))).await.unwrap();
    assert_eq!(probe.entered(3).await.left, 0);
    probe.open();
    within(SOON, serve_core::get_async(references)).await.unwrap();
    stop(serve).await;
}

// === the line ===

/// Writes down in which order calls begin.
struct Ordered {
    began: Journal<u64>,
    probe: Probe,
}

#[deployment(max_ongoing_requests = 1)]
impl Ordered {
    fn new(began: Journal<u64>, probe: Probe) -> Self {
        Self { began, probe }
    }

    async fn take(&self, number: u64) {
        self.began.note(number);
        self.probe.pass().await;
    }
}

// C74
#[tokio::test]
async fn queued_calls_begin_in_the_order_in_which_they_came() {
    let (began, probe) = (Journal::default(), Probe::new());
    let serve = start_without_http().await;
    let app = Ordered::bind(began.clone(), probe.clone());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let mut references = Vec::new();
    let mut calls = Vec::new();
    for number in 0..20 {
        // Both kinds wait in the same line.
        if number % 2 == 0 {
            references.push(handle.take.remote(number));
        } else {
            let mut call = Box::pin(handle.take.call(number));
            assert!(futures::poll!(&mut call).is_pending());
            calls.push(spawn(call));
        }
    }
    for number in 1..=20 {
        assert_eq!(began.until(number).await.len(), number, "one at a time");
        probe.release(1);
    }
    within(SOON, serve_core::get_async(references)).await.unwrap();
    for call in calls {
        within(SOON, call).await.unwrap().unwrap();
    }
    assert_eq!(began.entries(), Vec::from_iter(0..20));
    stop(serve).await;
}

// C76
#[tokio::test]
async fn a_cancelled_entry_gives_its_place_in_line_to_the_next() {
    let (began, probe) = (Journal::default(), Probe::new());
    let serve = start_without_http().await;
    let app = Ordered::bind(began.clone(), probe.clone()).max_queued_requests(2);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let running = handle.take.remote(0);
    probe.entered(1).await;
    let (one, two) = (handle.take.remote(1), handle.take.remote(2));
    let refused = within(SOON, handle.take.remote(3)).await;
    assert!(matches!(refused, Err(CallError::BackPressure { .. })), "{refused:?}");
    one.cancel();
    let four = handle.take.remote(4);
    let mut five = Box::pin(handle.take.call(5));
    let refused = within(SOON, &mut five).await;
    assert!(matches!(refused, Err(CallError::BackPressure { .. })), "{refused:?}");
    two.cancel();
    let mut six = Box::pin(handle.take.call(6));
    assert!(futures::poll!(&mut six).is_pending());
    drop(six);
    let seven = handle.take.remote(7);
    probe.open();
    for reference in [running, four, seven] {
        within(SOON, reference).await.unwrap();
    }
    assert_eq!(began.entries(), [0, 4, 7]);
    stop(serve).await;
}

#[tokio::test]
async fn thousands_of_cancelled_entries_do_not_fill_the_line() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).max_ongoing_requests(1).max_queued_requests(10);
    let (serve, handle) = run(app).await;
    let running = handle.work.remote(0);
    probe.entered(1).await;
    for x in 0..5000 {
        let reference = handle.work.remote(x);
        reference.cancel();
        let outcome = within(SOON, reference).await;
        assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    }
    probe.open();
    within(SOON, running).await.unwrap();
    within(SOON, handle.work.remote(1)).await.unwrap();
    assert_eq!(probe.counts().entered, 2);
    stop(serve).await;
}

#[tokio::test]
async fn a_full_line_refuses_with_its_numbers() {
    let probe = Probe::new();
    let backpressure = BackPressure::default().retry_after(Duration::from_secs(7));
    let app = Worker::bind(probe.clone())
        .max_ongoing_requests(1)
        .max_queued_requests(3)
        .backpressure(backpressure);
    let (serve, handle) = run(app).await;
    let accepted: Vec<_> = (0..4).map(|x| handle.work.remote(x)).collect();
    for outcome in
        [within(SOON, handle.work.remote(9)).await, within(SOON, handle.work.call(9)).await]
    {
        let Err(error) = outcome else { panic!("{outcome:?}") };
        assert!(error.is_retryable());
        let CallError::BackPressure { num_queued, max_queued, retry_after } = error else {
            panic!("{error:?}")
        };
        assert_eq!((num_queued, max_queued), (3, 3));
        assert_eq!(retry_after, Some(Duration::from_secs(7)));
    }
    probe.open();
    assert_eq!(within(SOON, serve_core::get_async(accepted)).await.unwrap(), [0, 1, 2, 3]);
    assert_eq!(probe.counts().entered, 4);
    stop(serve).await;
}

// === several replicas ===

/// Notes which replica worked, and how many worked at once.
struct Slow {
    gauge: Gauge,
    by_replica: Journal<String>,
    together: Arc<std::sync::Barrier>,
}

#[deployment(max_ongoing_requests = 1)]
impl Slow {
    fn new(gauge: Gauge, by_replica: Journal<String>, together: Arc<std::sync::Barrier>) -> Self {
        Self { gauge, by_replica, together }
    }

    #[blocking]
    fn compute(&self) {
        let _raised = self.gauge.raise();
        self.by_replica.note(tests::replica_id());
        // Only where two are at work at once does anybody get on.
        self.together.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_of_a_blocking_method_work_at_the_same_time() {
    let (gauge, journal) = (Gauge::default(), Journal::default());
    let serve = start_without_http().await;
    let together = Arc::new(std::sync::Barrier::new(2));
    let app = Slow::bind(gauge.clone(), journal.clone(), together).num_replicas(2);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let references: Vec<_> = (0..100).map(|_| handle.compute.remote()).collect();
    within(SOON, serve_core::get_async(references)).await.unwrap();
    assert_eq!(gauge.max.load(SeqCst), 2);
    let mut shares = BTreeMap::<_, usize>::new();
    for replica in journal.entries() {
        *shares.entry(replica).or_default() += 1;
    }
    assert_eq!(shares.into_values().collect::<Vec<_>>(), [50, 50]);
    stop(serve).await;
}

#[tokio::test]
async fn a_call_goes_to_the_replica_with_the_fewest() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).num_replicas(4).max_ongoing_requests(10);
    let (serve, handle) = run(app).await;
    let references: Vec<_> = (0..12).map(|_| handle.replica.remote()).collect();
    probe.entered(12).await;
    probe.open();
    let mut shares = BTreeMap::<_, usize>::new();
    for replica in within(SOON, serve_core::get_async(references)).await.unwrap() {
        *shares.entry(replica).or_default() += 1;
    }
    assert_eq!(shares.into_values().collect::<Vec<_>>(), [3, 3, 3, 3]);
    stop(serve).await;
}

// C73
#[tokio::test]
async fn a_busy_replica_is_passed_over_while_another_is_idle() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).num_replicas(2).max_ongoing_requests(10);
    let (serve, handle) = run(app).await;
    let held = handle.replica.remote();
    probe.entered(1).await;
    let mut others = BTreeSet::new();
    for _ in 0..50 {
        others.insert(within(SOON, handle.whoami.remote()).await.unwrap());
    }
    probe.open();
    let busy = within(SOON, held).await.unwrap();
    assert_eq!(others.len(), 1);
    assert!(!others.contains(&busy));
    stop(serve).await;
}

// C71
#[tokio::test]
async fn after_a_downscale_only_the_replicas_that_are_left_get_calls() {
    let app = Worker::bind(Probe::opened());
    let (serve, handle) = run(app.clone().num_replicas(2)).await;
    let seen = |handle: WorkerHandle| async move {
        let references: Vec<_> = (0..100).map(|_| handle.replica.remote()).collect();
        let seen = within(SOON, serve_core::get_async(references)).await.unwrap();
        seen.into_iter().collect::<BTreeSet<_>>()
    };
    assert_eq!(seen(handle.clone()).await.len(), 2, "equals share the load");
    within(SOON, serve.run(app.num_replicas(1))).await.unwrap();
    let left = running_replicas(&serve, "default", "Worker");
    assert_eq!(seen(handle).await.into_iter().collect::<Vec<_>>(), left);
    stop(serve).await;
}

#[tokio::test]
async fn calls_wait_for_the_next_replica_where_there_is_none() {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).max_ongoing_requests(1);
    let (serve, handle) = run(app).await;
    let lost = handle.work.remote(0);
    probe.entered(1).await;
    let waiting: Vec<_> = (1..5).map(|x| handle.work.remote(x)).collect();
    let id = running_replicas(&serve, "default", "Worker").remove(0);
    assert!(within(SOON, serve.kill_replica(&id)).await);
    let outcome = within(SOON, lost).await;
    assert!(matches!(outcome, Err(CallError::ReplicaDied { .. })), "{outcome:?}");
    probe.open();
    assert_eq!(within(SOON, serve_core::get_async(waiting)).await.unwrap(), [1, 2, 3, 4]);
    stop(serve).await;
}

// === shared and exclusive methods ===

struct Ledger {
    probe: Probe,
    exclusive: Probe,
    value: u64,
}

#[deployment]
impl Ledger {
    fn new(probe: Probe, exclusive: Probe) -> Self {
        Self { probe, exclusive, value: 0 }
    }

    async fn read(&self) -> u64 {
        self.probe.pass().await;
        self.value
    }

    async fn write(&mut self) -> u64 {
        let before = self.value;
        assert_eq!(self.probe.counts().running(), 0, "a reader is beside the writer");
        self.exclusive.pass().await;
        self.value = before + 1;
        self.value
    }

    #[blocking]
    fn write_blocking(&mut self) -> u64 {
        let before = self.value;
        self.exclusive.pass_blocking();
        self.value = before + 1;
        self.value
    }
}

async fn ledger() -> (Serve, LedgerHandle, Probe, Probe) {
    let (probe, exclusive) = (Probe::new(), Probe::new());
    let serve = start_without_http().await;
    let app = Ledger::bind(probe.clone(), exclusive.clone());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle, probe, exclusive)
}

#[tokio::test]
async fn shared_methods_run_side_by_side_also_where_there_is_an_exclusive_one() {
    let (serve, handle, probe, _) = ledger().await;
    let references: Vec<_> = (0..3).map(|_| handle.read.remote()).collect();
    assert_eq!(probe.entered(3).await.running(), 3);
    probe.open();
    within(SOON, serve_core::get_async(references)).await.unwrap();
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exclusive_method_runs_alone() {
    let (serve, handle, probe, exclusive) = ledger().await;
    probe.open();
    let mut writes = Vec::new();
    let mut reads = Vec::new();
    for n in 0..20 {
        writes.push(if n % 2 == 0 {
            handle.write.remote()
        } else {
            handle.write_blocking.remote()
        });
        reads.push(handle.read.remote());
    }
    exclusive.entered(1).await;
    exclusive.open();
    let mut written = within(SOON, serve_core::get_async(writes)).await.unwrap();
    within(SOON, serve_core::get_async(reads)).await.unwrap();
    written.sort_unstable();
    assert_eq!(written, Vec::from_iter(1..=20), "no write was lost");
    assert_eq!(exclusive.counts().running_max, 1);
    stop(serve).await;
}

#[tokio::test]
async fn an_exclusive_method_that_is_cancelled_lets_the_next_in() {
    let (serve, handle, _, exclusive) = ledger().await;
    let first = handle.write.remote();
    exclusive.entered(1).await;
    first.cancel();
    let second = handle.write.remote();
    exclusive.entered(2).await;
    exclusive.open();
    assert_eq!(within(SOON, second).await.unwrap(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn a_blocking_method_holds_up_nobody_else() {
    let probe = Probe::new();
    // One thread runs this test, the server and every method that is not `#[blocking]`.
    let (serve, handle) = run(Worker::bind(probe.clone())).await;
    let grinding = handle.grind.remote(1);
    probe.entered(1).await;
    assert_eq!(within(SOON, handle.echo.remote(2)).await.unwrap(), 2);
    probe.open();
    assert_eq!(within(SOON, grinding).await.unwrap(), 1);
    stop(serve).await;
}

// === threads ===

/// Holds its thread until the test lets go.
struct Hog {
    held: Journal<ThreadId>,
    release: Arc<std::sync::Mutex<mpsc::Receiver<()>>>,
}

#[deployment(isolation = "thread", max_ongoing_requests = 2)]
impl Hog {
    fn new(held: Journal<ThreadId>, release: Arc<std::sync::Mutex<mpsc::Receiver<()>>>) -> Self {
        Self { held, release }
    }

    fn hog(&self) {
        self.held.note(std::thread::current().id());
        // Ends with the test at the latest, because the sender does.
        let _ = self.release.lock().expect("nobody panics").recv();
    }

    fn thread(&self) -> (ThreadId, String) {
        (std::thread::current().id(), tests::replica_id())
    }
}

#[tokio::test]
async fn a_replica_with_a_thread_of_its_own_runs_all_its_calls_there() {
    let (_sender, receiver) = mpsc::channel();
    let serve = start_without_http().await;
    let release = Arc::new(std::sync::Mutex::new(receiver));
    let app = Hog::bind(Journal::default(), release).num_replicas(2);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let mut threads = BTreeMap::<_, BTreeSet<String>>::new();
    for n in 0..40 {
        let (thread, replica) = match n % 2 {
            0 => within(SOON, handle.thread.remote()).await.unwrap(),
            _ => within(SOON, handle.thread.call()).await.unwrap(),
        };
        assert_ne!(thread, std::thread::current().id());
        threads.entry(format!("{thread:?}")).or_default().insert(replica);
    }
    assert_eq!(threads.len(), 2, "each replica has its thread: {threads:?}");
    assert!(threads.values().all(|replicas| replicas.len() == 1), "{threads:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_method_that_hogs_its_thread_holds_up_no_other_replica() {
    let (sender, receiver) = mpsc::channel();
    let held = Journal::default();
    let serve = start_without_http().await;
    let release = Arc::new(std::sync::Mutex::new(receiver));
    let app = Hog::bind(held.clone(), release).num_replicas(2).max_ongoing_requests(1);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let hogging = handle.hog.remote();
    let busy = held.until(1).await[0];
    for _ in 0..10 {
        let (thread, _) = within(SOON, handle.thread.remote()).await.unwrap();
        assert_ne!(thread, busy);
    }
    sender.send(()).unwrap();
    within(SOON, hogging).await.unwrap();
    stop(serve).await;
}

#[tokio::test]
async fn a_call_behind_a_hog_runs_on_the_next_replica_when_its_own_is_killed() {
    let (sender, receiver) = mpsc::channel();
    let held = Journal::default();
    let serve = start_without_http().await;
    let release = Arc::new(std::sync::Mutex::new(receiver));
    let handle = within(SOON, serve.run(Hog::bind(held.clone(), release))).await.unwrap();
    let hogging = handle.hog.remote();
    held.until(1).await;
    let behind = handle.thread.remote();
    let id = running_replicas(&serve, "default", "Hog").remove(0);
    assert!(within(SOON, serve.kill_replica(&id)).await);
    let outcome = tokio::time::timeout(Duration::from_secs(5), behind).await;
    drop(sender);
    drop(within(SOON, hogging).await);
    let (_, replica) = outcome.expect("nobody waits for the hog").unwrap();
    assert_ne!(replica, id, "it had not begun, so it was sent again");
    stop(serve).await;
}

// === any interleaving ===

#[derive(Clone, Copy, Debug)]
enum Step {
    Remote,
    Call,
    Release,
    Cancel(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Remote),
        2 => Just(Step::Call),
        4 => Just(Step::Release),
        3 => any::<usize>().prop_map(Step::Cancel),
    ]
}

/// What a caller was told, by the number of its call.
type Told = Arc<std::sync::Mutex<BTreeMap<u64, Vec<Result<u64, CallError>>>>>;

#[expect(clippy::too_many_lines, reason = "a script is read from top to bottom")]
async fn play(steps: Vec<Step>, replicas: u32, ongoing: u32, queued: u32) {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone())
        .num_replicas(replicas)
        .max_ongoing_requests(ongoing)
        .max_queued_requests(queued);
    let (serve, handle) = run(app).await;
    let told = Told::default();
    let mut cancels: Vec<tokio::sync::oneshot::Sender<()>> = Vec::new();
    let mut callers = Vec::new();
    let mut number = 0;
    for step in steps {
        match step {
            Step::Remote | Step::Call => {
                number += 1;
                let (cancel, cancelled) = tokio::sync::oneshot::channel();
                cancels.push(cancel);
                let (handle, told) = (handle.clone(), Arc::clone(&told));
                let tell = move |outcome| {
                    told.lock().unwrap().entry(number).or_default().push(outcome);
                };
                callers.push(if matches!(step, Step::Remote) {
                    let mut reference = handle.work.remote(number);
                    spawn(async move {
                        tokio::select! {
                            outcome = &mut reference => return tell(outcome),
                            Ok(()) = cancelled => reference.cancel(),
                        }
                        tell(reference.await);
                    })
                } else {
                    spawn(async move {
                        tokio::select! {
                            outcome = handle.work.call(number) => tell(outcome),
                            // Dropping the call is the cancelling of it.
                            Ok(()) = cancelled => tell(Err(CallError::Cancelled)),
                        }
                    })
                });
            }
            Step::Release => probe.release(1),
            Step::Cancel(index) if !cancels.is_empty() => {
                let index = index % cancels.len();
                let _ = cancels.swap_remove(index).send(());
            }
            Step::Cancel(_) => {}
        }
        tokio::task::yield_now().await;
    }
    // Whoever has not been told to cancel is not any more.
    let kept = cancels;
    probe.open();
    for caller in callers {
        within(SOON, caller).await.unwrap();
    }
    drop(kept);
    let told = std::mem::take(&mut *told.lock().unwrap());
    assert_eq!(told.len() as u64, number, "somebody was told nothing");
    for (number, outcomes) in &told {
        assert_eq!(outcomes.len(), 1, "call {number}: {outcomes:?}");
        match &outcomes[0] {
            Ok(result) => assert_eq!(result, number),
            Err(CallError::Cancelled | CallError::BackPressure { .. }) => {}
            Err(error) => panic!("call {number}: {error:?}"),
        }
    }
    let counts = probe.counts();
    assert!(counts.running_max <= (replicas * ongoing) as usize, "{counts:?}");
    let succeeded = told.values().filter(|outcomes| outcomes[0].is_ok()).count();
    assert!(counts.finished >= succeeded, "{counts:?}: an answer without a run");
    // Every permit is back.
    let again = (replicas * ongoing) as usize;
    let held: Vec<_> = (0..again as u64).map(|x| handle.work.remote(x)).collect();
    within(SOON, serve_core::get_async(held)).await.unwrap();
    stop(serve).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_caller_is_told_exactly_once_and_the_bound_holds(
        steps in prop::collection::vec(step(), 1..60),
        replicas in 1_u32..4,
        ongoing in 1_u32..4,
        queued in 1_u32..6,
    ) {
        within_thread(SOON * 3, move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(play(steps, replicas, ongoing, queued));
        });
    }
}
