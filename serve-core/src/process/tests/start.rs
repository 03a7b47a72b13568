//! What a child begins with, and what is said if it does not begin.

use std::time::Duration;

use rustix::thread::sched_getaffinity;

use super::peer::{
    FORGET, Peer, is_gone, middle_at, recording_spawner, spawner, spec, until, wait_for,
};
use crate::process::{Exit, SpawnError, Stream, Unready};

#[tokio::test]
async fn the_data_socket_goes_both_ways() {
    let mut peer = Peer::start(spec()).await;
    assert_eq!(peer.ask("echo hello"), "hello");
    assert_eq!(peer.ask("echo again"), "again");
    assert_eq!(peer.ask("description"), "Greeter#1, the description");
    assert!(peer.process.is_responding());
}

#[tokio::test]
async fn environment_and_directory_are_the_parents_and_what_the_spec_says() {
    let mut spec = spec();
    spec.env = vec![("SERVE_TEST_GREETING".into(), "hello".into())];
    spec.working_directory = Some("/".into());
    spec.gpus = Some(vec![2, 3]);
    let mut peer = Peer::start(spec).await;
    assert_eq!(peer.ask("variable SERVE_TEST_GREETING"), "hello");
    assert_eq!(peer.ask("variable CUDA_VISIBLE_DEVICES"), "2,3");
    assert_eq!(peer.ask("variable PATH"), std::env::var("PATH").unwrap());
    assert_eq!(peer.ask("directory"), "/");
}

#[tokio::test]
async fn a_child_runs_on_the_processors_it_is_given() {
    let own = sched_getaffinity(None).unwrap();
    let last = (0..1024).rfind(|cpu| own.is_set(*cpu as usize)).unwrap();
    let mut spec = spec();
    spec.cpus = Some(vec![last]);
    let mut peer = Peer::start(spec).await;
    assert_eq!(peer.ask("processors"), format!("[{last}]"));
}

#[tokio::test]
async fn a_child_that_cannot_be_set_up_says_why() {
    let mut spec = spec();
    spec.cpus = Some(vec![1023]);
    let error = spawner().spawn(spec).await.unwrap_err();
    let error = error.to_string();
    let expected = "the process of replica Greeter#1 could not be set up: it cannot run on \
                    processors [1023]: ";
    assert!(error.starts_with(expected), "{error}");
}

#[tokio::test]
async fn a_child_that_wants_more_memory_than_it_may_have_ends() {
    const LIMIT: usize = 256 << 20;
    let mut spec = spec();
    spec.memory_limit = Some(LIMIT as u64);
    let mut peer = Peer::start(spec).await;
    assert_eq!(peer.ask("memory"), format!("Some({LIMIT})"));
    assert_eq!(peer.ask("allocate 1048576"), "allocated");
    peer.tell(&format!("allocate {LIMIT}"));
    let exit = peer.process.exited().await;
    assert_eq!(exit.to_string(), "was killed by signal 6 (SIGABRT)");
}

#[tokio::test]
async fn a_child_has_no_standard_input_and_its_programs_name() {
    let mut peer = Peer::start(spec()).await;
    assert_eq!(peer.ask("standard-input"), "\"\"");
    let name = std::env::current_exe().unwrap();
    let name = name.file_name().unwrap().to_str().unwrap();
    assert_eq!(peer.ask("name"), &name[..15]);
}

#[tokio::test]
async fn a_process_takes_over_once_and_what_it_starts_does_not() {
    let mut peer = Peer::start(spec()).await;
    assert_eq!(peer.ask("take-over"), "false");
    let said = peer.ask("start-self");
    assert!(said.contains("this is not a replica"), "{said}");
}

#[tokio::test]
async fn a_program_that_ends_without_taking_over_is_told_what_to_write() {
    let mut spec = spec();
    spec.env = vec![(FORGET.into(), "end".into())];
    let error = spawner().spawn(spec).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the process of replica Greeter#1 did not call serve_core::init(); make it the first line \
         of main, or write serve_core::test_replicas!() in a test program (it exited with code 0)"
    );
}

#[tokio::test]
async fn a_program_that_goes_on_without_taking_over_is_ended() {
    let (spawner, printed) = recording_spawner();
    let mut spec = spec();
    spec.env = vec![(FORGET.into(), "sleep".into())];
    spec.start_timeout = Duration::from_millis(500);
    let error = spawner.spawn(spec).await.unwrap_err();
    let SpawnError::NotTakenOver { unready, .. } = error else { panic!("{error}") };
    assert_eq!(unready, Unready::Silent(Duration::from_millis(500)));
    let printed = printed.lock().unwrap().clone();
    let pid = printed.iter().find_map(|(_, _, text)| text.strip_prefix("pid ")).unwrap();
    let pid = pid.parse().unwrap();
    wait_for("the process is gone", || is_gone(pid));
}

#[tokio::test]
async fn a_program_that_does_not_take_over_cannot_start_processes() {
    let (spawner, printed) = recording_spawner();
    let mut spec = spec();
    spec.env = vec![(FORGET.into(), "spawn".into())];
    let error = spawner.spawn(spec).await.unwrap_err();
    let SpawnError::NotTakenOver { unready, .. } = error else { panic!("{error}") };
    assert_eq!(unready, Unready::Ended(Exit::Code(0)));
    let said = SpawnError::InReplica.to_string();
    let expected = ("Greeter#1".into(), Stream::Stderr, said);
    until("it says so", || printed.lock().unwrap().contains(&expected)).await;
}

#[tokio::test]
async fn whoever_does_not_wait_for_a_process_has_none() {
    let (spawner, printed) = recording_spawner();
    let mut spec = spec();
    spec.env = vec![(FORGET.into(), "sleep".into())];
    let pid = tokio::select! {
        result = spawner.spawn(spec) => panic!("{result:?}"),
        pid = async {
            let mut pid = None;
            until("the program has begun", || {
                let said = printed.lock().unwrap().clone();
                let mut said = said.iter().filter_map(|(_, _, text)| text.strip_prefix("pid "));
                pid = said.next().map(|pid| pid.parse().unwrap());
                pid.is_some()
            })
            .await;
            pid.unwrap()
        } => pid,
    };
    wait_for("the process is gone", || is_gone(pid));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_an_error_that_names_the_replica() {
    let mut spec = spec();
    spec.program = Some("/no/such/program".into());
    let error = spawner().spawn(spec).await.unwrap_err().to_string();
    let expected = "the process of replica Greeter#1 could not be started: No such file";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_program_whose_file_is_gone_starts_processes() {
    let program = std::env::current_exe().unwrap();
    let link = program.with_file_name(format!("serve-test-{}", std::process::id()));
    std::fs::hard_link(&program, &link).unwrap();
    let output = middle_at(&link, "remove-yourself").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!link.exists());
    assert!(said.contains("the child says hello"), "{said}");
}

/// Runs in a program of its own.
#[expect(clippy::print_stdout, reason = "the test reads it")]
pub(super) async fn remove_yourself() {
    std::fs::remove_file(std::env::current_exe().unwrap()).unwrap();
    let mut peer = Peer::start(spec()).await;
    println!("\nthe child says {}", peer.ask("echo hello"));
}
