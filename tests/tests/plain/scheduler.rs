//! Deploying, updating, replacing, deleting and shutting down.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{
    ApplicationStatus, BackPressure, DeploymentStatus, Error, Isolation, ReplicaState,
    StatusTrigger,
};
use tests::{
    Journal, Probe, SOON, Worker, WorkerHandle, replica_id, running_replicas, spawn,
    start_without_http, stop, until_status, within, within_thread,
};

/// What a constructor or a hook does, decided by how often it has been asked.
#[derive(Clone)]
struct Script {
    asked: Arc<AtomicUsize>,
    answer: Arc<dyn Fn(usize) -> Result<(), String> + Send + Sync>,
}

impl Script {
    fn new(answer: impl Fn(usize) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { asked: Arc::default(), answer: Arc::new(answer) }
    }

    fn ok() -> Self {
        Self::new(|_| Ok(()))
    }

    fn fail() -> Self {
        Self::new(|_| Err("the model file is missing".to_owned()))
    }

    fn ask(&self) -> Result<(), String> {
        (self.answer)(self.asked.fetch_add(1, SeqCst) + 1)
    }

    fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }
}

/// A deployment whose constructor and health check follow scripts.
struct Scripted {
    health: Script,
    probe: Probe,
}

#[deployment]
impl Scripted {
    fn new(script: &Script, health: Script, probe: Probe) -> Result<Self, String> {
        script.ask()?;
        Ok(Self { health, probe })
    }

    fn check_health(&self) -> Result<(), String> {
        self.health.ask()
    }

    async fn work(&self, x: u64) -> u64 {
        self.probe.pass().await;
        x
    }

    fn whoami(&self) -> String {
        replica_id()
    }
}

fn deployment_status(serve: &Serve, deployment: &str) -> (DeploymentStatus, StatusTrigger) {
    let status = serve.status();
    let deployment = &status.applications["default"].deployments[deployment];
    (deployment.status, deployment.status_trigger)
}

// === run, delete, status ===

#[tokio::test]
async fn run_waits_until_every_replica_serves() {
    let serve = start_without_http().await;
    assert!(serve.status().applications.is_empty());
    within(SOON, serve.run(Worker::bind(Probe::new()).num_replicas(3))).await.unwrap();
    let status = serve.status();
    let application = &status.applications["default"];
    assert_eq!((application.status, &*application.message), (ApplicationStatus::Running, ""));
    let deployment = &application.deployments["Worker"];
    assert_eq!(deployment.status, DeploymentStatus::Healthy);
    assert_eq!(deployment.status_trigger, StatusTrigger::ConfigUpdateCompleted);
    assert_eq!(deployment.replica_states, BTreeMap::from([(ReplicaState::Running, 3)]));
    assert_eq!(deployment.running_replicas.len(), 3);
    stop(serve).await;
}

