//! Versions that fail in every way there is: what served before them serves after them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{Error, Handle, Isolation, RevisionState};
use tests::load::Load;
use tests::{
    Probe, SOON, replica_id, running_replicas, spawn, start_without_http, stop, until_status,
    within,
};

/// What is wrong with a version.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Nothing,
    Error,
    Panic,
    /// Its constructor holds its thread until the test lets go.
    Hang,
    /// Its constructor waits for ever.
    HangAsync,
    /// Its first health check fails.
    Check,
}

struct Model {
    version: u32,
    fault: Fault,
}

#[deployment]
impl Model {
    async fn new(version: u32, fault: Fault, gate: Arc<Probe>) -> Result<Self, String> {
        match fault {
            Fault::Error => return Err("the weights are missing".to_owned()),
            Fault::Panic => std::panic::resume_unwind(Box::new("the weights are cursed")),
            Fault::Hang => gate.pass_blocking(),
            Fault::HangAsync => std::future::pending().await,
            Fault::Nothing | Fault::Check => {}
        }
        Ok(Self { version, fault })
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn check_health(&self) -> Result<(), &'static str> {
        if self.fault == Fault::Check { Err("the device is hot") } else { Ok(()) }
    }

    fn reconfigure(&self, limit: u32) -> Result<(), String> {
        if limit > 100 { Err(format!("{limit} is too much")) } else { Ok(()) }
    }
}

/// Calls the model through one more.
struct Middle {
    model: ModelHandle,
}

#[deployment]
impl Middle {
    fn new(model: ModelHandle) -> Self {
        Self { model }
    }

    async fn version(&self) -> Result<u32, CallError> {
        self.model.version.remote().await
    }
}

struct Front {
    middle: MiddleHandle,
}

#[deployment]
impl Front {
    fn new(middle: MiddleHandle) -> Self {
        Self { middle }
    }

    async fn version(&self) -> u32 {
        self.middle.version.remote().await.expect("no call fails")
    }
}

#[derive(Clone, Copy, Debug)]
struct Setting {
    replicas: u32,
    is_exclusive: bool,
    isolation: Isolation,
}

impl Setting {
    fn all(isolation: Isolation) -> [Self; 4] {
        [(1, false), (3, false), (1, true), (3, true)].map(|(replicas, is_exclusive)| Self {
            replicas,
            is_exclusive,
            isolation,
        })
    }

    /// Enough attempts that a constructor which is left behind twice fails the update by that.
    fn model(self, version: u32, fault: Fault, gate: &Arc<Probe>) -> Application<Model> {
        Model::bind(version, fault, Arc::clone(gate))
            .num_replicas(self.replicas)
            .exclusive(self.is_exclusive)
            .isolation(self.isolation)
            .constructor_timeout(match fault {
                Fault::Hang | Fault::HangAsync => Duration::from_millis(100),
                _ => SOON,
            })
            .max_constructor_retry_count(if self.is_exclusive { 1 } else { 3 })
    }
}

/// What a bad version says of itself, and whether anything of it was tried at all.
#[derive(Clone, Copy)]
struct Cause {
    text: &'static str,
    is_refused: bool,
}

const fn fails(text: &'static str) -> Cause {
    Cause { text, is_refused: false }
}

const fn is_refused(text: &'static str) -> Cause {
    Cause { text, is_refused: true }
}

type Replicas = BTreeMap<String, Vec<String>>;

fn replicas(serve: &Serve) -> Replicas {
    let status = serve.status();
    let deployments = &status.applications["default"].deployments;
    let running = deployments.iter().map(|(name, deployment)| {
        let mut ids = deployment.running_replicas.clone();
        ids.sort();
        (name.clone(), ids)
    });
    running.collect()
}

