//! Replicas that keep failing are left out for a while, and calls that a replica took with it are sent
//! again where that is safe. And methods that hold their thread.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use serve_core::Isolation;
use serve_core::prelude::*;
use tests::{
    Journal, Probe, SOON, fetch_text, open_request, read_until, replica_id, running_replicas,
    spawn, start, start_without_http, stop, within, within_thread,
};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);
/// The first ejection is over by then, and the second has lasted at least as long.
const FIRST_PAUSE: Duration = Duration::from_millis(5_001);

/// Which replicas panic, and who was called.
#[derive(Clone, Debug, Default)]
struct Script {
    failing: Arc<Mutex<BTreeSet<String>>>,
    seen: Journal<String>,
    gate: Probe,
}

impl Script {
    fn fail(&self, replicas: &[String]) {
        *self.failing.lock().unwrap() = replicas.iter().cloned().collect();
    }

    fn check(&self) -> String {
        let id = replica_id();
        self.seen.note(id.clone());
        if self.failing.lock().unwrap().contains(&id) {
            // As a panic, but without a line in the output.
            std::panic::resume_unwind(Box::new("it fails"));
        }
        id
    }

    /// How many calls this replica got among those after the first `skip`.
    fn count(&self, replica: &str, skip: usize) -> usize {
        self.seen.entries().iter().skip(skip).filter(|seen| *seen == replica).count()
    }

    fn len(&self) -> usize {
        self.seen.entries().len()
    }
}

struct Shaky {
    script: Script,
}

#[deployment]
impl Shaky {
    fn new(script: Script) -> Self {
        Self { script }
    }

    async fn work(&self) -> String {
        self.script.check()
    }

    #[blocking]
    fn grind(&self) -> String {
        self.script.check()
    }

    /// Fails only when the test lets go.
    async fn hold(&self) -> String {
        self.script.gate.pass().await;
        self.script.check()
    }

    async fn refuse(&self) -> Result<(), String> {
        Err(replica_id())
    }

    #[batch]
    async fn together(&self, numbers: Vec<u64>) -> Vec<String> {
        let id = self.script.check();
        numbers.iter().map(|_| id.clone()).collect()
    }
}

async fn shaky(replicas: u32) -> (Serve, ShakyHandle, Script, Vec<String>) {
    let script = Script::default();
    let serve = start_without_http().await;
    let app = Shaky::bind(script.clone()).num_replicas(replicas);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let ids = running_replicas(&serve, "default", "Shaky");
    (serve, handle, script, ids)
}

/// So many calls, one after the other.
async fn calls(handle: &ShakyHandle, count: usize) {
    for n in 0..count {
        let outcome = if n % 2 == 0 {
            within(SOON, handle.work.remote()).await
        } else {
            handle.work.call().await
        };
        assert!(matches!(outcome, Ok(_) | Err(CallError::Panicked { .. })), "{outcome:?}");
    }
}

// === replicas that keep failing ===

