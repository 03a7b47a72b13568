//! The server that nobody has to make: whose it is, when it listens, and what `get_handle` finds.
//!
//! The port of a default instance comes from the environment, and which one is the oldest depends on all
//! tests of a program. So tests of either run in a process of their own.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{CallError, Error};
use tests::own_process::{is_alone, run_alone};
use tests::{SOON, client, spawn, start_without_http, stop, within};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Barrier;

const PORT: &str = "SERVE_HTTP_PORT";

/// Says what it was made with.
struct Named {
    name: String,
}

#[deployment]
impl Named {
    fn new(name: String) -> Self {
        Self { name }
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

/// The same with a route.
#[derive(Default)]
struct Page;

#[deployment(route_prefix = "/page")]
impl Page {
    async fn __call__(&self) -> String {
        "a page".to_owned()
    }
}

/// Never deployed.
#[derive(Default)]
struct Missing;

#[deployment]
impl Missing {
    fn name(&self) -> String {
        String::new()
    }
}

/// Looks for `Named` wherever it can.
struct Looking {
    found_by_constructor: String,
}

fn find_named() -> Result<NamedHandle, String> {
    Named::get_handle().map_err(|error| error.to_string())
}

#[deployment]
impl Looking {
    async fn new() -> Result<Self, String> {
        let found = find_named()?.name.remote().await.map_err(|error| error.to_string())?;
        Ok(Self { found_by_constructor: found })
    }

    fn found_by_constructor(&self) -> String {
        self.found_by_constructor.clone()
    }

    async fn find(&self) -> Result<String, CallError> {
        Named::get_handle()?.name.remote().await
    }

    #[blocking]
    fn find_on_a_blocking_thread(&self) -> Result<String, CallError> {
        Named::get_handle()?.name.remote().get()
    }

    async fn find_again(&self) -> Result<String, CallError> {
        Self::current_handle()?.found_by_constructor.remote().await
    }

    async fn find_missing(&self) -> Result<String, CallError> {
        Missing::get_handle()?.name.remote().await
    }
}

/// Runs `test` in a process of its own, whose default port is `port`.
fn in_own_process(name: &str, port: u16, test: impl AsyncFnOnce(u16)) {
    if is_alone() {
        let port = std::env::var(PORT).unwrap();
        return runtime().block_on(test(port.parse().unwrap()));
    }
    run_alone(&format!("default_instance::{name}"), &[(PORT, &port.to_string())]);
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Not one of those that the system chooses for whoever asks for any: another test could be given it before
/// the process has bound it.
fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(20_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Runs `test` on two runtimes at once, each on its thread, with the name of each. At the barrier they
/// wait for each other.
fn on_two_runtimes(test: impl AsyncFn(&str, &Barrier) + Send + Sync) {
    let meeting = Barrier::new(2);
    let run = |name| runtime().block_on(test(name, &meeting));
    std::thread::scope(|scope| {
        let threads = ["left", "right"].map(|name| scope.spawn(move || run(name)));
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

// === whose it is ===

#[test]
fn each_runtime_sees_its_own_applications_alone() {
    on_two_runtimes(async |name, meeting| {
        let handle = within(SOON, Named::deploy(name)).await.unwrap();
        within(SOON, meeting.wait()).await;
        assert_eq!(within(SOON, handle.name.remote()).await.unwrap(), name);
        let found = Named::get_handle().unwrap();
        assert_eq!(within(SOON, found.name.remote()).await.unwrap(), name);
        assert_eq!(serve_core::status().applications.len(), 1);
        within(SOON, meeting.wait()).await;
        within(SOON, serve_core::shutdown()).await.unwrap();
    });
}

#[test]
fn a_shutdown_leaves_the_instance_of_another_runtime_alone() {
    on_two_runtimes(async |name, meeting| {
        let handle = within(SOON, Named::deploy(name)).await.unwrap();
        within(SOON, meeting.wait()).await;
        if name == "left" {
            within(SOON, serve_core::shutdown()).await.unwrap();
        }
        within(SOON, meeting.wait()).await;
        if name == "right" {
            assert_eq!(within(SOON, handle.name.remote()).await.unwrap(), name);
            assert_eq!(serve_core::status().applications.len(), 1);
        } else {
            assert!(serve_core::status().applications.is_empty());
        }
        within(SOON, meeting.wait()).await;
    });
}

#[test]
fn a_runtime_may_have_one_after_the_other() {
    runtime().block_on(async {
        for name in ["first", "second"] {
            let handle = within(SOON, Named::deploy(name)).await.unwrap();
            assert_eq!(within(SOON, handle.name.remote()).await.unwrap(), name);
            within(SOON, serve_core::shutdown()).await.unwrap();
        }
    });
}

#[test]
fn replicas_find_what_runs_on_their_own_server_wherever_they_run() {
    on_two_runtimes(async |name, meeting| {
        within(SOON, Named::deploy(name)).await.unwrap();
        within(SOON, meeting.wait()).await;
        for isolation in [serve_core::Isolation::Task, serve_core::Isolation::Thread] {
            let application = Looking::bind().isolation(isolation);
            let looking = within(SOON, serve_core::run(application)).await.unwrap();
            let found = [
                looking.found_by_constructor.remote().await.unwrap(),
                looking.find.remote().await.unwrap(),
                looking.find_on_a_blocking_thread.remote().await.unwrap(),
            ];
            assert_eq!(found, [name, name, name]);
            within(SOON, serve_core::delete("default")).await.unwrap();
        }
        within(SOON, meeting.wait()).await;
        within(SOON, serve_core::shutdown()).await.unwrap();
    });
}

#[tokio::test]
async fn replicas_of_an_explicit_server_find_what_runs_there() {
    let serve = start_without_http().await;
    within(SOON, Named::deploy("of the default instance")).await.unwrap();
    within(SOON, serve.run_named("named", Named::bind("of the server"))).await.unwrap();
    for isolation in [serve_core::Isolation::Task, serve_core::Isolation::Thread] {
        let application = Looking::bind().isolation(isolation);
        let looking = within(SOON, serve.run(application)).await.unwrap();
        assert_eq!(looking.found_by_constructor.remote().await.unwrap(), "of the server");
        assert_eq!(looking.find.remote().await.unwrap(), "of the server");
        within(SOON, serve.delete("default")).await.unwrap();
    }
    stop(serve).await;
    within(SOON, serve_core::shutdown()).await.unwrap();
}

#[test]
fn plain_threads_and_other_runtimes_use_the_oldest_instance() {
    let name = "plain_threads_and_other_runtimes_use_the_oldest_instance";
    in_own_process(name, free_port(), async |_| {
        within(SOON, Named::deploy("the oldest")).await.unwrap();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let found = Named::get_handle().unwrap();
            let of_thread = found.name.remote().get().unwrap();
            Looking::deploy_blocking().unwrap();
            let of_runtime = runtime().block_on(async {
                let found = Named::get_handle().unwrap();
                found.name.remote().await.unwrap()
            });
            sender.send([of_thread, of_runtime]).unwrap();
        });
        let found = within(SOON, receiver).await.unwrap();
        thread.join().unwrap();
        assert_eq!(found, ["the oldest", "the oldest"]);
        let applications = serve_core::status().applications;
        assert_eq!(applications.keys().collect::<Vec<_>>(), ["Looking", "Named"]);
    });
}

#[test]
fn an_instance_is_forgotten_when_its_runtime_has_ended() {
    let name = "an_instance_is_forgotten_when_its_runtime_has_ended";
    in_own_process(name, free_port(), async |_| {
        let ended = std::thread::spawn(|| {
            runtime().block_on(async { Named::deploy("of a runtime that ends").await.unwrap() })
        });
        drop(ended.join().unwrap());
        assert!(Named::get_handle().is_err());
        assert!(serve_core::status().applications.is_empty());
    });
}

#[test]
fn deploying_without_any_runtime_works_from_asynchronous_code() {
    let name = "deploying_without_any_runtime_works_from_asynchronous_code";
    in_own_process(name, free_port(), async |_| {
        let thread = std::thread::spawn(|| {
            futures::executor::block_on(async {
                let handle = Page::deploy().await.unwrap();
                handle.remote().await.unwrap()
            })
        });
        assert_eq!(thread.join().unwrap(), "a page");
    });
}

// === when it listens ===

#[test]
fn it_listens_with_the_first_route_and_not_before() {
    in_own_process("it_listens_with_the_first_route_and_not_before", free_port(), async |port| {
        within(SOON, Named::deploy("without a route")).await.unwrap();
        assert_eq!(serve_core::http_addr(), None);
        drop(TcpListener::bind(("127.0.0.1", port)).unwrap());
        within(SOON, Page::deploy()).await.unwrap();
        let address = serve_core::http_addr().unwrap();
        assert_eq!(address.port(), port);
        let answer = client().get(format!("http://{address}/page")).send();
        assert_eq!(within(SOON, answer).await.unwrap().text().await.unwrap(), "a page");
    });
}

#[test]
fn a_port_that_another_process_has_fails_the_run_and_nothing_else() {
    // This process is the other one.
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let name = "a_port_that_another_process_has_fails_the_run_and_nothing_else";
    in_own_process(name, port, async |port| {
        let outcome = within(SOON, Page::deploy()).await;
        let refused =
            matches!(&outcome, Err(Error::Listen { address, .. }) if address.port() == port);
        assert!(refused, "{outcome:?}");
        assert!(serve_core::status().applications.is_empty());
        assert_eq!(serve_core::http_addr(), None);
        let handle = within(SOON, Named::deploy("without a route")).await.unwrap();
        assert_eq!(within(SOON, handle.name.remote()).await.unwrap(), "without a route");
    });
}

#[test]
fn a_port_that_another_server_of_the_process_has_is_given_way_to_and_that_is_said() {
    let name = "a_port_that_another_server_of_the_process_has_is_given_way_to_and_that_is_said";
    in_own_process(name, free_port(), async |port| {
        let log = Log::default();
        let _log = tracing::subscriber::set_default(log.clone());
        let serve = Serve::builder().http(HttpOptions::default().port(port)).start();
        let serve = within(SOON, serve).await.unwrap();
        within(SOON, Page::deploy()).await.unwrap();
        let address = serve_core::http_addr().unwrap();
        assert_ne!(address.port(), port);
        let answer = client().get(format!("http://{address}/page")).send();
        assert_eq!(within(SOON, answer).await.unwrap().text().await.unwrap(), "a page");
        let both = [format!("127.0.0.1:{port}"), address.to_string()];
        let is_it = |line: &String| both.iter().all(|part| line.contains(part));
        // The log is written by a thread of its own.
        let said = async {
            while !log.at(tracing::Level::INFO).iter().any(is_it) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        within(SOON, said).await;
        stop(serve).await;
    });
}

#[test]
fn instances_of_two_runtimes_listen_on_two_ports() {
    in_own_process("instances_of_two_runtimes_listen_on_two_ports", free_port(), async |port| {
        let ports = Mutex::new(Vec::new());
        on_two_runtimes(async |_, meeting| {
            within(SOON, Page::deploy()).await.unwrap();
            ports.lock().unwrap().push(serve_core::http_addr().unwrap().port());
            within(SOON, meeting.wait()).await;
        });
        let ports = ports.into_inner().unwrap();
        assert!(ports[0] != ports[1] && ports.contains(&port), "{ports:?}");
    });
}

#[test]
fn a_server_that_was_asked_for_a_port_gets_that_or_fails() {
    let name = "a_server_that_was_asked_for_a_port_gets_that_or_fails";
    in_own_process(name, free_port(), async |port| {
        within(SOON, Page::deploy()).await.unwrap();
        let second = Serve::builder().http(HttpOptions::default().port(port)).start();
        let outcome = within(SOON, second).await;
        assert!(matches!(outcome, Err(Error::Listen { .. })), "{outcome:?}");
    });
}

#[test]
fn a_port_is_free_again_when_its_server_has_been_shut_down() {
    in_own_process(
        "a_port_is_free_again_when_its_server_has_been_shut_down",
        free_port(),
        async |port| {
            for _ in 0..2 {
                within(SOON, Page::deploy()).await.unwrap();
                assert_eq!(serve_core::http_addr().unwrap().port(), port);
                within(SOON, serve_core::shutdown()).await.unwrap();
            }
        },
    );
}

#[test]
fn two_first_runs_at_once_start_one_instance() {
    in_own_process("two_first_runs_at_once_start_one_instance", free_port(), async |port| {
        let second = Page::bind().route_prefix("/other");
        let both = within(SOON, async {
            tokio::join!(Page::deploy(), serve_core::run_named("other", second))
        });
        let (first, second) = both.await;
        drop((first.unwrap(), second.unwrap()));
        assert_eq!(serve_core::status().applications.len(), 2);
        assert_eq!(serve_core::http_addr().unwrap().port(), port);
    });
}

// === what `get_handle` says ===

#[track_caller]
fn assert_error(expected: &str) {
    let error = Missing::get_handle().unwrap_err();
    assert_eq!(error.to_string(), format!("deployment `Missing` does not exist: {expected}"));
    assert!(matches!(error, Error::UnknownDeployment { application: None, .. }), "{error:?}");
}

#[test]
fn get_handle_says_where_it_has_looked() {
    in_own_process("get_handle_says_where_it_has_looked", free_port(), async |_| {
        assert_error("there is no default instance in this process; call `deploy` or `run` first");
        within(SOON, Named::deploy("x")).await.unwrap();
        within(SOON, serve_core::run(Page::bind())).await.unwrap();
        let runs = "application `Named` with `Named` and application `default` with `Page`";
        assert_error(&format!(
            "the default instance of this runtime has {runs}; call `deploy` or `run` first"
        ));
        let on_thread = move || {
            assert_error(&format!(
                "there is no default instance of this runtime or thread, and the oldest of the process has \
                 {runs}; call `deploy` or `run` first"
            ));
        };
        std::thread::spawn(on_thread).join().unwrap();
        within(SOON, serve_core::shutdown()).await.unwrap();
        assert_error(
            "the default instance of this runtime has been shut down; call `deploy` or `run` first",
        );
    });
}

#[test]
fn get_handle_says_that_another_server_has_it() {
    in_own_process("get_handle_says_that_another_server_has_it", free_port(), async |_| {
        let serve = start_without_http().await;
        within(SOON, serve.run(Missing::bind())).await.unwrap();
        assert_error(
            "there is no default instance in this process; another server of this process has it: ask that \
             `Serve` for its `deployment_handle`, or ask on the runtime that it was deployed on",
        );
        stop(serve).await;
    });
}

#[tokio::test]
async fn a_handle_that_is_not_to_be_had_fails_the_method_with_the_same_text() {
    let serve = start_without_http().await;
    within(SOON, serve.run_named("named", Named::bind("x"))).await.unwrap();
    let looking = within(SOON, serve.run(Looking::bind())).await.unwrap();
    let outcome = within(SOON, looking.find_missing.remote()).await;
    let Err(CallError::App(CallError::NotSent(text))) = outcome else { panic!("{outcome:?}") };
    let start = "deployment `Missing` does not exist: the server of this replica has application `default` \
                 with `Looking` and application `named` with `Named`";
    assert!(text.starts_with(start), "{text}");
    stop(serve).await;
}

#[tokio::test]
async fn a_method_calls_its_own_deployment_with_a_question_mark() {
    let serve = start_without_http().await;
    within(SOON, serve.run_named("named", Named::bind("found"))).await.unwrap();
    let looking = within(SOON, serve.run(Looking::bind())).await.unwrap();
    assert_eq!(within(SOON, looking.find_again.remote()).await.unwrap(), "found");
    stop(serve).await;
}

// === how it ends ===

/// Keeps what is logged on the thread that it is the default of.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(tracing::Level, String)>>>);

impl Log {
    fn at(&self, level: tracing::Level) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|(of, _)| *of == level).map(|(_, text)| text.clone()).collect()
    }
}

struct Message(String);

impl tracing::field::Visit for Message {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.lock().unwrap().push((*event.metadata().level(), message.0));
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

const DROPPED: &str = "the last `Serve` was dropped, which ends its 1 applications at once; keep it, and \
                       call `shutdown`";

impl Log {
    /// Once there is one: lines are emitted by a thread of their own.
    async fn warnings(&self) -> Vec<String> {
        let said = async {
            while self.at(tracing::Level::WARN).is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        within(SOON, said).await;
        self.at(tracing::Level::WARN)
    }
}

async fn dropped_in_an_expression() -> NamedHandle {
    let server = Serve::builder().http(HttpOptions::disabled());
    server.start().await.unwrap().run(Named::bind("x")).await.unwrap()
}

#[tokio::test]
async fn a_server_dropped_within_an_expression_says_so() {
    let log = Log::default();
    let _log = tracing::subscriber::set_default(log.clone());
    let handle = dropped_in_an_expression().await;
    assert_eq!(log.warnings().await, [DROPPED]);
    let error = within(SOON, handle.name.remote()).await.unwrap_err();
    assert!(error.to_string().contains("its server has been shut down or dropped"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_dropped_after_its_shutdown_or_while_another_owner_has_it_says_nothing() {
    let log = Log::default();
    let _log = tracing::subscriber::set_default(log.clone());
    let serve = start_without_http().await;
    within(SOON, serve.run(Named::bind("x"))).await.unwrap();
    drop(serve.clone());
    stop(serve).await;
    drop(start_without_http().await);
    // Lines come in order: what it had said would come before this.
    drop(dropped_in_an_expression().await);
    assert_eq!(log.warnings().await, [DROPPED]);
}

#[test]
fn a_server_waits_for_a_signal_and_is_shut_down() {
    in_own_process("a_server_waits_for_a_signal_and_is_shut_down", free_port(), async |_| {
        let serve = start_without_http().await;
        let handle = within(SOON, serve.run(Named::bind("x"))).await.unwrap();
        within(SOON, Named::deploy("of the default instance")).await.unwrap();
        let waiting = {
            let serve = serve.clone();
            spawn(async move { serve.wait_for_shutdown().await })
        };
        // Lets it begin to watch.
        tokio::task::yield_now().await;
        assert!(tests::processes::signal(std::process::id(), "-TERM"));
        within(SOON, waiting).await.unwrap().unwrap();
        assert!(within(SOON, handle.name.remote()).await.is_err());
        assert_eq!(serve_core::status().applications.len(), 1);
    });
}
