//! History, rollback, restart, pinned counts, supersession, and what counts as a change.

use std::sync::Arc;
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{Error, Handle, PlannedAction, RevisionState};
use tests::{Probe, SOON, replica_id, running_replicas, spawn, start_without_http, stop, within};

/// Counts in its replica's memory, which is lost with it.
struct Counter {
    version: u32,
    count: u32,
}

#[deployment]
impl Counter {
    fn new(version: u32) -> Self {
        Self { version, count: 0 }
    }

    fn add(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    fn version(&self) -> u32 {
        self.version
    }
}

/// Holds a handle.
struct Caller {
    counter: CounterHandle,
}

#[deployment]
impl Caller {
    fn new(counter: CounterHandle) -> Self {
        Self { counter }
    }

    async fn add(&self) -> Result<u32, CallError> {
        self.counter.add.remote().await
    }

    fn whoami(&self) -> String {
        replica_id()
    }
}

/// Has an argument that can be compared with nothing, and a constructor that waits for it.
struct Gated {
    name: Arc<str>,
}

#[deployment]
impl Gated {
    async fn new(name: Arc<str>, gate: Probe) -> Self {
        gate.pass().await;
        Self { name }
    }

    fn name(&self) -> String {
        self.name.to_string()
    }
}

/// Is given a value that has no `PartialEq`, but an address.
struct Shared;

struct Weights;

#[deployment]
impl Shared {
    fn new(weights: Arc<Weights>) -> Self {
        drop(weights);
        Self
    }

    fn whoami(&self) -> String {
        replica_id()
    }
}

fn states(serve: &Serve) -> Vec<(u64, RevisionState)> {
    let history = serve.history("default").into_iter();
    history.map(|revision| (revision.number, revision.state)).collect()
}

async fn run<D: Deployment>(serve: &Serve, app: Application<D>) -> Handle<D> {
    within(SOON, serve.run(app)).await.unwrap()
}

// === what counts as a change ===

#[tokio::test]
async fn the_same_again_keeps_what_replicas_hold_in_memory() {
    let serve = start_without_http().await;
    let handle = run(&serve, Counter::bind(1)).await;
    for count in 1..=3 {
        assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), count);
        run(&serve, Counter::bind(1)).await;
    }
    assert_eq!(states(&serve), [(1, RevisionState::Running)], "nothing has happened");
    run(&serve, Counter::bind(2)).await;
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 1, "a new value");
    stop(serve).await;
}

#[tokio::test]
async fn a_caller_of_what_has_changed_is_untouched() {
    let serve = start_without_http().await;
    let handle = run(&serve, Caller::bind(Counter::bind(1))).await;
    let caller = within(SOON, handle.whoami.remote()).await.unwrap();
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 1);
    run(&serve, Caller::bind(Counter::bind(1))).await;
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 2);
    run(&serve, Caller::bind(Counter::bind(2))).await;
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 1, "the counter is another");
    assert_eq!(within(SOON, handle.whoami.remote()).await.unwrap(), caller);
    stop(serve).await;
}

#[tokio::test]
async fn a_caller_of_another_deployment_is_replaced() {
    let serve = start_without_http().await;
    let handle = run(&serve, Caller::bind(Counter::bind(1))).await;
    let caller = within(SOON, handle.whoami.remote()).await.unwrap();
    run(&serve, Caller::bind(Counter::bind(1).name("Other"))).await;
    assert_ne!(within(SOON, handle.whoami.remote()).await.unwrap(), caller);
    stop(serve).await;
}

#[tokio::test]
async fn a_shared_argument_is_known_by_its_address() {
    let serve = start_without_http().await;
    let weights = Arc::new(Weights);
    let handle = run(&serve, Shared::bind(Arc::clone(&weights))).await;
    let before = within(SOON, handle.whoami.remote()).await.unwrap();
    run(&serve, Shared::bind(weights)).await;
    assert_eq!(within(SOON, handle.whoami.remote()).await.unwrap(), before);
    run(&serve, Shared::bind(Arc::new(Weights))).await;
    assert_ne!(within(SOON, handle.whoami.remote()).await.unwrap(), before);
    stop(serve).await;
}

