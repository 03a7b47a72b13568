//! Replicas in processes of their own: what a user sees of calls, of crashes and of their end.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::time::Duration;

use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serve_core::prelude::*;
use serve_core::{CallError, Executed, Isolation};
use tests::processes::{kill, until};
use tests::{SOON, process_tests, start_without_http, within};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Refused {
    TooShort { length: usize },
}

/// Does what it is told, also what a process does not survive.
struct Native {
    greeting: String,
}

#[deployment(isolation = "process")]
impl Native {
    fn new(greeting: String) -> Self {
        Self { greeting }
    }

    fn say_hello(&self, name: &str) -> Result<String, Refused> {
        match name.len() {
            length @ 0..3 => Err(Refused::TooShort { length }),
            _ => Ok(format!("{} {name}!", self.greeting)),
        }
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    fn abort(&self) {
        std::process::abort();
    }

    fn panic(&self) {
        panic!("at the disco");
    }

    fn panic_with(&self, text: &str) {
        panic!("{text}");
    }

    async fn wait(&self) {
        std::future::pending::<()>().await;
    }

    fn count(&self, to: u64) -> impl Stream<Item = u64> {
        futures::stream::iter(0..to)
    }
}

async fn start() -> (Serve, NativeHandle) {
    let serve = start_without_http().await;
    let handle = serve.run(Native::bind("Hello")).await.unwrap();
    (serve, handle)
}

async fn calls_are_answered_by_another_process() {
    let (serve, handle) = start().await;
    assert_eq!(handle.say_hello.remote("Alice").await.unwrap(), "Hello Alice!");
    assert_eq!(handle.say_hello.call("Bob").await.unwrap(), "Hello Bob!");
    assert_ne!(handle.pid.remote().await.unwrap(), std::process::id());
    serve.shutdown().await.unwrap();
}

async fn the_users_own_error_arrives_unchanged() {
    let (serve, handle) = start().await;
    let outcome = handle.say_hello.remote("Al").await;
    assert!(matches!(outcome, Err(CallError::App(Refused::TooShort { length: 2 }))), "{outcome:?}");
    serve.shutdown().await.unwrap();
}

async fn a_panic_costs_that_call_alone() {
    let (serve, handle) = start().await;
    let pid = handle.pid.remote().await.unwrap();
    let outcome = handle.panic.remote().await;
    assert!(
        matches!(&outcome, Err(CallError::Panicked { message }) if message == "at the disco"),
        "{outcome:?}"
    );
    assert_eq!(handle.pid.remote().await.unwrap(), pid);
    serve.shutdown().await.unwrap();
}

async fn a_panic_with_a_long_text_is_told_by_its_beginning() {
    let (serve, handle) = start().await;
    let outcome = handle.panic_with.remote("ä".repeat(100_000)).await;
    let Err(CallError::Panicked { message }) = outcome else { panic!("{outcome:?}") };
    assert!(message.starts_with('ä') && message.ends_with('…'), "{}", message.len());
    serve.shutdown().await.unwrap();
}

async fn a_crash_fails_the_calls_under_way_and_the_replica_is_replaced() {
    let (serve, handle) = start().await;
    let pid = handle.pid.remote().await.unwrap();
    let waiting = handle.wait.remote();
    let outcome = handle.abort.remote().await;
    assert!(
        matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::Maybe })),
        "{outcome:?}"
    );
    let outcome = waiting.await;
    assert!(
        matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::Maybe })),
        "{outcome:?}"
    );
    assert_ne!(handle.pid.remote().await.unwrap(), pid);
    serve.shutdown().await.unwrap();
}

async fn a_cancelled_call_gives_its_place_to_the_next() {
    let serve = start_without_http().await;
    let application = Native::bind("Hello").max_ongoing_requests(1);
    let handle = serve.run(application).await.unwrap();
    let waiting = handle.wait.remote();
    let queued = handle.say_hello.remote("Alice");
    waiting.cancel();
    assert_eq!(queued.await.unwrap(), "Hello Alice!");
    serve.shutdown().await.unwrap();
}

async fn a_larger_maximum_of_requests_reaches_a_replica_that_runs() {
    let serve = start_without_http().await;
    let application = Native::bind("Hello");
    let handle = serve.run(application.clone().max_ongoing_requests(1)).await.unwrap();
    let pid = handle.pid.remote().await.unwrap();
    serve.run(application.max_ongoing_requests(3)).await.unwrap();
    let waiting = [handle.wait.remote(), handle.wait.remote()];
    assert_eq!(handle.pid.remote().await.unwrap(), pid);
    waiting.iter().for_each(ObjectRef::cancel);
    serve.shutdown().await.unwrap();
}

