//! How processes end, and that nothing of them is left.

use std::time::Duration;

use rustix::process::{Signal, kill_process};
use tokio::runtime::Runtime;

use super::peer::{Peer, is_dead, is_gone, middle, pid, spawner, spec, until, wait_for};
use crate::pings::Health;
use crate::process::Exit;

#[tokio::test]
async fn an_end_is_seen_at_once_and_named() {
    for (command, words) in [
        ("exit 3", "exited with code 3"),
        ("exit 0", "exited with code 0"),
        ("abort", "was killed by signal 6 (SIGABRT)"),
        ("crash", "was killed by signal 11 (SIGSEGV)"),
    ] {
        let mut peer = Peer::start(spec()).await;
        assert_eq!(peer.process.exit(), None);
        peer.tell(command);
        let exit = peer.process.exited().await;
        assert_eq!(exit.to_string(), words);
        assert_eq!(peer.process.exit(), Some(exit));
        assert!(peer.has_closed_data());
        assert!(!peer.process.is_responding());
        assert!(is_gone(peer.process.pid()));
    }
}

#[tokio::test]
async fn a_kill_from_outside_is_seen_at_once() {
    let mut peer = Peer::start(spec()).await;
    kill_process(pid(peer.process.pid()), Signal::KILL).unwrap();
    let exit = peer.process.exited().await;
    assert_eq!(exit, Exit::Signal { number: 9, core_dumped: false });
    assert!(peer.has_closed_data());
}

#[tokio::test]
async fn a_stopped_process_is_hung_until_it_goes_on() {
    let mut peer = Peer::start(spec()).await;
    peer.tell("stop");
    let begun = tokio::time::Instant::now();
    peer.process.hung().await;
    let after = begun.elapsed();
    assert!(after > Duration::from_millis(700), "hung after {after:?}");
    assert!(!peer.process.is_responding());
    assert_eq!(peer.process.exit(), None);

    kill_process(pid(peer.process.pid()), Signal::CONT).unwrap();
    until("it is well again", || peer.process.health() == Health::Ok).await;
    assert_eq!(peer.ask("echo back"), "back");
}

#[tokio::test]
async fn a_stopped_process_can_be_killed() {
    let mut peer = Peer::start(spec()).await;
    peer.tell("stop");
    peer.process.kill();
    peer.process.kill();
    assert_eq!(peer.process.exited().await, Exit::Signal { number: 9, core_dumped: false });
    peer.process.kill();
}

#[tokio::test]
async fn a_process_that_is_asked_to_end_leaves_main() {
    let mut peer = Peer::start(spec()).await;
    peer.tell("leave-when-asked");
    peer.process.quit();
    assert_eq!(peer.process.exited().await, Exit::Code(0));
}

#[tokio::test]
async fn a_process_that_is_dropped_is_gone_with_what_it_has_started() {
    let mut peer = Peer::start(spec()).await;
    let started = peer.ask("start").parse().unwrap();
    let id = peer.process.pid();
    assert!(!is_dead(started));
    drop(peer);
    wait_for("the process is gone", || is_gone(id));
    wait_for("so is what it had started", || is_dead(started));
}

#[tokio::test]
async fn a_process_goes_on_without_its_spawner() {
    let spawner = spawner();
    let mut peer = Peer::start_by(&spawner, spec()).await;
    drop(spawner);
    // Time for what should not happen.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(peer.ask("echo hello"), "hello");
    peer.process.kill();
    assert_eq!(peer.process.exited().await.to_string(), "was killed by signal 9 (SIGKILL)");
}

#[tokio::test]
async fn what_a_process_has_started_ends_with_it() {
    let mut peer = Peer::start(spec()).await;
    let started = peer.ask("start").parse().unwrap();
    peer.tell("exit 0");
    assert_eq!(peer.process.exited().await, Exit::Code(0));
    wait_for("what it had started is gone", || is_dead(started));
}

#[test]
fn no_zombie_is_left_when_the_runtime_is_gone() {
    let runtime = Runtime::new().unwrap();
    let peer = runtime.block_on(Peer::start(spec()));
    let id = peer.process.pid();
    drop(runtime);
    assert!(!is_dead(id));
    drop(peer);
    wait_for("the process is gone", || is_gone(id));
}

#[test]
fn a_hundred_processes_leave_no_descriptor_and_no_thread() {
    let output = middle("repeat").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("nothing is left"), "{said}");
}

/// Runs in a program of its own, whose descriptors nobody else opens.
#[expect(clippy::print_stdout, reason = "the test reads it")]
pub(super) async fn repeat() {
    let entries = |directory: &str| std::fs::read_dir(directory).unwrap().count();
    let spawner = spawner();
    let once = async || {
        let mut peer = Peer::start_by(&spawner, spec()).await;
        assert_eq!(peer.ask("echo hello"), "hello");
        peer.process.kill();
        peer.process.exited().await;
    };
    once().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = entries("/proc/self/fd");
    for _ in 0..100 {
        once().await;
    }
    // The tasks of the last ones may still be ending.
    wait_for("the descriptors are closed", || entries("/proc/self/fd") <= before);
    drop(spawner);
    let is_forker = |task: std::io::Result<std::fs::DirEntry>| {
        let name = std::fs::read_to_string(task.unwrap().path().join("comm"));
        name.is_ok_and(|name| name.trim_end() == "serve-forker")
    };
    wait_for("the thread has ended", || {
        !std::fs::read_dir("/proc/self/task").unwrap().any(is_forker)
    });
    println!("\nnothing is left");
}