#[tokio::test]
async fn applications_live_side_by_side_and_go_one_by_one() {
    let serve = start_without_http().await;
    let probe = Probe::opened();
    let one = within(SOON, serve.run_named("one", Worker::bind(probe.clone()))).await.unwrap();
    let two = within(SOON, serve.run_named("two", Worker::bind(probe.clone()))).await.unwrap();
    assert_eq!(serve.status().applications.into_keys().collect::<Vec<_>>(), ["one", "two"]);
    within(SOON, serve.delete("one")).await.unwrap();
    assert_eq!(serve.status().applications.into_keys().collect::<Vec<_>>(), ["two"]);
    let outcome = within(SOON, one.echo.remote(1)).await;
    assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
    let outcome = within(SOON, one.echo.call(1)).await;
    assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
    assert_eq!(within(SOON, two.echo.remote(1)).await.unwrap(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let serve = start_without_http().await;
    let error = within(SOON, serve.delete("nobody")).await.unwrap_err();
    assert!(matches!(&error, Error::UnknownApplication(name) if name == "nobody"), "{error:?}");
    let error = serve.app_handle::<Worker>("nobody").unwrap_err();
    assert!(matches!(&error, Error::UnknownApplication(name) if name == "nobody"), "{error:?}");
    within(SOON, serve.run(Worker::bind(Probe::new()))).await.unwrap();
    let error = serve.deployment_handle::<Worker>("nothing", "default").unwrap_err();
    assert!(matches!(error, Error::UnknownDeployment { .. }), "{error:?}");
    let error = serve.app_handle::<Scripted>("default").unwrap_err();
    assert!(matches!(error, Error::WrongType { .. }), "{error:?}");
    for name in ["", "a#b"] {
        let outcome = within(SOON, serve.run_named(name, Worker::bind(Probe::new()))).await;
        assert!(matches!(outcome, Err(Error::InvalidName(_))), "{outcome:?}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn handles_are_found_by_name_and_work_like_the_first() {
    let serve = start_without_http().await;
    within(SOON, serve.run_named("app", Worker::bind(Probe::opened()))).await.unwrap();
    for _ in 0..100 {
        let app = serve.app_handle::<Worker>("app").unwrap();
        let named = serve.deployment_handle::<Worker>("Worker", "app").unwrap();
        assert_eq!(within(SOON, app.echo.remote(1)).await.unwrap(), 1);
        assert_eq!(within(SOON, named.echo.remote(2)).await.unwrap(), 2);
    }
    stop(serve).await;
}

// === composition ===

struct Pair {
    left: WorkerHandle,
    right: WorkerHandle,
}

#[deployment]
impl Pair {
    fn new(left: WorkerHandle, right: WorkerHandle) -> Self {
        Self { left, right }
    }

    async fn whoami(&self) -> Result<(String, String), CallError> {
        Ok((self.left.whoami.remote().await?, self.right.whoami.call().await?))
    }

    async fn work(&self, x: u64) -> Result<u64, CallError> {
        let left = self.left.work.remote(x).await?;
        self.right.work.remote(left + 1).await
    }
}

// C130
#[tokio::test]
async fn one_bound_value_used_twice_is_one_deployment() {
    let serve = start_without_http().await;
    let shared = Worker::bind(Probe::new());
    let handle = within(SOON, serve.run(Pair::bind(shared.clone(), shared))).await.unwrap();
    let names: Vec<_> =
        serve.status().applications["default"].deployments.keys().cloned().collect();
    assert_eq!(names, ["Pair", "Worker"]);
    let (left, right) = within(SOON, handle.whoami.remote()).await.unwrap();
    assert_eq!(left, right);
    stop(serve).await;
}

// C130
#[tokio::test]
async fn two_binds_of_one_type_are_two_deployments_with_numbered_names() {
    let serve = start_without_http().await;
    let app = Pair::bind(Worker::bind(Probe::new()), Worker::bind(Probe::new()));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let names: Vec<_> =
        serve.status().applications["default"].deployments.keys().cloned().collect();
    assert_eq!(names, ["Pair", "Worker", "Worker_1"]);
    let (left, right) = within(SOON, handle.whoami.remote()).await.unwrap();
    assert_eq!(left, running_replicas(&serve, "default", "Worker")[0]);
    assert_eq!(right, running_replicas(&serve, "default", "Worker_1")[0]);
    stop(serve).await;
}

#[tokio::test]
async fn a_deployment_may_be_named() {
    let serve = start_without_http().await;
    let app =
        Pair::bind(Worker::bind(Probe::new()).name("a"), Worker::bind(Probe::new()).name("b"));
    within(SOON, serve.run(app.name("top"))).await.unwrap();
    let names: Vec<_> =
        serve.status().applications["default"].deployments.keys().cloned().collect();
    assert_eq!(names, ["a", "b", "top"]);
    stop(serve).await;
}

#[tokio::test]
async fn callers_are_deleted_before_those_they_call() {
    let (left, right) = (Probe::new(), Probe::new());
    let serve = start_without_http().await;
    let app = Pair::bind(Worker::bind(left.clone()), Worker::bind(right.clone()));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let request = handle.work.remote(1);
    left.entered(1).await;
    let deleting = {
        let serve = serve.clone();
        spawn(async move { serve.delete("default").await })
    };
    until_status(&serve, |status| {
        status.applications["default"].status == ApplicationStatus::Deleting
    })
    .await;
    // The request goes on to its second child, though everything is being deleted.
    left.open();
    right.open();
    assert_eq!(within(SOON, request).await.unwrap(), 2);
    within(SOON, deleting).await.unwrap().unwrap();
    stop(serve).await;
}

// === constructors ===

#[tokio::test(start_paused = true)]
async fn a_constructor_that_fails_at_first_is_tried_again() {
    let serve = start_without_http().await;
    let construct =
        Script::new(
            |attempt| if attempt <= 2 { Err(format!("attempt {attempt}")) } else { Ok(()) },
        );
    let app = Scripted::bind(construct.clone(), Script::ok(), Probe::opened());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    assert_eq!(construct.asked(), 3);
    assert_eq!(within(SOON, handle.work.remote(1)).await.unwrap(), 1);
    stop(serve).await;
}

// C107
#[tokio::test(start_paused = true)]
async fn a_constructor_that_always_fails_is_given_up_with_its_cause() {
    for (replicas, attempts) in [(1, 3), (2, 6), (10, 20)] {
        let serve = start_without_http().await;
        let construct = Script::fail();
        let app = Scripted::bind(construct.clone(), Script::ok(), Probe::new());
        let outcome = within(SOON * 60, serve.run(app.num_replicas(replicas))).await;
        let Err(Error::DeployFailed { application, message }) = outcome else { panic!() };
        assert_eq!(application, "default");
        assert!(message.contains("the model file is missing"), "{message}");
        assert_eq!(construct.asked(), attempts, "{replicas} replicas");
        let status = serve.status();
        let application = &status.applications["default"];
        assert_eq!(application.status, ApplicationStatus::DeployFailed);
        assert_eq!(
            deployment_status(&serve, "Scripted"),
            (DeploymentStatus::DeployFailed, StatusTrigger::ReplicaStartupFailed)
        );
        assert!(application.deployments["Scripted"].message.contains("missing"));
        let handle = serve.app_handle::<Scripted>("default").unwrap();
        let outcome = within(SOON, handle.work.remote(1)).await;
        assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(construct.asked(), attempts, "it is not tried again");
        stop(serve).await;
    }
}

// C107: the last round of starts may not go beyond the limit.
#[tokio::test(start_paused = true)]
async fn constructors_are_not_tried_more_often_than_the_limit_says() {
    let serve = start_without_http().await;
    let construct = Script::fail();
    let app = Scripted::bind(construct.clone(), Script::ok(), Probe::new()).num_replicas(7);
    assert!(within(SOON * 60, serve.run(app)).await.is_err());
    assert_eq!(construct.asked(), 20);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_constructor_that_panics_fails_with_its_text() {
    let serve = start_without_http().await;
    let construct = Script::new(|_| panic!("no such device"));
    let app = Scripted::bind(construct, Script::ok(), Probe::new());
    let error = within(SOON * 60, serve.run(app)).await.unwrap_err();
    assert!(error.to_string().contains("no such device"), "{error}");
    stop(serve).await;
}

// C106
#[tokio::test(start_paused = true)]
async fn a_replica_that_is_never_healthy_fails_the_deploy() {
    let serve = start_without_http().await;
    let sick = Script::new(|_| Err("no memory".to_owned()));
    let app = Scripted::bind(Script::ok(), sick, Probe::new());
    let error = within(SOON * 60, serve.run(app)).await.unwrap_err();
    assert!(error.to_string().contains("no memory"), "{error}");
    assert_eq!(deployment_status(&serve, "Scripted").0, DeploymentStatus::DeployFailed);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_deploy_is_mended_by_the_next() {
    let serve = start_without_http().await;
    let app = Scripted::bind(Script::fail(), Script::ok(), Probe::new());
    assert!(within(SOON * 60, serve.run(app)).await.is_err());
    let app = Scripted::bind(Script::ok(), Script::ok(), Probe::opened());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    assert_eq!(within(SOON, handle.work.remote(1)).await.unwrap(), 1);
    assert_eq!(serve.status().applications["default"].status, ApplicationStatus::Running);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_update_leaves_what_still_works() {
    let serve = start_without_http().await;
    let app = Scripted::bind(Script::ok(), Script::ok(), Probe::opened()).num_replicas(3);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let before = running_replicas(&serve, "default", "Scripted");
    let broken = Scripted::bind(Script::fail(), Script::ok(), Probe::new()).num_replicas(3);
    let error = within(SOON * 60, serve.run(broken)).await.unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
    assert_eq!(running_replicas(&serve, "default", "Scripted"), before);
    for x in 0..10 {
        assert_eq!(within(SOON, handle.work.remote(x)).await.unwrap(), x);
    }
    stop(serve).await;
}

// === health ===

// C104
#[tokio::test(start_paused = true)]
async fn a_replica_that_fails_three_health_checks_in_a_row_is_replaced() {
    let serve = start_without_http().await;
    // The first is the one that a new replica must pass.
    let health =
        Script::new(|n| if (4..=6).contains(&n) { Err(format!("check {n}")) } else { Ok(()) });
    let construct = Script::ok();
    let app = Scripted::bind(construct.clone(), health.clone(), Probe::opened());
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let first = within(SOON, handle.whoami.remote()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(45)).await;
    assert_eq!((health.asked(), construct.asked()), (5, 1), "not after two");
    assert_eq!(running_replicas(&serve, "default", "Scripted"), std::slice::from_ref(&first));
    tokio::time::sleep(Duration::from_secs(10)).await;
    until_status(&serve, |status| {
        status.applications["default"].status == ApplicationStatus::Running
            && status.applications["default"].deployments["Scripted"].running_replicas != [&*first]
    })
    .await;
    assert_eq!(construct.asked(), 2);
    assert_ne!(within(SOON, handle.whoami.remote()).await.unwrap(), first);
    stop(serve).await;
}

// C103
#[tokio::test(start_paused = true)]
async fn a_replica_that_fails_every_second_health_check_stays() {
    let serve = start_without_http().await;
    let health = Script::new(|n| if n % 2 == 0 { Err("shaky".to_owned()) } else { Ok(()) });
    let construct = Script::ok();
    let app = Scripted::bind(construct.clone(), health.clone(), Probe::opened());
    within(SOON, serve.run(app)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(605)).await;
    assert!(health.asked() > 50, "{}", health.asked());
    assert_eq!(construct.asked(), 1);
    assert_eq!(serve.status().applications["default"].status, ApplicationStatus::Running);
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_health_check_that_never_answers_counts_as_failed() {
    /// No serde value, whatever features serde has: as bytes it would be another switch.
    #[derive(Clone, Default)]
    struct Switch(Arc<AtomicBool>);
    struct Stuck {
        stuck: Switch,
    }
    #[deployment(health_check_period = "1s", health_check_timeout = "1s")]
    impl Stuck {
        fn new(stuck: Switch) -> Self {
            Self { stuck }
        }

        async fn check_health(&self) -> Result<(), String> {
            if self.stuck.0.load(SeqCst) {
                std::future::pending::<()>().await;
            }
            Ok(())
        }

        fn whoami(&self) -> String {
            replica_id()
        }
    }
    let stuck = Switch::default();
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Stuck::bind(stuck.clone()))).await.unwrap();
    let first = within(SOON, handle.whoami.remote()).await.unwrap();
    stuck.0.store(true, SeqCst);
    until_status(&serve, |status| {
        status.applications["default"].status == ApplicationStatus::Unhealthy
    })
    .await;
    stuck.0.store(false, SeqCst);
    let second = within(SOON, handle.whoami.remote()).await.unwrap();
    assert_ne!(second, first);
    stop(serve).await;
}

// The controller must not spin while it waits for a place: virtual time stands still if it does.
#[test]
fn the_controller_rests_while_a_sick_replica_drains() {
    let replaced = within_thread(SOON, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let serve = start_without_http().await;
            let construct = Script::new(|n| if n == 1 { Err("once".to_owned()) } else { Ok(()) });
            let sick = Arc::new(AtomicBool::new(false));
            let health = {
                let sick = Arc::clone(&sick);
                Script::new(
                    move |_| if sick.load(SeqCst) { Err("sick".to_owned()) } else { Ok(()) },
                )
            };
            let probe = Probe::new();
            let app = Scripted::bind(construct.clone(), health, probe.clone())
                .exclusive(true)
                .health_check_period(Duration::from_secs(1))
                .graceful_shutdown_timeout(Duration::from_secs(60));
            let handle = serve.run(app).await.unwrap();
            let held = handle.work.remote(1);
            probe.entered(1).await;
            sick.store(true, SeqCst);
            tokio::time::sleep(Duration::from_secs(10)).await;
            sick.store(false, SeqCst);
            let outcome = held.await;
            (outcome.is_err(), handle.whoami.remote().await.is_ok(), construct.asked())
        })
    });
    assert_eq!(replaced, (true, true, 3));
}

// === killing ===

#[tokio::test]
async fn a_killed_replica_fails_its_calls_and_is_replaced() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).num_replicas(2);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let (one, two) = (handle.replica.remote(), spawn(handle.replica.call()));
    probe.entered(2).await;
    let before = running_replicas(&serve, "default", "Worker");
    for id in &before {
        assert!(within(SOON, serve.kill_replica(id)).await);
        assert!(!within(SOON, serve.kill_replica(id)).await, "it is dead already");
    }
    for outcome in [within(SOON, one).await, within(SOON, two).await.unwrap()] {
        let Err(CallError::ReplicaDied { executed }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(executed, Executed::Maybe);
    }
    until_status(&serve, |status| {
        status.applications["default"].status == ApplicationStatus::Running
    })
    .await;
    let after = running_replicas(&serve, "default", "Worker");
    assert_eq!(after.len(), 2);
    assert!(after.iter().all(|id| !before.contains(id)), "{before:?} {after:?}");
    assert!(!within(SOON, serve.kill_replica("nobody")).await);
    stop(serve).await;
}

#[tokio::test]
async fn a_killed_replica_on_a_thread_fails_its_calls_too() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).isolation(Isolation::Thread);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let (waiting, grinding) = (handle.work.remote(1), handle.grind.remote(1));
    probe.entered(2).await;
    let id = running_replicas(&serve, "default", "Worker").remove(0);
    assert!(within(SOON, serve.kill_replica(&id)).await);
    for outcome in [within(SOON, waiting).await, within(SOON, grinding).await] {
        assert!(matches!(outcome, Err(CallError::ReplicaDied { .. })), "{outcome:?}");
    }
    probe.open();
    assert_eq!(within(SOON, handle.echo.remote(2)).await.unwrap(), 2);
    stop(serve).await;
}

