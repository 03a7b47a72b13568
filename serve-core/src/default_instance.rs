//! The one server of the process, started on first use: `run`, `D::deploy()` and their friends.
//!
//! It is started on the runtime that first asks for it. When that runtime has ended (each
//! `#[tokio::test]` has its own), the next use starts a new one.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::runtime::{Builder, Runtime};

use crate::call::{block_on, is_polling_a_task};
use crate::config::HttpOptions;
use crate::controller::ServeStatus;
use crate::deployment::{Application, Deployment};
use crate::error::{Error, Result};
use crate::log;
use crate::serve::Serve;

/// The only state of the process: everything else belongs to a [`Serve`].
static DEFAULT: Mutex<Option<Serve>> = Mutex::new(None);
/// Held while the server is being started, so that two first uses start one.
static STARTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The process-wide server, started if need be.
async fn instance() -> Result<Serve> {
    let _starting = STARTING.lock().await;
    if let Some(serve) = running() {
        return Ok(serve);
    }
    let serve = Serve::builder().http(HttpOptions::from_env()?).start().await?;
    *lock() = Some(serve.clone());
    Ok(serve)
}

/// The process-wide server, if it runs.
fn running() -> Option<Serve> {
    lock().clone().filter(|serve| !serve.has_ended())
}

fn lock() -> MutexGuard<'static, Option<Serve>> {
    DEFAULT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs an application on the process-wide server under the name `default`; see [`Serve::run_named`].
///
/// # Errors
///
/// As [`Serve::run_named`], or the HTTP address is taken: 127.0.0.1:8000, unless `SERVE_HTTP_HOST` and
/// `SERVE_HTTP_PORT` say otherwise.
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
pub async fn run<D: Deployment>(application: Application<D>) -> Result<D::Handle> {
    instance().await?.run(application).await
}

/// Runs an application on the process-wide server under a name; see [`Serve::run_named`].
///
/// # Errors
///
/// As [`run`].
pub async fn run_named<D: Deployment>(
    name: &str,
    application: Application<D>,
) -> Result<D::Handle> {
    instance().await?.run_named(name, application).await
}

/// Deletes an application of the process-wide server; see [`Serve::delete`].
///
/// # Errors
///
/// No application has that name.
pub async fn delete(name: &str) -> Result<()> {
    match running() {
        Some(serve) => serve.delete(name).await,
        None => Err(Error::UnknownApplication(name.to_owned())),
    }
}

/// What runs on the process-wide server; nothing where it has not been started.
///
/// ```
/// assert!(serve_core::status().applications.is_empty());
/// ```
#[must_use]
pub fn status() -> ServeStatus {
    running().map_or_else(ServeStatus::default, |serve| serve.status())
}

/// Shuts the process-wide server down; see [`Serve::shutdown`]. The next use starts a new one.
///
/// # Errors
///
/// As [`Serve::shutdown`]. Nothing happens where it has not been started.
pub async fn shutdown() -> Result<()> {
    let serve = lock().take();
    match serve.filter(|serve| !serve.has_ended()) {
        Some(serve) => serve.shutdown().await,
        None => Ok(()),
    }
}

/// Waits for Ctrl-C or SIGTERM, then shuts the process-wide server down. A second signal ends the
/// process at once.
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
    signal().await?;
    log::info("shutting down; a second signal ends the process at once").emit();
    tokio::select! {
        outcome = shutdown() => outcome,
        again = signal() => {
            again?;
            log::warn("ended before everything was drained").emit();
            Ok(())
        }
    }
}

#[cfg(unix)]
async fn signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> Result<()> {
    tokio::signal::ctrl_c().await?;
    Ok(())
}

// === for generated code ===

/// `D::deploy(..)`: an application of one deployment, under the deployment's own name.
pub(crate) async fn deploy<D: Deployment>(application: Application<D>) -> Result<D::Handle> {
    let name = application.deployment_name().to_owned();
    run_named(&name, application).await
}

/// `D::deploy_blocking(..)`: the same from a plain thread, on a runtime of our own.
pub(crate) fn deploy_blocking<D: Deployment>(application: Application<D>) -> Result<D::Handle> {
    blocking("deploy_blocking", "deploy", deploy(application))
}

/// `D::get_handle()`, from asynchronous code and plain threads alike.
pub(crate) fn get_handle<D: Deployment>() -> Result<D::Handle> {
    let unknown = || Error::UnknownDeployment { deployment: D::NAME.to_owned(), application: None };
    running().ok_or_else(unknown)?.handle_anywhere::<D>()
}

fn blocking<T: Send + 'static>(
    name: &'static str,
    instead: &'static str,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    if is_polling_a_task() {
        return Err(Error::Blocking { blocking: name, instead });
    }
    let task = own_runtime()?.spawn(work);
    match block_on(task, None) {
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
