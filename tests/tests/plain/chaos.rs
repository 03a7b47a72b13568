//! Thousands of random events under load: whatever happens, nobody waits for ever and every caller is
//! told exactly once.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{Error, Isolation};
use tests::{
    Probe, SOON, Worker, WorkerHandle, running_replicas, spawn, start_without_http, stop,
    until_status, within,
};

/// What became of the calls.
#[derive(Debug, Default)]
struct Tally {
    begun: AtomicUsize,
    answered: AtomicUsize,
    failed: AtomicUsize,
    abandoned: AtomicUsize,
}

impl Tally {
    fn tell(&self, number: u64, outcome: Result<u64, CallError>) {
        match outcome {
            Ok(result) => {
                assert_eq!(result, number, "an answer went to the wrong caller");
                self.answered.fetch_add(1, SeqCst);
            }
            Err(
                CallError::Cancelled
                | CallError::ReplicaDied { .. }
                | CallError::DeploymentUnavailable
                | CallError::DeadlineExceeded
                | CallError::BackPressure { .. }
                | CallError::Panicked { .. },
            ) => {
                self.failed.fetch_add(1, SeqCst);
            }
            Err(error) => panic!("call {number}: {error:?}"),
        }
    }
}

/// Waits a little in every way a method can.
#[derive(Default)]
struct Chaotic;

#[deployment(max_ongoing_requests = 4, max_queued_requests = 50)]
impl Chaotic {
    async fn steps(&self, number: u64, steps: u32) -> u64 {
        for _ in 0..steps {
            tokio::task::yield_now().await;
        }
        number
    }

    #[blocking]
    fn grind(&self, number: u64) -> u64 {
        std::thread::yield_now();
        number
    }

    async fn panics(&self, number: u64) -> u64 {
        tokio::task::yield_now().await;
        // As a panic, but without a line in the output for each of hundreds.
        std::panic::resume_unwind(Box::new(number))
    }

    async fn nested(&self, number: u64, steps: u32) -> Result<u64, CallError> {
        let own = Self::current_handle().expect("inside a replica");
        own.steps.timeout(Duration::from_millis(50)).remote(number, steps).await
    }
}

async fn call(handle: ChaoticHandle, number: u64, mut random: fastrand::Rng, tally: Arc<Tally>) {
    tally.begun.fetch_add(1, SeqCst);
    let steps = random.u32(0..8);
    let patience = random.u32(0..10);
    match random.u32(0..9) {
        0 => {
            let reference = handle.steps.remote(number, steps);
            for _ in 0..patience {
                tokio::task::yield_now().await;
            }
            reference.cancel();
            tally.tell(number, reference.await);
        }
        1 => {
            let mut call = Box::pin(handle.steps.call(number, steps));
            for _ in 0..patience {
                if let std::task::Poll::Ready(outcome) = futures::poll!(&mut call) {
                    return tally.tell(number, outcome);
                }
                tokio::task::yield_now().await;
            }
            tally.abandoned.fetch_add(1, SeqCst);
        }
        2 => {
            drop(handle.steps.remote(number, steps));
            tally.abandoned.fetch_add(1, SeqCst);
        }
        3 => tally.tell(number, handle.grind.remote(number).await),
        4 => tally.tell(number, handle.panics.remote(number).await),
        5 => {
            let outcome = handle.nested.remote(number, steps).await;
            tally.tell(
                number,
                outcome.map_err(|error| match error {
                    CallError::App(inner) => inner,
                    other => other.map_app(|_| unreachable!("the arm above")),
                }),
            );
        }
        6 => {
            let brief = handle.steps.timeout(Duration::from_micros(u64::from(patience) * 50));
            tally.tell(number, brief.remote(number, steps).await);
        }
        7 => tally.tell(number, handle.steps.call(number, steps).await),
        _ => tally.tell(number, handle.steps.remote(number, steps).await),
    }
}

