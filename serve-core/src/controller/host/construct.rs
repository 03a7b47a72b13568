//! How a replica comes to be: as a task's, or on a thread of its own.

use std::sync::Arc;

use tokio::runtime::Builder;

use super::hosted::Life;
use super::{Happened, Host};
use crate::application::Blueprint;
use crate::call::in_server;
use crate::config::DeploymentConfig;
use crate::controller::deployment_state::{ReplicaNumber, StartStep, Version};
use crate::deployment::UserConfig;
use crate::error::Failure;
use crate::replica::{
    AnyReplica, Pool, ReplicaParts, check_health, on_own_thread, reconfigure, warm_up,
};
use crate::site::ReplicaHealth;
use crate::tasks::Tasks;

/// How long the tasks of a replica's own thread may take to end after it has been drained.
const THREAD_PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

impl Host {
    pub(super) fn start_task(
        self: &Arc<Self>,
        number: ReplicaNumber,
        version: Version,
        config: Arc<DeploymentConfig>,
    ) {
        let this = Arc::clone(self);
        let life = self.replicas.insert(number);
        let pool = Arc::clone(&self.parts.pool);
        self.parts.tasks.spawn_until_stopped(async move {
            let constructed = this.construct(number, version, &config, pool, &life).await;
            let alive = this.settle(number, &config, &life, constructed).await;
            if !alive {
                life.over.cancel();
            }
        });
    }

    /// Gives the replica a thread with a runtime of its own, where everything of it runs.
    pub(super) fn start_thread(
        self: &Arc<Self>,
        number: ReplicaNumber,
        version: Version,
        config: Arc<DeploymentConfig>,
    ) {
        let (this, life) = (Arc::clone(self), self.replicas.insert(number));
        let lives = Arc::clone(&life);
        let body = move || {
            let _over = life.over.clone().drop_guard();
            match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => {
                    runtime.block_on(this.live_on_thread(number, version, &config, &life));
                    runtime.shutdown_background();
                }
                Err(error) => this.fail_to_start(number, &life, &error),
            }
        };
        let spawned = std::thread::Builder::new().name(self.replica_id(number)).spawn(body);
        if let Err(error) = spawned {
            self.fail_to_start(number, &lives, &error);
        }
    }

    async fn live_on_thread(
        self: &Arc<Self>,
        number: ReplicaNumber,
        version: Version,
        config: &DeploymentConfig,
        life: &Life,
    ) {
        let tasks = Tasks::new(tokio::runtime::Handle::current());
        let pool = Pool::new(tasks.clone());
        let constructed = self.construct(number, version, config, Arc::clone(&pool), life).await;
        if self.settle(number, config, life, constructed).await {
            life.end.cancelled().await;
        }
        pool.close();
        tasks.shut_down(THREAD_PATIENCE).await;
    }

    fn fail_to_start(&self, number: ReplicaNumber, life: &Life, error: &std::io::Error) {
        drop(self.replicas.remove(number));
        life.over.cancel();
        let outcome = Err(format!("cannot start a thread for the replica: {error}"));
        self.parts.tasks.spawn(self.report(number, Happened::Started(outcome)));
    }

    /// Constructs a replica and lets it pass its first reconfiguration, warm-up and health check.
    async fn construct(
        &self,
        number: ReplicaNumber,
        version: Version,
        config: &DeploymentConfig,
        pool: Arc<Pool>,
        life: &Life,
    ) -> Result<Arc<dyn AnyReplica>, Failure> {
        let Blueprint::Here(maker) = self.blueprint(version)? else {
            return Err(Failure::new("its version is made for a process"));
        };
        let runtime = pool.runtime().clone();
        let parts = ReplicaParts {
            pool,
            site: self.site(number, config),
            ongoing_max: config.max_ongoing_requests,
        };
        let making = in_server(self.parts.tasks.clone(), async move { maker.make(parts).await });
        let replica = on_own_thread(&runtime, life.end.clone(), Box::pin(making)).await?;
        replica.site().stuck.set(config.stuck_after);
        let passed = tokio::select! {
            biased;
            passed = self.pass(number, config, &replica, life) => passed,
            () = life.end.cancelled() => Err(Failure::new("it was stopped")),
        };
        match passed {
            Ok(()) => Ok(replica),
            Err(failure) => {
                self.parts.tasks.dispose(replica);
                Err(failure)
            }
        }
    }

    /// What a replica has to pass after its constructor.
    async fn pass(
        &self,
        number: ReplicaNumber,
        config: &DeploymentConfig,
        replica: &Arc<dyn AnyReplica>,
        life: &Life,
    ) -> Result<(), Failure> {
        let info = replica.info();
        if let Some(user_config) = &config.user_config {
            self.reached(number, StartStep::Reconfigure).await;
            let user_config = UserConfig(user_config.clone());
            reconfigure(Arc::clone(replica), user_config, config.update_timeout).await?;
        }
        if info.has_warm_up {
            self.reached(number, StartStep::WarmUp).await;
            warm_up(replica, life.end.clone()).await?;
        }
        if info.has_health_check {
            self.reached(number, StartStep::HealthCheck).await;
        }
        passed(check_health(replica, config.health_check_timeout).await)
    }

    /// Says what a replica that starts has got to, so that the controller knows what it waits for.
    pub(in crate::controller) fn reached(
        &self,
        number: ReplicaNumber,
        step: StartStep,
    ) -> impl Future<Output = ()> + Send + use<> {
        self.report(number, Happened::Reached(step))
    }

    /// Says what became of a construction, and whether the replica lives.
    pub(in crate::controller) async fn settle(
        &self,
        number: ReplicaNumber,
        config: &DeploymentConfig,
        life: &Life,
        constructed: Result<Arc<dyn AnyReplica>, Failure>,
    ) -> bool {
        let (outcome, hosted, replica) = self.replicas.settle(number, life, constructed);
        if hosted.is_some() || replica.is_some() {
            self.parts.tasks.dispose((hosted, replica));
        }
        let alive = matches!(outcome, Some(Ok(())));
        if alive && let Some(replica) = self.replicas.get(number) {
            self.start_slowly(&replica, config);
        }
        let happened = outcome.map_or(Happened::Stopped, Happened::Started);
        self.report(number, happened).await;
        alive
    }
}

/// A first health check must be passed.
pub(in crate::controller) fn passed(health: ReplicaHealth) -> Result<(), Failure> {
    match health {
        ReplicaHealth::Passed | ReplicaHealth::Undecided => Ok(()),
        ReplicaHealth::Failed(why) => Err(Failure::new(why)),
    }
}
