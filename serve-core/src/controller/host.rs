//! Carries out what the controller decides for one deployment: constructs, checks, stops replicas.
//!
//! The controller knows a host without its type. Every action returns at once; the outcome comes back
//! as an event.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use super::actor::{Event, EventSender};
use super::deployment_state::ReplicaNumber;
use super::launch::Launcher;
use crate::call::in_server;
use crate::config::{DeploymentConfig, Isolation};
use crate::deployment::{ArgumentBytes, Deployment, Factory, Failure, UserConfig};
use crate::exchange::Lookup;
use crate::handle::{AnyHandle, HandleCore, any_handle};
use crate::http::HttpTarget;
use crate::id::{DeploymentId, ReplicaName};
use crate::replica::{
    Instance, Pool, Replica, ReplicaParts, Site, SlowClock, check_health, on_own_thread,
    reconfigure,
};
use crate::router::Router;
use crate::tasks::Tasks;

/// What a host needs of the server it belongs to.
#[derive(Clone)]
pub(crate) struct HostParts {
    pub(crate) id: DeploymentId,
    /// Tells this incarnation's events from those of an earlier deployment of the same name.
    pub(crate) incarnation: u64,
    pub(crate) tasks: Tasks,
    pub(crate) pool: Arc<Pool>,
    pub(crate) clock: SlowClock,
    pub(crate) events: EventSender,
    /// Where replicas with processes of their own get them.
    pub(crate) launcher: Arc<dyn Launcher>,
    /// What calls from replicas in processes are for.
    pub(crate) directory: Arc<dyn Lookup>,
    /// See `Router`.
    pub(crate) forces_wire: bool,
}

/// The replicas of one deployment, without their type.
pub(crate) trait Host: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn incarnation(&self) -> u64;
    fn configure(&self, config: &DeploymentConfig);
    fn start(&self, replica: ReplicaNumber);
    fn stop(&self, replica: ReplicaNumber, patience: Duration);
    fn kill(&self, replica: ReplicaNumber);
    fn kill_all(&self);
    fn check_health(&self, replica: ReplicaNumber);
    fn reconfigure(&self, replica: ReplicaNumber);
    fn publish(&self, replicas: &[ReplicaNumber]);
    fn close(&self);
    fn replica_id(&self, replica: ReplicaNumber) -> String;
    /// A handle to the deployment.
    fn any_handle(&self) -> Arc<dyn AnyHandle>;
    fn http_target(&self, prefix: &str) -> Result<Option<Arc<dyn HttpTarget>>, String>;
}

/// The host of a deployment of type `D`.
pub(crate) struct HostOf<D: Deployment> {
    this: std::sync::Weak<Self>,
    parts: HostParts,
    router: Arc<Router<D>>,
    any_handle: OnceLock<Arc<dyn AnyHandle>>,
    state: Mutex<HostState<D>>,
}

struct HostState<D: Deployment> {
    factory: Option<Factory<D>>,
    /// The arguments of the constructor, where replicas are made in processes.
    arguments: Option<ArgumentBytes>,
    config: DeploymentConfig,
    replicas: HashMap<ReplicaNumber, Hosted<D>>,
}

struct Hosted<D: Deployment> {
    /// `None` while it is being constructed.
    replica: Option<Arc<Replica<D>>>,
    /// Ends its construction, or the thread it lives on.
    end: CancellationToken,
}

impl<D: Deployment> HostOf<D> {
    pub(crate) fn new(parts: HostParts) -> Arc<Self> {
        let router = Router::new(parts.id.clone(), parts.tasks.clone(), parts.forces_wire);
        let state = HostState {
            factory: None,
            arguments: None,
            config: DeploymentConfig::default(),
            replicas: HashMap::new(),
        };
        Arc::new_cyclic(|this| Self {
            this: std::sync::Weak::clone(this),
            parts,
            router,
            any_handle: OnceLock::new(),
            state: Mutex::new(state),
        })
    }

    pub(crate) fn handle(&self) -> D::Handle {
        D::handle(HandleCore::new(&self.router))
    }

    pub(crate) fn forces_wire(&self) -> bool {
        self.parts.forces_wire
    }

