//! What a server logs and prints, and what calls have to fear of whoever listens: nothing.
//!
//! Each test starts this program again as a server, because who listens concerns a whole process.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]
#![expect(clippy::print_stdout, reason = "what is printed is what is tested")]

use std::fmt::{self, Debug};
use std::process::Stdio;
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{CallError, Isolation};
use tests::{fetch_text, process_tests, start, start_without_http};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::runtime::Runtime;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// What this program is to be instead of the tests.
const ROLE: &str = "LOGS_TEST_ROLE";
const EVERYWHERE: [Isolation; 3] = [Isolation::Task, Isolation::Thread, Isolation::Process];

// === what is served ===

/// Says things in all the ways there are.
struct Model;

#[deployment(isolation = "process")]
impl Model {
    fn new() -> Self {
        tracing::info!(target: "model", answer = 42, ratio = 0.5, name = "m", "loaded");
        Self
    }

    fn pid(&self) -> u32 {
        std::process::id()
    }

    fn print(&self) {
        println!("printed");
        tracing::error!(target: "model", "not printed");
    }

    fn within_spans(&self) {
        tracing::info_span!("outer", model = "m").in_scope(|| {
            tracing::info_span!("inner").in_scope(|| tracing::warn!(target: "model", "in spans"));
        });
    }

    fn on_a_thread(&self) {
        std::thread::spawn(|| tracing::info!(target: "model", "on a thread")).join().unwrap();
    }

    fn at_all_levels(&self) {
        tracing::debug!(target: "model", "in detail");
        tracing::trace!(target: "model", "in too much detail");
        tracing::info!(target: "noise", "of no interest");
        tracing::info!(target: "model", "that was all");
    }

    fn shy(&self) {
        tracing::info!(target: "model", value = ?Shy, "somebody");
    }
}

/// Panics when it is shown.
struct Shy;

impl Debug for Shy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("almost ")?;
        panic!("not in the mood")
    }
}

/// Gives the framework something to say.
#[derive(Default)]
struct Failing;

#[deployment(route_prefix = "/")]
impl Failing {
    fn ok(&self) -> u32 {
        7
    }

    /// Longer than a method may hold a worker without a line about it.
    fn hog(&self) -> u32 {
        std::thread::sleep(Duration::from_millis(150));
        7
    }

    #[get("/panic")]
    fn panic(&self) -> String {
        panic!("at the disco")
    }

    #[get("/error")]
    fn error(&self) -> Result<String, HttpError> {
        Err(HttpError::internal("the database is gone"))
    }

    async fn keep_a_guard(&self) {
        let _guard = Guard;
        std::future::pending::<()>().await;
    }
}

/// Panics when it is dropped.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        panic!("dropped before its time");
    }
}

// === the roles ===

/// Installed before `init`, as many programs do.
fn listen_by_line() {
    let targets = Targets::new()
        .with_target("model", LevelFilter::DEBUG)
        .with_target("serve_core", LevelFilter::INFO);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false);
    tracing_subscriber::registry().with(lines).with(targets).init();
}

/// A listener that nobody would want.
struct Bad {
    on_event: fn(),
}

