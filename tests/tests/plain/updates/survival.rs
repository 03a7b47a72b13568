//! Whatever a user's value or option does: it costs its own application at most, and others go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{Error, PlannedAction};
use tests::load::Load;
use tests::{Probe, SOON, Worker, start_without_http, stop, within};

/// When a value panics.
#[derive(Clone, Debug, Default)]
struct Temper {
    clone: Arc<AtomicBool>,
    drop: Arc<AtomicBool>,
    eq: Arc<AtomicBool>,
}

/// A panic without a line in the output.
fn panic_if(flag: &AtomicBool, what: &'static str) {
    if flag.load(SeqCst) && !std::thread::panicking() {
        std::panic::resume_unwind(Box::new(what));
    }
}

struct Touchy {
    temper: Temper,
    number: u32,
}

impl Clone for Touchy {
    fn clone(&self) -> Self {
        panic_if(&self.temper.clone, "it cannot be cloned");
        Self { temper: self.temper.clone(), number: self.number }
    }
}

impl Drop for Touchy {
    fn drop(&mut self) {
        panic_if(&self.temper.drop, "it cannot be dropped");
    }
}

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        panic_if(&self.temper.eq, "it cannot be compared");
        self.number == other.number
    }
}

struct Keeper {
    touchy: Touchy,
}

#[deployment(max_constructor_retry_count = 1)]
impl Keeper {
    fn new(touchy: Touchy) -> Self {
        Self { touchy }
    }

    fn number(&self) -> u32 {
        self.touchy.number
    }
}

fn keeper(temper: &Temper, number: u32) -> Application<Keeper> {
    Keeper::bind(Touchy { temper: temper.clone(), number })
}

/// Another application, whose callers must not notice anything.
async fn bystander(serve: &Serve) -> Load<u64> {
    let app = Worker::bind(Probe::opened());
    let handle = within(SOON, serve.run_named("bystander", app)).await.unwrap();
    Load::start(2, move || handle.echo.remote(1))
}

async fn is_well(serve: Serve, bystander: Load<u64>) {
    bystander.answers(5).await;
    drop(bystander.end().await);
    // The controller does what it is told.
    let app = Worker::bind(Probe::opened());
    let handle = within(SOON, serve.run_named("another", app)).await.unwrap();
    assert_eq!(within(SOON, handle.echo.remote(2)).await.unwrap(), 2);
    stop(serve).await;
}

#[tokio::test]
async fn an_argument_whose_clone_panics_fails_its_own_update() {
    let serve = start_without_http().await;
    let load = bystander(&serve).await;
    let (good, bad) = (Temper::default(), Temper::default());
    let handle = within(SOON, serve.run(keeper(&good, 1))).await.unwrap();
    let app = keeper(&bad, 2);
    bad.clone.store(true, SeqCst);
    let error = within(SOON, serve.run(app)).await.map(drop).unwrap_err().to_string();
    assert!(error.contains("it cannot be cloned"), "{error}");
    assert_eq!(within(SOON, handle.number.remote()).await.unwrap(), 1);
    is_well(serve, load).await;
}

#[tokio::test]
async fn an_argument_whose_drop_panics_costs_nothing() {
    let serve = start_without_http().await;
    let load = bystander(&serve).await;
    let temper = Temper::default();
    let handle = within(SOON, serve.run(keeper(&temper, 1))).await.unwrap();
    let apps = [keeper(&temper, 2), keeper(&temper, 3), keeper(&temper, 4)];
    temper.drop.store(true, SeqCst);
    for (number, app) in (2..).zip(apps) {
        within(SOON, serve.run(app)).await.unwrap();
        assert_eq!(within(SOON, handle.number.remote()).await.unwrap(), number);
    }
    within(SOON, serve.delete("default")).await.unwrap();
    is_well(serve, load).await;
}

#[tokio::test]
async fn an_argument_that_panics_when_it_is_compared_has_changed() {
    let serve = start_without_http().await;
    let load = bystander(&serve).await;
    let temper = Temper::default();
    let handle = within(SOON, serve.run(keeper(&temper, 1))).await.unwrap();
    temper.eq.store(true, SeqCst);
    let plan = serve.plan("default", &keeper(&temper, 1));
    assert_eq!(plan.deployments[0].action, PlannedAction::Replace, "{plan}");
    within(SOON, serve.run(keeper(&temper, 1))).await.unwrap();
    assert_eq!(within(SOON, handle.number.remote()).await.unwrap(), 1);
    is_well(serve, load).await;
}

#[tokio::test]
async fn a_time_that_never_ends_is_a_time_like_any_other() {
    let changes: [fn(Application<Worker>) -> Application<Worker>; 7] = [
        |app| app.health_check_period(Duration::MAX),
        |app| app.health_check_timeout(Duration::MAX),
        |app| app.graceful_shutdown_timeout(Duration::MAX),
        |app| app.request_timeout(Duration::MAX),
        |app| app.stuck_after(Duration::MAX),
        |app| app.constructor_timeout(Duration::MAX),
        |app| app.update_timeout(Duration::MAX),
    ];
    let serve = start_without_http().await;
    let load = bystander(&serve).await;
    let app = || Worker::bind(Probe::opened());
    for change in changes {
        // From the start, as another version, in place, and at the end.
        let handle = within(SOON, serve.run(change(app()))).await.unwrap();
        within(SOON, serve.run(change(app()))).await.unwrap();
        within(SOON, serve.run(change(app().version("1")))).await.unwrap();
        within(SOON, serve.run(app().version("1"))).await.unwrap();
        within(SOON, serve.run(change(app().version("1")))).await.unwrap();
        assert_eq!(within(SOON, handle.work.remote(7)).await.unwrap(), 7);
        within(SOON, serve.delete("default")).await.unwrap();
    }
    is_well(serve, load).await;
}

#[tokio::test]
async fn a_name_with_odd_letters_is_refused_with_a_sentence() {
    let serve = start_without_http().await;
    let load = bystander(&serve).await;
    for name in ["", "a#b", "a/b", "a\0b", "a\nb", &"x".repeat(1000)] {
        let app = Worker::bind(Probe::opened());
        let error = within(SOON, serve.run_named(name, app.clone())).await.map(drop).unwrap_err();
        assert!(matches!(error, Error::InvalidName(_)), "{name:?}: {error:?}");
        assert!(error.to_string().starts_with("the name of the application"), "{error}");
        let error = within(SOON, serve.run(app.name(name))).await.map(drop).unwrap_err();
        assert!(error.to_string().contains("the name of the deployment"), "{name:?}: {error}");
    }
    for name in ["größe", "a b", "a.b-c_d"] {
        let app = Worker::bind(Probe::opened());
        let handle = within(SOON, serve.run_named(name, app.clone().name(name))).await.unwrap();
        assert_eq!(within(SOON, handle.echo.remote(1)).await.unwrap(), 1);
        within(SOON, serve.delete(name)).await.unwrap();
    }
    is_well(serve, load).await;
}