    pub(crate) fn set_factory(&self, factory: Factory<D>) {
        self.lock().factory = Some(factory);
    }

    pub(crate) fn set_arguments(&self, arguments: ArgumentBytes) {
        self.lock().arguments = Some(arguments);
    }

    /// What a replica in a process is made of.
    pub(super) fn arguments(&self) -> Option<ArgumentBytes> {
        self.lock().arguments.clone()
    }

    pub(super) fn config(&self) -> DeploymentConfig {
        self.lock().config.clone()
    }

    pub(super) fn parts(&self) -> &HostParts {
        &self.parts
    }

    pub(super) fn router(&self) -> &Arc<Router<D>> {
        &self.router
    }

    pub(super) fn replica_name(&self, number: ReplicaNumber) -> ReplicaName {
        ReplicaName {
            application: self.parts.id.application.clone(),
            deployment: self.parts.id.deployment.clone(),
            replica: self.replica_id(number).into(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HostState<D>> {
        // Only maps are changed under this lock, so a poisoned one is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn replica(&self, number: ReplicaNumber) -> Option<Arc<Replica<D>>> {
        self.lock().replicas.get(&number)?.replica.clone()
    }

    pub(super) fn report<E>(&self, event: E) -> impl Future<Output = ()> + Send + use<D, E>
    where
        E: FnOnce(DeploymentId, u64) -> Event,
    {
        let event = event(self.parts.id.clone(), self.parts.incarnation);
        let events = self.parts.events.clone();
        // A controller that is gone needs no reports.
        async move { drop(events.send(event).await) }
    }

    /// Constructs a replica and lets it pass its first reconfiguration and health check.
    async fn construct(
        self: Arc<Self>,
        number: ReplicaNumber,
        pool: Arc<Pool>,
    ) -> Result<Arc<Replica<D>>, Failure> {
        let (factory, config) = {
            let state = self.lock();
            (state.factory.clone(), state.config.clone())
        };
        let factory = factory.ok_or_else(|| Failure::new("the deployment has no constructor"))?;
        let constructing = in_server(self.parts.tasks.clone(), async move { factory().await });
        let value = on_own_thread(pool.runtime(), constructing).await?;
        let name = self.replica_name(number);
        let parts = ReplicaParts {
            router: Arc::clone(&self.router),
            pool,
            site: Site::new(name, self.parts.clock.clone()),
            ongoing_max: config.max_ongoing_requests,
        };
        let replica = Replica::new(value, parts);
        if let Some(user_config) = config.user_config {
            let instance = Instance::without_permit(Arc::clone(&replica));
            reconfigure(instance, UserConfig(user_config)).await?;
        }
        check_health(&replica, config.health_check_timeout).await?;
        Ok(replica)
    }

    /// Runs a construction to its end and reports it.
    async fn run_construction(self: Arc<Self>, number: ReplicaNumber, pool: Arc<Pool>) -> bool {
        let end = self.lock().replicas.get(&number).map(|hosted| hosted.end.clone());
        let Some(end) = end else { return false };
        let outcome = tokio::select! {
            () = end.cancelled() => None,
            outcome = Arc::clone(&self).construct(number, pool) => Some(outcome),
        };
        self.report_construction(number, &end, outcome).await
    }

    /// Says what became of a construction, and whether the replica lives.
    pub(super) async fn report_construction(
        &self,
        number: ReplicaNumber,
        end: &CancellationToken,
        outcome: Option<Result<Arc<Replica<D>>, Failure>>,
    ) -> bool {
        match self.settle_construction(number, end, outcome) {
            None => {
                self.report(|id, incarnation| Event::Stopped { id, incarnation, number }).await;
                false
            }
            Some(outcome) => {
                let alive = outcome.is_ok();
                self.report(|id, incarnation| Event::Started { id, incarnation, number, outcome })
                    .await;
                alive
            }
        }
    }

    /// Takes the new replica in, or clears up after it. `None` means that it was stopped meanwhile:
    /// decided under the lock under which `stop` looks, so one of the two sees the other.
    fn settle_construction(
        &self,
        number: ReplicaNumber,
        end: &CancellationToken,
        outcome: Option<Result<Arc<Replica<D>>, Failure>>,
    ) -> Option<Result<(), String>> {
        let mut state = self.lock();
        match outcome {
            Some(Ok(replica)) if !end.is_cancelled() => {
                // The options may have changed since it was begun.
                replica.set_ongoing_max(state.config.max_ongoing_requests);
                if let Some(hosted) = state.replicas.get_mut(&number) {
                    hosted.replica = Some(replica);
                }
                Some(Ok(()))
            }
            outcome => {
                let stopped = end.is_cancelled();
                let hosted = state.replicas.remove(&number);
                drop(state);
                drop(hosted);
                match outcome {
                    Some(Err(failure)) if !stopped => Some(Err(failure.to_string())),
                    _ => None,
                }
            }
        }
    }

    /// Gives the replica a thread with a runtime of its own, where everything of it runs.
    fn start_thread(self: &Arc<Self>, number: ReplicaNumber) {
        let this = Arc::clone(self);
        let end = CancellationToken::new();
        self.insert(number, end.clone());
        let spawned = std::thread::Builder::new().name(self.replica_id(number)).spawn(move || {
            let runtime = match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return this.fail_to_start(number, &error),
            };
            runtime.block_on(async {
                let tasks = Tasks::new(runtime.handle().clone());
                let pool = Pool::new(tasks.clone());
                if this.run_construction(number, Arc::clone(&pool)).await {
                    end.cancelled().await;
                }
                pool.close();
                tasks.shut_down(THREAD_PATIENCE).await;
            });
            runtime.shutdown_background();
        });
        if let Err(error) = spawned {
            self.fail_to_start(number, &error);
        }
    }

    /// Ends a replica as a crash would.
    fn end_at_once(&self, hosted: &Hosted<D>) {
        if let Some(replica) = &hosted.replica {
            replica.close();
            replica.site().kill.cancel();
            self.drop_unbegun(replica);
        }
        // Last: what its thread drops then is looked for a place again, and must not come back here.
        hosted.end.cancel();
    }

    /// Calls that wait for the replica's own thread, which may be held up for long, wait no longer.
    fn drop_unbegun(&self, replica: &Replica<D>) {
        if !Arc::ptr_eq(replica.pool(), &self.parts.pool) {
            replica.pool().close();
        }
    }

    fn fail_to_start(&self, number: ReplicaNumber, error: &std::io::Error) {
        self.lock().replicas.remove(&number);
        let outcome = Err(format!("cannot start a thread for the replica: {error}"));
        let report =
            self.report(move |id, incarnation| Event::Started { id, incarnation, number, outcome });
        self.parts.tasks.spawn(report);
    }

    pub(super) fn insert(&self, number: ReplicaNumber, end: CancellationToken) {
        self.lock().replicas.insert(number, Hosted { replica: None, end });
    }

    /// Runs `work` on the replica and reports what `event` makes of its outcome.
    fn with_replica<Fut>(
        &self,
        number: ReplicaNumber,
        work: impl FnOnce(Arc<Replica<D>>, DeploymentConfig) -> Fut,
        event: fn(DeploymentId, u64, ReplicaNumber, Result<(), String>) -> Event,
    ) where
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let Some(replica) = self.replica(number) else { return };
        let config = self.lock().config.clone();
        let tasks = replica.pool().tasks().clone();
        let work = work(replica, config);
        let (id, incarnation) = (self.parts.id.clone(), self.parts.incarnation);
        let events = self.parts.events.clone();
        tasks.spawn_until_stopped(async move {
            let outcome = work.await.map_err(|failure| failure.to_string());
            drop(events.send(event(id, incarnation, number, outcome)).await);
        });
    }
}

/// How long the tasks of a replica's own thread may take to end after it has been drained.
const THREAD_PATIENCE: Duration = Duration::from_secs(1);
/// How long calls that were told to end may take for it.
const KILL_PATIENCE: Duration = Duration::from_secs(1);

impl<D: Deployment> Host for HostOf<D> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn incarnation(&self) -> u64 {
        self.parts.incarnation
    }