/// One random change to the server.
async fn disturb(serve: &Serve, base: &Application<Chaotic>, random: &mut fastrand::Rng) {
    match random.u32(0..6) {
        0 | 1 => {
            let running = serve
                .status()
                .applications
                .get("default")
                .map_or_else(Vec::new, |_| running_replicas(serve, "default", "Chaotic"));
            if !running.is_empty() {
                let id = &running[random.usize(..running.len())];
                within(SOON, serve.kill_replica(id)).await;
            }
        }
        2 => {
            let isolation = if random.bool() { Isolation::Task } else { Isolation::Thread };
            deploy(serve, Chaotic::bind().isolation(isolation).num_replicas(random.u32(1..4)))
                .await;
        }
        3 => deploy(serve, base.clone().num_replicas(random.u32(1..5))).await,
        4 => deploy(serve, base.clone().max_ongoing_requests(random.u32(1..6))).await,
        _ => {
            // Given up while it is under way: that must not matter.
            let app = Chaotic::bind().num_replicas(random.u32(1..4));
            let mut deploying = Box::pin(serve.run(app));
            drop(futures::poll!(&mut deploying));
        }
    }
}

async fn deploy(serve: &Serve, app: Application<Chaotic>) {
    // A replica killed during an update makes it a failed one; nothing else may go wrong.
    match tokio::time::timeout(SOON, serve.run(app)).await {
        Ok(Ok(_) | Err(Error::DeployFailed { .. })) => {}
        Ok(Err(error)) => panic!("{error:?}"),
        Err(_) => panic!("a deploy never ends: {:#?}", serve.status()),
    }
}

async fn chaos(seed: u64, events: usize) {
    let mut random = fastrand::Rng::with_seed(seed);
    let serve = start_without_http().await;
    let base = Chaotic::bind().graceful_shutdown_timeout(Duration::from_millis(200));
    let handle = within(SOON, serve.run(base.clone().num_replicas(2))).await.unwrap();
    let tally = Arc::<Tally>::default();
    let mut callers = Vec::new();
    for number in 0..events as u64 {
        // Most events are calls; one in ten changes the server under them.
        if random.u32(0..10) == 0 {
            disturb(&serve, &base, &mut random).await;
        }
        let fork = random.fork();
        callers.push(spawn(call(handle.clone(), number, fork, Arc::clone(&tally))));
        if random.u32(0..4) == 0 {
            tokio::task::yield_now().await;
        }
        if callers.len() > 200 {
            for caller in callers.drain(..) {
                within(SOON, caller).await.unwrap();
            }
        }
    }
    for caller in callers {
        within(SOON, caller).await.unwrap();
    }
    let told = [&tally.answered, &tally.failed, &tally.abandoned].map(|count| count.load(SeqCst));
    assert_eq!(told.iter().sum::<usize>(), tally.begun.load(SeqCst), "seed {seed}: {tally:?}");
    assert!(told[0] > events / 10, "seed {seed}: next to nothing was answered: {tally:?}");
    // It comes to rest, and then everything works again.
    deploy(&serve, base.num_replicas(3)).await;
    until_status(&serve, |status| {
        status.applications["default"].status == serve_core::ApplicationStatus::Running
    })
    .await;
    for number in 0..20 {
        assert_eq!(within(SOON, handle.steps.remote(number, 1)).await.unwrap(), number);
    }
    stop(serve).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn ten_thousand_random_events_leave_nobody_waiting() {
    let playing = async {
        for seed in [1, 2, 3, 4, 5, 42, 1_000_003, 0xdead_beef] {
            chaos(seed, 1250).await;
        }
    };
    within(Duration::from_secs(300), playing).await;
}

#[tokio::test]
async fn random_events_on_a_single_thread_leave_nobody_waiting() {
    within(Duration::from_secs(120), chaos(7, 1500)).await;
}

/// Servers come and go while calls are made on them from plain threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_end_under_load_leave_no_thread_waiting() {
    for round in 0..10 {
        let probe = Probe::opened();
        let serve = start_without_http().await;
        let app = Worker::bind(probe).max_ongoing_requests(2);
        let handle: WorkerHandle = within(SOON, serve.run(app)).await.unwrap();
        let began = Probe::new();
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let (handle, began) = (handle.clone(), began.clone());
                tokio::task::spawn_blocking(move || {
                    let mut answered = 0;
                    loop {
                        match handle.work.remote(answered).get() {
                            Ok(_) => answered += 1,
                            Err(error) => return (answered, error),
                        }
                        began.enter().finish();
                    }
                })
            })
            .collect();
        began.entered(10).await;
        if round % 2 == 0 {
            stop(serve).await;
        } else {
            drop(serve);
        }
        for thread in threads {
            let (_, error) = within(SOON, thread).await.unwrap();
            assert!(
                matches!(error, CallError::DeploymentUnavailable | CallError::ReplicaDied { .. }),
                "{error:?}"
            );
        }
    }
}
