//! How replicas in processes go: updates, deletions and signals cost no call.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests own their tasks by awaiting them")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{DeploymentStatus, ProcessTransport};
use tests::processes::signal;
use tests::{process_tests, start_without_http};
use tokio::time::Instant;

/// Long enough for whatever should happen, on a busy machine too.
const SOON: Duration = Duration::from_secs(60);

struct Clerk {
    version: u32,
    /// Written when the value is dropped.
    farewell: Option<PathBuf>,
}

#[deployment(isolation = "process", graceful_shutdown_timeout = "30s")]
impl Clerk {
    /// Waits for the file that its environment names, if it does.
    async fn new(version: u32, farewell: Option<PathBuf>) -> Self {
        let awaited = std::env::var_os("CLERK_WAITS_FOR").map(PathBuf::from);
        while awaited.as_ref().is_some_and(|file| !file.exists()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self { version, farewell }
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    /// Says that it has begun, by a file, and waits for another.
    async fn work(&self, begun: PathBuf, go: PathBuf) -> u32 {
        std::fs::write(begun, "").unwrap();
        while !go.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.version
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        if let Some(farewell) = &self.farewell {
            std::fs::write(farewell, "").unwrap();
        }
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

fn clerk(version: u32) -> Application<Clerk> {
    Clerk::bind(version, None)
}

fn terminate(pid: u32) {
    assert!(signal(pid, "-TERM"));
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < SOON / 2, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn is_gone(pid: u32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

/// The processes of all replicas; asks until so many have answered.
async fn pids(handle: &ClerkHandle, count: usize) -> HashSet<u32> {
    let mut pids = HashSet::new();
    while pids.len() < count {
        for call in handle.pid.broadcast() {
            pids.insert(call.await.unwrap());
        }
    }
    pids
}

/// Callers that go on until they are told to stop; the versions that they were answered by.
struct Load {
    stop: Arc<AtomicBool>,
    callers: Vec<tokio::task::JoinHandle<Vec<u32>>>,
}

impl Load {
    fn start(handle: &ClerkHandle) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let caller = |_| {
            let (handle, stop) = (handle.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut versions = Vec::new();
                while !stop.load(Relaxed) {
                    versions.push(handle.version.remote().await.unwrap());
                }
                versions
            })
        };
        Self { callers: (0..8).map(caller).collect(), stop }
    }

    async fn stop(self) -> Vec<u32> {
        self.stop.store(true, Relaxed);
        let mut versions = Vec::new();
        for caller in self.callers {
            versions.extend(caller.await.unwrap());
        }
        versions
    }
}

async fn a_rolling_update_under_load_loses_no_call() {
    let serve = start_without_http().await;
    let handle = serve.run(clerk(1).num_replicas(2)).await.unwrap();
    let load = Load::start(&handle);
    for version in 2..=4 {
        serve.run(clerk(version).num_replicas(2)).await.unwrap();
    }
    let versions = load.stop().await;
    assert_eq!(versions.iter().collect::<HashSet<_>>().len(), 4);
    serve.shutdown().await.unwrap();
}

async fn a_call_under_way_is_finished_by_the_replica_that_is_replaced() {
    let (serve, folder) = (start_without_http().await, Folder::new("update"));
    let (begun, go) = (folder.file("begun"), folder.file("go"));
    let handle = serve.run(clerk(1).max_surge_percent(100)).await.unwrap();
    let work = handle.work.remote(begun.clone(), go.clone());
    until("the work begins", || begun.exists()).await;
    let update = {
        let serve = serve.clone();
        tokio::spawn(async move { serve.run(clerk(2).max_surge_percent(100)).await.map(drop) })
    };
    while handle.version.remote().await.unwrap() != 2 {
        tokio::task::yield_now().await;
    }
    std::fs::write(go, "").unwrap();
    assert_eq!(work.await.unwrap(), 1);
    update.await.unwrap().unwrap();
    serve.shutdown().await.unwrap();
}

async fn a_process_that_gets_sigterm_finishes_its_calls_and_is_replaced() {
    let (serve, folder) = (start_without_http().await, Folder::new("sigterm"));
    let (begun, go) = (folder.file("begun"), folder.file("go"));
    let may_start = folder.file("may_start");
    std::fs::write(&may_start, "").unwrap();
    let handle = serve.run(clerk(1).env("CLERK_WAITS_FOR", may_start.to_str().unwrap()));
    let handle = handle.await.unwrap();
    let pid = handle.pid.remote().await.unwrap();
    let work = handle.work.remote(begun.clone(), go.clone());
    until("the work begins", || begun.exists()).await;
    // Once another has taken its place the status has no more to say.
    std::fs::remove_file(&may_start).unwrap();
    terminate(pid);
    let says_so = || {
        let status = serve.status();
        let deployment = &status.applications["default"].deployments["Clerk"];
        deployment.message.contains("got SIGTERM and takes no more calls")
    };
    until("the status says so", says_so).await;
    // No other replica is there yet, so this one waits for the next.
    let next = handle.pid.remote();
    std::fs::write(&may_start, "").unwrap();
    std::fs::write(go, "").unwrap();
    assert_eq!(work.await.unwrap(), 1);
    assert_ne!(next.await.unwrap(), pid);
    until("the process is gone", || is_gone(pid)).await;
    let is_healthy = || {
        let status = serve.status();
        let deployment = &status.applications["default"].deployments["Clerk"];
        deployment.status == DeploymentStatus::Healthy
    };
    until("all is well", is_healthy).await;
    serve.shutdown().await.unwrap();
}

async fn processes_that_get_sigterm_under_load_cost_no_call() {
    kill_under_load(Serve::builder()).await;
}

async fn over_tcp_it_is_the_same() {
    kill_under_load(Serve::builder().process_transport(ProcessTransport::tcp())).await;
}

async fn kill_under_load(builder: serve_core::ServeBuilder) {
    let serve = builder.http(HttpOptions::disabled()).start().await.unwrap();
    let handle = serve.run(clerk(1).num_replicas(2)).await.unwrap();
    let load = Load::start(&handle);
    for _ in 0..5 {
        let victim = *pids(&handle, 2).await.iter().next().unwrap();
        terminate(victim);
        until("the process is gone", || is_gone(victim)).await;
    }
    assert!(load.stop().await.len() > 100);
    serve.shutdown().await.unwrap();
}

async fn a_value_is_dropped_when_its_replica_ends() {
    let (serve, folder) = (start_without_http().await, Folder::new("drop"));
    let farewell = folder.file("farewell");
    let handle = serve.run(Clerk::bind(1, Some(farewell.clone()))).await.unwrap();
    assert_eq!(handle.version.remote().await.unwrap(), 1);
    assert!(!farewell.exists());
    serve.shutdown().await.unwrap();
    assert!(farewell.exists());
}

process_tests! {
    a_rolling_update_under_load_loses_no_call
    a_call_under_way_is_finished_by_the_replica_that_is_replaced
    a_process_that_gets_sigterm_finishes_its_calls_and_is_replaced
    processes_that_get_sigterm_under_load_cost_no_call
    over_tcp_it_is_the_same
    a_value_is_dropped_when_its_replica_ends
}