/// The whole story: the good version, the bad one under load, the death of an old replica, a better one.
async fn tell<D>(
    setting: Setting,
    app: impl Fn(Application<Model>) -> Application<D>,
    bad: impl Fn(&Arc<Probe>) -> Application<Model>,
    call: fn(&Handle<D>) -> ObjectRef<u32>,
    cause: Cause,
) where
    D: Deployment,
    Handle<D>: Clone + Send + Sync + 'static,
{
    let (serve, gate) = (start_without_http().await, Arc::new(Probe::new()));
    let _released = Released(Arc::clone(&gate));
    let good = app(setting.model(1, Fault::Nothing, &gate));
    let handle = within(SOON, serve.run(good)).await.unwrap();
    let before = replicas(&serve);
    let load = {
        let handle = handle.clone();
        Load::start(3, move || call(&handle))
    };
    load.answers(3).await;

    let released = setting.is_exclusive.then(|| release_when_left_behind(&serve, &gate));
    let error = within(SOON, serve.run(app(bad(&gate)))).await.map(drop).unwrap_err();
    let text = error.to_string();
    assert!(text.contains(cause.text), "{setting:?}: {text}");
    let kind_fits = match cause.is_refused {
        true => matches!(error, Error::InvalidConfig { .. }),
        false => matches!(error, Error::DeployFailed { .. }),
    };
    assert!(kind_fits, "{setting:?}: {error:?}");
    if let Some(released) = released {
        released.abort();
    }

    let after = replicas(&serve);
    match setting.is_exclusive && !cause.is_refused {
        true => assert_eq!(after["Model"].len(), before["Model"].len(), "{setting:?}: {after:?}"),
        false => assert_eq!(after, before, "{setting:?}: the same replicas"),
    }
    load.answers(10).await;
    for answers in load.end().await {
        assert_eq!(answers, [1], "{setting:?}: nobody was answered by the bad version");
    }
    let state = serve.history("default").last().map(|revision| revision.state);
    let states: &[_] = match (cause.is_refused, setting.is_exclusive) {
        (true, _) => &[RevisionState::Running],
        (false, true) => &[RevisionState::RolledBack],
        (false, false) => &[RevisionState::Failed],
    };
    assert!(state.is_some_and(|state| states.contains(&state)), "{setting:?}: {state:?}");

    the_dead_come_back_as_they_were(&serve, setting).await;
    for _ in 0..10 {
        assert_eq!(within(SOON, call(&handle)).await.unwrap(), 1, "{setting:?}");
    }

    let better = app(setting.model(3, Fault::Nothing, &gate));
    within(SOON / 4, serve.run(better)).await.unwrap();
    assert_eq!(within(SOON, call(&handle)).await.unwrap(), 3, "{setting:?}");
    gate.open();
    stop(serve).await;
}

/// Constructors that hold their threads are let go however the test ends, which waits for them.
struct Released(Arc<Probe>);

impl Drop for Released {
    fn drop(&mut self) {
        self.0.open();
    }
}

async fn the_dead_come_back_as_they_were(serve: &Serve, setting: Setting) {
    let victim = running_replicas(serve, "default", "Model").remove(0);
    assert!(within(SOON, serve.kill_replica(&victim)).await);
    until_status(serve, |status| {
        let running = &status.applications["default"].deployments["Model"].running_replicas;
        running.len() == setting.replicas as usize && !running.contains(&victim)
    })
    .await;
}

/// Where two may not be at once, the old version waits for a constructor that has been given up.
fn release_when_left_behind(serve: &Serve, gate: &Arc<Probe>) -> tokio::task::JoinHandle<()> {
    let (serve, gate) = (serve.clone(), Arc::clone(gate));
    spawn(async move {
        until_status(&serve, |status| {
            let model = &status.applications["default"].deployments["Model"];
            model.replicas.iter().any(|replica| replica.is_left_behind)
        })
        .await;
        gate.open();
    })
}

/// In all settings, at the same time: most of it is waiting.
async fn table(
    isolation: Isolation,
    bad: impl Fn(Setting, &Arc<Probe>) -> Application<Model>,
    cause: Cause,
) {
    let bad = &bad;
    let one = |setting: Setting| {
        let bad = move |gate: &Arc<Probe>| bad(setting, gate);
        tell::<Model>(setting, |app| app, bad, |handle| handle.version.remote(), cause)
    };
    let all = Setting::all(isolation).map(one);
    futures::future::join_all(all).await;
}