// === updating ===

/// Callers that never stop until told; fails where any call does.
fn traffic(handle: &WorkerHandle, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<u64>> {
    (0..4)
        .map(|caller| {
            let (handle, stop) = (handle.clone(), Arc::clone(stop));
            spawn(async move {
                let mut done = 0;
                while !stop.load(SeqCst) {
                    let answer = match caller % 2 {
                        0 => handle.work.remote(done).await,
                        _ => handle.work.call(done).await,
                    };
                    assert_eq!(answer.expect("no call fails"), done);
                    done += 1;
                    tokio::task::yield_now().await;
                }
                done
            })
        })
        .collect()
}

// C110
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_fails_while_a_deployment_is_replaced_again_and_again() {
    for (replicas, isolation) in
        [(1, Isolation::Task), (4, Isolation::Task), (2, Isolation::Thread)]
    {
        let serve = start_without_http().await;
        let app = || Worker::bind(Probe::opened()).num_replicas(replicas).isolation(isolation);
        let handle = within(SOON, serve.run(app())).await.unwrap();
        let done = Arc::<AtomicBool>::default();
        let callers = traffic(&handle, &done);
        for _ in 0..5 {
            within(SOON, serve.run(app())).await.unwrap();
        }
        done.store(true, SeqCst);
        for caller in callers {
            assert!(within(SOON, caller).await.unwrap() > 0);
        }
        stop(serve).await;
    }
}

/// Has a constructor that waits at a gate, so that an update stands still where the test wants it.
struct Gated;

#[deployment]
impl Gated {
    async fn new(gate: Probe, fails: bool) -> Result<Self, String> {
        gate.pass().await;
        if fails { Err("told to".to_owned()) } else { Ok(Self) }
    }

    fn echo(&self, x: u64) -> u64 {
        x
    }
}

fn states(serve: &Serve, deployment: &str) -> BTreeMap<ReplicaState, usize> {
    serve.status().applications["default"].deployments[deployment].replica_states.clone()
}

// C110
#[tokio::test]
async fn an_exclusive_update_replaces_a_fifth_of_the_replicas_at_a_time() {
    let serve = start_without_http().await;
    let app = Gated::bind(Probe::opened(), false).num_replicas(10).exclusive(true);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let gate = Probe::new();
    let next = Gated::bind(gate.clone(), false).num_replicas(10).exclusive(true);
    let updating = {
        let serve = serve.clone();
        spawn(async move { serve.run(next).await })
    };
    for batch in 1..=5 {
        assert_eq!(gate.entered(batch * 2).await.entered, batch * 2, "two at a time");
        assert_eq!(running_replicas(&serve, "default", "Gated").len(), 8);
        assert_eq!(within(SOON, handle.echo.remote(1)).await.unwrap(), 1);
        gate.release(2);
    }
    within(SOON, updating).await.unwrap().unwrap();
    assert_eq!(states(&serve, "Gated"), BTreeMap::from([(ReplicaState::Running, 10)]));
    assert_eq!(gate.counts().entered, 10);
    stop(serve).await;
}

// C112
#[tokio::test]
async fn a_full_surge_starts_everything_new_before_anything_old_ends() {
    let serve = start_without_http().await;
    let app = Gated::bind(Probe::opened(), false).num_replicas(3).max_surge_percent(100);
    within(SOON, serve.run(app)).await.unwrap();
    let before = running_replicas(&serve, "default", "Gated");
    let gate = Probe::new();
    let next = Gated::bind(gate.clone(), false).num_replicas(3).max_surge_percent(100);
    let updating = {
        let serve = serve.clone();
        spawn(async move { serve.run(next).await })
    };
    gate.entered(1).await;
    assert_eq!(
        states(&serve, "Gated"),
        BTreeMap::from([(ReplicaState::Starting, 1), (ReplicaState::Running, 3)]),
        "one proves the rest"
    );
    gate.release(1);
    gate.entered(3).await;
    let running = running_replicas(&serve, "default", "Gated");
    assert!(before[1..].iter().all(|id| running.contains(id)), "{running:?}");
    for _ in 0..2 {
        gate.release(1);
        until_status(&serve, |status| {
            let states = &status.applications["default"].deployments["Gated"].replica_states;
            assert!(states.get(&ReplicaState::Running).is_some_and(|&n| n >= 3), "{states:?}");
            assert!(states.values().sum::<usize>() <= 6, "{states:?}");
            states.get(&ReplicaState::Starting).copied().unwrap_or_default()
                <= 3 - gate.counts().finished
        })
        .await;
    }
    within(SOON, updating).await.unwrap().unwrap();
    let after = running_replicas(&serve, "default", "Gated");
    assert_eq!(after.len(), 3);
    assert!(after.iter().all(|id| !before.contains(id)));
    stop(serve).await;
}

// C113
#[tokio::test]
async fn a_replaced_replica_finishes_what_it_runs() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Worker::bind(probe.clone()))).await.unwrap();
    let old = running_replicas(&serve, "default", "Worker").remove(0);
    let running = handle.replica.remote();
    probe.entered(1).await;
    let next = Worker::bind(Probe::opened());
    let updating = {
        let serve = serve.clone();
        spawn(async move { serve.run(next).await })
    };
    until_status(&serve, |status| {
        let worker = &status.applications["default"].deployments["Worker"];
        worker.replica_states.contains_key(&ReplicaState::Stopping)
    })
    .await;
    assert_eq!(probe.counts().left, 0);
    probe.open();
    assert_eq!(within(SOON, running).await.unwrap(), old);
    within(SOON, updating).await.unwrap().unwrap();
    stop(serve).await;
}

