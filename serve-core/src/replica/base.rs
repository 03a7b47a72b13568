//! What a replica is without its type: the permits on it, where its calls run, what is known of it. Whatever
//! needs no more than that is compiled once for all deployments.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::{Notify, oneshot};

use super::Pool;
use super::hooks::Hook;
use crate::deployment::UserConfig;
use crate::error::Failure;
use crate::exchange::{FarDeployment, Resolve};
use crate::info::TypeInfo;
use crate::remote::FarReplica;
use crate::router::{AnyRouter, Slot};
use crate::site::{Ejection, ReplicaInfo};

/// The part of a replica that does not depend on its type.
///
/// The slot comes first, see [`Replica`](super::Replica).
#[repr(C)]
pub(crate) struct ReplicaBase {
    slot: Slot,
    ongoing_max: AtomicU32,
    /// In percent.
    share: AtomicU32,
    /// One for each batched method.
    batch_slots: Box<[Slot]>,
    /// The link to the replica, if that is where its value is.
    far: Option<Box<dyn Far>>,
    pool: Arc<Pool>,
    site: ReplicaInfo,
    drained: Notify,
    /// What requests to it have become and hold no permit for: WebSockets to its process.
    upgraded: AtomicUsize,
    /// Where deployments are, this one too, if that is not this process.
    elsewhere: OnceLock<Arc<dyn Resolve>>,
    /// How many calls wait to run alone.
    alone: Mutex<u32>,
}

/// What a replica is made of besides the user's value.
pub(crate) struct ReplicaParts {
    pub(crate) pool: Arc<Pool>,
    pub(crate) site: ReplicaInfo,
    pub(crate) ongoing_max: u32,
}

/// A replica without its type, as whoever keeps it alive holds it.
pub(crate) trait AnyReplica: Deref<Target = ReplicaBase> + Send + Sync {
    fn info(&self) -> &'static TypeInfo;
    /// Takes no more calls.
    fn close(&self);
    fn any_router(&self) -> Arc<dyn AnyRouter>;
    /// Is among those that its router publishes next.
    fn enlist(self: Arc<Self>);
    /// One of the system's own calls of user code, in the replica's context.
    fn call_hook(
        self: Arc<Self>,
        call: HookCall,
        hook: &Arc<Hook>,
    ) -> BoxFuture<'static, Result<(), Failure>>;
    /// The value, once nobody has the replica any more; never if somebody keeps it.
    fn inherit(self: Arc<Self>) -> oneshot::Receiver<Box<dyn Legacy>>;
}

/// What the system asks of user code.
pub(crate) enum HookCall {
    CheckHealth,
    Reconfigure(UserConfig),
    WarmUp,
    OnShutdown,
}

/// The value of a replica that has ended. To be dropped where that may block.
pub(crate) trait Legacy: Send {
    /// The last words of a type whose `on_shutdown` takes the value.
    fn last_words(self: Box<Self>) -> BoxFuture<'static, Result<(), Failure>>;
}

/// Behind a trait object for the same reason as in [`Tasks`](crate::tasks::Tasks): all types of a link hang on it.
trait Far: Send + Sync {
    fn far(&self) -> &FarReplica;
}

impl Far for FarReplica {
    fn far(&self) -> &FarReplica {
        self
    }
}

impl ReplicaBase {
    pub(super) fn new(info: &TypeInfo, far: Option<FarReplica>, parts: ReplicaParts) -> Self {
        parts.site.stuck.know(info.methods);
        let batches = info.batches.iter();
        Self {
            slot: Slot::new(parts.ongoing_max),
            ongoing_max: AtomicU32::new(parts.ongoing_max),
            share: AtomicU32::new(100),
            batch_slots: batches.map(|it| Slot::new(it.max_concurrent_batches.max(1))).collect(),
            far: far.map(|far| Box::new(far) as Box<dyn Far>),
            pool: parts.pool,
            site: parts.site,
            drained: Notify::new(),
            upgraded: AtomicUsize::new(0),
            elsewhere: OnceLock::new(),
            alone: Mutex::default(),
        }
    }

