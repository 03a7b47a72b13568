//! A router without its type, as the control plane holds it.

use std::sync::{Arc, PoisonError};

use http::StatusCode;

use super::Router;
use crate::config::DeploymentConfig;
use crate::deployment::Deployment;
use crate::exchange::AnyHandle;
use crate::handle::any_handle;
use crate::id::DeploymentId;
use crate::info::TypeInfo;
use crate::remote::FarReplica;
use crate::replica::{AnyReplica, Replica, ReplicaParts};
use crate::tasks::Tasks;

/// The router of a deployment of whatever type.
pub(crate) trait AnyRouter: Send + Sync {
    fn id(&self) -> &DeploymentId;
    fn tasks(&self) -> &Tasks;
    fn info(&self) -> &'static TypeInfo;
    /// Takes over the options that calls look at.
    fn configure(&self, config: &DeploymentConfig);
    /// Makes the replicas that have been enlisted since the last time those that may get calls.
    fn publish_enlisted(&self);
    /// Hands free permits to waiting calls.
    fn pump(&self);
    /// No call will be served any more.
    fn close(&self);
    /// How many calls wait, in whatever queue.
    fn queued(&self) -> usize;
    /// The status that tells a caller over HTTP that the queue is full.
    fn backpressure_status(&self) -> StatusCode;
    /// Whether a call that failed may be sent again: takes one out of the retry budget.
    fn may_retry(&self) -> bool;
    /// A handle to the deployment.
    fn any_handle(self: Arc<Self>) -> Arc<dyn AnyHandle>;
    /// A replica whose value is behind a link.
    fn far_replica(self: Arc<Self>, far: FarReplica, parts: ReplicaParts) -> Arc<dyn AnyReplica>;
}

impl<D: Deployment> Router<D> {
    /// The replica will be one of those that are published next.
    pub(crate) fn enlist(&self, replica: Arc<Replica<D>>) {
        self.enlisted.lock().unwrap_or_else(PoisonError::into_inner).push(replica);
    }
}

impl<D: Deployment> AnyRouter for Router<D> {
    fn id(&self) -> &DeploymentId {
        &self.id
    }

    fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    fn info(&self) -> &'static TypeInfo {
        TypeInfo::of::<D>()
    }

    fn configure(&self, config: &DeploymentConfig) {
        self.limits.configure(config);
    }

    fn publish_enlisted(&self) {
        let enlisted =
            std::mem::take(&mut *self.enlisted.lock().unwrap_or_else(PoisonError::into_inner));
        self.publish(&enlisted);
    }

    fn pump(&self) {
        self.pump();
    }

    fn close(&self) {
        self.close();
    }

    fn queued(&self) -> usize {
        self.queued()
    }

    fn backpressure_status(&self) -> StatusCode {
        self.limits.backpressure_status()
    }

    fn may_retry(&self) -> bool {
        self.may_retry()
    }

    fn any_handle(self: Arc<Self>) -> Arc<dyn AnyHandle> {
        any_handle(&self)
    }

    fn far_replica(self: Arc<Self>, far: FarReplica, parts: ReplicaParts) -> Arc<dyn AnyReplica> {
        Replica::far(far, &self, parts)
    }
}