async fn a_call_ends_at_its_deadline() {
    let (serve, handle) = start().await;
    let outcome = handle.wait.timeout(Duration::from_millis(50)).remote().await;
    assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
    serve.shutdown().await.unwrap();
}

async fn a_stream_of_many_items_arrives_in_order() {
    let (serve, handle) = start().await;
    let items: Vec<_> = handle.count.remote(100_000).map(Result::unwrap).collect().await;
    assert!(items.into_iter().eq(0..100_000));
    serve.shutdown().await.unwrap();
}

async fn a_large_argument_comes_back_whole() {
    let (serve, handle) = start().await;
    let name = "x".repeat(10 << 20);
    let answer = handle.say_hello.remote(name.as_str()).await.unwrap();
    assert_eq!(answer.len(), name.len() + "Hello !".len());
    serve.shutdown().await.unwrap();
}

async fn no_process_is_left_after_shutdown() {
    let (serve, handle) = start().await;
    let pid = handle.pid.remote().await.unwrap();
    serve.shutdown().await.unwrap();
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
}

/// Idempotent calls are sent again; so are others that certainly never ran. What may have run fails, once.
async fn every_call_has_one_outcome_while_replicas_are_killed() {
    let serve = start_without_http().await;
    let handle = serve.run(Native::bind("Hello").num_replicas(2)).await.unwrap();
    let mut outcomes = Vec::new();
    for _ in 0..50 {
        let pid = handle.pid.remote().await;
        let calls: Vec<_> = (0..100).map(|_| handle.say_hello.remote("Alice")).collect();
        if let Ok(pid) = pid {
            kill(pid);
        }
        for call in calls {
            outcomes.push(call.await);
        }
    }
    for outcome in &outcomes {
        assert!(
            matches!(outcome, Ok(answer) if answer == "Hello Alice!")
                || matches!(outcome, Err(CallError::ReplicaDied { .. })),
            "{outcome:?}"
        );
    }
    assert_eq!(outcomes.len(), 5000);
    assert!(outcomes.iter().filter(|outcome| outcome.is_ok()).count() > 1000);
    serve.shutdown().await.unwrap();
}

/// A server in a process of its own, which is killed.
async fn a_server_that_is_killed_leaves_no_process_behind() {
    let program = std::env::current_exe().unwrap();
    let mut server = std::process::Command::new(program)
        .env(SERVER, "1")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = std::io::BufReader::new(server.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut output, &mut line).unwrap();
    let replica = line.trim();
    assert!(is_running(replica), "{line:?}");
    server.kill().unwrap();
    server.wait().unwrap();
    within(SOON, until(async || !is_running(replica))).await;
}

/// Whether a process runs. One that has ended may still be in the list, until whoever it fell to looks.
fn is_running(id: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
}

/// Set where this program is to be a server.
const SERVER: &str = "PROCESSES_TEST_SERVER";

/// Whether this process is the server of a test.
pub(crate) fn is_server() -> bool {
    std::env::var_os(SERVER).is_some()
}

pub(crate) fn serve() {
    tokio::runtime::Runtime::new().unwrap().block_on(serve_until_killed());
}

/// Says the id of its replica's process, and waits to be killed.
#[expect(clippy::print_stdout, reason = "it is what the test reads")]
async fn serve_until_killed() {
    let (_serve, handle) = start().await;
    println!("{}", handle.pid.remote().await.unwrap());
    std::future::pending::<()>().await;
}

async fn what_cannot_cross_is_refused_by_name() {
    let serve = start_without_http().await;
    let refused = serve.run(Local::bind().isolation(Isolation::Process)).await;
    let message = refused.map(drop).unwrap_err().to_string();
    assert!(message.contains("`token`") && message.contains("Token"), "{message}");
    serve.shutdown().await.unwrap();
}

/// No serde value.
struct Token;

#[derive(Default)]
struct Local;

#[deployment]
impl Local {
    fn token(&self, _token: Token) {}
}

process_tests! {
    calls_are_answered_by_another_process
    the_users_own_error_arrives_unchanged
    a_panic_costs_that_call_alone
    a_panic_with_a_long_text_is_told_by_its_beginning
    a_crash_fails_the_calls_under_way_and_the_replica_is_replaced
    a_cancelled_call_gives_its_place_to_the_next
    a_larger_maximum_of_requests_reaches_a_replica_that_runs
    a_call_ends_at_its_deadline
    a_stream_of_many_items_arrives_in_order
    a_large_argument_comes_back_whole
    no_process_is_left_after_shutdown
    every_call_has_one_outcome_while_replicas_are_killed
    a_server_that_is_killed_leaves_no_process_behind
    what_cannot_cross_is_refused_by_name
}
