//! The system's own calls of a user's value: health checks, configurations, warm-ups, last words.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{ApplicationStatus, Isolation, ReplicaState, ServeStatus};
use tests::{
    Journal, Probe, SOON, client, fetch_text, read, replica_id, running_replicas, spawn, start,
    start_without_http, stop, until_status, url, within,
};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

// === health ===

/// Works alone, and is asked for its health all the while.
struct Busy {
    gate: Probe,
    checked: Journal<()>,
    work: u32,
}

#[deployment(health_check_period = "1s", health_check_timeout = "1s")]
impl Busy {
    fn new(gate: Probe, checked: Journal<()>) -> Self {
        Self { gate, checked, work: 0 }
    }

    async fn work(&mut self) -> u32 {
        self.work += 1;
        self.gate.pass().await;
        self.work
    }

    fn whoami(&self) -> String {
        replica_id()
    }

    fn check_health(&self) -> Result<(), String> {
        self.checked.note(());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_replica_that_works_alone_is_not_killed_by_its_health_check() {
    let (serve, gate, checked) = (start_without_http().await, Probe::new(), Journal::default());
    let app = Busy::bind(gate.clone(), checked.clone());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let before = running_replicas(&serve, "default", "Busy");
    let working = handle.work.remote();
    gate.entered(1).await;
    let count = checked.entries().len();
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(checked.entries().len(), count, "no check could be made for a minute");
    assert_eq!(running_replicas(&serve, "default", "Busy"), before);
    gate.open();
    assert_eq!(within(SOON, working).await.unwrap(), 1);
    tokio::time::sleep(3 * SECOND).await;
    assert!(checked.entries().len() > count, "it is asked again");
    assert_eq!(within(SOON, handle.work.remote()).await.unwrap(), 2, "it has kept its state");
    stop(serve).await;
}

/// Has a health check that the test scripts.
struct Patient {
    ails: Arc<AtomicBool>,
    hangs: Arc<AtomicBool>,
    checked: Journal<()>,
}

#[deployment(health_check_period = "1s", health_check_timeout = "1s")]
impl Patient {
    fn new(ails: Arc<AtomicBool>, hangs: Arc<AtomicBool>, checked: Journal<()>) -> Self {
        Self { ails, hangs, checked }
    }

    fn whoami(&self) -> String {
        replica_id()
    }

    async fn check_health(&self) -> Result<(), &'static str> {
        self.checked.note(());
        if self.hangs.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        if self.ails.load(SeqCst) { Err("it has a fever") } else { Ok(()) }
    }
}

#[derive(Clone, Default)]
struct Script {
    ails: Arc<AtomicBool>,
    hangs: Arc<AtomicBool>,
    checked: Journal<()>,
}

async fn patient() -> (Serve, PatientHandle, Script, String) {
    let (serve, script) = (start_without_http().await, Script::default());
    let app =
        Patient::bind(Arc::clone(&script.ails), Arc::clone(&script.hangs), script.checked.clone());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let id = within(SOON, handle.whoami.remote()).await.unwrap();
    (serve, handle, script, id)
}

#[tokio::test(start_paused = true)]
async fn a_check_that_does_not_answer_means_nothing_while_calls_succeed() {
    let (serve, handle, script, id) = patient().await;
    script.hangs.store(true, SeqCst);
    let checks = script.checked.entries().len();
    for _ in 0..200 {
        assert_eq!(within(SOON, handle.whoami.remote()).await.unwrap(), id);
        tokio::time::sleep(SECOND / 10).await;
    }
    assert!(script.checked.entries().len() > checks + 3, "enough to lose it otherwise");
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_check_that_does_not_answer_counts_if_nothing_else_does() {
    let (serve, handle, script, id) = patient().await;
    script.hangs.store(true, SeqCst);
    let checks = script.checked.entries().len();
    script.checked.until(checks + 3).await;
    script.hangs.store(false, SeqCst);
    until_status(&serve, |status| {
        let running = &status.applications["default"].deployments["Patient"].running_replicas;
        !running.is_empty() && !running.contains(&id)
    })
    .await;
    assert_ne!(within(SOON, handle.whoami.remote()).await.unwrap(), id);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_check_that_fails_counts_although_calls_succeed() {
    let (serve, handle, script, id) = patient().await;
    script.ails.store(true, SeqCst);
    let checks = script.checked.entries().len();
    let mut count = 0;
    while script.checked.entries().len() < checks + 3 {
        within(SOON, handle.whoami.remote()).await.unwrap();
        tokio::time::sleep(SECOND / 10).await;
        count += 1;
        assert!(count < 1000, "it is asked every second");
    }
    script.ails.store(false, SeqCst);
    until_status(&serve, |status| {
        let running = &status.applications["default"].deployments["Patient"].running_replicas;
        !running.is_empty() && !running.contains(&id)
    })
    .await;
    assert_ne!(within(SOON, handle.whoami.remote()).await.unwrap(), id);
    stop(serve).await;
}

// === exclusive access ===

/// Takes its configuration alone.
struct Tuned {
    gate: Probe,
    limit: u32,
}

#[deployment]
impl Tuned {
    fn new(gate: Probe) -> Self {
        Self { gate, limit: 0 }
    }

    async fn hold(&self) -> u32 {
        self.gate.pass().await;
        self.limit
    }

    fn whoami(&self) -> (String, u32) {
        (replica_id(), self.limit)
    }

    fn reconfigure(&mut self, limit: u32) -> Result<(), String> {
        self.limit = limit;
        Ok(())
    }
}

#[tokio::test]
async fn calls_avoid_a_replica_that_waits_for_exclusive_access() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let app = || Tuned::bind(gate.clone()).version("1").num_replicas(2);
    let handle = within(SOON, serve.run(app().user_config(1.into()))).await.unwrap();
    let ids = running_replicas(&serve, "default", "Tuned");
    // The first, which is configured first, is held up.
    let held = loop {
        let chosen = within(SOON, handle.hold.choose_replica()).await.unwrap();
        if chosen.replica_id() == ids[0] {
            break chosen.remote();
        }
    };
    gate.entered(1).await;
    let updating = {
        let (serve, app) = (serve.clone(), app().user_config(2.into()));
        spawn(async move { serve.run(app).await.map(drop) })
    };
    until_status(&serve, |status| {
        let states = &status.applications["default"].deployments["Tuned"].replica_states;
        states.contains_key(&ReplicaState::Updating)
    })
    .await;
    let begun = Instant::now();
    for _ in 0..50 {
        let answer = within(SOON, handle.whoami.remote()).await.unwrap();
        assert_eq!(answer, (ids[1].clone(), 1));
    }
    assert!(begun.elapsed() < SECOND, "nobody waited for the first: {:?}", begun.elapsed());
    gate.open();
    assert_eq!(within(SOON, held).await.unwrap(), 1);
    within(SOON, updating).await.unwrap().unwrap();
    for answer in handle.whoami.broadcast() {
        assert_eq!(within(SOON, answer).await.unwrap().1, 2);
    }
    assert_eq!(running_replicas(&serve, "default", "Tuned"), ids);
    stop(serve).await;
}

#[tokio::test]
async fn a_lone_replica_that_waits_for_exclusive_access_goes_on_answering() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let app = || Tuned::bind(gate.clone()).version("1");
    let handle = within(SOON, serve.run(app().user_config(1.into()))).await.unwrap();
    let held = handle.hold.remote();
    gate.entered(1).await;
    let updating = {
        let (serve, app) = (serve.clone(), app().user_config(2.into()));
        spawn(async move { serve.run(app).await.map(drop) })
    };
    until_status(&serve, |status| {
        let states = &status.applications["default"].deployments["Tuned"].replica_states;
        states.contains_key(&ReplicaState::Updating)
    })
    .await;
    // At most a second at a time.
    let answer = within(3 * SECOND, handle.whoami.remote()).await.unwrap();
    assert_eq!(answer.1, 1, "the configuration is not there yet");
    gate.open();
    within(SOON, held).await.unwrap();
    within(SOON, updating).await.unwrap().unwrap();
    assert_eq!(within(SOON, handle.whoami.remote()).await.unwrap().1, 2);
    stop(serve).await;
}

// === warm-up ===

/// How a warm-up goes.
#[derive(Clone, Debug, PartialEq)]
enum Warmth {
    Warm,
    Cold,
    Panics,
    /// It waits for ever.
    Tepid,
}

/// Notes what happens to it, in order.
struct Engine {
    diary: Journal<&'static str>,
    warmth: Warmth,
}

#[deployment(user_config = r#"{}"#, max_constructor_retry_count = 0)]
impl Engine {
    fn new(diary: Journal<&'static str>, warmth: Warmth) -> Self {
        diary.note("constructed");
        Self { diary, warmth }
    }

