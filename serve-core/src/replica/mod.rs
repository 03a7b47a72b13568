//! Replicas: the user's value, the permits on it, and where its calls run.

mod cell;
mod cut;
mod far;
mod health;
mod hooks;
mod instance;
mod job;
mod models;
mod pool;
mod run;
mod slow;
mod spare;
mod standing;
mod stuck;
mod waiting;

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use crate::call::CallScope;
use crate::contained::discard;
use crate::deployment::{BatchInfo, Deployment};
use crate::exchange::FarDeployment;
use crate::handle::{Handle, HandleCore};
use crate::id::{DeploymentId, ReplicaName};
use crate::log;
use crate::router::{Router, Slot};
use crate::striped::Lane;
use crate::tasks::Tasks;
use crate::wire::{HandlePath, Resolve};

pub use cell::{Exclusive, ReplicaCell, Shared};
pub use instance::Instance;
pub(crate) use instance::Permit;

use standing::Standing;
use stuck::StuckWatch;

pub(crate) use cut::CutCalls;
pub(crate) use far::{FarReplica, method_of, other_signature};
pub(crate) use health::ReplicaHealth;
pub(crate) use hooks::{check_health, no_answer, on_own_thread, reconfigure, shut_down};
pub(crate) use models::Models;
pub(crate) use pool::Pool;
pub(crate) use run::{BODY_GRACE, Run, RunStream, Running, run, run_stream};
pub(crate) use slow::SlowClock;
pub(crate) use spare::Job;

/// One replica of a deployment.
///
/// In this order, so that the slot and the count of references, which a call changes together, mostly
/// share a cache line.
#[repr(C)]
pub(crate) struct Replica<D: Deployment> {
    slot: Slot,
    /// One for each batched method.
    batch_slots: Box<[Slot]>,
    place: Location<D>,
    router: Arc<Router<D>>,
    pool: Arc<Pool>,
    site: ReplicaInfo,
    drained: Notify,
    /// To its own deployment, made when it is first asked for.
    handle: OnceLock<Handle<D>>,
    /// Where deployments are, this one too, if that is not this process.
    elsewhere: OnceLock<Arc<dyn Resolve>>,
    /// How many calls wait to run alone.
    alone: Mutex<u32>,
    /// Who gets the value when nobody has the replica any more.
    heir: OnceLock<oneshot::Sender<D>>,
}

/// Where a replica's value is.
enum Location<D: Deployment> {
    Here(D::Cell),
    /// Behind a link.
    Far(FarReplica),
    /// Handed to an heir.
    Gone,
}

/// What is known of a replica without its type: its names, its end, its counts.
pub(crate) struct ReplicaInfo {
    pub(crate) name: ReplicaName,
    /// Cancelled when the replica may wait for its requests no longer.
    pub(crate) kill: CancellationToken,
    /// What that has ended.
    pub(crate) cut: CutCalls,
    pub(crate) stuck: StuckWatch,
    pub(crate) panics: AtomicU64,
    pub(crate) standing: Standing,
    pub(crate) models: Arc<Models>,
    pub(crate) clock: SlowClock,
}

/// A replica without its type, as the context of a call holds it.
pub(crate) trait ReplicaContext: Send + Sync {
    fn site(&self) -> &ReplicaInfo;
    /// A call has failed for no fault of its own.
    fn failed(&self);
    /// A call has succeeded after one that failed.
    fn recovered(&self);
    /// The tasks of the runtime that its calls run on.
    fn tasks(&self) -> &Tasks;
    /// The tasks of the server it belongs to; `None` for a mock outside one.
    fn server(&self) -> Option<&Tasks>;
    /// A handle to the replica's own deployment, for `current_handle()`; typed again by whoever asks.
    fn handle(&self) -> &dyn Any;
    /// A deployment, where the replica is in a process that has none but itself. Without an application it
    /// is the one of that name in whatever application.
    fn elsewhere(&self, application: &str, deployment: &str) -> Option<Arc<FarDeployment>>;
}

