//! What a replica's process is given: environment, directory, processors, memory.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::future::ready;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serve_core::prelude::*;
use serve_core::{CallError, Executed, Isolation};
use tests::processes::{signal, until};
use tests::{SOON, process_tests, start_without_http, within};

/// Long enough for a process to begin its `warm_up`.
const BRIEF: Duration = Duration::from_secs(2);

/// Tells what its process is like.
#[derive(Default)]
struct Resident;

#[deployment]
impl Resident {
    fn variable(&self, name: String) -> Option<String> {
        std::env::var(name).ok()
    }

    fn directory(&self) -> String {
        std::env::current_dir().unwrap().to_string_lossy().into_owned()
    }

    /// How many processors it may run on.
    fn processors(&self) -> usize {
        std::thread::available_parallelism().unwrap().get()
    }

    fn allocate(&self, bytes: usize) -> usize {
        vec![1_u8; bytes].iter().map(|byte| usize::from(*byte)).sum()
    }
}

/// Warms up in its process, and says how.
#[derive(Default)]
struct Engine {
    warmed_by: std::sync::OnceLock<u32>,
}

#[deployment(isolation = "process", max_constructor_retry_count = 0)]
impl Engine {
    fn warm_up(&self) -> Result<(), String> {
        if std::env::var_os("ENGINE_IS_COLD").is_some() {
            return Err("too cold".to_owned());
        }
        self.warmed_by.set(std::process::id()).map_err(|_| "it was warm".to_owned())
    }

    fn warmed_by(&self) -> (Option<u32>, u32) {
        (self.warmed_by.get().copied(), std::process::id())
    }
}

async fn a_replica_in_a_process_warms_up_there() {
    let serve = start_without_http().await;
    let engine = serve.run(Engine::bind()).await.unwrap();
    let (warmed_by, process) = engine.warmed_by.remote().await.unwrap();
    assert_eq!(warmed_by, Some(process));
    assert_ne!(process, std::process::id());
    let cold = Engine::bind().env("ENGINE_IS_COLD", "1");
    let error = serve.run(cold).await.unwrap_err().to_string();
    assert!(error.contains("`warm_up` failed: too cold"), "{error}");
    assert_eq!(engine.warmed_by.remote().await.unwrap().1, process, "it serves as before");
    serve.shutdown().await.unwrap();
}

/// Goes wrong when it warms up, after it has said which process it is in.
struct Faulty {
    fault: Fault,
    said_in: PathBuf,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Fault {
    Panics,
    Waits,
    Blocks,
}

#[deployment(isolation = "process", max_constructor_retry_count = 0)]
impl Faulty {
    fn new(fault: Fault, said_in: PathBuf) -> Self {
        Self { fault, said_in }
    }

    async fn warm_up(&self) {
        std::fs::write(&self.said_in, std::process::id().to_string()).unwrap();
        match self.fault {
            Fault::Panics => panic!("it broke"),
            Fault::Waits => std::future::pending().await,
            Fault::Blocks => loop {
                std::thread::park();
            },
        }
    }

    fn drive(&self) {}
}

async fn a_warm_up_that_goes_wrong_fails_the_replica_and_its_process_ends() {
    let cases = [
        (Fault::Panics, SOON, "`warm_up` failed: panicked: it broke"),
        (Fault::Waits, BRIEF, "its `warm_up` did not return within 2s"),
        (Fault::Blocks, BRIEF, "its `warm_up` did not return within 2s"),
    ];
    let said_in = std::env::temp_dir().join(format!("serve-faulty-{}", std::process::id()));
    let serve = start_without_http().await;
    for (fault, patience, expected) in cases {
        let app = Faulty::bind(fault, said_in.clone()).constructor_timeout(patience);
        let error = within(SOON, serve.run(app)).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{fault:?}: {error}");
        let process = std::fs::read_to_string(&said_in).unwrap().parse().unwrap();
        within(SOON, until(|| ready(!signal(process, "-0")))).await;
    }
    std::fs::remove_file(said_in).unwrap();
    serve.shutdown().await.unwrap();
}

/// All of it in the attribute.
#[derive(Default)]
struct Settled;

#[deployment(
    isolation = "process",
    gpus = [1, 0],
    cpus = [0],
    memory_limit = "2GiB",
    working_directory = "/",
    env(SETTLED_BY = "the attribute")
)]
impl Settled {
    async fn variable(&self, name: String) -> Option<String> {
        std::env::var(name).ok()
    }

