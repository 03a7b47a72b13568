//! Replicas that are killed two hundred times under load: what becomes of their calls, and what is left.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use serve_core::prelude::*;
use serve_core::{CallError, Executed};
use tests::processes::{kill, until};
use tests::{SOON, process_tests, spawn, start_without_http, within};

const KILLS: usize = 200;
const REPLICAS: u32 = 3;
const ONGOING_MAX: u32 = 8;

/// What a call that meets all others writes down.
const MEETS: u64 = u64::MAX;

/// Writes down what it executes, where it outlives the process.
struct Keeper {
    ledger: Ledger,
}

#[deployment(isolation = "process", num_replicas = 3, max_ongoing_requests = 8)]
impl Keeper {
    fn new(ledger: PathBuf) -> Self {
        Self { ledger: Ledger { path: ledger } }
    }

    async fn once(&self, call: u64) -> u64 {
        self.ledger.note(call);
        tokio::task::yield_now().await;
        call
    }

    #[idempotent]
    async fn again(&self, call: u64) -> u64 {
        self.ledger.note(call);
        tokio::task::yield_now().await;
        call
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    /// Returns when as many calls as all replicas together may have are in it.
    async fn meet(&self) {
        self.ledger.note(MEETS);
        until(async || self.ledger.entries()[&MEETS] == (REPLICAS * ONGOING_MAX) as usize).await;
    }
}

/// A call and what its caller saw.
struct Seen {
    number: u64,
    manner: Manner,
    outcome: Result<u64, CallError>,
}

/// How a caller calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Manner {
    Once,
    Again,
    /// On a replica that was chosen before: nobody sends it elsewhere.
    Pinned,
}

/// Calls one after the other until told to stop.
async fn call_on(
    handle: KeeperHandle,
    manner: Manner,
    numbers: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
) -> Vec<Seen> {
    let mut seen = Vec::new();
    while !stop.load(Relaxed) {
        let number = numbers.fetch_add(1, Relaxed);
        let outcome = match manner {
            Manner::Once => handle.once.remote(number).await,
            Manner::Again => handle.again.remote(number).await,
            Manner::Pinned => match handle.once.choose_replica().await {
                Ok(chosen) => chosen.remote(number).await,
                Err(_) => continue,
            },
        };
        seen.push(Seen { number, manner, outcome });
    }
    seen
}

/// A file that several processes append to.
struct Ledger {
    path: PathBuf,
}

impl Ledger {
    fn create(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("serve-{name}-{}", std::process::id()));
        File::create(&path).unwrap();
        Self { path }
    }

    /// One line in one write, so that lines of several processes don't mix.
    fn note(&self, call: u64) {
        let mut file = File::options().append(true).open(&self.path).unwrap();
        file.write_all(format!("{call}\n").as_bytes()).unwrap();
    }

    fn entries(&self) -> HashMap<u64, usize> {
        let mut entries = HashMap::new();
        for line in std::fs::read_to_string(&self.path).unwrap().lines() {
            *entries.entry(line.parse().unwrap()).or_default() += 1;
        }
        entries
    }

    fn remove(&self) {
        std::fs::remove_file(&self.path).unwrap();
    }
}

async fn every_call_has_one_true_outcome_while_replicas_are_killed() {
    let (ledger, serve) = (Ledger::create("deaths"), start_without_http().await);
    let handle = serve.run(Keeper::bind(ledger.path.clone())).await.unwrap();
    let descriptors = open_descriptors();

    let (numbers, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let manners = [Manner::Once, Manner::Again, Manner::Pinned].into_iter().cycle().take(12);
    let callers: Vec<_> = manners
        .map(|manner| {
            spawn(call_on(handle.clone(), manner, Arc::clone(&numbers), Arc::clone(&stop)))
        })
        .collect();
    let mut killed = HashSet::new();
    for _ in 0..KILLS {
        let pid = within(SOON, some_pid(&handle)).await;
        kill(pid);
        killed.insert(pid);
        tokio::time::sleep(std::time::Duration::from_millis(fastrand::u64(0..20))).await;
    }
    stop.store(true, Relaxed);
    let mut seen = Vec::new();
    for caller in callers {
        seen.extend(within(SOON, caller).await.unwrap());
    }

    check_outcomes(&seen, numbers.load(Relaxed), &ledger.entries());
    let all_run = async || {
        let status = serve.status();
        let keeper = &status.applications["default"].deployments["Keeper"];
        // The end of the last one that was killed may not have been noticed yet.
        let is_dead = |pid: u32| killed.contains(&pid);
        keeper.running_replicas.len() == REPLICAS as usize
            && !keeper.replicas.iter().any(|replica| replica.pid.is_some_and(is_dead))
    };
    within(SOON, until(all_run)).await;
    // All of their places are free, on both sides, or these would never be together.
    let meetings: Vec<_> = (0..REPLICAS * ONGOING_MAX).map(|_| handle.meet.remote()).collect();
    for meeting in meetings {
        within(SOON, meeting).await.unwrap();
    }
    within(SOON, until(async || zombies() == 0)).await;
    within(SOON, until(async || open_descriptors() <= descriptors)).await;
    serve.shutdown().await.unwrap();
    ledger.remove();
}

/// Of a replica that serves.
async fn some_pid(handle: &KeeperHandle) -> u32 {
    loop {
        match handle.pid.remote().await {
            Ok(pid) => return pid,
            Err(CallError::ReplicaDied { .. }) => {}
            Err(error) => panic!("no replica will serve: {error}"),
        }
    }
}

fn check_outcomes(seen: &[Seen], calls: u64, executed: &HashMap<u64, usize>) {
    let mut kinds = HashSet::new();
    for Seen { number, manner, outcome } in seen {
        let times = executed.get(number).copied().unwrap_or(0);
        let (kind, is_true) = match outcome {
            Ok(answer) if *manner == Manner::Again => ("again", answer == number && times >= 1),
            Ok(answer) => ("once", answer == number && times == 1),
            Err(CallError::ReplicaDied { executed: Executed::No }) => ("never", times == 0),
            Err(CallError::ReplicaDied { executed: Executed::Maybe }) => ("perhaps", times <= 1),
            Err(_) => ("anything else", false),
        };
        assert!(is_true, "{number} {manner:?}: {outcome:?}, executed {times} times");
        assert!(*manner != Manner::Again || outcome.is_ok(), "{number}: {outcome:?}");
        kinds.insert(kind);
    }
    let numbers: HashSet<_> = seen.iter().map(|seen| seen.number).collect();
    assert_eq!(numbers.len(), seen.len(), "a call has two outcomes");
    assert!(seen.len() as u64 <= calls);
    assert!(kinds.is_superset(&HashSet::from(["again", "once", "perhaps"])), "only {kinds:?}");
}

/// Children that have ended and that nobody has waited for.
fn zombies() -> usize {
    let own = format!("PPid:\t{}", std::process::id());
    let is_zombie = |directory: &Path| {
        let status = std::fs::read_to_string(directory.join("status")).unwrap_or_default();
        status.lines().any(|line| line == own) && status.contains("State:\tZ")
    };
    let processes = std::fs::read_dir("/proc").unwrap();
    processes.filter(|entry| entry.as_ref().is_ok_and(|entry| is_zombie(&entry.path()))).count()
}

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

// It counts the descriptors of its process, and its children.
process_tests! { alone:
    every_call_has_one_true_outcome_while_replicas_are_killed
}
