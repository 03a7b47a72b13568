//! Carries out what the controller decides for one deployment: constructs, checks, stops replicas.
//!
//! Every action returns at once; the outcome comes back
//! as an event. Of a deployment's versions it has what each is made of, so that a replica is made, and
//! made again, from its own.

mod construct;
mod end;
mod hosted;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::actor::{ControllerEvent, EventSender};
use super::deployment_state::{Action, ReplicaNumber, StartStep, Version};
use super::document::MemberId;
use super::launch::Launcher;
use crate::application::Blueprint;
use crate::config::{DeploymentConfig, Isolation};
use crate::deployment::UserConfig;
use crate::error::Failure;
use crate::exchange::AnyHandle;
use crate::id::{DeploymentId, ReplicaName};
use crate::observe::{DeploymentMeter, EventLog, ModelTotals, Taps};
use crate::remote::Lookup;
use crate::replica::{AnyReplica, Pool, check_health, reconfigure};
use crate::router::AnyRouter;
use crate::site::{Ejection, ReplicaHealth, ReplicaInfo, SlowClock};
use crate::tasks::{OwnedTask, Tasks};
use hosted::{Hosted, Replicas};

pub(super) use construct::passed;
pub(super) use hosted::Life;

/// What a host needs of the server it belongs to.
#[derive(Clone)]
pub(crate) struct HostParts {
    pub(crate) id: DeploymentId,
    /// Tells it from an earlier deployment of the same name.
    pub(crate) member: MemberId,
    pub(crate) tasks: Tasks,
    pub(crate) pool: Arc<Pool>,
    pub(crate) clock: SlowClock,
    pub(crate) reports: EventSender,
    /// Where replicas with processes of their own get them.
    pub(crate) launcher: Arc<dyn Launcher>,
    /// What calls from replicas in processes are for.
    pub(crate) directory: Arc<dyn Lookup>,
    pub(crate) meter: Arc<DeploymentMeter>,
    pub(crate) events: EventLog,
    pub(crate) taps: Taps,
    /// Whether calls are counted.
    pub(crate) counts_calls: bool,
}

/// A deployment at this moment.
#[derive(Debug, Default)]
pub(crate) struct HostView {
    pub(crate) queued: usize,
    pub(crate) replicas: BTreeMap<ReplicaNumber, LiveReplica>,
}

#[derive(Debug)]
pub(crate) struct LiveReplica {
    pub(crate) ongoing: u32,
    /// How many calls it has had.
    pub(crate) finished: u64,
    /// Of its process, if it has one of its own.
    pub(crate) pid: Option<u32>,
    pub(crate) ejected: Option<Ejection>,
    pub(crate) models: Vec<String>,
    pub(crate) model_totals: Option<ModelTotals>,
}

/// The replicas of one deployment.
pub(crate) struct Host {
    this: std::sync::Weak<Self>,
    parts: HostParts,
    router: Arc<dyn AnyRouter>,
    handle: Arc<dyn AnyHandle>,
    blueprints: Mutex<BTreeMap<Version, Blueprint>>,
    replicas: Replicas,
}