    fn configure(&self, config: &DeploymentConfig) {
        self.router.configure(config);
        let mut state = self.lock();
        state.config = config.clone();
        for replica in state.replicas.values().filter_map(|hosted| hosted.replica.as_ref()) {
            replica.set_ongoing_max(config.max_ongoing_requests);
        }
        drop(state);
        // A larger maximum may have made room.
        self.router.pump();
    }

    fn start(&self, number: ReplicaNumber) {
        let Some(this) = self.this.upgrade() else { return };
        let isolation = self.lock().config.isolation;
        match isolation {
            Isolation::Thread => this.start_thread(number),
            Isolation::Process => this.start_process(number),
            Isolation::Task => {
                self.insert(number, CancellationToken::new());
                let pool = Arc::clone(&self.parts.pool);
                self.parts.tasks.spawn_until_stopped(async move {
                    this.run_construction(number, pool).await;
                });
            }
        }
    }

    fn stop(&self, number: ReplicaNumber, patience: Duration) {
        let Some(this) = self.this.upgrade() else { return };
        let (replica, end) = {
            let state = self.lock();
            let Some(hosted) = state.replicas.get(&number) else { return };
            let Some(replica) = hosted.replica.clone() else {
                // Still being constructed: that ends here, and reports it.
                hosted.end.cancel();
                return;
            };
            (replica, hosted.end.clone())
        };
        self.parts.tasks.spawn(async move {
            if tokio::time::timeout(patience, replica.drain()).await.is_err() {
                replica.site().kill.cancel();
                this.drop_unbegun(&replica);
                // A method that blocks its thread cannot be ended; the replica outlives its place.
                drop(tokio::time::timeout(KILL_PATIENCE, replica.drain()).await);
            }
            end.cancel();
            let hosted = this.lock().replicas.remove(&number);
            // The user's `Drop` may take its time, to unload a model say, or panic.
            this.parts.tasks.runtime().spawn_blocking(move || drop((hosted, replica)));
            this.report(|id, incarnation| Event::Stopped { id, incarnation, number }).await;
        });
    }