    fn reconfigure(&mut self, _config: serde_json::Value) -> Result<(), String> {
        self.diary.note("configured");
        Ok(())
    }

    async fn warm_up(&self) -> Result<(), String> {
        assert_eq!(serve_core::context().unwrap().deployment(), "Engine");
        self.diary.note("warm");
        match self.warmth {
            Warmth::Warm => Ok(()),
            Warmth::Cold => Err("too cold".to_owned()),
            Warmth::Panics => std::panic::resume_unwind(Box::new("it broke")),
            Warmth::Tepid => std::future::pending().await,
        }
    }

    fn check_health(&self) -> Result<(), String> {
        self.diary.note("checked");
        Ok(())
    }

    fn drive(&self) {
        self.diary.note("called");
    }
}

#[tokio::test]
async fn a_replica_warms_up_once_before_it_takes_calls() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        let (serve, diary) = (start_without_http().await, Journal::default());
        let app = Engine::bind(diary.clone(), Warmth::Warm).isolation(isolation);
        let handle = within(SOON, serve.run(app)).await.unwrap();
        within(SOON, handle.drive.remote()).await.unwrap();
        let expected = ["constructed", "configured", "warm", "checked", "called"];
        assert_eq!(diary.entries(), expected, "{isolation:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn a_warm_up_that_goes_wrong_fails_the_replica_as_a_constructor_does() {
    let cases = [
        (Warmth::Cold, "`warm_up` failed: too cold"),
        (Warmth::Panics, "`warm_up` failed: panicked: it broke"),
        (Warmth::Tepid, "its `warm_up` did not return within 200ms"),
    ];
    for (warmth, expected) in cases {
        let (serve, diary) = (start_without_http().await, Journal::default());
        let handle = serve.run(Engine::bind(diary.clone(), Warmth::Warm)).await.unwrap();
        let app = Engine::bind(diary, warmth.clone());
        let app = app.version("2").constructor_timeout(Duration::from_millis(200));
        let error = within(SOON, serve.run(app)).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{warmth:?}: {error}");
        within(SOON, handle.drive.remote()).await.unwrap();
        stop(serve).await;
    }
}

/// Computes when it warms up, without an `.await`.
struct Heavy {
    begun: std::sync::mpsc::Sender<()>,
    goes_on: Arc<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
}

#[deployment]
impl Heavy {
    fn new(
        begun: std::sync::mpsc::Sender<()>,
        goes_on: Arc<std::sync::Mutex<std::sync::mpsc::Receiver<()>>>,
    ) -> Self {
        Self { begun, goes_on }
    }