#[tokio::test]
async fn a_version_says_what_cannot_be_compared() {
    let app = |version: Option<&str>| {
        let app = Gated::bind("a", Probe::opened());
        version.into_iter().fold(app, |app, version| app.version(version))
    };
    for (before, after, is_same) in [
        (Some("1"), Some("1"), true),
        (Some("1"), Some("2"), false),
        (Some("1"), None, false),
        (None, Some("1"), false),
        (None, None, false),
    ] {
        let serve = start_without_http().await;
        run(&serve, app(before)).await;
        let first = running_replicas(&serve, "default", "Gated");
        run(&serve, app(after)).await;
        let second = running_replicas(&serve, "default", "Gated");
        assert_eq!(first == second, is_same, "{before:?} → {after:?}");
        stop(serve).await;
    }
}

#[tokio::test]
async fn another_version_is_a_change_of_equal_arguments() {
    let serve = start_without_http().await;
    let handle = run(&serve, Counter::bind(1).version("1")).await;
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 1);
    run(&serve, Counter::bind(1).version("2")).await;
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 1);
    run(&serve, Counter::bind(7).version("2")).await;
    assert_eq!(within(SOON, handle.version.remote()).await.unwrap(), 7, "arguments count, too");
    stop(serve).await;
}

// === history and rollback ===

#[tokio::test]
async fn a_rollback_goes_back_and_a_second_one_undoes_it() {
    let serve = start_without_http().await;
    let handle = run(&serve, Counter::bind(1)).await;
    run(&serve, Counter::bind(2)).await;
    for version in [1, 2, 1] {
        within(SOON, serve.rollback("default")).await.unwrap();
        assert_eq!(within(SOON, handle.version.remote()).await.unwrap(), version);
    }
    let history = serve.history("default");
    let running = |revision: &&serve_core::Revision| revision.state == RevisionState::Running;
    assert_eq!(history.iter().filter(running).count(), 1);
    assert_eq!(history.last().map(|revision| revision.number), Some(5));
    assert_eq!(serve.status().applications["default"].revision, Some(5));
    stop(serve).await;
}

#[tokio::test]
async fn there_is_nothing_to_go_back_to_before_a_second_revision() {
    let serve = start_without_http().await;
    run(&serve, Counter::bind(1)).await;
    let error = within(SOON, serve.rollback("default")).await.unwrap_err();
    assert!(matches!(error, Error::NoRollback { .. }), "{error:?}");
    let error = within(SOON, serve.rollback("other")).await.unwrap_err();
    assert!(matches!(error, Error::UnknownApplication(_)), "{error:?}");
    stop(serve).await;
}

#[tokio::test]
async fn history_remembers_ten_and_says_which_can_be_restored() {
    let serve = start_without_http().await;
    for version in 1..=12 {
        run(&serve, Counter::bind(version)).await;
    }
    let history = serve.history("default");
    assert_eq!(history.iter().map(|r| r.number).collect::<Vec<_>>(), (3..=12).collect::<Vec<_>>());
    let restorable = history.iter().filter(|r| r.is_restorable).map(|r| r.number);
    assert_eq!(restorable.collect::<Vec<_>>(), [11, 12]);
    assert!(history.iter().all(|r| r.cause == "run" && r.deployments == ["Counter"]));
    assert!(serve.history("other").is_empty());
    stop(serve).await;
}

#[tokio::test]
async fn a_rollback_calls_off_an_update_on_its_way() {
    let serve = start_without_http().await;
    let handle = run(&serve, Gated::bind("one", Probe::opened())).await;
    let gate = Probe::new();
    let update = {
        let (serve, app) = (serve.clone(), Gated::bind("two", gate.clone()));
        spawn(async move { serve.run(app).await.map(drop) })
    };
    gate.entered(1).await;
    within(SOON, serve.rollback("default")).await.unwrap();
    let outcome = within(SOON, update).await.unwrap();
    assert!(matches!(outcome, Err(Error::Superseded)), "{outcome:?}");
    assert_eq!(within(SOON, handle.name.remote()).await.unwrap(), "one");
    stop(serve).await;
}

// === restart ===