impl Host {
    pub(crate) fn new(parts: HostParts, router: Arc<dyn AnyRouter>) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: std::sync::Weak::clone(this),
            parts,
            handle: Arc::clone(&router).any_handle(),
            router,
            blueprints: Mutex::default(),
            replicas: Replicas::default(),
        })
    }

    pub(crate) fn id(&self) -> &DeploymentId {
        &self.parts.id
    }

    pub(crate) fn member(&self) -> MemberId {
        self.parts.member
    }

    /// A handle to the deployment.
    pub(crate) fn any_handle(&self) -> &Arc<dyn AnyHandle> {
        &self.handle
    }

    /// Says what the replicas of a version are made of.
    pub(crate) fn learn(&self, version: Version, blueprint: Blueprint) {
        // Versions are new, so nothing is replaced.
        drop(self.blueprints().insert(version, blueprint));
    }

    pub(super) fn blueprint(&self, version: Version) -> Result<Blueprint, Failure> {
        let missing = || Failure::new("its version has been forgotten");
        self.blueprints().get(&version).cloned().ok_or_else(missing)
    }

    fn blueprints(&self) -> MutexGuard<'_, BTreeMap<Version, Blueprint>> {
        self.blueprints.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn parts(&self) -> &HostParts {
        &self.parts
    }

    pub(super) fn router(&self) -> &Arc<dyn AnyRouter> {
        &self.router
    }

    pub(crate) fn meter(&self) -> &Arc<DeploymentMeter> {
        &self.parts.meter
    }

    /// What is known of a replica that is about to be made.
    pub(super) fn site(&self, number: ReplicaNumber, config: &DeploymentConfig) -> ReplicaInfo {
        let name = self.replica_name(number);
        // Whoever scales by the load wants to know it.
        let counts = self.parts.counts_calls || config.scaling().is_some();
        let meter = counts.then(|| self.parts.meter.replica(&name.replica));
        ReplicaInfo::new(name, self.parts.clock.clone()).metered(meter).tapped(&self.parts.taps)
    }

    /// Lets replicas know whether somebody watches their calls.
    #[cfg(feature = "admin")]
    pub(crate) fn watch_calls(&self, is_watched: bool) {
        let replicas = self.replicas.all();
        replicas.iter().for_each(|replica| replica.site().stuck.set_watched(is_watched));
    }

    /// A place for a replica that is about to be made.
    pub(super) fn place(&self, number: ReplicaNumber) -> Arc<Life> {
        self.replicas.insert(number)
    }

    /// Tells the controller what has happened to a replica.
    pub(super) fn report(
        &self,
        number: ReplicaNumber,
        what: Happened,
    ) -> impl Future<Output = ()> + Send + use<> {
        let event = ControllerEvent::Replica {
            application: Arc::clone(&self.parts.id.application),
            member: self.parts.member,
            number,
            what,
        };
        let reports = self.parts.reports.clone();
        // A controller that is gone needs no reports.
        async move { drop(reports.send(event).await) }
    }

    /// Runs `work` where the replica's calls run, and reports what it says. The clock is the server's: a
    /// thread that is held up by user code would never tell how late it is.
    fn with_replica<Fut>(
        &self,
        number: ReplicaNumber,
        patience: Duration,
        work: impl FnOnce(Arc<dyn AnyReplica>) -> Fut,
        late: impl FnOnce(&ReplicaInfo) -> Happened + Send + 'static,
    ) where
        Fut: Future<Output = Happened> + Send + 'static,
    {
        let Some(this) = self.this.upgrade() else { return };
        let Some(Hosted { replica: Some(replica), life }) = self.replicas.find(number) else {
            return;
        };
        let site = Arc::clone(&replica);
        let working = OwnedTask(replica.pool().tasks().clone().spawn(work(replica)));
        self.parts.tasks.spawn_until_stopped(async move {
            let happened = tokio::select! {
                // Whoever ends the replica does not wait for this, and nothing of it is to keep the value.
                () = life.stopping.cancelled() => return,
                worked = tokio::time::timeout(patience, working) => worked,
            };
            let happened = match happened {
                Ok(Ok(happened)) => happened,
                Ok(Err(_)) | Err(_) => late(site.site()),
            };
            drop(site);
            this.report(number, happened).await;
        });
    }

    fn check_health(&self, number: ReplicaNumber, timeout: Duration) {
        // Once for its turn, if something runs alone there, and once for the check.
        let patience = timeout.saturating_mul(2).saturating_add(ANSWER_PATIENCE);
        self.with_replica(
            number,
            patience,
            move |replica| async move {
                Happened::Health(match replica.as_far() {
                    None => check_health(&replica, timeout).await,
                    Some(far) => far.check_health(replica.site(), timeout).await,
                })
            },
            move |site| {
                let complaint = site.stuck.complaint().map(ReplicaHealth::Failed);
                let no_answer = || ReplicaHealth::no_answer(site.standing.has_succeeded(), timeout);
                Happened::Health(complaint.unwrap_or_else(no_answer))
            },
        );
    }

    fn reconfigure(&self, number: ReplicaNumber, user_config: Value, patience: Duration) {
        self.with_replica(
            number,
            patience.saturating_add(ANSWER_PATIENCE),
            move |replica| async move {
                let given = match replica.as_far() {
                    Some(far) => {
                        let _others_first = replica.info().is_locked.then(|| replica.avoid());
                        far.reconfigure(&user_config, patience).await
                    }
                    None => {
                        reconfigure(Arc::clone(&replica), UserConfig(user_config), patience).await
                    }
                };
                Happened::Reconfigured(given.map_err(|failure| failure.to_string()))
            },
            move |_| Happened::Reconfigured(Err(format!("it did not end within {patience:?}"))),
        );
    }

    /// Lets a replica that has just begun have more and more requests, until it has had its time. Alone it is not
    /// spared: somebody has to do the work.
    pub(super) fn start_slowly(&self, replica: &Arc<dyn AnyReplica>, config: &DeploymentConfig) {
        let Some(time) = config.slow_start.filter(|_| self.replicas.all().len() > 1) else {
            return;
        };
        let Some(this) = self.this.upgrade() else { return };
        replica.set_share(0);
        let replica = Arc::downgrade(replica);
        self.parts.tasks.spawn_until_stopped(async move {
            for step in 1..=SLOW_STEPS {
                tokio::time::sleep(time / SLOW_STEPS).await;
                let Some(replica) = replica.upgrade() else { return };
                replica.set_share(100 * step / SLOW_STEPS);
                this.router.pump();
            }
        });
    }

    fn configure(&self, config: &DeploymentConfig) {
        self.router.configure(config);
        for replica in self.replicas.all() {
            replica.set_ongoing_max(config.max_ongoing_requests);
            replica.site().stuck.set(config.stuck_after);
        }
        // A larger maximum may have made room.
        self.router.pump();
    }

    fn start(&self, number: ReplicaNumber, version: Version, config: Arc<DeploymentConfig>) {
        let Some(this) = self.this.upgrade() else { return };
        match config.isolation {
            Isolation::Thread => this.start_thread(number, version, config),
            Isolation::Process => this.start_process(number, version, config),
            Isolation::Task => this.start_task(number, version, config),
        }
    }
}