    fn warm_up(&self) {
        self.begun.send(()).unwrap();
        self.goes_on.lock().unwrap().recv().unwrap();
    }

    fn lift(&self) -> u32 {
        1
    }
}

#[tokio::test]
async fn a_warm_up_that_computes_holds_up_nobody() {
    let (serve, diary) = (start_without_http().await, Journal::default());
    let engine = serve.run(Engine::bind(diary, Warmth::Warm)).await.unwrap();
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (go_on, goes_on) = std::sync::mpsc::channel();
    let heavy = Heavy::bind(begun, Arc::new(std::sync::Mutex::new(goes_on)));
    let running = spawn({
        let serve = serve.clone();
        async move { serve.run_named("heavy", heavy).await }
    });
    let waiting = tokio::task::spawn_blocking(move || has_begun.recv());
    within(SOON, waiting).await.unwrap().unwrap();
    within(SOON, engine.drive.remote()).await.unwrap();
    go_on.send(()).unwrap();
    let heavy = within(SOON, running).await.unwrap().unwrap();
    assert_eq!(within(SOON, heavy.lift.remote()).await.unwrap(), 1);
    stop(serve).await;
}

// === last words ===

/// How last words end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ending {
    Well,
    Error,
    Panic,
    Never,
}

/// What happens at the end, in order.
type Diary = Journal<&'static str>;

fn speak(diary: &Diary, ending: Ending) -> Result<(), String> {
    diary.note("last words");
    match ending {
        Ending::Well | Ending::Never => Ok(()),
        Ending::Error => Err("it could not be saved".to_owned()),
        Ending::Panic => std::panic::resume_unwind(Box::new("it could not be said")),
    }
}

/// Notes when the value that holds it is dropped.
struct Value(Diary);