#[tokio::test]
async fn a_restart_renews_one_deployment_or_all() {
    let serve = start_without_http().await;
    let handle = run(&serve, Caller::bind(Counter::bind(1))).await;
    let caller = within(SOON, handle.whoami.remote()).await.unwrap();
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 1);
    within(SOON, serve.restart("default", Some("Counter"))).await.unwrap();
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 1, "a new value");
    assert_eq!(within(SOON, handle.whoami.remote()).await.unwrap(), caller);
    within(SOON, serve.restart("default", None)).await.unwrap();
    assert_eq!(within(SOON, handle.add.remote()).await.unwrap(), 1);
    assert_ne!(within(SOON, handle.whoami.remote()).await.unwrap(), caller);
    let causes = serve.history("default").into_iter().map(|revision| revision.cause);
    assert!(causes.skip(1).all(|cause| cause.starts_with("restart")));
    let error = within(SOON, serve.restart("default", Some("Nobody"))).await.unwrap_err();
    assert!(matches!(error, Error::UnknownDeployment { .. }), "{error:?}");
    stop(serve).await;
}

// === counts ===

fn counts(serve: &Serve) -> (u32, Option<u32>, usize) {
    let status = serve.status();
    let counter = &status.applications["default"].deployments["Counter"];
    (counter.counts.declared, counter.counts.pinned, counter.running_replicas.len())
}

#[tokio::test]
async fn a_pin_outlives_updates_and_ends_with_another_declared_count() {
    let serve = start_without_http().await;
    run(&serve, Counter::bind(1).num_replicas(2)).await;
    within(SOON, serve.scale("default", "Counter", 3)).await.unwrap();
    assert_eq!(counts(&serve), (2, Some(3), 3));
    run(&serve, Counter::bind(2).num_replicas(2)).await;
    assert_eq!(counts(&serve), (2, Some(3), 3), "another version");
    within(SOON, serve.rollback("default")).await.unwrap();
    within(SOON, serve.restart("default", None)).await.unwrap();
    assert_eq!(counts(&serve), (2, Some(3), 3));
    within(SOON, serve.unpin("default", "Counter")).await.unwrap();
    assert_eq!(counts(&serve), (2, None, 2));
    within(SOON, serve.scale("default", "Counter", 1)).await.unwrap();
    assert_eq!(counts(&serve), (2, Some(1), 1));
    run(&serve, Counter::bind(1).num_replicas(4)).await;
    assert_eq!(counts(&serve), (4, None, 4));
    stop(serve).await;
}

#[tokio::test]
async fn what_cannot_be_scaled_is_named() {
    let serve = start_without_http().await;
    run(&serve, Counter::bind(1)).await;
    let error = within(SOON, serve.scale("default", "Counter", 0)).await.unwrap_err();
    assert!(matches!(error, Error::InvalidConfig { .. }), "{error:?}");
    let error = within(SOON, serve.scale("default", "Nobody", 1)).await.unwrap_err();
    assert!(matches!(error, Error::UnknownDeployment { .. }), "{error:?}");
    let error = within(SOON, serve.unpin("other", "Counter")).await.unwrap_err();
    assert!(matches!(error, Error::UnknownApplication(_)), "{error:?}");
    stop(serve).await;
}

// === one after the other ===

#[tokio::test]
async fn of_a_storm_of_updates_the_last_serves_and_the_others_are_superseded() {
    let serve = start_without_http().await;
    let handle = run(&serve, Gated::bind("0", Probe::opened())).await;
    let before = running_replicas(&serve, "default", "Gated");
    let gates: Vec<_> = (1..=10).map(|_| Probe::new()).collect();
    let mut updates = Vec::new();
    for (number, gate) in (1..).zip(&gates) {
        let (serve, app) = (serve.clone(), Gated::bind(&*number.to_string(), gate.clone()));
        updates.push(spawn(async move { serve.run(app).await.map(drop) }));
        gate.entered(1).await;
        assert_eq!(within(SOON, handle.name.remote()).await.unwrap(), "0");
    }
    assert_eq!(running_replicas(&serve, "default", "Gated"), before);
    let last = updates.pop().unwrap();
    for update in updates {
        let outcome = within(SOON, update).await.unwrap();
        assert!(matches!(outcome, Err(Error::Superseded)), "{outcome:?}");
    }
    gates.iter().for_each(Probe::open);
    within(SOON, last).await.unwrap().unwrap();
    assert_eq!(within(SOON, handle.name.remote()).await.unwrap(), "10");
    let (running, superseded): (Vec<_>, Vec<_>) =
        states(&serve).into_iter().partition(|(_, state)| *state == RevisionState::Running);
    assert_eq!(running, [(11, RevisionState::Running)]);
    assert!(superseded.iter().all(|(_, state)| *state == RevisionState::Superseded));
    stop(serve).await;
}