    /// Lets handles that are made here lead to another process, which knows all deployments.
    pub(crate) fn set_elsewhere(&self, handles: Arc<dyn Resolve>) {
        drop(self.elsewhere.set(handles));
    }

    /// A deployment, if that is where they are.
    pub(super) fn far_deployment(
        &self,
        application: &str,
        deployment: &str,
    ) -> Option<Arc<FarDeployment>> {
        self.elsewhere.get()?.way(application, deployment)?.far()
    }

    pub(crate) fn slot(&self) -> &Slot {
        &self.slot
    }

    pub(crate) fn batch_slot(&self, index: usize) -> &Slot {
        &self.batch_slots[index]
    }

    /// How many requests it may have at once from now on.
    pub(crate) fn set_ongoing_max(&self, requests: u32) {
        self.ongoing_max.store(requests, SeqCst);
        self.limit();
    }

    /// How much of that it may have for now, in percent: one at least.
    pub(crate) fn set_share(&self, percent: u32) {
        self.share.store(percent, SeqCst);
        self.limit();
    }

    fn limit(&self) {
        let (max, percent) = (self.ongoing_max.load(SeqCst), self.share.load(SeqCst));
        let share = u64::from(max) * u64::from(percent) / 100;
        let requests = u32::try_from(share).unwrap_or(max).max(1);
        // Its own end first: it refuses what is beyond.
        if let Some(far) = self.as_far() {
            far.set_ongoing_max(requests);
        }
        self.slot.set_ongoing_max(requests);
    }

    /// The link to the replica, if that is where it is.
    pub(crate) fn as_far(&self) -> Option<&FarReplica> {
        self.far.as_deref().map(Far::far)
    }

    pub(crate) fn site(&self) -> &ReplicaInfo {
        &self.site
    }

    pub(crate) fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// Lets the router prefer others for as long as a call waits here to run alone.
    pub(crate) fn avoid(&self) -> Avoided<'_> {
        let mut alone = self.lock_alone();
        *alone += 1;
        self.slot.set_avoided(true);
        Avoided(self)
    }

    fn lock_alone(&self) -> MutexGuard<'_, u32> {
        self.alone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes no more calls. Its router may still have some that wait for it, see [`AnyReplica::close`].
    pub(super) fn close_slots(&self) {
        self.slots().for_each(Slot::close);
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

    /// For how long it gets no calls, and why, if so.
    pub(crate) fn ejection(&self) -> Option<Ejection> {
        self.is_left_out().then(|| self.site.standing.ejection())
    }

    /// Whether it takes no more calls, the last one has ended, and nothing is left of what one has become.
    pub(crate) fn is_drained(&self) -> bool {
        self.slots().all(Slot::is_drained) && self.upgraded() == 0
    }

    /// How many connections there are that requests have become.
    pub(crate) fn upgraded(&self) -> usize {
        self.upgraded.load(SeqCst)
    }

    /// How many calls and batches it has.
    pub(crate) fn ongoing(&self) -> u32 {
        self.slots().map(Slot::ongoing).sum()
    }

    fn slots(&self) -> impl Iterator<Item = &Slot> {
        std::iter::once(&self.slot).chain(&self.batch_slots)
    }

    pub(crate) fn notify_drained(&self) {
        self.drained.notify_waiters();
    }
}

impl dyn AnyReplica {
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

/// A connection that a request has become. Its replica is not drained before that is over.
pub(crate) struct Upgraded(Arc<dyn AnyReplica>);

impl Upgraded {
    pub(crate) fn of(replica: &Arc<dyn AnyReplica>) -> Self {
        replica.upgraded.fetch_add(1, SeqCst);
        Self(Arc::clone(replica))
    }
}

impl Drop for Upgraded {
    fn drop(&mut self) {
        self.0.upgraded.fetch_sub(1, SeqCst);
        if self.0.is_drained() {
            self.0.notify_drained();
        }
    }
}

/// A call waits to run alone.
pub(crate) struct Avoided<'a>(&'a ReplicaBase);

impl Drop for Avoided<'_> {
    fn drop(&mut self) {
        let mut alone = self.0.lock_alone();
        *alone -= 1;
        if *alone == 0 {
            self.0.slot.set_avoided(false);
        }
    }
}
