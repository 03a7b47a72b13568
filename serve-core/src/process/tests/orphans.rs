//! No process outlives the one that started it, however that one ends.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use tokio::time::Instant;

use super::peer::{Peer, is_dead, middle, printing_spawner, spec};

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
    let started: Vec<u32> = loop {
        let line = lines.next().expect("the parent tells what it has started");
        is_printed |= line == "(Greeter#1) hello";
        if let Some(ids) = line.strip_prefix("started ") {
            break ids.split(' ').map(|id| id.parse().unwrap()).collect();
        }
    };
    assert!(is_printed, "what the replica prints is printed by its parent");
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

/// Runs in the parent: starts a process, which starts another, and waits to be killed.
#[expect(clippy::print_stdout, reason = "the test reads it")]
pub(super) async fn leave(is_stopped: bool) {
    let mut peer = Peer::start_by(&printing_spawner(), spec()).await;
    peer.ask("print hello");
    // Its forwarding has begun before, but need not have come to its end.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = peer.ask("start");
    if is_stopped {
        peer.tell("stop");
        let stat = format!("/proc/{}/stat", peer.process.pid());
        while !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    println!("\nstarted {} {started}", peer.process.pid());
    std::future::pending().await
}