macro_rules! tables {
    ($($task:ident, $thread:ident: $cause:expr, $bad:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $task() {
            table(Isolation::Task, $bad, $cause).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $thread() {
            table(Isolation::Thread, $bad, $cause).await;
        }
    )*};
}

tables! {
    a_constructor_that_fails_takes_nothing_away, and_neither_does_one_on_a_thread:
        fails("the weights are missing"),
        |setting: Setting, gate: &Arc<Probe>| setting.model(2, Fault::Error, gate);
    a_constructor_that_panics_takes_nothing_away, and_neither_does_one_that_panics_on_a_thread:
        fails("the weights are cursed"),
        |setting: Setting, gate: &Arc<Probe>| setting.model(2, Fault::Panic, gate);
    a_constructor_that_holds_its_thread_takes_nothing_away, and_neither_does_one_that_holds_a_thread_of_its_own:
        fails("did not return within 100ms"),
        |setting: Setting, gate: &Arc<Probe>| setting.model(2, Fault::Hang, gate);
    a_constructor_that_waits_for_ever_takes_nothing_away, and_neither_does_one_that_waits_on_a_thread:
        fails("did not return within 100ms"),
        |setting: Setting, gate: &Arc<Probe>| setting.model(2, Fault::HangAsync, gate);
    a_first_health_check_that_fails_takes_nothing_away, and_neither_does_one_that_fails_on_a_thread:
        fails("the device is hot"),
        |setting: Setting, gate: &Arc<Probe>| setting.model(2, Fault::Check, gate);
    a_new_version_that_refuses_its_user_config_takes_nothing_away, and_neither_does_one_that_refuses_it_on_a_thread:
        fails("101 is too much"),
        |setting: Setting, gate: &Arc<Probe>| {
            setting.model(2, Fault::Nothing, gate).user_config(101.into())
        };
    a_user_config_of_the_wrong_type_is_refused, and_so_is_one_for_threads:
        is_refused("`user_config` does not fit: invalid type: string"),
        |setting: Setting, gate: &Arc<Probe>| {
            setting.model(2, Fault::Nothing, gate).user_config("much".into())
        };
    a_count_of_zero_is_refused, and_so_is_one_of_threads:
        is_refused("`num_replicas` is 0"),
        |setting: Setting, gate: &Arc<Probe>| {
            setting.model(2, Fault::Nothing, gate).num_replicas(0)
        };
    a_bad_route_prefix_is_refused, and_so_is_one_that_leads_to_threads:
        is_refused("`route_prefix` is `api`"),
        |setting: Setting, gate: &Arc<Probe>| {
            setting.model(2, Fault::Nothing, gate).route_prefix("api")
        };
}

async fn bad_callee(isolation: Isolation, fault: Fault, cause: &'static str) {
    let one = |setting: Setting| {
        let app = |model| Front::bind(Middle::bind(model));
        let bad = move |gate: &Arc<Probe>| setting.model(2, fault, gate);
        tell::<Front>(setting, app, bad, |handle| handle.version.remote(), fails(cause))
    };
    futures::future::join_all(Setting::all(isolation).map(one)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_callee_two_levels_down_takes_nothing_away() {
    bad_callee(Isolation::Task, Fault::Error, "the weights are missing").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn and_neither_does_one_that_hangs_on_a_thread() {
    bad_callee(Isolation::Thread, Fault::HangAsync, "did not return within 100ms").await;
}

// === in place ===

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_config_that_replicas_refuse_leaves_them_the_one_they_had() {
    for setting in Setting::all(Isolation::Task) {
        let (serve, gate) = (start_without_http().await, Arc::new(Probe::new()));
        let app = || setting.model(1, Fault::Nothing, &gate);
        let handle = within(SOON, serve.run(app().user_config(7.into()))).await.unwrap();
        let before = replicas(&serve);
        let load = {
            let handle = handle.clone();
            Load::start(3, move || handle.version.remote())
        };
        let refused = within(SOON, serve.run(app().user_config(101.into()))).await;
        let error = refused.map(drop).unwrap_err();
        assert!(matches!(error, Error::DeployFailed { .. }), "{error:?}");
        assert!(error.to_string().contains("101 is too much"), "{error}");
        assert_eq!(replicas(&serve), before, "{setting:?}");
        load.answers(10).await;
        drop(load.end().await);
        the_dead_come_back_as_they_were(&serve, setting).await;
        within(SOON, serve.run(app().user_config(8.into()))).await.unwrap();
        stop(serve).await;
    }
}

/// Takes another configuration once, and then never again, not even the one it had.
struct Fickle {
    state: u32,
    configured: Vec<u32>,
}

#[deployment]
impl Fickle {
    fn new(start: u32) -> Self {
        Self { state: start, configured: Vec::new() }
    }

    fn add(&mut self) -> u32 {
        self.state += 1;
        self.state
    }

    fn configured(&self) -> (String, Vec<u32>) {
        (replica_id(), self.configured.clone())
    }

    fn reconfigure(&mut self, config: u32) -> Result<(), String> {
        if config == 13 && self.state == 0 {
            return Err("not 13".to_owned());
        }
        self.configured.push(config);
        Ok(())
    }
}

#[tokio::test]
async fn replicas_that_took_a_user_config_get_the_old_one_back_if_another_refuses_it() {
    let serve = start_without_http().await;
    let app = || Fickle::bind(0).num_replicas(2);
    let handle = within(SOON, serve.run(app().user_config(7.into()))).await.unwrap();
    // The first replica, which is asked first, takes it then; the second does not.
    let first = running_replicas(&serve, "default", "Fickle").remove(0);
    while within(SOON, handle.configured.choose_replica()).await.unwrap().replica_id() != first {}
    loop {
        let chosen = within(SOON, handle.add.choose_replica()).await.unwrap();
        if chosen.replica_id() == first {
            assert_eq!(within(SOON, chosen.remote()).await.unwrap(), 1);
            break;
        }
    }
    let refused = within(SOON, serve.run(app().user_config(13.into()))).await;
    let error = refused.map(drop).unwrap_err().to_string();
    assert!(error.contains("not 13"), "{error}");
    until_status(&serve, |status| {
        let fickle = &status.applications["default"].deployments["Fickle"];
        fickle.status == serve_core::DeploymentStatus::Healthy
    })
    .await;
    for answer in handle.configured.broadcast() {
        let (id, configured) = within(SOON, answer).await.unwrap();
        assert_eq!(configured.last(), Some(&7), "{id}");
        if id == first {
            assert_eq!(configured, [7, 13, 7], "it kept its state, too");
        }
    }
    stop(serve).await;
}