#[tokio::test(start_paused = true)]
async fn a_replica_that_panics_five_times_in_a_row_is_left_out() {
    let (serve, handle, script, ids) = shaky(2).await;
    script.fail(&ids[..1]);
    calls(&handle, 100).await;
    assert_eq!(script.count(&ids[0], 0), 5);
    assert_eq!(script.len(), 100);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn panics_on_threads_that_may_block_count_too() {
    let (serve, handle, script, ids) = shaky(2).await;
    script.fail(&ids[..1]);
    for _ in 0..100 {
        drop(within(SOON, handle.grind.remote()).await);
    }
    assert_eq!(script.count(&ids[0], 0), 5);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_success_in_between_begins_the_count_anew() {
    let (serve, handle, script, ids) = shaky(2).await;
    for _ in 0..5 {
        script.fail(&ids[..1]);
        let before = script.len();
        while script.count(&ids[0], before) < 4 {
            calls(&handle, 1).await;
        }
        script.fail(&[]);
        let before = script.len();
        while script.count(&ids[0], before) == 0 {
            calls(&handle, 1).await;
        }
    }
    let before = script.len();
    calls(&handle, 50).await;
    assert!(script.count(&ids[0], before) > 0);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_was_left_out_comes_back_with_a_single_call() {
    let (serve, handle, script, ids) = shaky(2).await;
    script.fail(&ids[..1]);
    calls(&handle, 100).await;
    script.fail(&[]);
    let left_out = Instant::now();
    while left_out.elapsed() < 2 * SECOND {
        calls(&handle, 10).await;
        tokio::time::sleep(SECOND / 10).await;
    }
    assert_eq!(script.count(&ids[0], 0), 5, "not before half of the pause is over");
    tokio::time::sleep(FIRST_PAUSE - 2 * SECOND).await;
    // Of many calls at once the replica gets one.
    let held: Vec<_> = (0..20).map(|_| handle.hold.remote()).collect();
    script.gate.entered(20).await;
    let before = script.len();
    script.gate.open();
    let answers = within(SOON, serve_core::get_async(held)).await.unwrap();
    assert_eq!(script.count(&ids[0], before), 1, "{answers:?}");
    // It has succeeded, so all is as ever.
    let before = script.len();
    calls(&handle, 50).await;
    assert!(script.count(&ids[0], before) > 5);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_fails_again_is_left_out_for_longer() {
    let (serve, handle, script, ids) = shaky(2).await;
    script.fail(&ids[..1]);
    calls(&handle, 100).await;
    tokio::time::sleep(FIRST_PAUSE).await;
    calls(&handle, 100).await;
    assert_eq!(script.count(&ids[0], 0), 6, "one to see how it does");
    // The second pause is ten seconds, of which at least a half.
    tokio::time::sleep(5 * SECOND - SECOND / 10).await;
    calls(&handle, 100).await;
    assert_eq!(script.count(&ids[0], 0), 6);
    tokio::time::sleep(6 * SECOND).await;
    calls(&handle, 100).await;
    assert_eq!(script.count(&ids[0], 0), 7);
    script.fail(&[]);
    tokio::time::sleep(61 * SECOND).await;
    let before = script.len();
    calls(&handle, 100).await;
    assert!(script.count(&ids[0], before) > 10, "it is restored");
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn failures_of_calls_that_were_under_way_do_not_prolong_the_pause() {
    let (serve, handle, script, ids) = shaky(2).await;
    let held: Vec<_> = (0..40).map(|_| handle.hold.remote()).collect();
    script.gate.entered(40).await;
    script.fail(&ids[..1]);
    script.gate.open();
    for reference in held {
        drop(within(SOON, reference).await);
    }
    assert_eq!(script.count(&ids[0], 0), 20);
    script.fail(&[]);
    tokio::time::sleep(FIRST_PAUSE).await;
    let before = script.len();
    calls(&handle, 50).await;
    assert!(script.count(&ids[0], before) > 5, "it came back after the first pause");
    // And nothing is left that would hold it back again later.
    tokio::time::sleep(100 * SECOND).await;
    let mut placed = Vec::new();
    for _ in 0..10 {
        placed.push(within(SOON, handle.work.choose_replica()).await.unwrap());
    }
    let here = placed.iter().filter(|chosen| chosen.replica_id() == ids[0]).count();
    assert_eq!(here, 5, "it takes as many as the other");
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_single_replica_is_never_left_out() {
    let (serve, handle, script, ids) = shaky(1).await;
    script.fail(&ids);
    calls(&handle, 30).await;
    assert_eq!(script.count(&ids[0], 0), 30);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn no_more_than_half_of_the_replicas_are_left_out() {
    for (replicas, left) in [(3, 2), (4, 2), (5, 3)] {
        let (serve, handle, script, ids) = shaky(replicas).await;
        script.fail(&ids);
        calls(&handle, 400).await;
        let before = script.len();
        calls(&handle, 200).await;
        let called = script.seen.entries().split_off(before).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(called.len(), left, "of {replicas}");
        stop(serve).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_is_left_out_is_needed_again_when_the_others_go() {
    let script = Script::default();
    let serve = start_without_http().await;
    let app = Shaky::bind(script.clone());
    let handle = within(SOON, serve.run(app.clone().num_replicas(2))).await.unwrap();
    let ids = running_replicas(&serve, "default", "Shaky");
    script.fail(&ids[..1]);
    calls(&handle, 100).await;
    script.fail(&[]);
    let begun = Instant::now();
    within(SOON, serve.run(app.num_replicas(1))).await.unwrap();
    assert_eq!(running_replicas(&serve, "default", "Shaky"), ids[..1]);
    assert_eq!(within(SOON, handle.work.remote()).await.unwrap(), ids[0]);
    assert!(begun.elapsed() < SECOND, "{:?}", begun.elapsed());
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn errors_of_the_method_are_answers_and_leave_nobody_out() {
    let (serve, handle, _, ids) = shaky(2).await;
    let mut called = BTreeMap::<_, u32>::new();
    for _ in 0..200 {
        match within(SOON, handle.refuse.remote()).await {
            Err(CallError::App(id)) => *called.entry(id).or_default() += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(ids.iter().all(|id| called[id] > 50), "{called:?}");
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn calls_in_line_are_not_handed_to_a_replica_that_is_left_out() {
    let script = Script::default();
    let serve = start_without_http().await;
    let app = Shaky::bind(script.clone()).num_replicas(2).max_ongoing_requests(1);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let ids = running_replicas(&serve, "default", "Shaky");
    script.fail(&ids[..1]);
    let references: Vec<_> = (0..200).map(|_| handle.work.remote()).collect();
    for reference in references {
        drop(within(SOON, reference).await);
    }
    // A call that was handed over before the fifth failure was judged may be one more.
    assert!(script.count(&ids[0], 0) <= 6, "{}", script.count(&ids[0], 0));
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_is_left_out_pulls_no_batches() {
    let (serve, handle, script, ids) = shaky(2).await;
    script.fail(&ids[..1]);
    for number in 0..100 {
        drop(within(SOON, handle.together.remote(number)).await);
    }
    assert_eq!(script.count(&ids[0], 0), 5);
    script.fail(&[]);
    tokio::time::sleep(FIRST_PAUSE).await;
    let before = script.len();
    for number in 0..100 {
        within(SOON, handle.together.remote(number)).await.unwrap();
    }
    assert!(script.count(&ids[0], before) > 10, "it is restored");
    stop(serve).await;
}

// === calls that never began ===

/// Has a thread of its own, which a test may hold up.
struct Hog {
    held: Journal<String>,
    ran: Journal<(u64, String)>,
    gate: Probe,
    release: Arc<Mutex<mpsc::Receiver<()>>>,
}

#[deployment(isolation = "thread", max_ongoing_requests = 2)]
impl Hog {
    fn new(
        held: Journal<String>,
        ran: Journal<(u64, String)>,
        gate: Probe,
        release: Arc<Mutex<mpsc::Receiver<()>>>,
    ) -> Self {
        Self { held, ran, gate, release }
    }

    fn hog(&self) {
        self.held.note(replica_id());
        // Ends with the test at the latest, because the sender does.
        let _ = self.release.lock().expect("nobody panics").recv();
    }

    async fn wait(&self) {
        self.gate.pass().await;
    }

    fn run(&self, number: u64) -> u64 {
        self.ran.note((number, replica_id()));
        number
    }
}

struct Hogged {
    serve: Serve,
    handle: HogHandle,
    ran: Journal<(u64, String)>,
    gate: Probe,
    busy: String,
    sender: mpsc::Sender<()>,
    hogging: ObjectRef<()>,
}

/// Two replicas: one whose thread is held up, and an idle one.
async fn hogged() -> Hogged {
    let (sender, receiver) = mpsc::channel();
    let (held, ran, gate) = (Journal::default(), Journal::default(), Probe::new());
    let serve = start_without_http().await;
    let release = Arc::new(Mutex::new(receiver));
    let app = Hog::bind(held.clone(), ran.clone(), gate.clone(), release).num_replicas(2);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let hogging = handle.hog.remote();
    let busy = held.until(1).await.remove(0);
    Hogged { serve, handle, ran, gate, busy, sender, hogging }
}

impl Hogged {
    /// Fills the idle replica, so that the next call goes behind the hog.
    async fn fill_the_other(&self) -> Vec<ObjectRef<()>> {
        let other = within(SOON, self.handle.wait.choose_replica()).await.unwrap();
        assert_ne!(other.replica_id(), self.busy, "the idle one has the fewest calls");
        let waiting = vec![other.remote(), other.remote()];
        self.gate.entered(2).await;
        waiting
    }

    async fn end(self) {
        drop(self.sender);
        drop(within(SOON, self.hogging).await);
        stop(self.serve).await;
    }
}

#[tokio::test]
async fn a_call_that_never_began_runs_on_another_replica_exactly_once() {
    let hogged = hogged().await;
    let waiting = hogged.fill_the_other().await;
    let behind = hogged.handle.run.remote(7);
    assert!(within(SOON, hogged.serve.kill_replica(&hogged.busy)).await);
    hogged.gate.open();
    assert_eq!(within(SOON, behind).await.unwrap(), 7);
    within(SOON, serve_core::get_async(waiting)).await.unwrap();
    let ran = hogged.ran.entries();
    assert_eq!(ran.len(), 1);
    assert!(ran[0].0 == 7 && ran[0].1 != hogged.busy, "{ran:?}");
    hogged.end().await;
}

#[tokio::test]
async fn a_call_that_was_cancelled_before_it_began_is_not_sent_again() {
    let hogged = hogged().await;
    let waiting = hogged.fill_the_other().await;
    let behind = hogged.handle.run.remote(7);
    behind.cancel();
    assert!(within(SOON, hogged.serve.kill_replica(&hogged.busy)).await);
    let outcome = within(SOON, behind).await;
    assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    hogged.gate.open();
    within(SOON, serve_core::get_async(waiting)).await.unwrap();
    within(SOON, hogged.handle.run.remote(8)).await.unwrap();
    assert!(hogged.ran.entries().iter().all(|(number, _)| *number == 8));
    hogged.end().await;
}

#[tokio::test]
async fn calls_meant_for_one_replica_are_not_sent_to_another() {
    let hogged = hogged().await;
    let waiting = hogged.fill_the_other().await;
    let chosen = within(SOON, hogged.handle.run.choose_replica()).await.unwrap();
    assert_eq!(chosen.replica_id(), hogged.busy);
    let behind = chosen.remote(7);
    let broadcast = hogged.handle.run.broadcast(8_u64);
    assert!(within(SOON, hogged.serve.kill_replica(&hogged.busy)).await);
    let mut outcomes = Vec::new();
    for reference in broadcast.into_iter().chain([behind]) {
        outcomes.push(within(SOON, reference).await);
    }
    let died = |outcome: &&Result<u64, _>| {
        matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::No }))
    };
    assert_eq!(outcomes.iter().filter(died).count(), 2, "{outcomes:?}");
    assert_eq!(hogged.ran.entries().len(), 1);
    hogged.gate.open();
    within(SOON, serve_core::get_async(waiting)).await.unwrap();
    hogged.end().await;
}

// === calls that may run twice ===

/// One attempt, as the method saw it.
#[derive(Clone, Debug, PartialEq)]
struct Attempt {
    replica: String,
    request: String,
    model: Option<String>,
}

#[derive(Clone)]
struct Repeat {
    attempts: Journal<Attempt>,
    gate: Probe,
}

#[deployment(max_ongoing_requests = 1000)]
impl Repeat {
    fn new(attempts: Journal<Attempt>, gate: Probe) -> Self {
        Self { attempts, gate }
    }

    #[idempotent]
    async fn twice(&self, number: u64) -> u64 {
        self.note();
        self.gate.pass().await;
        number
    }

    async fn once(&self, number: u64) -> u64 {
        self.note();
        self.gate.pass().await;
        number
    }

    #[idempotent]
    #[batch]
    async fn together(&self, numbers: Vec<u64>) -> Vec<u64> {
        self.note();
        self.gate.pass().await;
        numbers
    }

    #[idempotent]
    async fn refuses(&self) -> Result<u64, String> {
        self.note();
        Err("no".to_owned())
    }

    #[idempotent]
    async fn panics(&self) -> u64 {
        self.note();
        std::panic::resume_unwind(Box::new("it fails"))
    }

    async fn parent(&self, number: u64) -> Result<u64, CallError> {
        Self::current_handle().expect("inside a replica").twice.remote(number).await
    }
}

impl Repeat {
    fn note(&self) {
        let context = serve_core::context().unwrap();
        self.attempts.note(Attempt {
            replica: replica_id(),
            request: context.request_id().to_owned(),
            model: context.multiplexed_model_id().map(Into::into),
        });
    }
}

async fn repeat(isolation: Isolation) -> (Serve, RepeatHandle, Journal<Attempt>, Probe) {
    let (attempts, gate) = (Journal::default(), Probe::new());
    let serve = start_without_http().await;
    let app = Repeat::bind(attempts.clone(), gate.clone()).isolation(isolation);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    (serve, handle, attempts, gate)
}

/// Kills the replica that made the last attempt.
async fn kill_last(serve: &Serve, attempts: &Journal<Attempt>) {
    let last = attempts.entries().pop().unwrap().replica;
    assert!(within(SOON, serve.kill_replica(&last)).await);
}

#[tokio::test]
async fn an_idempotent_call_is_sent_again_when_its_replica_dies() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let (serve, handle, attempts, gate) = repeat(isolation).await;
        let remote = handle.twice.multiplexed_model_id("m").request_id("r").remote(1);
        gate.entered(1).await;
        kill_last(&serve, &attempts).await;
        gate.entered(2).await;
        kill_last(&serve, &attempts).await;
        gate.entered(3).await;
        gate.open();
        assert_eq!(within(SOON, remote).await.unwrap(), 1);
        let seen = attempts.entries();
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|seen| seen.request == "r" && seen.model.as_deref() == Some("m")));
        let replicas: BTreeSet<_> = seen.iter().map(|seen| &seen.replica).collect();
        assert_eq!(replicas.len(), 3);
        stop(serve).await;
    }
}

#[tokio::test]
async fn both_ways_to_call_and_both_kinds_of_methods_are_sent_again() {
    let (serve, handle, attempts, gate) = repeat(Isolation::Task).await;
    let call = spawn(handle.twice.call(1));
    gate.entered(1).await;
    let batched = handle.together.remote(2);
    gate.entered(2).await;
    let batched_call = spawn(handle.together.call(3));
    let child = handle.parent.remote(4);
    gate.entered(3).await;
    kill_last(&serve, &attempts).await;
    gate.open();
    assert_eq!(within(SOON, call).await.unwrap().unwrap(), 1);
    assert_eq!(within(SOON, batched).await.unwrap(), 2);
    assert_eq!(within(SOON, batched_call).await.unwrap().unwrap(), 3);
    let outcome = within(SOON, child).await;
    assert!(
        matches!(outcome, Err(CallError::ReplicaDied { .. })),
        "the parent is not: {outcome:?}"
    );
    stop(serve).await;
}

#[tokio::test]
async fn other_calls_are_not_sent_again() {
    let (serve, handle, attempts, gate) = repeat(Isolation::Task).await;
    let once = handle.once.remote(1);
    gate.entered(1).await;
    kill_last(&serve, &attempts).await;
    let outcome = within(SOON, once).await;
    let died = matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::Maybe }));
    assert!(died, "{outcome:?}");
    assert_eq!(attempts.entries().len(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn what_user_code_did_is_not_repeated() {
    let (serve, handle, attempts, _) = repeat(Isolation::Task).await;
    let outcome = within(SOON, handle.refuses.remote()).await;
    assert!(matches!(&outcome, Err(CallError::App(error)) if error == "no"), "{outcome:?}");
    let outcome = within(SOON, handle.panics.remote()).await;
    assert!(matches!(outcome, Err(CallError::Panicked { .. })), "{outcome:?}");
    let outcome = within(SOON, handle.panics.call()).await;
    assert!(matches!(outcome, Err(CallError::Panicked { .. })), "{outcome:?}");
    assert_eq!(attempts.entries().len(), 3);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_sent_again_keeps_its_deadline() {
    let (serve, handle, attempts, gate) = repeat(Isolation::Task).await;
    let called = Instant::now();
    let hurried = handle.twice.timeout(SECOND).remote(1);
    gate.entered(1).await;
    tokio::time::sleep(SECOND / 2).await;
    kill_last(&serve, &attempts).await;
    gate.entered(2).await;
    let outcome = within(SOON, hurried).await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    assert!(called.elapsed() <= SECOND + Duration::from_millis(2), "{:?}", called.elapsed());
    assert_eq!(gate.left(2).await.abandoned(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn cancelling_reaches_the_attempt_that_is_under_way() {
    let (serve, handle, attempts, gate) = repeat(Isolation::Task).await;
    let remote = handle.twice.remote(1);
    let call = spawn(handle.twice.call(2));
    let parent = handle.parent.remote(3);
    gate.entered(3).await;
    kill_last(&serve, &attempts).await;
    // The parent has died, and its call with it.
    gate.entered(5).await;
    drop(within(SOON, parent).await);
    remote.cancel();
    gate.left(4).await;
    call.abort();
    assert_eq!(gate.left(5).await.abandoned(), 5);
    let outcome = within(SOON, remote).await;
    assert!(matches!(outcome, Err(CallError::Cancelled)), "{outcome:?}");
    assert_eq!(gate.counts().entered, 5);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn retries_are_limited_and_the_rest_fails_at_once() {
    let (serve, handle, attempts, gate) = repeat(Isolation::Task).await;
    let references: Vec<_> = (0..300).map(|number| handle.twice.remote(number)).collect();
    gate.entered(300).await;
    kill_last(&serve, &attempts).await;
    // Those that are not sent again fail, those that are come back.
    gate.until(|counts| counts.left == 300 && counts.running() >= 100).await;
    gate.open();
    let mut answered = 0;
    for reference in references {
        match within(SOON, reference).await {
            Ok(_) => answered += 1,
            Err(CallError::ReplicaDied { executed: Executed::Maybe }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    // A reserve of a hundred, and a fifth of the calls that have ended.
    assert!((100..=160).contains(&answered), "{answered}");
    stop(serve).await;
}

#[tokio::test]
async fn an_idempotent_call_fails_when_the_deployment_goes() {
    let (serve, handle, _, gate) = repeat(Isolation::Task).await;
    let remote = handle.twice.remote(1);
    gate.entered(1).await;
    let deleting = {
        let serve = serve.clone();
        spawn(async move { serve.delete("default").await })
    };
    gate.open();
    assert_eq!(within(SOON, remote).await.unwrap(), 1, "what runs is finished");
    within(SOON, deleting).await.unwrap().unwrap();
    let late = within(SOON, handle.twice.remote(2)).await;
    assert!(matches!(late, Err(CallError::DeploymentUnavailable)), "{late:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_mock_of_an_idempotent_method_is_asked_once() {
    let asked = Journal::default();
    let noted = asked.clone();
    let handle = RepeatHandle::mock(move |call| {
        if let RepeatCall::Twice { number, reply } = call {
            noted.note(number);
            reply.send(Err(CallError::ReplicaDied { executed: Executed::Maybe }));
        }
    });
    for outcome in [handle.twice.remote(1).await, handle.twice.call(2).await] {
        assert!(matches!(outcome, Err(CallError::ReplicaDied { .. })), "{outcome:?}");
    }
    assert_eq!(asked.entries(), [1, 2]);
}

/// Cannot be sent, for it cannot be copied.
struct Fragile(String);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        panic!("it broke")
    }
}

#[derive(Default)]
struct Taker;

#[deployment]
impl Taker {
    #[idempotent]
    fn take(&self, fragile: Fragile) -> String {
        fragile.0
    }
}

#[tokio::test]
async fn an_argument_that_panics_when_it_is_copied_leaves_nobody_waiting() {
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Taker::bind())).await.unwrap();
    let outcome = within(SOON, handle.take.remote(Fragile("glass".to_owned()))).await;
    assert!(
        matches!(&outcome, Err(CallError::Panicked { message }) if message.contains("it broke")),
        "{outcome:?}"
    );
    stop(serve).await;
}

// === a thread that is held up ===

/// Holds the thread that it runs on.
struct Holds {
    gate: Probe,
}

#[deployment(route_prefix = "/holds")]
impl Holds {
    fn new(gate: Probe) -> Self {
        Self { gate }
    }

    #[get("/hold")]
    async fn hold(&self) -> &'static str {
        self.gate.pass_blocking();
        "released"
    }

    async fn __call__(&self) -> String {
        "free".to_owned()
    }
}

/// Operators' demand 20: it holds up nobody else, even if its thread was the one that waits for sockets and timers.
#[test]
fn a_method_that_holds_its_thread_leaves_the_server_to_the_other_threads() {
    within_thread(SOON * 2, || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            for _ in 0..10 {
                let (serve, gate) = (start().await, Probe::new());
                serve.run(Holds::bind(gate.clone())).await.unwrap();
                let mut holding = open_request(&serve, "/holds/hold", "").await;
                gate.entered(1).await;
                assert_eq!(fetch_text(&serve, "/holds").await, (200, "free".to_owned()));
                gate.open();
                read_until(&mut holding, "released").await;
                stop(serve).await;
            }
        });
    });
}