impl Subscriber for Bad {
    /// Other libraries call it where they are, and that is here.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("serve_core")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        (self.on_event)();
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn listen_badly(on_event: fn()) {
    tracing::subscriber::set_global_default(Bad { on_event }).unwrap();
}

/// Calls its model, says the id of its process, and runs until its input ends.
async fn serve_model() {
    let serve = start_without_http().await;
    let model = serve.run(Model::bind()).await.unwrap();
    println!("pid {}", model.pid.remote().await.unwrap());
    model.print.remote().await.unwrap();
    model.within_spans.remote().await.unwrap();
    model.on_a_thread.remote().await.unwrap();
    model.at_all_levels.remote().await.unwrap();
    model.shy.remote().await.unwrap();
    serve_until_input_ends(serve).await;
}

async fn serve_until_input_ends(serve: Serve) {
    tokio::io::stdin().read_to_end(&mut Vec::new()).await.unwrap();
    serve.shutdown().await.unwrap();
}

async fn serve_failures_over_http() {
    let serve = start().await;
    for (isolation, name) in EVERYWHERE.into_iter().zip(["task", "thread", "process"]) {
        let prefix = format!("/{name}");
        let failing = Failing::bind().isolation(isolation).route_prefix(&*prefix);
        serve.run_named(name, failing).await.unwrap();
        for path in ["panic", "error"] {
            let (status, _) = fetch_text(&serve, &format!("{prefix}/{path}?secret=1")).await;
            assert_eq!(status, 500);
        }
    }
    serve_until_input_ends(serve).await;
}

/// Whatever listens, calls are answered.
async fn serve_whoever_listens() {
    let serve = start().await;
    for (isolation, name) in EVERYWHERE.into_iter().zip(["task", "thread", "process"]) {
        let prefix = format!("/{name}");
        let application = Failing::bind().isolation(isolation).route_prefix(&*prefix);
        let failing = serve.run_named(name, application).await.unwrap();
        for _ in 0..3 {
            assert_eq!(failing.hog.remote().await.unwrap(), 7);
            let panicked = failing.panic.remote().await;
            assert!(matches!(panicked, Err(CallError::Panicked { .. })), "{panicked:?}");
            let (status, _) = fetch_text(&serve, &format!("{prefix}/error")).await;
            assert_eq!(status, 500);
        }
        // More lines than fit.
        for _ in 0..50 {
            let calls: Vec<_> = (0..100).map(|_| failing.panic.remote()).collect();
            for call in calls {
                let _ = call.await;
            }
        }
        assert_eq!(failing.ok.remote().await.unwrap(), 7);
    }
    drop(tokio::time::timeout(Duration::from_secs(30), serve.shutdown()).await.unwrap());
}

/// More destructors that panic than there are workers.
async fn serve_guards() {
    let serve = start_without_http().await;
    for (isolation, name) in EVERYWHERE.into_iter().zip(["task", "thread", "process"]) {
        let application = Failing::bind().isolation(isolation).route_prefix(&*format!("/{name}"));
        let failing = serve.run_named(name, application).await.unwrap();
        let soon = failing.keep_a_guard.timeout(Duration::from_millis(20));
        for _ in 0..10 {
            let calls: Vec<_> = (0..10).map(|_| soon.remote()).collect();
            for call in calls {
                let outcome = call.await;
                assert!(matches!(outcome, Err(CallError::DeadlineExceeded)), "{outcome:?}");
            }
        }
        let calling = (0..64).map(|_| {
            let failing = failing.clone();
            tests::spawn(async move { failing.ok.remote().await.unwrap() })
        });
        for call in calling.collect::<Vec<_>>() {
            assert_eq!(call.await.unwrap(), 7);
        }
    }
    serve.shutdown().await.unwrap();
}

// === the tests ===

fn server(role: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    // Panics are many here, and nobody reads their traces.
    command.env(ROLE, role).env("RUST_BACKTRACE", "0").kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// A server, and what it prints.
struct Printing {
    server: Child,
    lines: Lines<BufReader<ChildStdout>>,
    seen: Vec<String>,
}

impl Printing {
    fn start(role: &str) -> Self {
        let mut server = server(role);
        // Panics are expected, and their traces are many.
        let mut errors = server.stderr.take().unwrap();
        drop(tests::spawn(
            async move { tokio::io::copy(&mut errors, &mut tokio::io::sink()).await },
        ));
        let lines = BufReader::new(server.stdout.take().unwrap()).lines();
        Self { server, lines, seen: Vec::new() }
    }

    /// The first line with this text.
    async fn wait_for(&mut self, text: &str) -> String {
        loop {
            if let Some(line) = self.seen.iter().find(|line| line.contains(text)) {
                return line.clone();
            }
            let line = self.lines.next_line().await.unwrap();
            self.seen.push(line.unwrap_or_else(|| panic!("no `{text}` in {:#?}", self.seen)));
        }
    }

    /// All that it has printed in its life.
    async fn end(mut self) -> Vec<String> {
        drop(self.server.stdin.take());
        while let Some(line) = self.lines.next_line().await.unwrap() {
            self.seen.push(line);
        }
        assert!(self.server.wait().await.unwrap().success());
        self.seen
    }
}

/// The only line with this text.
#[track_caller]
fn only<'a>(lines: &'a [String], text: &str) -> &'a str {
    let found: Vec<_> = lines.iter().filter(|line| line.contains(text)).collect();
    let [line] = *found else { panic!("`{text}`: {found:#?}") };
    line
}

async fn an_event_of_a_replica_in_a_process_is_logged_once_by_its_server() {
    let mut printing = Printing::start("model");
    printing.wait_for("somebody").await;
    let lines = printing.end().await;
    let loaded = only(&lines, "loaded");
    assert!(loaded.contains(" INFO model: loaded answer=42 ratio=0.5 name=\"m\""), "{loaded}");
    assert!(loaded.contains("replica=\"default#Model#0\""), "{loaded}");
    // A line of the server's own, not one that the process printed.
    assert!(!loaded.starts_with('('), "{loaded}");
    assert!(only(&lines, "not printed").contains("ERROR model:"));
}

async fn a_line_that_a_replica_in_a_process_prints_appears_once_with_its_id() {
    let mut printing = Printing::start("model");
    printing.wait_for("somebody").await;
    let lines = printing.end().await;
    let printed: Vec<_> = lines.iter().filter(|line| line.ends_with("printed")).collect();
    assert!(printed.contains(&&"(default#Model#0) printed".to_owned()), "{printed:?}");
    assert_eq!(printed.iter().filter(|line| !line.contains("not printed")).count(), 1);
}

async fn an_event_of_a_replica_in_a_process_says_what_spans_it_was_in() {
    let mut printing = Printing::start("model");
    let line = printing.wait_for("in spans").await;
    assert!(line.contains("spans=outer{model=m}:inner"), "{line}");
    printing.end().await;
}