impl Drop for Value {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

/// Three deployments that differ in how their last words take the value.
macro_rules! speakers {
    ($($name:ident: ($($receiver:tt)+), $this:tt;)*) => {$(
        struct $name {
            value: Value,
            gate: Probe,
            ending: Ending,
        }

        #[deployment]
        impl $name {
            fn new(diary: Diary, gate: Probe, ending: Ending) -> Self {
                Self { value: Value(diary), gate, ending }
            }

            async fn work(&self) {
                self.gate.pass().await;
                self.value.0.note("worked");
            }

            async fn on_shutdown($($receiver)+) -> Result<(), String> {
                let spoken = speak(&$this.value.0, $this.ending);
                if $this.ending == Ending::Never {
                    std::future::pending::<()>().await;
                }
                spoken
            }
        }
    )*};
}

// A `self` of the caller's: one that a macro writes by itself would be another.
speakers! {
    Borrowed: (&self), self;
    Mutable: (&mut self), self;
    Owned: (self), self;
}

fn is_deleting(status: &ServeStatus) -> bool {
    status.applications["default"].status == ApplicationStatus::Deleting
}

macro_rules! endings {
    ($($name:ident: $deployment:ident, $isolation:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let (serve, diary, gate) = (start_without_http().await, Diary::default(), Probe::new());
            let app = $deployment::bind(diary.clone(), gate.clone(), Ending::Well)
                .isolation(Isolation::$isolation);
            let handle = within(SOON, serve.run(app)).await.unwrap();
            let working = handle.work.remote();
            gate.entered(1).await;
            let stopping = spawn(stop(serve.clone()));
            until_status(&serve, is_deleting).await;
            assert_eq!(diary.entries(), [""; 0], "it has not drained");
            gate.open();
            within(SOON, working).await.unwrap();
            within(SOON, stopping).await.unwrap();
            assert_eq!(diary.entries(), ["worked", "last words", "dropped"]);
        }
    )*};
}

endings! {
    last_words_that_borrow_come_after_the_drain: Borrowed, Task;
    last_words_that_change_the_value_come_after_the_drain: Mutable, Task;
    last_words_that_take_the_value_come_after_the_drain: Owned, Task;
    last_words_that_borrow_come_after_the_drain_of_a_thread: Borrowed, Thread;
    last_words_that_change_the_value_come_after_the_drain_of_a_thread: Mutable, Thread;
    last_words_that_take_the_value_come_after_the_drain_of_a_thread: Owned, Thread;
}