// C113
#[tokio::test]
async fn a_replica_without_patience_is_cut_off() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).graceful_shutdown_timeout(Duration::ZERO);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let (remote, call) = (handle.work.remote(1), spawn(handle.work.call(2)));
    probe.entered(2).await;
    within(SOON, serve.delete("default")).await.unwrap();
    for outcome in [within(SOON, remote).await, within(SOON, call).await.unwrap()] {
        assert!(matches!(outcome, Err(CallError::ReplicaDied { .. })), "{outcome:?}");
    }
    assert_eq!(probe.counts().abandoned(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn options_alone_change_without_a_restart() {
    let serve = start_without_http().await;
    let app = Worker::bind(Probe::opened());
    let handle = within(SOON, serve.run(app.clone().num_replicas(2))).await.unwrap();
    let before = running_replicas(&serve, "default", "Worker");
    let more = app.num_replicas(3).max_ongoing_requests(7).max_queued_requests(9);
    within(SOON, serve.run(more)).await.unwrap();
    let after = running_replicas(&serve, "default", "Worker");
    assert_eq!(after.len(), 3);
    assert!(before.iter().all(|id| after.contains(id)), "{before:?} {after:?}");
    assert_eq!(within(SOON, handle.echo.remote(1)).await.unwrap(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn a_deployment_that_the_next_version_does_not_have_goes() {
    let serve = start_without_http().await;
    let app = Pair::bind(Worker::bind(Probe::new()), Worker::bind(Probe::new()));
    within(SOON, serve.run(app)).await.unwrap();
    let shared = Worker::bind(Probe::new());
    within(SOON, serve.run(Pair::bind(shared.clone(), shared))).await.unwrap();
    let status =
        until_status(&serve, |status| status.applications["default"].deployments.len() == 2).await;
    assert!(!status.applications["default"].deployments.contains_key("Worker_1"));
    stop(serve).await;
}

#[tokio::test]
async fn another_type_takes_over_under_the_same_name() {
    let serve = start_without_http().await;
    let old = within(SOON, serve.run(Worker::bind(Probe::opened()).name("same"))).await.unwrap();
    let app = Gated::bind(Probe::opened(), false).name("same");
    let new = within(SOON, serve.run(app)).await.unwrap();
    assert_eq!(within(SOON, new.echo.remote(1)).await.unwrap(), 1);
    assert!(serve.app_handle::<Worker>("default").is_err());
    // The old handle points to what is gone, and says so.
    let mut outcome = within(SOON, old.echo.remote(1)).await;
    for _ in 0..1000 {
        if outcome.is_err() {
            break;
        }
        tokio::task::yield_now().await;
        outcome = within(SOON, old.echo.remote(1)).await;
    }
    assert!(matches!(outcome, Err(CallError::DeploymentUnavailable)), "{outcome:?}");
    stop(serve).await;
}

// === user_config ===

/// Notes each `user_config` it is given.
struct Tuned {
    given: Journal<u64>,
    gate: Probe,
    threshold: u64,
}

#[deployment]
impl Tuned {
    async fn new(given: Journal<u64>, gate: Probe, construction: Probe) -> Self {
        construction.pass().await;
        Self { given, gate, threshold: 0 }
    }

    async fn reconfigure(&mut self, threshold: u64) -> Result<(), String> {
        if threshold == 666 {
            return Err("not that one".to_owned());
        }
        self.given.note(threshold);
        self.gate.pass().await;
        self.threshold = threshold;
        Ok(())
    }

    fn threshold(&self) -> u64 {
        self.threshold
    }
}

// C109
#[tokio::test]
async fn a_changed_user_config_is_given_to_the_same_replicas() {
    let given = Journal::default();
    let serve = start_without_http().await;
    let app = Tuned::bind(given.clone(), Probe::opened(), Probe::opened()).num_replicas(2);
    let handle = within(SOON, serve.run(app.clone().user_config(1.into()))).await.unwrap();
    assert_eq!(given.entries(), [1, 1], "before the first request");
    let before = running_replicas(&serve, "default", "Tuned");
    within(SOON, serve.run(app.clone().user_config(2.into()))).await.unwrap();
    assert_eq!(given.entries(), [1, 1, 2, 2], "before the deploy is done");
    assert_eq!(running_replicas(&serve, "default", "Tuned"), before);
    assert_eq!(within(SOON, handle.threshold.remote()).await.unwrap(), 2);
    within(SOON, serve.run(app.user_config(2.into()))).await.unwrap();
    assert_eq!(given.entries().len(), 4, "nothing changed, nobody is told");
    stop(serve).await;
}

#[tokio::test(start_paused = true)]
async fn a_user_config_that_does_not_fit_fails_the_deploy() {
    let serve = start_without_http().await;
    let app = Tuned::bind(Journal::default(), Probe::opened(), Probe::opened());
    for config in [serde_json::json!({"wrong": 1}), 666.into()] {
        let error =
            within(SOON * 60, serve.run(app.clone().user_config(config))).await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("`user_config` does not fit") || text.contains("not that one"),
            "{text}"
        );
    }
    let app = Worker::bind(Probe::new()).user_config(1.into());
    let error = within(SOON * 60, serve.run_named("w", app)).await.unwrap_err();
    assert!(error.to_string().contains("reconfigure"), "{error}");
    stop(serve).await;
}

#[tokio::test]
async fn a_user_config_that_comes_during_construction_is_not_lost() {
    let (given, construction) = (Journal::default(), Probe::new());
    let serve = start_without_http().await;
    let app = Tuned::bind(given.clone(), Probe::opened(), construction.clone());
    let first = app.clone().user_config(1.into());
    let first = {
        let serve = serve.clone();
        spawn(async move { serve.run(first).await })
    };
    construction.entered(1).await;
    let second = {
        let serve = serve.clone();
        let app = app.user_config(2.into());
        spawn(async move { serve.run(app).await })
    };
    // The second deploy has been taken note of once the controller answers what comes after it.
    tokio::task::yield_now().await;
    within(SOON, serve.kill_replica("nobody")).await;
    construction.open();
    assert!(matches!(within(SOON, first).await.unwrap(), Err(Error::Superseded)));
    let handle = within(SOON, second).await.unwrap().unwrap();
    assert_eq!(within(SOON, handle.threshold.remote()).await.unwrap(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn a_bound_that_changes_during_construction_is_not_lost() {
    let (probe, construction) = (Probe::new(), Probe::new());
    struct Late {
        probe: Probe,
    }
    #[deployment(max_ongoing_requests = 1)]
    impl Late {
        async fn new(probe: Probe, construction: Probe) -> Self {
            construction.pass().await;
            Self { probe }
        }

        async fn work(&self) {
            self.probe.pass().await;
        }
    }
    let serve = start_without_http().await;
    let app = Late::bind(probe.clone(), construction.clone());
    let first = {
        let (serve, app) = (serve.clone(), app.clone());
        spawn(async move { serve.run(app).await })
    };
    construction.entered(1).await;
    let second = {
        let serve = serve.clone();
        spawn(async move { serve.run(app.max_ongoing_requests(2)).await })
    };
    tokio::task::yield_now().await;
    within(SOON, serve.kill_replica("nobody")).await;
    construction.open();
    assert!(matches!(within(SOON, first).await.unwrap(), Err(Error::Superseded)));
    let handle = within(SOON, second).await.unwrap().unwrap();
    let calls = [handle.work.remote(), handle.work.remote()];
    let both = tokio::time::timeout(Duration::from_secs(5), probe.entered(2)).await;
    probe.open();
    within(SOON, serve_core::get_async(calls)).await.unwrap();
    assert!(both.is_ok(), "{:?}", probe.counts());
    stop(serve).await;
}

#[tokio::test]
async fn the_last_of_several_user_configs_wins() {
    let (given, gate) = (Journal::default(), Probe::new());
    let serve = start_without_http().await;
    let app = Tuned::bind(given.clone(), gate.clone(), Probe::opened());
    let handle = within(SOON, serve.run(app.clone())).await.unwrap();
    let runs: Vec<_> = [1, 2]
        .into_iter()
        .map(|config| {
            let (serve, app) = (serve.clone(), app.clone().user_config(config.into()));
            spawn(async move { serve.run(app).await })
        })
        .collect();
    given.until(1).await;
    within(SOON, serve.kill_replica("nobody")).await;
    gate.open();
    let mut outcomes = Vec::new();
    for run in runs {
        outcomes.push(within(SOON, run).await.unwrap().map(drop));
    }
    assert!(matches!(outcomes[..], [Err(Error::Superseded), Ok(())]), "{outcomes:?}");
    assert_eq!(within(SOON, handle.threshold.remote()).await.unwrap(), 2);
    stop(serve).await;
}

// === options ===

#[tokio::test]
async fn every_invalid_option_is_named_and_nothing_is_started() {
    let serve = start_without_http().await;
    let construct = Script::ok();
    let backpressure = BackPressure::default().status_code(500);
    let app = Scripted::bind(construct.clone(), Script::ok(), Probe::new())
        .num_replicas(0)
        .max_ongoing_requests(0)
        .rolling_update_percentage(101)
        .max_surge_percent(101)
        .health_check_period(Duration::ZERO)
        .health_check_timeout(Duration::ZERO)
        .request_timeout(Duration::ZERO)
        .route_prefix("no-slash")
        .backpressure(backpressure);
    let error = within(SOON, serve.run(app)).await.unwrap_err().to_string();
    for option in [
        "num_replicas",
        "max_ongoing_requests",
        "rolling_update_percentage",
        "max_surge_percent",
        "health_check_period",
        "health_check_timeout",
        "request_timeout",
        "route_prefix",
        "status_code",
    ] {
        assert!(error.contains(option), "{option} is missing: {error}");
    }
    assert_eq!(construct.asked(), 0);
    assert!(serve.status().applications.is_empty());
    stop(serve).await;
}

#[tokio::test]
async fn invalid_options_of_every_deployment_are_named() {
    let serve = start_without_http().await;
    let app = Pair::bind(
        Worker::bind(Probe::new()).name("left").num_replicas(0),
        Worker::bind(Probe::new()).name("right").max_ongoing_requests(0),
    );
    let error = within(SOON, serve.run(app)).await.unwrap_err().to_string();
    for part in ["left", "num_replicas", "right", "max_ongoing_requests"] {
        assert!(error.contains(part), "{part} is missing: {error}");
    }
    stop(serve).await;
}

#[tokio::test]
async fn a_constructors_argument_that_cannot_cross_to_a_process_is_refused_by_name() {
    let serve = start_without_http().await;
    let app = Worker::bind(Probe::new()).isolation(Isolation::Process);
    let error = within(SOON, serve.run(app)).await.unwrap_err().to_string();
    for part in ["Worker", "Probe", "cannot leave the process"] {
        assert!(error.contains(part), "{part} is missing: {error}");
    }
    stop(serve).await;
}

// === the application as a whole ===

// C118
#[tokio::test]
async fn an_application_is_as_well_as_its_worst_deployment() {
    struct Two;
    #[deployment]
    impl Two {
        fn new(_one: GatedHandle, _two: GatedHandle) -> Self {
            Self
        }

        fn ping(&self) {}
    }
    let serve = start_without_http().await;
    let (one, two) = (Probe::new(), Probe::new());
    one.release(1);
    let app = Two::bind(
        Gated::bind(one.clone(), false).name("one"),
        Gated::bind(two.clone(), false).name("two"),
    );
    let running = {
        let serve = serve.clone();
        spawn(async move { serve.run(app).await })
    };
    until_status(&serve, |status| {
        status.applications.get("default").is_some_and(|application| {
            application.deployments["one"].status == DeploymentStatus::Healthy
        })
    })
    .await;
    assert_eq!(deployment_status(&serve, "two").0, DeploymentStatus::Updating);
    assert_eq!(serve.status().applications["default"].status, ApplicationStatus::Deploying);
    let id = running_replicas(&serve, "default", "one").remove(0);
    within(SOON, serve.kill_replica(&id)).await;
    let status = until_status(&serve, |status| {
        status.applications["default"].deployments["one"].status == DeploymentStatus::Unhealthy
    })
    .await;
    assert_eq!(status.applications["default"].status, ApplicationStatus::Unhealthy);
    assert!(status.applications["default"].message.contains("one"));
    one.open();
    two.open();
    drop(within(SOON, running).await);
    until_status(&serve, |status| {
        status.applications["default"].status == ApplicationStatus::Running
    })
    .await;
    stop(serve).await;
}

// C118
#[tokio::test(start_paused = true)]
async fn an_application_with_a_failed_deployment_has_failed() {
    let serve = start_without_http().await;
    let sick = Gated::bind(Probe::opened(), true).name("sick");
    struct Over;
    #[deployment]
    impl Over {
        fn new(_below: GatedHandle) -> Self {
            Self
        }

        fn ping(&self) {}
    }
    let error = within(SOON * 60, serve.run(Over::bind(sick))).await.unwrap_err();
    assert!(error.to_string().contains("told to"), "{error}");
    let status = serve.status();
    assert_eq!(status.applications["default"].status, ApplicationStatus::DeployFailed);
    assert_eq!(
        status.applications["default"].deployments["Over"].status,
        DeploymentStatus::Healthy
    );
    stop(serve).await;
}

// === deleting and deploying at the same time ===

#[tokio::test]
async fn an_application_deployed_while_it_is_deleted_runs() {
    for same_bind in [false, true] {
        let probe = Probe::new();
        let serve = start_without_http().await;
        let app = Worker::bind(probe.clone());
        let handle = within(SOON, serve.run(app.clone())).await.unwrap();
        let held = handle.work.remote(1);
        probe.entered(1).await;
        let deleting = {
            let serve = serve.clone();
            spawn(async move { serve.delete("default").await })
        };
        until_status(&serve, |status| {
            status.applications["default"].status == ApplicationStatus::Deleting
        })
        .await;
        let next = if same_bind { app } else { Worker::bind(probe.clone()) };
        let running = {
            let serve = serve.clone();
            spawn(async move { serve.run(next).await })
        };
        tokio::task::yield_now().await;
        within(SOON, serve.kill_replica("nobody")).await;
        probe.open();
        within(SOON, held).await.unwrap();
        within(SOON, deleting).await.unwrap().unwrap();
        let handle = within(SOON, running).await.unwrap().unwrap();
        assert_eq!(within(SOON, handle.work.remote(2)).await.unwrap(), 2);
        assert_eq!(serve.status().applications["default"].status, ApplicationStatus::Running);
        stop(serve).await;
    }
}

#[tokio::test]
async fn two_deletes_at_once_both_end() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Worker::bind(probe.clone()))).await.unwrap();
    let held = handle.work.remote(1);
    probe.entered(1).await;
    let deletes: Vec<_> = (0..2)
        .map(|_| {
            let serve = serve.clone();
            spawn(async move { serve.delete("default").await })
        })
        .collect();
    until_status(&serve, |status| {
        status.applications["default"].status == ApplicationStatus::Deleting
    })
    .await;
    probe.open();
    within(SOON, held).await.unwrap();
    for delete in deletes {
        within(SOON, delete).await.unwrap().unwrap();
    }
    stop(serve).await;
}

#[tokio::test]
async fn an_application_may_be_deleted_while_its_constructors_run() {
    let gate = Probe::new();
    let serve = start_without_http().await;
    let app = Gated::bind(gate.clone(), false).num_replicas(3);
    let running = {
        let serve = serve.clone();
        spawn(async move { serve.run(app).await })
    };
    gate.entered(3).await;
    let outcome = within(SOON, serve.delete("default")).await;
    gate.open();
    outcome.unwrap();
    assert!(within(SOON, running).await.unwrap().is_err());
    assert!(serve.status().applications.is_empty());
    stop(serve).await;
}

// A constructor may end in the very moment in which its replica is told to stop.
#[tokio::test]
async fn a_replica_stopped_as_its_constructor_ends_is_gone() {
    for _ in 0..20 {
        let gate = Probe::new();
        let serve = start_without_http().await;
        let app = Gated::bind(gate.clone(), false).num_replicas(8);
        let running = {
            let serve = serve.clone();
            spawn(async move { serve.run(app).await })
        };
        gate.entered(8).await;
        let deleting = {
            let serve = serve.clone();
            spawn(async move { serve.delete("default").await })
        };
        gate.open();
        let deleted = within(SOON, deleting).await.unwrap();
        drop(within(SOON, running).await.unwrap());
        deleted.unwrap();
        stop(serve).await;
    }
}

// === shutting down ===

#[tokio::test]
async fn shutting_down_drains_what_runs_and_refuses_what_comes() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Worker::bind(probe.clone()))).await.unwrap();
    let running = handle.work.remote(1);
    probe.entered(1).await;
    let stopping = {
        let serve = serve.clone();
        spawn(async move { serve.shutdown().await })
    };
    until_status(&serve, |status| {
        status.applications["default"].status == ApplicationStatus::Deleting
    })
    .await;
    let late = within(SOON, handle.work.remote(2)).await;
    assert!(matches!(late, Err(CallError::DeploymentUnavailable)), "{late:?}");
    assert!(!stopping.is_finished());
    probe.open();
    assert_eq!(within(SOON, running).await.unwrap(), 1);
    within(SOON, stopping).await.unwrap().unwrap();
    let late = within(SOON, handle.work.remote(3)).await;
    assert!(matches!(late, Err(CallError::DeploymentUnavailable)), "{late:?}");
    assert!(serve.status().applications.is_empty());
    let late = within(SOON, serve.run(Worker::bind(Probe::new()))).await;
    assert!(matches!(late, Err(Error::Stopped)), "{late:?}");
    within(SOON, serve.shutdown()).await.unwrap();
}

#[tokio::test]
async fn shutting_down_waits_no_longer_than_the_patience() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).graceful_shutdown_timeout(Duration::from_millis(20));
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let running = handle.work.remote(1);
    probe.entered(1).await;
    within(SOON, serve.shutdown()).await.unwrap();
    let outcome = within(SOON, running).await;
    assert!(matches!(outcome, Err(CallError::ReplicaDied { .. })), "{outcome:?}");
}

