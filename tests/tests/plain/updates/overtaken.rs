//! What is asked of an application while another update of it gets ahead.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Deserializer};
use serde_json::json;
use serve_core::prelude::*;
use serve_core::{Error, Result};
use tests::{SOON, spawn, start_without_http, stop, within};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// A configuration that can hold up an update while that is prepared, where it is checked.
struct Config;

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let stage = usize::deserialize(deserializer)?;
        let hold = Arc::clone(&HOLDS.lock().unwrap()[stage]);
        hold.wait();
        Ok(Self)
    }
}

/// Of each stage.
static HOLDS: Mutex<Vec<Arc<Hold>>> = Mutex::new(Vec::new());

#[derive(Default)]
struct Hold {
    /// What the next check waits for.
    release: Mutex<Option<Receiver<()>>>,
    is_holding: Notify,
}

impl Hold {
    fn wait(&self) {
        let release = self.release.lock().unwrap().take();
        if let Some(release) = release {
            self.is_holding.notify_one();
            release.recv_timeout(SOON).unwrap();
        }
    }
}

struct Model {
    version: u32,
}

#[deployment]
impl Model {
    fn new(version: u32) -> Self {
        Self { version }
    }

    fn reconfigure(&mut self, _config: Config) -> Result<()> {
        Ok(())
    }

    fn version(&self) -> u32 {
        self.version
    }
}

/// A server on which `versions` have run, one after the other.
struct Stage {
    serve: Serve,
    number: usize,
    hold: Arc<Hold>,
}

impl Stage {
    async fn with(versions: &[u32]) -> Self {
        let (number, hold) = {
            let mut holds = HOLDS.lock().unwrap();
            holds.push(Arc::default());
            (holds.len() - 1, Arc::clone(holds.last().unwrap()))
        };
        let stage = Self { serve: start_without_http().await, number, hold };
        for version in versions {
            stage.run(*version).await;
        }
        stage
    }

    async fn run(&self, version: u32) {
        let application = Model::bind(version).user_config(json!(self.number));
        within(SOON, self.serve.run(application)).await.unwrap();
    }

    /// Begins something, and holds it up while it is prepared, until it is to go on.
    async fn hold_up<F>(&self, asked: impl FnOnce(Serve) -> F) -> Held
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let (release, released) = sync_channel(1);
        *self.hold.release.lock().unwrap() = Some(released);
        let outcome = spawn(asked(self.serve.clone()));
        within(SOON, self.hold.is_holding.notified()).await;
        Held { release, outcome }
    }

    async fn version(&self) -> u32 {
        let handle = self.serve.app_handle::<Model>("default").unwrap();
        within(SOON, handle.version.remote()).await.unwrap()
    }
}

struct Held {
    release: SyncSender<()>,
    outcome: JoinHandle<Result<()>>,
}

impl Held {
    async fn go_on(self) -> Result<()> {
        self.release.send(()).unwrap();
        within(SOON, self.outcome).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_an_update_overtakes_renews_what_that_update_has_made() {
    let stage = Stage::with(&[1]).await;
    let restart =
        stage.hold_up(|serve| async move { serve.restart("default", Some("Model")).await }).await;
    stage.run(2).await;
    restart.go_on().await.unwrap();
    assert_eq!(stage.version().await, 2);
    let history = stage.serve.history("default");
    assert_eq!(history.last().unwrap().cause, "restart of Model");
    stop(stage.serve).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_that_an_update_overtakes_lets_that_update_stand() {
    let stage = Stage::with(&[1, 2]).await;
    let rollback = stage.hold_up(|serve| async move { serve.rollback("default").await }).await;
    stage.run(3).await;
    let outcome = rollback.go_on().await;
    assert!(matches!(outcome, Err(Error::Superseded)), "{outcome:?}");
    assert_eq!(stage.version().await, 3);
    stop(stage.serve).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rollbacks_at_the_same_time_go_back_once() {
    let stage = Stage::with(&[1, 2]).await;
    let slower = stage.hold_up(|serve| async move { serve.rollback("default").await }).await;
    within(SOON, stage.serve.rollback("default")).await.unwrap();
    slower.go_on().await.unwrap();
    assert_eq!(stage.version().await, 1);
    assert_eq!(stage.serve.history("default").len(), 3);
    stop(stage.serve).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_a_deletion_overtakes_brings_nothing_back() {
    let stage = Stage::with(&[1]).await;
    let restart =
        stage.hold_up(|serve| async move { serve.restart("default", Some("Model")).await }).await;
    within(SOON, stage.serve.delete("default")).await.unwrap();
    let outcome = restart.go_on().await;
    assert!(matches!(outcome, Err(Error::UnknownApplication(_))), "{outcome:?}");
    assert!(stage.serve.status().applications.is_empty());
    stop(stage.serve).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_that_a_deletion_overtakes_brings_nothing_back() {
    let stage = Stage::with(&[1, 2]).await;
    let rollback = stage.hold_up(|serve| async move { serve.rollback("default").await }).await;
    within(SOON, stage.serve.delete("default")).await.unwrap();
    let outcome = rollback.go_on().await;
    assert!(matches!(outcome, Err(Error::UnknownApplication(_))), "{outcome:?}");
    assert!(stage.serve.status().applications.is_empty());
    stop(stage.serve).await;
}
