//! Updates of replicas in processes: what serves goes on serving, and last words are said.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serve_core::prelude::*;
use serve_core::{ApplicationStatus, Error, RevisionState};
use tests::load::Load;
use tests::processes::kill;
use tests::{process_tests, running_replicas, start_without_http, until_status};

/// What is wrong with a version.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Fault {
    Nothing,
    Error,
    Panic,
    /// Its constructor holds its thread.
    Hang,
    /// Its constructor ends the process.
    Abort,
    /// Its first health check fails.
    Check,
    /// No fault of the version's: its `user_config` is too much.
    Config,
}

/// How last words end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Ending {
    Well,
    Panic,
    Never,
}

struct Model {
    version: u32,
    fault: Fault,
}

#[deployment(isolation = "process")]
impl Model {
    fn new(version: u32, fault: Fault) -> Result<Self, String> {
        match fault {
            Fault::Error => return Err("the weights are missing".to_owned()),
            Fault::Panic => panic!("the weights are cursed"),
            Fault::Hang => std::thread::sleep(Duration::from_secs(3600)),
            Fault::Abort => std::process::abort(),
            Fault::Nothing | Fault::Check | Fault::Config => {}
        }
        Ok(Self { version, fault })
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    /// Its version, and again when the file is there.
    fn stream(&self, go: PathBuf) -> impl Stream<Item = u32> {
        let first = futures::stream::iter([self.version]);
        first.chain(futures::stream::once(async move {
            exists(&go).await;
            self.version
        }))
    }

    fn check_health(&self) -> Result<(), &'static str> {
        if self.fault == Fault::Check { Err("the device is hot") } else { Ok(()) }
    }

    fn reconfigure(&self, limit: u32) -> Result<(), String> {
        if limit > 100 { Err(format!("{limit} is too much")) } else { Ok(()) }
    }
}

async fn exists(path: &Path) {
    while !path.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("serve-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn model(version: u32, fault: Fault) -> Application<Model> {
    let app = Model::bind(version, fault).max_constructor_retry_count(1);
    let app = match fault {
        Fault::Config => app.user_config(101.into()),
        _ => app,
    };
    // A process takes its time to start, however short its constructor is.
    app.constructor_timeout(Duration::from_secs(if fault == Fault::Hang { 1 } else { 60 }))
}

async fn takes_nothing_away(fault: Fault, cause: &str, is_exclusive: bool) {
    let serve = start_without_http().await;
    let app = |version, fault| model(version, fault).exclusive(is_exclusive);
    let handle = serve.run(app(1, Fault::Nothing)).await.unwrap();
    let before = running_replicas(&serve, "default", "Model");
    let load = {
        let handle = handle.clone();
        Load::start(2, move || handle.version.remote())
    };
    let error = serve.run(app(2, fault)).await.map(drop).unwrap_err();
    assert!(matches!(error, Error::DeployFailed { .. }), "{fault:?}: {error:?}");
    assert!(error.to_string().contains(cause), "{fault:?}: {error}");
    let after = running_replicas(&serve, "default", "Model");
    assert_eq!(after.len(), 1, "{fault:?}");
    assert_eq!(after == before, !is_exclusive, "{fault:?}: {before:?} → {after:?}");
    load.answers(5).await;
    for answers in load.end().await {
        assert_eq!(answers, [1], "{fault:?}");
    }
    let state = serve.history("default").last().map(|revision| revision.state);
    let expected = if is_exclusive { RevisionState::RolledBack } else { RevisionState::Failed };
    assert_eq!(state, Some(expected), "{fault:?}");

    // What dies afterwards comes back as it was.
    kill(handle.pid.remote().await.unwrap());
    until_status(&serve, |status| {
        let running = &status.applications["default"].deployments["Model"].running_replicas;
        !running.is_empty() && *running != after
    })
    .await;
    assert_eq!(handle.version.remote().await.unwrap(), 1, "{fault:?}");
    serve.run(app(3, Fault::Nothing)).await.unwrap();
    assert_eq!(handle.version.remote().await.unwrap(), 3, "{fault:?}");
    serve.shutdown().await.unwrap();
}

const FAULTS: [(Fault, &str); 6] = [
    (Fault::Error, "the weights are missing"),
    (Fault::Panic, "the weights are cursed"),
    (Fault::Hang, "did not return within 1s"),
    (Fault::Abort, "its process was killed by signal 6 (SIGABRT)"),
    (Fault::Check, "the device is hot"),
    (Fault::Config, "101 is too much"),
];

async fn a_bad_version_takes_nothing_away() {
    let all = FAULTS.map(|(fault, cause)| takes_nothing_away(fault, cause, false));
    futures::future::join_all(all).await;
}

async fn what_an_exclusive_update_has_stopped_is_started_again() {
    let all = FAULTS.map(|(fault, cause)| takes_nothing_away(fault, cause, true));
    futures::future::join_all(all).await;
}

async fn the_same_again_keeps_its_process() {
    let serve = start_without_http().await;
    let handle = serve.run(model(1, Fault::Nothing)).await.unwrap();
    let pid = handle.pid.remote().await.unwrap();
    serve.run(model(1, Fault::Nothing)).await.unwrap();
    serve.run(model(1, Fault::Nothing).max_ongoing_requests(7)).await.unwrap();
    serve.run(model(1, Fault::Nothing).user_config(7.into())).await.unwrap();
    let refused = serve.run(model(1, Fault::Nothing).user_config(101.into())).await;
    let error = refused.map(drop).unwrap_err().to_string();
    assert!(error.contains("101 is too much"), "{error}");
    assert_eq!(handle.pid.remote().await.unwrap(), pid);
    let status = serve.status();
    let replicas = &status.applications["default"].deployments["Model"].replicas;
    assert_eq!(replicas.iter().map(|replica| replica.pid).collect::<Vec<_>>(), [Some(pid)]);
    serve.shutdown().await.unwrap();
}

async fn an_update_neither_cuts_streams_nor_waits_for_them() {
    let (serve, folder) = (start_without_http().await, Folder::new("streams"));
    let go = folder.file("go");
    let app = |version| model(version, Fault::Nothing);
    let handle = serve.run(app(1)).await.unwrap();
    let mut stream = handle.stream.remote(go.clone());
    assert_eq!(stream.next().await.unwrap().unwrap(), 1);
    serve.run(app(2)).await.unwrap();
    assert_eq!(handle.version.remote().await.unwrap(), 2);
    std::fs::write(go, "").unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), 1, "by the old one");
    assert!(stream.next().await.is_none());
    serve.shutdown().await.unwrap();
}

