//! What is known of handles where values are written and read that may have some among them: a handle is written as the
//! name of its deployment, and read as one that whoever reads has a way for.

use std::any::Any;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use scoped_tls::scoped_thread_local;

use super::far::FarDeployment;
use super::incoming::Incoming;
use crate::call::{Failure, RequestInfo};
use crate::id::DeploymentId;

scoped_thread_local!(static RESOLVER: Arc<dyn Resolve>);

/// A handle of whatever type, without options.
pub(crate) trait AnyHandle: Send + Sync {
    /// The deployment it leads to.
    fn id(&self) -> &DeploymentId;

    /// A `HandleCore` of its type.
    fn as_any(&self) -> &dyn Any;

    /// Makes a call that has come from another process.
    fn call(&self, call: &Incoming<'_>);

    /// Changes an option of a batched method, as another process says.
    fn configure_batch(&self, call: &Incoming<'_>);

    /// Takes a place on one replica, for which it waits in the queue.
    fn choose(&self, request: RequestInfo) -> BoxFuture<'static, Result<ChosenHandle, Failure>>;

    /// Takes a place on every replica that takes calls, whatever its load.
    fn choose_all(&self) -> Vec<ChosenHandle>;
}

/// A handle that leads to one replica alone, and has a place there.
pub(crate) struct ChosenHandle {
    pub(crate) replica_id: Arc<str>,
    pub(crate) handle: Arc<dyn AnyHandle>,
}

/// Knows the deployments that values speak of.
pub(crate) trait Resolve: Send + Sync {
    /// The way to this deployment from here, if there is one.
    fn way(&self, application: &str, deployment: &str) -> Option<HandlePath>;

    /// A handle is being written: calls may come back for it.
    fn leaves(&self, handle: Arc<dyn AnyHandle>) {
        drop(handle);
    }
}

/// Where a deployment is.
pub(crate) enum HandlePath {
    /// In this process.
    Here(Arc<dyn AnyHandle>),
    /// At the other end of a link. Its type shows when it is called.
    Far(Arc<FarDeployment>),
}

impl HandlePath {
    /// The deployment, if it is at the other end of a link.
    pub(crate) fn far(self) -> Option<Arc<FarDeployment>> {
        match self {
            Self::Far(far) => Some(far),
            Self::Here(_) => None,
        }
    }
}

/// Reads and writes values in `body` as `resolver` knows them.
pub(crate) fn with_resolver<R>(resolver: &Arc<dyn Resolve>, body: impl FnOnce() -> R) -> R {
    RESOLVER.set(resolver, body)
}

/// A deployment at the other end of the link whose values are being read or written here.
pub(crate) fn far_deployment(application: &str, deployment: &str) -> Option<Arc<FarDeployment>> {
    resolver()?.way(application, deployment)?.far()
}

/// Who knows the handles among the values that are being read or written here.
pub(crate) fn resolver() -> Option<Arc<dyn Resolve>> {
    RESOLVER.is_set().then(|| RESOLVER.with(Arc::clone))
}