#[tokio::test]
async fn shutting_down_during_a_deploy_ends_both() {
    let gate = Probe::new();
    let serve = start_without_http().await;
    let app = Gated::bind(gate.clone(), false);
    let running = {
        let serve = serve.clone();
        spawn(async move { serve.run(app).await })
    };
    gate.entered(1).await;
    let outcome = within(SOON, serve.shutdown()).await;
    gate.open();
    outcome.unwrap();
    assert!(within(SOON, running).await.unwrap().is_err());
}

#[tokio::test]
async fn dropping_the_last_owner_of_a_server_leaves_no_caller_waiting() {
    let probe = Probe::new();
    let serve = start_without_http().await;
    let app = Worker::bind(probe.clone()).max_ongoing_requests(1);
    let handle = within(SOON, serve.run(app)).await.unwrap();
    let _running = handle.work.remote(1);
    let queued = handle.work.remote(2);
    probe.entered(1).await;
    drop(serve);
    let outcome = within(SOON, queued).await;
    assert!(outcome.is_err(), "{outcome:?}");
    let outcome = within(SOON, handle.echo.remote(3)).await;
    assert!(outcome.is_err(), "{outcome:?}");
    probe.open();
}

/// A server on a runtime of its own, whose thread the test can end.
fn server_elsewhere(app: Application<Worker>) -> (WorkerHandle, mpsc::Sender<()>) {
    let (sender, receiver) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    drop(std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let serve = runtime.block_on(async {
            let serve = start_without_http().await;
            let handle = serve.run(app).await.unwrap();
            sender.send(handle).unwrap();
            serve
        });
        let _ = ended.recv();
        runtime.shutdown_background();
        drop(serve);
    }));
    (receiver.recv_timeout(SOON).unwrap(), end)
}