#[tokio::test]
async fn last_words_are_said_by_each_replica_that_an_update_replaces() {
    let (serve, diary) = (start_without_http().await, Diary::default());
    let app = || Owned::bind(diary.clone(), Probe::opened(), Ending::Well).num_replicas(3);
    within(SOON, serve.run(app())).await.unwrap();
    within(SOON, serve.run(app())).await.unwrap();
    diary.until(6).await;
    stop(serve).await;
    let said = diary.entries().iter().filter(|entry| **entry == "last words").count();
    assert_eq!(said, 6, "three that were replaced, and three at the end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn last_words_that_go_wrong_harm_nobody() {
    for isolation in [Isolation::Task, Isolation::Thread] {
        for ending in [Ending::Error, Ending::Panic] {
            let (serve, diary) = (start_without_http().await, Diary::default());
            let app = || Mutable::bind(diary.clone(), Probe::opened(), ending).isolation(isolation);
            let handle = within(SOON, serve.run(app())).await.unwrap();
            within(SOON, serve.run(app())).await.unwrap();
            diary.until(2).await;
            within(SOON, handle.work.remote()).await.unwrap();
            within(SOON, serve.delete("default")).await.unwrap();
            let handle = within(SOON, serve.run(app())).await.unwrap();
            within(SOON, handle.work.remote()).await.unwrap();
            stop(serve).await;
        }
    }
}

// In real time: a clock that is paused stands still while a thread blocks, where those that take the value
// are said.
#[tokio::test]
async fn last_words_that_never_end_have_what_is_left_of_the_patience() {
    for is_owned in [false, true] {
        let (serve, diary) = (start_without_http().await, Diary::default());
        let patience = SECOND / 5;
        let arguments = || (diary.clone(), Probe::opened(), Ending::Never);
        let (diary, gate, ending) = arguments();
        let ran = match is_owned {
            true => {
                let app = Owned::bind(diary.clone(), gate, ending);
                serve.run(app.graceful_shutdown_timeout(patience)).await.map(drop)
            }
            false => {
                let app = Borrowed::bind(diary.clone(), gate, ending);
                serve.run(app.graceful_shutdown_timeout(patience)).await.map(drop)
            }
        };
        ran.unwrap();
        let begun = Instant::now();
        stop(serve).await;
        let taken = begun.elapsed();
        assert!(taken >= patience && taken < SOON, "{taken:?}");
        // Dropped on a thread of its own, which nobody waits for.
        assert_eq!(diary.until(2).await, ["last words", "dropped"]);
    }
}

// === the end of a server ===

struct Back {
    gate: Probe,
}

#[deployment(graceful_shutdown_timeout = "1h")]
impl Back {
    fn new(gate: Probe) -> Self {
        Self { gate }
    }

    async fn work(&self) {
        self.gate.pass().await;
    }
}

struct Front {
    back: BackHandle,
}

#[deployment(route_prefix = "/", graceful_shutdown_timeout = "1h")]
impl Front {
    fn new(back: BackHandle) -> Self {
        Self { back }
    }

    async fn work(&self) -> Result<(), CallError> {
        self.back.work.remote().await
    }

    #[get("/ok")]
    fn ok(&self) -> &'static str {
        "ok"
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_takes_no_longer_than_its_time_along_a_chain_of_callers() {
    let timeout = 10 * SECOND;
    let builder = Serve::builder().http(HttpOptions::disabled()).shutdown_timeout(timeout);
    let (serve, gate) = (builder.start().await.unwrap(), Probe::new());
    let app = Front::bind(Back::bind(gate.clone()));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let call = handle.work.remote();
    gate.entered(1).await;
    let begun = Instant::now();
    within(2 * timeout, serve.shutdown()).await.unwrap();
    let taken = begun.elapsed();
    assert!(taken <= timeout + SECOND / 2, "{taken:?}");
    assert!(taken >= timeout / 4, "it had some time: {taken:?}");
    assert!(within(SOON, call).await.is_err());
    assert_eq!(gate.counts().running(), 0);
}

/// Longer than a few requests take on a busy machine.
const DELAY: Duration = Duration::from_secs(3);

#[tokio::test]
async fn before_a_shutdown_begins_requests_succeed_and_the_server_is_not_ready() {
    let builder = Serve::builder().http(HttpOptions::default().port(0)).shutdown_delay(DELAY);
    let serve = builder.start().await.unwrap();
    let app = Front::bind(Back::bind(Probe::opened()));
    within(SOON, serve.run(app)).await.unwrap();
    assert_eq!(fetch_text(&serve, "/-/ready").await, (200, "ready".to_owned()));
    let begun = Instant::now();
    let stopping = spawn(stop(serve.clone()));
    while fetch_text(&serve, "/-/ready").await.0 == 200 {}
    for _ in 0..5 {
        let answer = client().get(url(&serve, "/ok")).send();
        assert_eq!(read(within(SOON, answer).await.unwrap()).await, (200, "ok".to_owned()));
    }
    let (status, why) = fetch_text(&serve, "/-/ready").await;
    assert_eq!((status, &*why), (503, "Not ready: the server is shutting down."));
    assert_eq!(fetch_text(&serve, "/-/healthz").await.0, 200);
    assert!(!stopping.is_finished());
    within(SOON, stopping).await.unwrap();
    assert!(begun.elapsed() >= DELAY);
}

#[tokio::test]
async fn a_server_is_ready_once_every_application_serves() {
    let serve = start().await;
    let gate = Probe::new();
    within(SOON, serve.run(Front::bind(Back::bind(Probe::opened())))).await.unwrap();
    let starting = {
        let (serve, app) = (serve.clone(), Slow::bind(gate.clone()));
        spawn(async move { serve.run_named("slow", app).await.map(drop) })
    };
    gate.entered(1).await;
    let (status, why) = fetch_text(&serve, "/-/ready").await;
    assert!(status == 503 && why.contains("slow") && !why.contains("default"), "{why}");
    gate.open();
    within(SOON, starting).await.unwrap().unwrap();
    assert_eq!(fetch_text(&serve, "/-/ready").await.0, 200);
    stop(serve).await;
}

struct Slow;

#[deployment]
impl Slow {
    async fn new(gate: Probe) -> Self {
        gate.pass().await;
        Self
    }

    fn ok(&self) {}
}