    async fn place(&self) -> (String, usize) {
        let directory = std::env::current_dir().unwrap().to_string_lossy().into_owned();
        (directory, std::thread::available_parallelism().unwrap().get())
    }
}

async fn the_attribute_sets_up_the_process() {
    let serve = start_without_http().await;
    let handle = serve.run(Settled::bind()).await.unwrap();
    let variable = async |name: &str| handle.variable.remote(name).await.unwrap();
    assert_eq!(variable("CUDA_VISIBLE_DEVICES").await.as_deref(), Some("1,0"));
    assert_eq!(variable("SETTLED_BY").await.as_deref(), Some("the attribute"));
    assert_eq!(variable("PATH").await, std::env::var("PATH").ok());
    assert_eq!(handle.place.remote().await.unwrap(), ("/".to_owned(), 1));
    serve.shutdown().await.unwrap();
}

async fn the_builder_sets_up_the_process() {
    let serve = start_without_http().await;
    let resident = Resident::bind()
        .isolation(Isolation::Process)
        .gpus([])
        .cpus([0])
        .working_directory("/")
        .env("SETTLED_BY", "the builder")
        .env("SECOND", "2");
    let handle = serve.run(resident).await.unwrap();
    let variable = async |name: &str| handle.variable.remote(name).await.unwrap();
    assert_eq!(variable("CUDA_VISIBLE_DEVICES").await.as_deref(), Some(""));
    assert_eq!(variable("SETTLED_BY").await.as_deref(), Some("the builder"));
    assert_eq!(variable("SECOND").await.as_deref(), Some("2"));
    assert_eq!(handle.directory.remote().await.unwrap(), "/");
    assert_eq!(handle.processors.remote().await.unwrap(), 1);
    serve.shutdown().await.unwrap();
}

async fn too_much_memory_ends_that_replica_alone() {
    let serve = start_without_http().await;
    let resident = Resident::bind().isolation(Isolation::Process).memory_limit(1 << 30);
    let handle = serve.run(resident).await.unwrap();
    assert_eq!(handle.allocate.remote(1_usize << 20).await.unwrap(), 1 << 20);
    let outcome = handle.allocate.remote(4_usize << 30).await;
    let died = matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::Maybe }));
    assert!(died, "{outcome:?}");
    // Another one takes its place.
    assert_eq!(handle.allocate.remote(1_usize << 20).await.unwrap(), 1 << 20);
    serve.shutdown().await.unwrap();
}

async fn another_environment_is_another_version() {
    let serve = start_without_http().await;
    let resident = |text: &str| Resident::bind().isolation(Isolation::Process).env("TEXT", text);
    let handle = serve.run(resident("one")).await.unwrap();
    assert_eq!(handle.variable.remote("TEXT").await.unwrap().as_deref(), Some("one"));
    serve.run(resident("two")).await.unwrap();
    assert_eq!(handle.variable.remote("TEXT").await.unwrap().as_deref(), Some("two"));
    serve.shutdown().await.unwrap();
}

async fn a_directory_that_does_not_exist_fails_the_deployment_by_name() {
    let serve = start_without_http().await;
    let resident = Resident::bind()
        .isolation(Isolation::Process)
        .working_directory("/there/is/no/such/place")
        .max_constructor_retry_count(1);
    let message = serve.run(resident).await.map(drop).unwrap_err().to_string();
    assert!(message.contains("/there/is/no/such/place"), "{message}");
    serve.shutdown().await.unwrap();
}

async fn what_only_a_process_has_is_refused_elsewhere() {
    let serve = start_without_http().await;
    let message = serve.run(Resident::bind().memory_limit(1 << 30)).await.map(drop);
    let message = message.unwrap_err().to_string();
    assert!(message.contains("`memory_limit`") && message.contains("isolation"), "{message}");
    serve.shutdown().await.unwrap();
}

process_tests! {
    a_warm_up_that_goes_wrong_fails_the_replica_and_its_process_ends
    a_replica_in_a_process_warms_up_there
    the_attribute_sets_up_the_process
    the_builder_sets_up_the_process
    too_much_memory_ends_that_replica_alone
    another_environment_is_another_version
    a_directory_that_does_not_exist_fails_the_deployment_by_name
    what_only_a_process_has_is_refused_elsewhere
}