#[tokio::test]
async fn runs_of_the_same_at_the_same_time_are_one_update() {
    let serve = start_without_http().await;
    run(&serve, Gated::bind("old", Probe::opened()).version("1")).await;
    let gate = Probe::new();
    let app = Gated::bind("new", gate.clone()).version("2");
    let updates: Vec<_> = (0..5)
        .map(|_| {
            let (serve, app) = (serve.clone(), app.clone());
            spawn(async move { serve.run(app).await.map(drop) })
        })
        .collect();
    gate.entered(1).await;
    gate.open();
    for update in updates {
        within(SOON, update).await.unwrap().unwrap();
    }
    assert_eq!(gate.counts().entered, 1, "one replica, made once");
    assert_eq!(states(&serve).len(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn what_served_returning_calls_an_update_off() {
    let serve = start_without_http().await;
    let old = || Gated::bind("old", Probe::opened()).version("1");
    run(&serve, old()).await;
    let before = running_replicas(&serve, "default", "Gated");
    let gate = Probe::new();
    let update = {
        let app = Gated::bind("new", gate.clone()).version("2");
        let serve = serve.clone();
        spawn(async move { serve.run(app).await.map(drop) })
    };
    gate.entered(1).await;
    run(&serve, old()).await;
    let outcome = within(SOON, update).await.unwrap();
    assert!(matches!(outcome, Err(Error::Superseded)), "{outcome:?}");
    assert_eq!(running_replicas(&serve, "default", "Gated"), before, "nothing has happened");
    stop(serve).await;
}

// === what is shown ===

#[tokio::test]
async fn a_status_becomes_json_with_all_that_there_is_to_see() {
    let serve = start_without_http().await;
    let gate = Probe::new();
    let app = tests::Worker::bind(gate.clone()).num_replicas(2).max_ongoing_requests(1);
    let handle = run(&serve, app).await;
    let calls: Vec<_> = (0..5).map(|x| handle.work.remote(x)).collect();
    gate.entered(2).await;
    tokio::time::sleep(Duration::from_millis(2)).await;
    let status = serde_json::to_value(serve.status()).unwrap();
    let application = &status["applications"]["default"];
    assert_eq!(application["status"], "RUNNING");
    assert_eq!(application["revision"], 1);
    let worker = &application["deployments"]["Worker"];
    assert_eq!(worker["status"], "HEALTHY");
    assert_eq!(worker["queued"], 3);
    assert_eq!(worker["replica_states"]["RUNNING"], 2);
    let counts =
        serde_json::json!({ "declared": 2, "pinned": null, "autoscaled": null, "target": 2 });
    assert_eq!(worker["counts"], counts);
    for replica in worker["replicas"].as_array().unwrap() {
        assert_eq!(replica["state"], "RUNNING");
        assert_eq!(replica["ongoing"], 1);
        assert!(replica["age"].as_f64().unwrap() >= replica["in_state_for"].as_f64().unwrap());
        assert!(replica["in_state_for"].as_f64().unwrap() > 0.0);
        assert!(replica["pid"].is_null(), "it has no process of its own");
        assert_eq!(replica["is_ejected"], false);
    }
    gate.open();
    within(SOON, serve_core::get_async(calls)).await.unwrap();
    stop(serve).await;
}

#[tokio::test]
async fn plans_and_histories_become_json_too() {
    let serve = start_without_http().await;
    run(&serve, Counter::bind(1)).await;
    let plan = serve.plan("default", &Counter::bind(2));
    assert_eq!(plan.deployments[0].action, PlannedAction::Replace);
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["deployments"][0]["action"], "Replace");
    assert!(plan.to_string().contains("Counter"), "{plan}");
    let history = serde_json::to_value(serve.history("default")).unwrap();
    assert_eq!(history[0]["state"], "Running");
    assert!(history[0]["submitted_at"].as_u64().unwrap() > 1_700_000_000);
    stop(serve).await;
}
