//! The programs of Ray Serve's ServeHandle page, line by line, and what they print there.
//!
//! Like the page they use the one server of the process on port 8000, so they take turns, and wait
//! for another process that happens to have the port.

use std::time::Duration;

use serve_core::Error;
use serve_core::prelude::*;
use tests::own_process::{is_alone, run_alone};
use tests::{SOON, client, fetch_text, start, start_without_http, stop, within, within_thread};
use tokio::sync::{Mutex, MutexGuard};

static PORT: Mutex<()> = Mutex::const_new(());

async fn turn() -> MutexGuard<'static, ()> {
    within(SOON * 5, PORT.lock()).await
}

/// Deploys as soon as the port is free.
async fn deployed<H>(deploy: impl AsyncFn() -> serve_core::Result<H>) -> H {
    let deploying = async {
        loop {
            match deploy().await {
                Err(Error::Listen { .. }) => tokio::time::sleep(Duration::from_millis(100)).await,
                outcome => return outcome.expect("the program deploys"),
            }
        }
    };
    within(SOON * 3, deploying).await
}

mod first {
    use super::*;

    #[derive(Default)]
    pub(crate) struct Deployment;

    #[deployment]
    impl Deployment {
        pub(crate) fn method1(&self, arg: &str) -> String {
            format!("Method1: {arg}")
        }

        pub(crate) fn __call__(&self, arg: &str) -> String {
            format!("__call__: {arg}")
        }
    }
}

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/api")]
impl Greeter {
    fn say_hello(&self, name: &str) -> String {
        format!("Hello {name}!")
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let name = request
            .query_param("name")
            .ok_or_else(|| HttpError::bad_request("query parameter `name` is missing"))?;
        Ok(self.say_hello(&name))
    }
}

// handle = Deployment.get_handle()
// ray.get(handle.remote("hi")) # Defaults to calling the __call__ method.
// ray.get(handle.method1.remote("hi")) # Call a different method.
#[tokio::test]
async fn the_first_program_calls_call_and_a_method() {
    use first::Deployment;
    let _turn = turn().await;
    deployed(async || Deployment::deploy().await).await;
    let handle = Deployment::get_handle().unwrap();
    assert_eq!(within(SOON, handle.remote("hi")).await.unwrap(), "__call__: hi");
    assert_eq!(within(SOON, handle.method1.remote("hi")).await.unwrap(), "Method1: hi");
    within(SOON, serve_core::shutdown()).await.unwrap();
    assert!(Deployment::get_handle().is_err(), "nothing runs any more");
}

// print(requests.get("http://localhost:8000/api?name=Alice"))
// # Hello Alice!
// handle = Deployment.get_handle()
// print(ray.get(handle.say_hello.remote("Alice")))
// # Hello Alice!
#[tokio::test]
async fn the_second_program_greets_over_http_and_by_handle() {
    let _turn = turn().await;
    deployed(async || Greeter::deploy().await).await;
    let url = "http://localhost:8000/api?name=Alice";
    let response = within(SOON, client().get(url).send()).await.unwrap();
    assert_eq!(response.text().await.unwrap(), "Hello Alice!");
    let handle = Greeter::get_handle().unwrap();
    assert_eq!(within(SOON, handle.say_hello.remote("Alice")).await.unwrap(), "Hello Alice!");
    within(SOON, serve_core::shutdown()).await.unwrap();
}

// "You can use the Deployment.get_handle(..., sync=True|False) flag": one handle is both here.
#[test]
fn a_synchronous_program_without_a_runtime_deploys_and_gets() {
    let _turn = PORT.blocking_lock();
    // Without a runtime it would find the default instance of another test.
    if !is_alone() {
        let name = "page::a_synchronous_program_without_a_runtime_deploys_and_gets";
        return run_alone(name, &[]);
    }
    let outcome = within_thread(SOON * 5, || {
        let handle = loop {
            match Greeter::deploy_blocking() {
                Err(Error::Listen { .. }) => std::thread::sleep(Duration::from_millis(100)),
                outcome => break outcome.expect("the program deploys"),
            }
        };
        let from_deploy = handle.say_hello.remote("Alice").get();
        let found = Greeter::get_handle().expect("it runs");
        let from_found = found.say_hello.remote("Bob").get();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let awaited = runtime.block_on(async { found.say_hello.remote("Carol").await });
        runtime.block_on(serve_core::shutdown())?;
        Ok::<_, Error>((from_deploy, from_found, awaited))
    });
    let (from_deploy, from_found, awaited) = outcome.unwrap();
    assert_eq!(from_deploy.unwrap(), "Hello Alice!");
    assert_eq!(from_found.unwrap(), "Hello Bob!");
    assert_eq!(awaited.unwrap(), "Hello Carol!");
}

#[tokio::test]
async fn deploying_without_a_task_is_refused_inside_one() {
    let outcome = Greeter::deploy_blocking();
    assert!(matches!(outcome, Err(Error::Blocking { .. })), "{outcome:?}");
}

#[tokio::test]
async fn the_same_program_runs_on_a_server_of_its_own() {
    let serve = start().await;
    let handle = within(SOON, serve.run(Greeter::bind())).await.unwrap();
    assert_eq!(within(SOON, handle.say_hello.remote("Alice")).await.unwrap(), "Hello Alice!");
    assert_eq!(fetch_text(&serve, "/api?name=Alice").await, (200, "Hello Alice!".to_owned()));
    stop(serve).await;
}

// "if you have an existing web application, you can still plug in Ray Serve to scale up your compute
// using the ServeHandle"
#[tokio::test]
async fn an_existing_web_application_calls_through_a_handle() {
    use axum::extract::{Path, State};
    let serve = start_without_http().await;
    let handle = within(SOON, serve.run(Greeter::bind())).await.unwrap();
    let greet = |State(handle): State<GreeterHandle>, Path(name): Path<String>| async move {
        handle.say_hello.call(name).await
    };
    let app = axum::Router::new().route("/hi/{name}", axum::routing::get(greet)).with_state(handle);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hi/Alice", listener.local_addr().unwrap());
    drop(tests::spawn(async move { axum::serve(listener, app).await }));
    let response = within(SOON, client().get(url).send()).await.unwrap();
    assert_eq!(response.text().await.unwrap(), "Hello Alice!");
    assert_eq!(serve.http_addr(), None);
    stop(serve).await;
}