/// What a replica is made of besides the user's value.
pub(crate) struct ReplicaParts<D: Deployment> {
    pub(crate) router: Arc<Router<D>>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) site: ReplicaInfo,
    pub(crate) ongoing_max: u32,
}

impl<D: Deployment> Replica<D> {
    pub(crate) fn new(value: D, parts: ReplicaParts<D>) -> Arc<Self> {
        Self::at(Location::Here(D::Cell::new(value)), parts)
    }

    /// A replica whose value is behind a link.
    pub(crate) fn far(far: FarReplica, parts: ReplicaParts<D>) -> Arc<Self> {
        Self::at(Location::Far(far), parts)
    }

    fn at(place: Location<D>, parts: ReplicaParts<D>) -> Arc<Self> {
        parts.site.stuck.know(D::METHODS);
        Arc::new(Self {
            slot: Slot::new(parts.ongoing_max),
            batch_slots: batch_slots(D::BATCHES),
            place,
            router: parts.router,
            pool: parts.pool,
            site: parts.site,
            drained: Notify::new(),
            handle: OnceLock::new(),
            elsewhere: OnceLock::new(),
            alone: Mutex::default(),
            heir: OnceLock::new(),
        })
    }

    /// Lets handles that are made here lead to another process, which knows all deployments.
    pub(crate) fn set_elsewhere(&self, handles: Arc<dyn Resolve>) {
        drop(self.elsewhere.set(handles));
    }

    pub(crate) fn slot(&self) -> &Slot {
        &self.slot
    }

    /// How many requests it may have at once from now on.
    pub(crate) fn set_ongoing_max(&self, requests: u32) {
        // Its own end first: it refuses what is beyond.
        if let Some(far) = self.as_far() {
            far.set_ongoing_max(requests);
        }
        self.slot.set_ongoing_max(requests);
    }

    /// The value, for a call that runs here.
    pub(crate) fn value(&self) -> &D::Cell {
        match &self.place {
            Location::Here(value) => value,
            Location::Far(_) => unreachable!("calls of a replica behind a link go over the link"),
            Location::Gone => unreachable!("the value goes when nobody has the replica any more"),
        }
    }

    /// The link to the replica, if that is where it is.
    pub(crate) fn as_far(&self) -> Option<&FarReplica> {
        match &self.place {
            Location::Here(_) | Location::Gone => None,
            Location::Far(far) => Some(far),
        }
    }

    /// The value, once nobody has the replica any more; never if somebody keeps it.
    pub(crate) fn inherit(self: Arc<Self>) -> oneshot::Receiver<D> {
        let (heir, value) = oneshot::channel();
        drop(self.heir.set(heir));
        value
    }

    /// Lets the router prefer others for as long as a call waits here to run alone.
    pub(crate) fn avoid(&self) -> Avoided<'_, D> {
        let mut alone = self.lock_alone();
        *alone += 1;
        self.slot.set_avoided(true);
        Avoided(self)
    }

    fn lock_alone(&self) -> MutexGuard<'_, u32> {
        self.alone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn batch_slot(&self, index: usize) -> &Slot {
        &self.batch_slots[index]
    }

    /// Takes no more calls.
    pub(crate) fn close(&self) {
        self.slots().for_each(Slot::close);
        self.router.wake_gatherers();
    }

    /// Takes no calls until `probe`.
    pub(crate) fn eject(&self) {
        self.slots().for_each(Slot::eject);
    }

    /// Takes one call at a time, and one batch of each method, until `admit`.
    pub(crate) fn probe(&self) {
        self.slots().for_each(Slot::probe);
    }

    /// Takes calls as ever.
    pub(crate) fn admit(&self) {
        self.slots().for_each(Slot::admit);
    }

    /// Whether it has been ejected, and not yet admitted again.
    pub(crate) fn is_left_out(&self) -> bool {
        self.slot.is_ejected() || self.slot.is_probed()
    }

    /// Whether it takes no more calls and the last one has ended.
    pub(crate) fn is_drained(&self) -> bool {
        self.slots().all(Slot::is_drained)
    }

    /// How many calls and batches it has.
    pub(crate) fn ongoing(&self) -> u32 {
        self.slots().map(Slot::ongoing).sum()
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        std::iter::once(&self.slot).chain(&self.batch_slots)
    }

    pub(crate) fn router(&self) -> &Arc<Router<D>> {
        &self.router
    }

    pub(crate) fn site(&self) -> &ReplicaInfo {
        &self.site
    }

    pub(crate) fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    pub(crate) fn notify_drained(&self) {
        self.drained.notify_waiters();
    }

    /// Takes no more calls and resolves when the last one has ended.
    pub(crate) async fn drain(&self) {
        self.close();
        loop {
            let drained = self.drained.notified();
            tokio::pin!(drained);
            // Registered before the look, so that a release in between is not missed.
            drained.as_mut().enable();
            if self.is_drained() {
                return;
            }
            drained.await;
        }
    }
}

