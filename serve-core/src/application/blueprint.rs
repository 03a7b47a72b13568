//! What the replicas of one version are made of.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::ArgumentBytes;
use super::recipe::{Prepared, construct_over_bytes};
use crate::deployment::Deployment;
use crate::error::Failure;
use crate::replica::{AnyReplica, Replica, ReplicaParts};
use crate::router::Router;

/// What the replicas of one version are made of.
#[derive(Clone)]
pub(crate) enum Blueprint {
    Here(Arc<dyn Maker>),
    /// The constructor's arguments, for another process.
    Process(ArgumentBytes),
}

/// Makes replicas in this process.
pub(crate) trait Maker: Send + Sync {
    /// Runs the user's constructor, when it is polled.
    fn make(&self, parts: ReplicaParts)
    -> BoxFuture<'static, Result<Arc<dyn AnyReplica>, Failure>>;
}

struct MakerOf<D: Deployment> {
    prepared: Arc<dyn Prepared<D>>,
    router: Arc<Router<D>>,
}

impl Blueprint {
    /// Replicas of this router, with values from a recipe.
    pub(crate) fn here<D: Deployment>(
        prepared: Arc<dyn Prepared<D>>,
        router: &Arc<Router<D>>,
    ) -> Self {
        Self::Here(Arc::new(MakerOf { prepared, router: Arc::clone(router) }))
    }
}

impl<D: Deployment> Maker for MakerOf<D> {
    fn make(
        &self,
        parts: ReplicaParts,
    ) -> BoxFuture<'static, Result<Arc<dyn AnyReplica>, Failure>> {
        let (prepared, router) = (Arc::clone(&self.prepared), Arc::clone(&self.router));
        Box::pin(async move {
            // The user's code, the `Clone` of the arguments included, runs from here on.
            let constructing = match router.forces_wire() {
                true => construct_over_bytes(&*prepared),
                false => prepared.construct(),
            };
            let value = constructing.await?;
            Ok(Replica::new(value, &router, parts) as Arc<dyn AnyReplica>)
        })
    }
}
