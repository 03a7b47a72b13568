//! Replicas in processes that are reached over TCP with mutual TLS: what a user sees is what there is with
//! the socket. Who is refused is tested where the certificates are.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]
#![expect(
    clippy::disallowed_methods,
    reason = "a replica that keeps its threads busy does so on purpose"
)]

use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use serve_core::prelude::*;
use serve_core::{CallError, Executed, ProcessTransport};
use tests::process_tests;
use tests::processes::{kill, signal};

struct Echo;

#[deployment(isolation = "process")]
impl Echo {
    fn new() -> Self {
        Self
    }

    fn echo(&self, text: String) -> String {
        text
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    /// Whether the process holds a TCP socket.
    fn has_tcp(&self) -> bool {
        let sockets = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
        let inodes: Vec<_> =
            sockets.lines().filter_map(|line| line.split_whitespace().nth(9)).collect();
        let files = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        let mut targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        targets.any(|target| {
            let target = target.display().to_string();
            inodes.iter().any(|inode| target == format!("socket:[{inode}]"))
        })
    }

    fn variables(&self) -> Vec<(String, String)> {
        std::env::vars().collect()
    }

    async fn wait(&self) {
        std::future::pending::<()>().await;
    }

    /// Keeps the threads of the process busy, all of them and more.
    async fn compute(&self, time: Duration) {
        let until = std::time::Instant::now() + time;
        let busy = || async move { while std::time::Instant::now() < until {} };
        let threads = std::thread::available_parallelism().unwrap().get() * 2;
        let tasks: Vec<_> = (0..threads).map(|_| tokio::spawn(busy())).collect();
        for task in tasks {
            task.await.unwrap();
        }
    }

    fn count(&self, to: u64) -> impl Stream<Item = u64> {
        futures::stream::iter(0..to)
    }
}

async fn start() -> (Serve, EchoHandle) {
    let builder = Serve::builder().http(HttpOptions::disabled());
    let serve = builder.process_transport(ProcessTransport::tcp()).start().await.unwrap();
    let handle = serve.run(Echo::bind()).await.unwrap();
    (serve, handle)
}

async fn calls_are_answered_over_tcp() {
    let (serve, handle) = start().await;
    assert_eq!(handle.echo.remote("hello").await.unwrap(), "hello");
    assert_ne!(handle.pid.remote().await.unwrap(), std::process::id());
    assert!(handle.has_tcp.remote().await.unwrap());
    serve.shutdown().await.unwrap();
}

async fn many_calls_at_once_get_their_own_answers() {
    let (serve, handle) = start().await;
    let calls: Vec<_> =
        (0..1000).map(|number: u32| handle.echo.remote(number.to_string())).collect();
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await.unwrap(), number.to_string());
    }
    serve.shutdown().await.unwrap();
}

async fn a_stream_of_many_items_arrives_in_order() {
    let (serve, handle) = start().await;
    let items: Vec<_> = handle.count.remote(100_000).map(Result::unwrap).collect().await;
    assert!(items.into_iter().eq(0..100_000));
    serve.shutdown().await.unwrap();
}

async fn ten_megabytes_come_back_whole() {
    let (serve, handle) = start().await;
    let text = "x".repeat(10 << 20);
    assert!(handle.echo.remote(text.as_str()).await.unwrap() == text);
    serve.shutdown().await.unwrap();
}

async fn a_process_that_is_killed_fails_its_calls_and_is_replaced() {
    let (serve, handle) = start().await;
    let pid = handle.pid.remote().await.unwrap();
    let waiting = handle.wait.remote();
    // Answered after it on the same connection, so the other has arrived.
    assert_eq!(handle.pid.remote().await.unwrap(), pid);
    kill(pid);
    let outcome = waiting.await;
    assert!(
        matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::Maybe })),
        "{outcome:?}"
    );
    assert_ne!(handle.pid.remote().await.unwrap(), pid);
    serve.shutdown().await.unwrap();
}

async fn a_process_that_is_stopped_is_replaced() {
    let (serve, handle) = start().await;
    let pid = handle.pid.remote().await.unwrap();
    assert!(signal(pid, "-STOP"));
    let outcome = handle.echo.remote("hello").await;
    assert!(
        matches!(outcome, Err(CallError::ReplicaDied { executed: Executed::Maybe })),
        "{outcome:?}"
    );
    assert_ne!(handle.pid.remote().await.unwrap(), pid);
    serve.shutdown().await.unwrap();
}

/// Silence ends a link over TCP after a second; work is no silence.
async fn a_process_that_computes_on_all_its_threads_is_not_taken_for_dead() {
    let (serve, handle) = start().await;
    let pid = handle.pid.remote().await.unwrap();
    handle.compute.remote(Duration::from_secs(3)).await.unwrap();
    assert_eq!(handle.pid.remote().await.unwrap(), pid);
    serve.shutdown().await.unwrap();
}

async fn no_key_is_in_the_environment() {
    let (serve, handle) = start().await;
    let mut variables = handle.variables.remote().await.unwrap();
    variables.retain(|(name, value)| std::env::var(name).as_ref() != Ok(value));
    let [(name, value)] = &variables[..] else { panic!("{variables:?}") };
    assert_eq!(name, "SERVE_REPLICA");
    assert!(value.len() < 300, "{value}");
    serve.shutdown().await.unwrap();
}

async fn no_process_is_left_after_shutdown() {
    let (serve, handle) = start().await;
    let pid = handle.pid.remote().await.unwrap();
    serve.shutdown().await.unwrap();
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
}

process_tests! {
    calls_are_answered_over_tcp
    many_calls_at_once_get_their_own_answers
    a_stream_of_many_items_arrives_in_order
    ten_megabytes_come_back_whole
    a_process_that_is_killed_fails_its_calls_and_is_replaced
    a_process_that_is_stopped_is_replaced
    a_process_that_computes_on_all_its_threads_is_not_taken_for_dead
    no_key_is_in_the_environment
    no_process_is_left_after_shutdown
}
