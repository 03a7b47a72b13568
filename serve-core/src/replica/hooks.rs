//! The system's own calls of user code: the constructor, the configuration, the health check. A panic there is a failure.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::runtime::Handle;

use super::{Instance, Replica, panic_message};
use crate::deployment::{Deployment, Failure, UserConfig};

/// Runs a constructor where it holds up nobody: many load a model for seconds without an await.
pub(crate) async fn on_own_thread<D: Deployment>(
    runtime: &Handle,
    constructing: impl Future<Output = Result<D, Failure>> + Send + 'static,
) -> Result<D, Failure> {
    let there = runtime.clone();
    let constructing = runtime.spawn_blocking(move || there.block_on(guarded(constructing)));
    match constructing.await {
        Ok(outcome) => outcome,
        Err(error) => Err(Failure::new(error)),
    }
}

/// Hands the user's type its configuration. It has a context there, so that `current_handle()` works.
pub(crate) async fn reconfigure<D: Deployment>(
    instance: Instance<D>,
    config: UserConfig,
) -> Result<(), Failure> {
    guarded(instance.run_hook("reconfigure", |instance| D::reconfigure(instance, config))).await
}

/// Asks the user's health check; no answer in time is a failure. It has a context, as `reconfigure` has.
pub(crate) async fn check_health<D: Deployment>(
    replica: &Arc<Replica<D>>,
    timeout: Duration,
) -> Result<(), Failure> {
    if !D::HAS_HEALTH_CHECK {
        return Ok(());
    }
    let instance = Instance::without_permit(Arc::clone(replica));
    in_time(timeout, guarded(instance.run_hook("check_health", D::check_health))).await
}

/// No answer in time is a failure.
pub(super) async fn in_time(
    timeout: Duration,
    check: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    match tokio::time::timeout(timeout, check).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::new(format_args!("no answer within {timeout:?}"))),
    }
}

/// A panic in user code is a failure with its text.
pub(crate) async fn guarded<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Failure::new(format_args!("panicked: {}", panic_message(&*panic)))),
    }
}