/// What callers on other threads are told when the server's runtime ends under them.
fn told_at_the_end(isolation: Isolation) -> Vec<(&'static str, Result<u64, CallError>)> {
    let probe = Probe::new();
    let app = Worker::bind(probe.clone()).max_ongoing_requests(1).isolation(isolation);
    let (handle, end) = server_elsewhere(app);
    let (sender, told) = mpsc::channel();
    let ask = |what: &'static str, ask: Box<dyn FnOnce() -> Result<u64, CallError> + Send>| {
        let sender = sender.clone();
        drop(std::thread::spawn(move || drop(sender.send((what, ask())))));
    };
    let (running, queued) = (handle.work.remote(1), handle.work.remote(2));
    futures::executor::block_on(probe.wait_entered(1));
    ask("running", Box::new(move || running.get()));
    ask("queued", Box::new(move || queued.get()));
    drop(end);
    // The first answer shows that the end has begun; from here on calls come too late.
    let mut answers = Vec::from_iter(told.recv_timeout(SOON).ok());
    ask("late", {
        let handle = handle.clone();
        Box::new(move || {
            let mut outcome = Ok(0);
            for x in 0..100 {
                outcome = handle.echo.remote(x).get();
            }
            outcome
        })
    });
    ask("late call", Box::new(move || futures::executor::block_on(handle.echo.call(1))));
    drop(sender);
    while let Ok(answer) = told.recv_timeout(Duration::from_secs(5)) {
        answers.push(answer);
    }
    probe.open();
    answers
}

#[test]
fn the_end_of_the_servers_runtime_leaves_no_caller_waiting() {
    let answers = told_at_the_end(Isolation::Task);
    assert_eq!(answers.len(), 4, "somebody still waits: {answers:?}");
    assert!(answers.iter().all(|(_, outcome)| outcome.is_err()), "{answers:?}");
}

#[test]
fn the_end_of_the_servers_runtime_ends_replicas_on_threads_too() {
    let answers = told_at_the_end(Isolation::Thread);
    assert_eq!(answers.len(), 4, "somebody still waits: {answers:?}");
    assert!(answers.iter().all(|(_, outcome)| outcome.is_err()), "{answers:?}");
}