// === last words ===

/// Writes a line each.
fn note(diary: &Path, line: &str) {
    use std::io::Write;
    let mut file = std::fs::File::options().create(true).append(true).open(diary).unwrap();
    writeln!(file, "{line}").unwrap();
}

struct Value(PathBuf);

impl Drop for Value {
    fn drop(&mut self) {
        note(&self.0, "dropped");
    }
}

/// Three deployments that differ in how their last words take the value.
macro_rules! speakers {
    ($($name:ident: ($($receiver:tt)+), $this:tt;)*) => {$(
        struct $name {
            value: Value,
            ending: Ending,
        }

        #[deployment(isolation = "process", graceful_shutdown_timeout = "2s")]
        impl $name {
            fn new(diary: PathBuf, ending: Ending) -> Self {
                Self { value: Value(diary), ending }
            }

            async fn work(&self, begun: PathBuf, go: PathBuf) {
                note(&begun, "");
                exists(&go).await;
                note(&self.value.0, "worked");
            }

            async fn on_shutdown($($receiver)+) {
                note(&$this.value.0, "last words");
                match $this.ending {
                    Ending::Well => {}
                    Ending::Panic => panic!("it could not be said"),
                    Ending::Never => std::future::pending().await,
                }
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

macro_rules! last_words_come_after_the_drain {
    ($deployment:ident) => {{
        let folder = Folder::new(stringify!($deployment));
        let (diary, begun, go) = (folder.file("diary"), folder.file("begun"), folder.file("go"));
        let serve = start_without_http().await;
        let app = $deployment::bind(diary.clone(), Ending::Well);
        let handle =
            serve.run(app.graceful_shutdown_timeout(Duration::from_secs(20))).await.unwrap();
        let working = handle.work.remote(begun.clone(), go.clone());
        exists(&begun).await;
        let stopped = serve.clone();
        let stopping = tests::spawn(async move { stopped.shutdown().await });
        until_status(&serve, |status| {
            status.applications["default"].status == ApplicationStatus::Deleting
        })
        .await;
        std::fs::write(&go, "").unwrap();
        working.await.unwrap();
        stopping.await.unwrap().unwrap();
        let said = std::fs::read_to_string(&diary).unwrap();
        assert_eq!(said, "worked\nlast words\ndropped\n", stringify!($deployment));
    }};
}

async fn last_words_in_a_process_come_after_the_drain() {
    last_words_come_after_the_drain!(Borrowed);
    last_words_come_after_the_drain!(Mutable);
    last_words_come_after_the_drain!(Owned);
}

async fn last_words_in_a_process_that_go_wrong_harm_nobody() {
    for ending in [Ending::Panic, Ending::Never] {
        let folder = Folder::new(&format!("wrong-{ending:?}"));
        let (diary, go) = (folder.file("diary"), folder.file("go"));
        std::fs::write(&go, "").unwrap();
        let serve = start_without_http().await;
        let app = || Mutable::bind(diary.clone(), ending);
        let handle = serve.run(app()).await.unwrap();
        serve.run(app().version("2")).await.unwrap();
        handle.work.remote(folder.file("begun"), go).await.unwrap();
        let begun = tokio::time::Instant::now();
        serve.shutdown().await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
        let said = std::fs::read_to_string(&diary).unwrap();
        assert_eq!(said.matches("last words").count(), 2, "{ending:?}: {said}");
    }
}

process_tests! {
    a_bad_version_takes_nothing_away
    what_an_exclusive_update_has_stopped_is_started_again
    the_same_again_keeps_its_process
    an_update_neither_cuts_streams_nor_waits_for_them
    last_words_in_a_process_come_after_the_drain
    last_words_in_a_process_that_go_wrong_harm_nobody
}
