//! The server that nobody has to make: `run`, `D::deploy()` and their friends.
//!
//! It is started on first use, on the runtime that asks for it, and ends with that. Each runtime has one of
//! its own, so every `#[tokio::test]` that deploys has a working one. Code on a runtime that has never had
//! one, or on a plain thread, uses the oldest of the process.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use tokio::runtime::{self, Builder, Runtime, RuntimeFlavor};

use crate::application::{AnyNode, Application};
use crate::call::{block_on, is_polling_a_task, own_server};
use crate::config::HttpOptions;
use crate::controller::ServeStatus;
use crate::deployment::Deployment;
use crate::error::{Error, Result};
use crate::handle::Handle;
use crate::instances::{self, Found};
use crate::serve::Serve;

/// The runtime whose instance is meant here: in a replica that of its server, whatever it runs on itself.
fn home() -> Option<runtime::Handle> {
    own_server()
        .map_or_else(|| runtime::Handle::try_current().ok(), |tasks| Some(tasks.runtime().clone()))
}

/// The default instance that is meant here.
pub(crate) fn find() -> Found {
    instances::find(home().map(|runtime| runtime.id()))
}

/// The default instance, started if need be.
fn instance() -> Result<Serve> {
    match home() {
        Some(runtime) => instance_on(&runtime),
        None => instance_anywhere(),
    }
}

fn instance_on(runtime: &runtime::Handle) -> Result<Serve> {
    if let Found::Own(serve) = instances::find(Some(runtime.id())) {
        return Ok(serve);
    }
    let serve = Serve::start_default(&HttpOptions::from_env()?, runtime);
    Ok(instances::establish(runtime.id(), &serve))
}

fn instance_anywhere() -> Result<Serve> {
    match instances::find(None).serve() {
        Some(serve) => Ok(serve),
        None => instance_on(own_runtime()?.handle()),
    }
}

/// The default instance for a thread that is about to block.
fn instance_for_blocking() -> Result<Serve> {
    if own_server().is_some() {
        return instance();
    }
    let Ok(runtime) = runtime::Handle::try_current() else { return instance_anywhere() };
    match instances::find(Some(runtime.id())) {
        Found::Own(serve) => Ok(serve),
        _ if runtime.runtime_flavor() == RuntimeFlavor::MultiThread => instance_on(&runtime),
        // It may be this very thread that should drive the runtime.
        _ => instance_on(own_runtime()?.handle()),
    }
}

/// Runs an application on the default instance under the name `default`; see [`Serve::run_named`].
///
/// The default instance is that of the current tokio runtime, and is started on it if there is none. It ends
/// with the runtime, so tests that run side by side do not see each other's applications. It listens when
/// the first application with a route is deployed: on 127.0.0.1:8000, unless `SERVE_HTTP_HOST` and
/// `SERVE_HTTP_PORT` say otherwise, or on a free port if another server of this process listens there;
/// [`http_addr`] says where.
///
/// # Errors
///
/// As [`Serve::run_named`], or the application has a route and another process has the port.
///
/// ```no_run
/// # use serve_core::prelude::*;
/// # #[derive(Default)] struct Greeter;
/// # #[deployment] impl Greeter { fn say_hello(&self, name: &str) -> String { format!("Hello {name}!") } }
/// # async fn example() -> serve_core::Result<()> {
/// let handle = serve_core::run(Greeter::bind()).await?;
/// assert_eq!(handle.say_hello.remote("Alice").await?, "Hello Alice!");
/// # Ok(()) }
/// ```
pub async fn run<D: Deployment>(application: Application<D>) -> Result<Handle<D>> {
    instance()?.run(application).await
}

/// Runs an application on the default instance under a name; see [`run`] and [`Serve::run_named`].
///
/// # Errors
///
/// As [`run`].
pub async fn run_named<D: Deployment>(
    name: &str,
    application: Application<D>,
) -> Result<Handle<D>> {
    instance()?.run_named(name, application).await
}

/// Deletes an application of the default instance; see [`Serve::delete`].
///
/// That is the instance of the current runtime, or the oldest of the process if the runtime has never had
/// one.
///
/// # Errors
///
/// No application has that name.
pub async fn delete(name: &str) -> Result<()> {
    match find().serve() {
        Some(serve) => serve.delete(name).await,
        None => Err(Error::UnknownApplication(name.to_owned())),
    }
}

/// What runs on the default instance, the same as for [`delete`]; nothing if there is none.
///
/// ```
/// assert!(serve_core::status().applications.is_empty());
/// ```
#[must_use]
pub fn status() -> ServeStatus {
    find().serve().map_or_else(ServeStatus::default, |serve| serve.status())
}

/// Where the default instance listens, the same as for [`delete`]; `None` if it does not, because it has had
/// no application with a route yet.
///
/// The port may differ from the one that was asked for, see [`run`].
///
/// ```
/// assert_eq!(serve_core::http_addr(), None);
/// ```
#[must_use]
pub fn http_addr() -> Option<SocketAddr> {
    find().serve()?.http_addr()
}

/// Shuts the default instance down, the same as for [`delete`]; see [`Serve::shutdown`]. The next use starts
/// a new one.
///
/// # Errors
///
/// As [`Serve::shutdown`]. If there is none nothing happens.
pub async fn shutdown() -> Result<()> {
    match find().serve() {
        Some(serve) => {
            instances::dismiss(&serve);
            serve.shutdown().await
        }
        None => Ok(()),
    }
}

/// Waits for Ctrl-C or SIGTERM, then shuts the default instance down, the same as for [`shutdown`]. A second
/// signal ends the wait at once.
///
/// # Errors
///
/// The signals cannot be watched, or as [`shutdown`].
///
/// ```no_run
/// # #[tokio::main]
/// # async fn main() -> serve_core::Result<()> {
/// serve_core::wait_for_shutdown().await
/// # }
/// ```
pub async fn wait_for_shutdown() -> Result<()> {
    crate::shutdown_signal::then_shut_down(shutdown).await
}

// === for generated code ===

/// `D::deploy(..)`: an application of one deployment, under the deployment's own name.
pub(crate) async fn deploy<D: Deployment>(application: Application<D>) -> Result<Handle<D>> {
    let name = application.deployment_name().to_owned();
    run_named(&name, application).await
}

/// `D::deploy_blocking(..)`: the same from a plain thread, if need be on a runtime of our own.
pub(crate) fn deploy_blocking<D: Deployment>(application: Application<D>) -> Result<Handle<D>> {
    if is_polling_a_task() {
        return Err(Error::Blocking { blocking: "deploy_blocking", instead: "deploy" });
    }
    let serve = instance_for_blocking()?;
    let name = application.deployment_name().to_owned();
    run_blocking(&serve, name.clone(), application.into_node())?;
    serve.app_handle(&name)
}

fn run_blocking(serve: &Serve, name: String, node: Arc<dyn AnyNode>) -> Result<()> {
    let (runtime, serve) = (serve.runtime().clone(), serve.clone());
    let running = async move { serve.run_node(&name, node).await };
    match block_on(runtime.spawn(running), None) {
        Some(Ok(outcome)) => outcome,
        Some(Err(_)) | None => Err(Error::Stopped),
    }
}

/// The runtime for programs that have none. It lives as long as the process.
fn own_runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = Builder::new_multi_thread().enable_all().thread_name("serve").build()?;
    Ok(RUNTIME.get_or_init(|| runtime))
}
