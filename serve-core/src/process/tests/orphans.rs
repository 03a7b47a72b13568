//! No process outlives the one that started it, however that one ends.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use tokio::time::Instant;

use super::peer::{PATIENCE, Peer, is_dead, middle, printing_spawner, spec, until};

/// What may be left a second after.
const TIME_TO_DIE: Duration = Duration::from_secs(1);

#[test]
fn nothing_outlives_a_parent_that_is_killed() {
    assert_nothing_outlives("leave");
}

#[test]
fn a_stopped_process_does_not_outlive_a_parent_that_is_killed() {
    assert_nothing_outlives("leave-stopped");
}

fn assert_nothing_outlives(what: &str) {
    let mut parent = middle(what).spawn().unwrap();
    let mut lines = BufReader::new(parent.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut is_printed = false;
    let mut started = Vec::<u32>::new();
    // In whatever order: what a replica prints is forwarded beside what its parent says.
    while started.is_empty() || !is_printed {
        let line =
            lines.next().expect("the parent tells what it has started, and what that prints");
        is_printed |= line == "(Greeter#1) hello";
        if let Some(ids) = line.strip_prefix("started ") {
            started = ids.split(' ').map(|id| id.parse().unwrap()).collect();
        }
    }
    assert_eq!(started.len(), 2);
    assert!(!started.iter().any(|id| is_dead(*id)));

    parent.kill().unwrap();
    parent.wait().unwrap();
    let killed = Instant::now();
    while !started.iter().all(|id| is_dead(*id)) {
        let left: Vec<_> = started.iter().filter(|id| !is_dead(**id)).collect();
        assert!(killed.elapsed() < TIME_TO_DIE, "{left:?} of {started:?} are left");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs in the parent: starts a process, which starts another, and waits to be killed, but not for ever.
#[expect(clippy::print_stdout, reason = "the test reads it")]
pub(super) async fn leave(is_stopped: bool) {
    let mut peer = Peer::start_by(&printing_spawner(), spec()).await;
    peer.ask("print hello");
    let started = peer.ask("start");
    if is_stopped {
        peer.tell("stop");
        let stat = format!("/proc/{}/stat", peer.process.pid());
        let is_stopped = || std::fs::read_to_string(&stat).unwrap().contains(") T ");
        until("it has stopped", is_stopped).await;
    }
    println!("\nstarted {} {started}", peer.process.pid());
    tokio::time::sleep(PATIENCE).await;
}
