//! Starts a replica in a process of its own, and watches that process until it is over.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::deployment_state::{ReplicaNumber, StartStep, Version};
use super::host::{Happened, Host, Life, passed};
use super::launch::{Launched, ReplicaProcess};
use crate::application::Blueprint;
use crate::call::own_series_max;
use crate::config::DeploymentConfig;
use crate::error::Failure;
use crate::exchange::{AnyHandle, Numbers, Peer};
use crate::hosting::{TypeName, hello};
use crate::id::ReplicaName;
use crate::link::{Connection, Limits, Link, System};
use crate::log;
use crate::packed::pack;
use crate::process::Spec;
use crate::remote::{Construction, Deployments, FarReplica};
use crate::replica::{AnyReplica, ReplicaParts};
use crate::site::ReplicaInfo;

/// How long a process that is connected may be silent.
const OPEN_PATIENCE: Duration = Duration::from_secs(10);
/// How long a process may take to leave after it was asked to, beyond what it has to say.
const QUIT_PATIENCE: Duration = Duration::from_secs(2);

/// A replica that has been constructed in a process, and what tells of its end.
struct Begun {
    replica: Arc<dyn AnyReplica>,
    process: Box<dyn ReplicaProcess>,
    /// This end of the link to it.
    peer: Arc<Peer>,
}

impl Host {
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
            let launched = tokio::select! {
                () = life.end.cancelled() => Err(Failure::new("it was stopped")),
                launched = this.launch(number, &config, &life) => launched,
            };
            let begun = match launched {
                Err(failure) => Err(failure),
                Ok(launched) => this.begin(number, version, &config, &life, launched).await,
            };
            match begun {
                Err(failure) => drop(this.settle(number, &config, &life, Err(failure)).await),
                Ok(begun) => {
                    if this.settle(number, &config, &life, Ok(Arc::clone(&begun.replica))).await {
                        this.watch_process(number, begun, &life).await;
                    }
                }
            }
        });
    }

    async fn launch(
        &self,
        number: ReplicaNumber,
        config: &DeploymentConfig,
        life: &Life,
    ) -> Result<Launched, Failure> {
        let id = self.replica_id(number);
        let spec = Spec::new(id, TypeName::of(self.router().info()).to_text()).with(config);
        let launched = self.parts().launcher.launch(spec).await?;
        if let Some(pid) = launched.process.pid() {
            life.set_pid(pid);
        }
        Ok(launched)
    }

    /// Makes a process the replica. If that fails, the process has ended by then.
    async fn begin(
        &self,
        number: ReplicaNumber,
        version: Version,
        config: &DeploymentConfig,
        life: &Life,
        launched: Launched,
    ) -> Result<Begun, Failure> {
        let Launched { process, connection } = launched;
        let made = tokio::select! {
            () = life.end.cancelled() => Err(Failure::new("it was stopped")),
            exit = process.exited() => {
                Err(Failure::new(format_args!("its process {exit} during construction")))
            }
            made = self.make(number, version, config, connection) => made,
        };
        match made {
            Ok((replica, peer)) => Ok(Begun { replica, process, peer }),
            Err(failure) => {
                process.kill();
                drop(tokio::time::timeout(QUIT_PATIENCE, process.exited()).await);
                Err(failure)
            }
        }
    }

    async fn make(
        &self,
        number: ReplicaNumber,
        version: Version,
        config: &DeploymentConfig,
        connection: Connection,
    ) -> Result<(Arc<dyn AnyReplica>, Arc<Peer>), Failure> {
        let Blueprint::Process(arguments) = self.blueprint(version)? else {
            return Err(Failure::new("its version is not made for a process"));
        };
        let (info, tasks) = (self.router().info(), &self.parts().tasks);
        let site = self.site(number, config);
        site.stuck.set(config.stuck_after);
        let peer = self.peer(&site, arguments.handles);
        let (limits, receiver) = (Limits::default(), peer.receiver());
        let opening = Link::over(connection, tasks, limits, hello(info), receiver);
        let opened = tokio::time::timeout(OPEN_PATIENCE, opening).await;
        let link = opened.map_err(|_| Failure::new("its process does not speak"))?;
        link.map_err(Failure::new)?;
        let far = FarReplica::new(info, Arc::clone(&peer));
        let constructed = self.construct_far(number, &far, &site, config, &arguments.bytes).await;
        if constructed.is_err() && peer.closed().is_said() {
            // The end of the process, which `begin` waits for as well, says more than the end of its link.
            tokio::time::sleep(QUIT_PATIENCE).await;
        }
        constructed?;
        let parts = ReplicaParts {
            pool: Arc::clone(&self.parts().pool),
            site,
            ongoing_max: config.max_ongoing_requests,
        };
        Ok((Arc::clone(self.router()).far_replica(far, parts), peer))
    }

    /// This end of the link to a replica's process, which has the handles `known` from the beginning.
    fn peer(&self, site: &ReplicaInfo, mut known: Vec<Arc<dyn AnyHandle>>) -> Arc<Peer> {
        known.push(Arc::clone(self.any_handle()));
        let directory = Arc::clone(&self.parts().directory);
        let deployments = Deployments::new(known, directory, site);
        let handles = Arc::clone(&deployments);
        Peer::new(Numbers::Odd, deployments, |_| handles, &self.parts().tasks)
    }

    /// Until the process is over: because the controller says so, or by itself.
    async fn watch_process(&self, number: ReplicaNumber, begun: Begun, life: &Life) {
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
                // Its place is free when it has ended.
                drop(tokio::time::timeout(QUIT_PATIENCE, process.exited()).await);
                let name = &replica.site().name.replica;
                let message = format!("The process of replica {name} {reason}.");
                self.report(number, Happened::Died(message)).await;
            }
        }
        process.exited().await;
    }

    /// Makes the value in the process, and lets it pass its first reconfiguration, warm-up and health check.
    async fn construct_far(
        &self,
        number: ReplicaNumber,
        far: &FarReplica,
        site: &ReplicaInfo,
        config: &DeploymentConfig,
        arguments: &Bytes,
    ) -> Result<(), Failure> {
        let info = self.router().info();
        let ReplicaName { application, deployment, replica } = &site.name;
        let construction = Construction {
            application: (**application).to_owned(),
            deployment: (**deployment).to_owned(),
            replica: (**replica).to_owned(),
            ongoing_max: config.max_ongoing_requests,
            stuck_after: config.stuck_after,
            arguments: Bytes::clone(arguments),
            own_series_max: site.meter().and_then(|_| own_series_max()),
        };
        let body = pack(&construction).map_err(Failure::new)?;
        far.ask(System::Construct, body.into()).await?;
        if let Some(user_config) = &config.user_config {
            self.reached(number, StartStep::Reconfigure).await;
            far.reconfigure(user_config, config.update_timeout).await?;
        }
        if info.has_warm_up {
            self.reached(number, StartStep::WarmUp).await;
            far.warm_up().await?;
        }
        if info.has_health_check {
            self.reached(number, StartStep::HealthCheck).await;
            passed(far.check_health(site, config.health_check_timeout).await)?;
        }
        Ok(())
    }
}
