//! The system's own calls: to make the value, to warm it up, to see how it does, to give it another configuration.

use std::future::poll_fn;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::Hosted;
use super::hosted::HostedReplica;
use super::own::tell_own_metrics;
use crate::deployment::UserConfig;
use crate::error::Failure;
use crate::exchange::{Incoming, Peer};
use crate::id::{DeploymentId, ReplicaName};
use crate::link::{Form, System, Target};
use crate::observe::ModelCounts;
use crate::packed::{pack, unpack};
use crate::remote::{Construction, HealthQuestion, Reconfiguration};
use crate::replica::{AnyReplica, ReplicaParts, check_health, on_own_thread, reconfigure, warm_up};
use crate::site::ReplicaInfo;
use crate::wire::Answered;

impl Hosted {
    /// Does what the parent asks, and answers.
    pub(super) fn system(&self, call: &Incoming<'_>, system: System) {
        let Some(hosted) = self.this.upgrade() else { return };
        let (peer, stream, body) = (Arc::clone(call.peer), call.stream, call.body.clone());
        self.tasks.spawn_until_stopped(async move {
            let outcome = match system {
                System::Construct => hosted.construct(&peer, &body).await.map(|()| Vec::new()),
                System::WarmUp => hosted.warm_up().await.map(|()| Vec::new()),
                System::CheckHealth => hosted.check_health(&body).await,
                System::Reconfigure => hosted.reconfigure(&body).await.map(|()| Vec::new()),
                System::Models
                | System::ConfigureBatch
                | System::Events
                | System::OwnMetrics
                | System::Choose
                | System::ChooseAll
                | System::LetGo => Err(Failure::new("it is the parent who is told that")),
            };
            let answered = match outcome {
                Ok(body) => Answered::Value(Bytes::from(body).into()),
                Err(failure) => Answered::App(failure.to_string().into()),
            };
            peer.answer(stream, answered);
        });
    }

    async fn construct(&self, peer: &Arc<Peer>, body: &[u8]) -> Result<(), Failure> {
        let Construction {
            application,
            deployment,
            replica,
            ongoing_max,
            stuck_after,
            arguments,
            own_series_max,
        } = unpack(body).map_err(Failure::new)?;
        if self.events.is_some() {
            tell_own_metrics(own_series_max, peer, &self.tasks);
        }
        let (application, deployment) = (Arc::from(application), Arc::from(deployment));
        let id = DeploymentId {
            application: Arc::clone(&application),
            deployment: Arc::clone(&deployment),
        };
        let name = ReplicaName { application, deployment, replica: replica.into() };
        let site = ReplicaInfo::new(name, self.clock.clone());
        site.stuck.set(stuck_after);
        let parent = Arc::downgrade(peer);
        site.models.watch(move |models, counts| tell_models(&parent, &models, counts));
        let parts = ReplicaParts { pool: Arc::clone(&self.pool), site, ongoing_max };
        let (hosted_type, tasks, there) = (self.hosted_type, self.tasks.clone(), Arc::clone(peer));
        let constructing = async move {
            let constructing = || hosted_type.construct(&arguments, id, tasks, parts);
            let mut constructing = there.with_handles(constructing).map_err(Failure::new)?;
            // It may ask for handles, and has no replica yet that knows where they lead.
            poll_fn(|context| there.with_handles(|| constructing.as_mut().poll(context))).await
        };
        let end = CancellationToken::new();
        let replica = on_own_thread(self.tasks.runtime(), end, Box::pin(constructing)).await?;
        // Also to its own deployment: to all of its replicas, not to this one alone.
        replica.set_elsewhere(Arc::clone(peer.handles()));
        Arc::<dyn HostedReplica>::clone(&replica).enlist();
        replica.any_router().publish_enlisted();
        drop(self.replica.set(replica));
        if let Some(events) = &self.events {
            events.listen_everywhere();
        }
        Ok(())
    }

    pub(super) fn set_ongoing_max(&self, requests: u32) {
        if let Some(replica) = self.replica.get() {
            replica.set_ongoing_max(requests);
        }
    }

    fn constructed(&self) -> Result<Arc<dyn AnyReplica>, Failure> {
        match self.replica.get() {
            Some(replica) => Ok(Arc::<dyn HostedReplica>::clone(replica)),
            None => Err(Failure::new("it has not been made yet")),
        }
    }

    /// Gives the health as bytes.
    async fn check_health(&self, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let HealthQuestion { timeout, stuck_after } = unpack(body).map_err(Failure::new)?;
        let replica = self.constructed()?;
        replica.site().stuck.set(stuck_after);
        pack(&check_health(&replica, timeout).await).map_err(Failure::new)
    }

    async fn warm_up(&self) -> Result<(), Failure> {
        warm_up(&self.constructed()?, CancellationToken::new()).await
    }

    async fn reconfigure(&self, body: &[u8]) -> Result<(), Failure> {
        let Reconfiguration { config, patience } = unpack(body).map_err(Failure::new)?;
        let config = serde_json::from_slice(&config).map_err(Failure::new)?;
        reconfigure(self.constructed()?, UserConfig(config), patience).await
    }
}

/// The parent's router looks for models where it knows of them.
fn tell_models(parent: &Weak<Peer>, models: &[&str], counts: Option<ModelCounts>) {
    let Some(parent) = parent.upgrade() else { return };
    let Ok(body) = pack(&(models, counts)) else { return };
    parent.tell(Target::Replica, Form::System(System::Models), body.into());
}