/// In how many steps a new replica gets its full share.
const SLOW_STEPS: u32 = 10;

/// What a replica may take to say that something has taken too long.
const ANSWER_PATIENCE: Duration = Duration::from_secs(1);

/// What has happened to a replica.
#[derive(Debug)]
pub(crate) enum Happened {
    /// It starts, and this comes next.
    Reached(StartStep),
    Started(Result<(), String>),
    Stopped,
    /// It ran and has gone by itself.
    Died(String),
    /// It runs, takes no more calls and wants to go.
    Leaving(String),
    Health(ReplicaHealth),
    Reconfigured(Result<(), String>),
}

impl Host {
    pub(crate) fn act(&self, action: Action) {
        match action {
            Action::Start { replica, version, config } => self.start(replica, version, config),
            Action::Stop { replica, patience } => self.stop(replica, patience),
            Action::CheckHealth { replica, timeout } => self.check_health(replica, timeout),
            Action::Reconfigure { replica, user_config, patience } => {
                self.reconfigure(replica, user_config, patience);
            }
            Action::Configure(config) => self.configure(&config),
            Action::Publish(numbers) => {
                let replicas = numbers.iter().filter_map(|number| self.replicas.get(*number));
                replicas.for_each(AnyReplica::enlist);
                self.router.publish_enlisted();
            }
            Action::Close => self.router.close(),
        }
    }

    pub(crate) fn kill(&self, number: ReplicaNumber) {
        if let Some(hosted) = self.replicas.remove(number) {
            self.end_at_once(hosted);
        }
    }

    /// No call is taken any more.
    pub(crate) fn close(&self) {
        self.router.close();
    }

    /// The server ends: so does everything here, at once.
    pub(crate) fn kill_all(&self) {
        self.router.close();
        self.replicas.take_all().into_iter().for_each(|hosted| self.end_at_once(hosted));
    }

    /// Forgets what other versions than these are made of, but for those after `newest`: they belong to
    /// updates that are being prepared.
    pub(crate) fn retain(&self, versions: &[Version], newest: Version) {
        let mut blueprints = self.blueprints();
        let forgotten: Vec<_> =
            blueprints.extract_if(..=newest, |version, _| !versions.contains(version)).collect();
        drop(blueprints);
        if !forgotten.is_empty() {
            self.parts.tasks.dispose(forgotten);
        }
    }

    pub(crate) fn replica_id(&self, number: ReplicaNumber) -> String {
        format!("{}#{}", self.parts.id, number)
    }

    pub(crate) fn replica_name(&self, number: ReplicaNumber) -> ReplicaName {
        ReplicaName {
            application: self.parts.id.application.clone(),
            deployment: self.parts.id.deployment.clone(),
            replica: self.replica_id(number).into(),
        }
    }

    /// The same of one replica.
    pub(crate) fn look_at(&self, number: ReplicaNumber) -> Option<LiveReplica> {
        self.replicas.look_at(number)
    }

    /// What only it knows of its replicas at this moment.
    pub(crate) fn look(&self) -> HostView {
        HostView { queued: self.router.queued(), replicas: self.replicas.look() }
    }
}
