//! Starts a replica in a process of its own, and watches that process until it is over.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::deployment_state::{ReplicaNumber, Version};
use super::host::{Blueprint, Happened, Host, HostOf, Life, passed};
use super::launch::{Launched, ReplicaProcess};
use crate::config::DeploymentConfig;
use crate::deployment::{Deployment, Failure};
use crate::exchange::{Deployments, Numbers, Peer};
use crate::handle::AnyHandle;
use crate::hosting::{Construction, hello};
use crate::id::ReplicaName;
use crate::log;
use crate::process::Spec;
use crate::replica::{FarReplica, Replica, ReplicaParts, Site};
use crate::wire::{Limits, Link, System, TypeName};

/// How long a process that is connected may be silent.
const OPEN_PATIENCE: Duration = Duration::from_secs(10);
/// How long a process may take to leave after it was asked to, beyond what it has to say.
const QUIT_PATIENCE: Duration = Duration::from_secs(2);

/// A replica that has been constructed in a process, and what tells of its end.
struct Begun<D: Deployment> {
    replica: Arc<Replica<D>>,
    process: Box<dyn ReplicaProcess>,
    /// This end of the link to it.
    peer: Arc<Peer>,
}

impl<D: Deployment> HostOf<D> {
    /// Gives the replica a process, where everything of it runs.
    pub(super) fn start_process(
        self: &Arc<Self>,
        number: ReplicaNumber,
        version: Version,
        config: Arc<DeploymentConfig>,
    ) {
        let this = Arc::clone(self);
        let life = self.place(number);
        self.parts().tasks.spawn(async move {
            let _over = life.over.clone().drop_guard();
            let begun = tokio::select! {
                () = life.end.cancelled() => Err(Failure::new("it was stopped")),
                begun = this.begin_process(number, version, &config, &life) => begun,
            };
            let (outcome, running) = match begun {
                Err(failure) => (Err(failure), None),
                Ok(begun) => (Ok(Arc::clone(&begun.replica)), Some(begun)),
            };
            if this.settle(number, &life, outcome).await
                && let Some(begun) = running
            {
                this.watch_process(number, begun, &life).await;
            }
        });
    }

    async fn begin_process(
        &self,
        number: ReplicaNumber,
        version: Version,
        config: &DeploymentConfig,
        life: &Life,
    ) -> Result<Begun<D>, Failure> {
        let Blueprint::Process(arguments) = self.blueprint(version)? else {
            return Err(Failure::new("its version is not made for a process"));
        };
        let tasks = &self.parts().tasks;
        let name = self.replica_name(number);
        let site = Site::new(name.clone(), self.parts().clock.clone());
        let spec = Spec::new(&*name.replica, TypeName::of::<D>().to_text()).with(config);
        let Launched { process, connection } = self.parts().launcher.launch(spec).await?;
        if let Some(pid) = process.pid() {
            life.set_pid(pid);
        }
        let peer = self.peer(&site, arguments.handles);
        let (limits, receiver) = (Limits::default(), peer.receiver());
        let opening = Link::over(connection, tasks, limits, hello::<D>(), receiver);
        let opened = tokio::time::timeout(OPEN_PATIENCE, opening).await;
        let link = opened.map_err(|_| Failure::new("its process does not speak"))?;
        link.map_err(Failure::new)?;
        let far = FarReplica::new::<D>(Arc::clone(&peer));
        let construct = construct_far::<D>(&far, &site, config, &arguments.bytes);
        let constructed = tokio::select! {
            exit = process.exited() => Err(died_early(exit)),
            constructed = construct => constructed,
        };
        match constructed {
            Ok(()) => {}
            // The end of the process says more, if that is what has closed the link.
            Err(failure) if peer.closed().is_said() => {
                let exit = tokio::time::timeout(QUIT_PATIENCE, process.exited()).await;
                return Err(exit.map_or(failure, died_early));
            }
            Err(failure) => return Err(failure),
        }
        let parts = ReplicaParts {
            router: Arc::clone(self.router()),
            pool: Arc::clone(&self.parts().pool),
            site,
            ongoing_max: config.max_ongoing_requests,
        };
        Ok(Begun { replica: Replica::far(far, parts), process, peer })
    }

    /// This end of the link to a replica's process, which has the handles `known` from the beginning.
    fn peer(&self, site: &Site, mut known: Vec<Arc<dyn AnyHandle>>) -> Arc<Peer> {
        known.push(self.any_handle());
        let directory = Arc::clone(&self.parts().directory);
        let deployments = Deployments::new(known, directory, Arc::clone(&site.models));
        let handles = Arc::clone(&deployments);
        Peer::new(Numbers::Odd, deployments, |_| handles, &self.parts().tasks)
    }

    /// Until the process is over: because the controller says so, or by itself.
    async fn watch_process(&self, number: ReplicaNumber, begun: Begun<D>, life: &Life) {
        let Begun { replica, process, peer } = begun;
        let mut is_leaving = false;
        let reason = loop {
            tokio::select! {
                () = life.end.cancelled() => break None,
                exit = process.exited() => break Some(exit.to_string()),
                () = process.hung() => break Some("did not answer for a second".to_owned()),
                // The end of the process says more, if that is what has closed the link.
                why = peer.closed().said() => {
                    let exit = tokio::time::timeout(QUIT_PATIENCE, process.exited()).await;
                    break Some(exit.map_or(format!("cannot be reached: {why}"), |exit| exit.to_string()));
                }
                // It still has calls to finish, so it is only taken out of routing here.
                reason = peer.leaving().said(), if !is_leaving => {
                    is_leaving = true;
                    replica.close();
                    let name = &replica.site().name.replica;
                    let message =
                        format!("The process of replica {name} {reason} and takes no more calls.");
                    self.report(number, Happened::Leaving(message)).await;
                }
            }
        };
        replica.close();
        match reason {
            None if replica.site().kill.is_cancelled() => process.kill(),
            None => {
                if !peer.leave("the server needs it no longer") {
                    process.quit();
                }
                let patience = life.patience().unwrap_or_default().saturating_add(QUIT_PATIENCE);
                if tokio::time::timeout(patience, process.exited()).await.is_err() {
                    log::warn("its process did not end when it was asked to, and is killed")
                        .replica(&replica.site().name)
                        .emit();
                }
                process.kill();
            }
            Some(reason) => {
                process.kill();
                let name = &replica.site().name.replica;
                let message = format!("The process of replica {name} {reason}.");
                self.report(number, Happened::Died(message)).await;
            }
        }
        process.exited().await;
    }
}

fn died_early(exit: impl fmt::Display) -> Failure {
    Failure::new(format_args!("its process {exit} during construction"))
}

/// Makes the value in the process, and lets it pass its first reconfiguration and health check.
async fn construct_far<D: Deployment>(
    far: &FarReplica,
    site: &Site,
    config: &DeploymentConfig,
    arguments: &[u8],
) -> Result<(), Failure> {
    let ReplicaName { application, deployment, replica } = &site.name;
    let construction = Construction {
        application: (**application).to_owned(),
        deployment: (**deployment).to_owned(),
        replica: (**replica).to_owned(),
        ongoing_max: config.max_ongoing_requests,
        arguments: arguments.to_vec(),
    };
    let body = postcard::to_allocvec(&construction).map_err(Failure::new)?;
    far.ask(System::Construct, body.into()).await?;
    if let Some(user_config) = &config.user_config {
        far.reconfigure(user_config).await?;
    }
    if D::HAS_HEALTH_CHECK {
        passed(far.check_health(&site.standing, config.health_check_timeout).await)?;
    }
    Ok(())
}