    fn kill(&self, number: ReplicaNumber) {
        let hosted = self.lock().replicas.remove(&number);
        if let Some(hosted) = hosted {
            self.end_at_once(&hosted);
        }
    }

    fn kill_all(&self) {
        let replicas = std::mem::take(&mut self.lock().replicas);
        replicas.values().for_each(|hosted| self.end_at_once(hosted));
    }

    fn check_health(&self, number: ReplicaNumber) {
        self.with_replica(
            number,
            |replica, config| async move {
                match replica.as_far() {
                    None => check_health(&replica, config.health_check_timeout).await,
                    Some(_) if !D::HAS_HEALTH_CHECK => Ok(()),
                    Some(far) => far.check_health(config.health_check_timeout).await,
                }
            },
            |id, incarnation, number, outcome| Event::Health { id, incarnation, number, outcome },
        );
    }

    fn reconfigure(&self, number: ReplicaNumber) {
        self.with_replica(
            number,
            |replica, config| async move {
                let user_config = config.user_config.unwrap_or_default();
                if let Some(far) = replica.as_far() {
                    return far.reconfigure(&user_config).await;
                }
                reconfigure(Instance::without_permit(replica), UserConfig(user_config)).await
            },
            |id, incarnation, number, outcome| Event::Reconfigured {
                id,
                incarnation,
                number,
                outcome,
            },
        );
    }

    fn publish(&self, numbers: &[ReplicaNumber]) {
        let replicas: Vec<_> = {
            let state = self.lock();
            let replica = |number| state.replicas.get(number)?.replica.clone();
            numbers.iter().filter_map(replica).collect()
        };
        self.router.publish(&replicas);
    }

    fn close(&self) {
        self.router.close();
    }

    fn replica_id(&self, number: ReplicaNumber) -> String {
        format!("{}#{}", self.parts.id, number)
    }

    fn any_handle(&self) -> Arc<dyn AnyHandle> {
        Arc::clone(self.any_handle.get_or_init(|| any_handle(&self.router)))
    }

    fn http_target(&self, prefix: &str) -> Result<Option<Arc<dyn HttpTarget>>, String> {
        if D::ROUTES.is_empty() {
            return Ok(None);
        }
        crate::http::target(&self.router, prefix).map(Some)
    }
}
