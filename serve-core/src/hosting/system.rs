//! The system's own calls: to make the value, to see how it does, to give it another configuration.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::Hosted;
use crate::deployment::{Constructing, Deployment, Failure, UserConfig};
use crate::id::{DeploymentId, ReplicaName};
use crate::replica::{Instance, Replica, ReplicaParts, Site, guarded, on_own_thread, reconfigure};
use crate::router::Router;
use crate::wire::{Answered, Body, System};

/// What the parent says of the replica that it wants.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Construction {
    pub(crate) application: String,
    pub(crate) deployment: String,
    pub(crate) replica: String,
    pub(crate) ongoing_max: u32,
    pub(crate) arguments: Vec<u8>,
}

impl<D: Deployment> Hosted<D> {
    /// Does what the parent asks, and answers.
    pub(super) fn system(self: &Arc<Self>, stream: u64, system: System, body: Bytes) {
        let hosted = Arc::clone(self);
        self.tasks.spawn_until_stopped(async move {
            let outcome = match system {
                System::Construct => hosted.construct(&body).await,
                System::CheckHealth => hosted.check_health().await,
                System::Reconfigure => hosted.reconfigure(&body).await,
            };
            hosted.answer(
                stream,
                match outcome {
                    Ok(()) => Answered::Value(Body::default()),
                    Err(failure) => Answered::App(failure.to_string().into()),
                },
            );
        });
    }

    async fn construct(self: &Arc<Self>, body: &[u8]) -> Result<(), Failure> {
        let Construction { application, deployment, replica, ongoing_max, arguments } =
            postcard::from_bytes(body).map_err(Failure::new)?;
        let constructing = async move {
            let Constructing(constructing) =
                D::construct(&arguments.into()).map_err(Failure::new)?;
            constructing.await
        };
        let value = on_own_thread(self.tasks.runtime(), constructing).await?;
        let (application, deployment) = (Arc::from(application), Arc::from(deployment));
        let id = DeploymentId {
            application: Arc::clone(&application),
            deployment: Arc::clone(&deployment),
        };
        let name = ReplicaName { application, deployment, replica: replica.into() };
        let router = Router::new(id, self.tasks.clone(), false);
        let site = Site::new(name, self.clock.clone());
        let pool = Arc::clone(&self.pool);
        let parts = ReplicaParts { router: Arc::clone(&router), pool, site, ongoing_max };
        let replica = Replica::new(value, parts);
        router.publish(&[Arc::clone(&replica)]);
        drop(self.replica.set(replica));
        Ok(())
    }

    pub(super) fn set_ongoing_max(&self, requests: u32) {
        if let Some(replica) = self.replica.get() {
            replica.set_ongoing_max(requests);
        }
    }

    fn constructed(&self) -> Result<Instance<D>, Failure> {
        let replica = self.replica.get().ok_or_else(|| Failure::new("it has not been made yet"))?;
        Ok(Instance::without_permit(Arc::clone(replica)))
    }

    async fn check_health(&self) -> Result<(), Failure> {
        guarded(D::check_health(self.constructed()?)).await
    }

    async fn reconfigure(&self, body: &[u8]) -> Result<(), Failure> {
        let config = serde_json::from_slice(body).map_err(Failure::new)?;
        reconfigure(self.constructed()?, UserConfig(config)).await
    }
}