async fn an_event_of_a_thread_that_a_replica_in_a_process_has_started_is_logged_by_its_server() {
    let mut printing = Printing::start("without-a-listener-in-the-replica");
    printing.wait_for("somebody").await;
    let lines = printing.end().await;
    let line = only(&lines, "on a thread");
    assert!(line.contains("INFO model:") && line.contains("replica="), "{line}");
}

async fn what_the_servers_listener_does_not_want_is_not_logged() {
    let mut printing = Printing::start("model");
    printing.wait_for("that was all").await;
    let lines = printing.end().await;
    assert!(only(&lines, "in detail").contains("DEBUG"));
    for unwanted in ["in too much detail", "of no interest"] {
        assert!(!lines.iter().any(|line| line.contains(unwanted)), "{lines:#?}");
    }
}

async fn a_value_that_panics_when_it_is_shown_costs_neither_the_call_nor_its_event() {
    let mut printing = Printing::start("model");
    let line = printing.wait_for("somebody").await;
    assert!(line.contains("value=almost "), "{line}");
    printing.end().await;
}

async fn a_line_about_a_request_says_what_it_is_about() {
    let mut printing = Printing::start("http");
    for name in ["task", "thread", "process"] {
        for (said, path) in [
            ("request failed", "panic"),
            ("internal server error", "error"),
            ("method panicked", "panic"),
        ] {
            let fields = [
                format!("application=\"{name}\""),
                "deployment=\"Failing\"".to_owned(),
                format!("replica=\"{name}#Failing#0\""),
                format!("method=\"{path}\""),
                "http_method=\"GET\"".to_owned(),
                format!("path=\"/{name}/{path}\""),
                "request_id=\"".to_owned(),
            ];
            let line = printing.wait_for(&format!("{said} application=\"{name}\"")).await;
            for field in &fields {
                assert!(line.contains(field), "{field} in {line}");
            }
            assert_eq!(line.contains("status=500"), said != "method panicked", "{line}");
            assert!(!line.contains("secret"), "{line}");
        }
    }
    printing.end().await;
}

async fn the_title_of_a_process_says_which_replica_it_is() {
    let mut printing = Printing::start("model");
    let pid = printing.wait_for("pid ").await;
    let pid = pid.trim_start_matches("pid ");
    let title = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    let title = String::from_utf8(title).unwrap();
    let program = std::env::current_exe().unwrap();
    let program = program.file_name().unwrap().to_str().unwrap();
    let expected = format!("{program}: replica default#Model#0\0");
    assert!(title.starts_with(&expected), "{title:?}");
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap();
    assert!(program.starts_with(name.trim_end()), "{name:?}");
    printing.end().await;
}

async fn a_program_that_calls_init_in_its_runtime_has_replicas_in_processes() {
    let mut printing = Printing::start("runtime");
    printing.wait_for("somebody").await;
    printing.end().await;
}

async fn ends_well(role: &str) {
    let ended = server(role).wait_with_output().await.unwrap();
    let errors = String::from_utf8_lossy(&ended.stderr);
    let end: Vec<_> = errors.lines().rev().take(30).collect();
    assert!(ended.status.success(), "{:?}: {end:#?}", ended.status);
}

async fn a_listener_that_panics_stops_no_call() {
    ends_well("panicking").await;
}

async fn a_listener_that_never_returns_stops_no_call() {
    ends_well("blocking").await;
}

async fn destructors_that_panic_cost_no_worker() {
    ends_well("guards").await;
}

/// What this process is to be, if it is a server of a test.
pub(crate) fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}

pub(crate) fn play(role: &str) {
    if role == "runtime" {
        return Runtime::new().unwrap().block_on(async {
            listen_by_line();
            serve_core::init();
            serve_model().await;
        });
    }
    match role {
        "panicking" => listen_badly(|| panic!("it cannot be written")),
        "blocking" => listen_badly(|| {
            loop {
                std::thread::park();
            }
        }),
        "model" | "http" => listen_by_line(),
        _ => {}
    }
    serve_core::init();
    let runtime = Runtime::new().unwrap();
    match role {
        "panicking" | "blocking" => runtime.block_on(serve_whoever_listens()),
        "guards" => runtime.block_on(serve_guards()),
        "http" => runtime.block_on(serve_failures_over_http()),
        "model" => runtime.block_on(serve_model()),
        _ => {
            listen_by_line();
            runtime.block_on(serve_model());
        }
    }
}

process_tests! {
    an_event_of_a_replica_in_a_process_is_logged_once_by_its_server
    a_line_that_a_replica_in_a_process_prints_appears_once_with_its_id
    an_event_of_a_replica_in_a_process_says_what_spans_it_was_in
    an_event_of_a_thread_that_a_replica_in_a_process_has_started_is_logged_by_its_server
    what_the_servers_listener_does_not_want_is_not_logged
    a_value_that_panics_when_it_is_shown_costs_neither_the_call_nor_its_event
    a_line_about_a_request_says_what_it_is_about
    the_title_of_a_process_says_which_replica_it_is
    a_program_that_calls_init_in_its_runtime_has_replicas_in_processes
    a_listener_that_panics_stops_no_call
    a_listener_that_never_returns_stops_no_call
    destructors_that_panic_cost_no_worker
}