/// A call waits to run alone.
pub(crate) struct Avoided<'a, D: Deployment>(&'a Replica<D>);

impl<D: Deployment> Drop for Avoided<'_, D> {
    fn drop(&mut self) {
        let mut alone = self.0.lock_alone();
        *alone -= 1;
        if *alone == 0 {
            self.0.slot.set_avoided(false);
        }
    }
}

impl<D: Deployment> Drop for Replica<D> {
    fn drop(&mut self) {
        let Location::Here(value) = std::mem::replace(&mut self.place, Location::Gone) else {
            return;
        };
        // Whoever drops it last may be anybody.
        match self.heir.take() {
            Some(heir) => discard(heir.send(value.into_inner())),
            None => discard(value),
        }
    }
}

fn batch_slots(batches: &[BatchInfo]) -> Box<[Slot]> {
    batches.iter().map(|info| Slot::new(info.max_concurrent_batches.max(1))).collect()
}

impl<D: Deployment> ReplicaContext for Lane<Replica<D>> {
    fn site(&self) -> &ReplicaInfo {
        &self.whole().site
    }

    fn failed(&self) {
        if self.site.standing.fail() || self.slot.is_probed() {
            self.router.eject(self.whole());
        }
    }

    fn recovered(&self) {
        self.site.standing.recover();
        if self.is_left_out() {
            self.admit();
            self.router.serve_waiting();
        }
    }

    fn tasks(&self) -> &Tasks {
        self.pool.tasks()
    }

    fn server(&self) -> Option<&Tasks> {
        Some(self.router.tasks())
    }

    fn handle(&self) -> &dyn Any {
        let DeploymentId { application, deployment } = self.router.id();
        self.handle.get_or_init(|| match self.elsewhere(application, deployment) {
            Some(far) => Handle::new(HandleCore::far(far)),
            None => Handle::new(HandleCore::new(&self.router)),
        })
    }

    fn elsewhere(&self, application: &str, deployment: &str) -> Option<Arc<FarDeployment>> {
        match self.elsewhere.get()?.way(application, deployment)? {
            HandlePath::Far(far) => Some(far),
            HandlePath::Here(_) => None,
        }
    }
}

impl ReplicaInfo {
    pub(crate) fn new(name: ReplicaName, clock: SlowClock) -> Self {
        Self {
            name,
            kill: CancellationToken::new(),
            cut: CutCalls::default(),
            stuck: StuckWatch::default(),
            panics: AtomicU64::new(0),
            standing: Standing::default(),
            models: Arc::default(),
            clock,
        }
    }

    pub(crate) fn count_panic(&self, frame: &CallScope, message: &str) {
        self.panics.fetch_add(1, Relaxed);
        log::error("method panicked").of(frame).cause(message).emit();
    }
}

impl<D: Deployment> fmt::Debug for Replica<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replica")
            .field("name", &self.site.name)
            .field("slot", &self.slot)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ReplicaInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, f)
    }
}
