//! Choosing a replica for a call, and making calls wait in one queue when all are full.
//!
//! The fast path takes a permit with one compare-and-swap on the least loaded replica. When every
//! replica is full, calls wait in one bounded queue, first in, first out, and **a finishing call hands
//! its permit straight to the oldest one that still wants it**: nobody polls, nobody backs off.
//!
//! Why no permit is lost between the two: whoever queues first raises `waiting`, then looks for a free
//! permit; whoever frees a permit first lowers `ongoing`, then looks at `waiting`. Both use sequentially
//! consistent order, so at least one of them sees the other (Dekker's argument).

mod affinity;
mod any;
mod batches;
mod choose;
mod expiry;
mod lanes;
mod noted_wait;
mod queue;
mod slot;
mod standing_out;
mod wait_queue;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use http::StatusCode;
use tokio::runtime::Id;
use tokio::time::Instant;

use crate::batching::BatchQueue;
use crate::call::{
    ErasedCall, Executed, Extras, Failure, RequestInfo, RetryBudget, note_refusal, refuse,
};
use crate::config::{DeploymentConfig, Isolation};
use crate::deployment::Deployment;
use crate::id::DeploymentId;
use crate::observe::{DeploymentMeter, EventLog, Tracer};
use crate::replica::{Instance, Replica, ReplicaBase};
use crate::striped::{Lane, Striped};
use crate::tasks::Tasks;
use choose::choose;
use expiry::expire_at;
use queue::{Queue, Waiting};

pub(crate) use any::AnyRouter;
pub(crate) use noted_wait::NotedWait;
pub(crate) use slot::Slot;
pub(crate) use wait_queue::{Pick, WaitEntry, WaitQueue};

/// Routes the calls of one deployment. Handles share it; it outlives every replica.
///
/// Aligned, so that its references are not counted on the cache line that every call reads.
#[repr(align(128))]
pub(crate) struct Router<D: Deployment> {
    id: DeploymentId,
    tasks: Tasks,
    runtime_id: Id,
    snapshot: ArcSwap<ReplicaSet<D>>,
    queue: Arc<Queue<D>>,
    /// One for each batched method.
    batches: Box<[BatchQueue<D>]>,
    retries: RetryBudget,
    ejecting: Mutex<()>,
    /// Those that are published next.
    enlisted: Mutex<Vec<Arc<Replica<D>>>>,
    meter: Arc<DeploymentMeter>,
    events: EventLog,
    tracer: Option<Arc<Tracer>>,
    on_demand: Demand,
    limits: Limits,
}

/// What a router is made of.
pub(crate) struct RouterParts {
    pub(crate) id: DeploymentId,
    pub(crate) tasks: Tasks,
    pub(crate) forces_wire: bool,
    pub(crate) meter: Arc<DeploymentMeter>,
    /// Told of what the router does by itself.
    pub(crate) events: EventLog,
    /// `None` where no request is traced.
    pub(crate) tracer: Option<Arc<Tracer>>,
    /// Called when a call waits and there is no replica at all.
    pub(crate) on_demand: Demand,
}

/// Must not wait.
pub(crate) type Demand = Box<dyn Fn() + Send + Sync>;

impl RouterParts {
    /// Of a router whose counts and events nobody reads.
    pub(crate) fn unobserved(id: DeploymentId, tasks: Tasks) -> Self {
        let (meter, events) = (Arc::default(), EventLog::default());
        let on_demand = Box::new(|| {});
        Self { id, tasks, forces_wire: false, meter, events, tracer: None, on_demand }
    }
}

/// What the controller has published: the replicas that may get calls.
pub(crate) struct ReplicaSet<D: Deployment> {
    replicas: Box<[Striped<Replica<D>>]>,
    available: bool,
}

impl<D: Deployment> ReplicaSet<D> {
    /// The replicas without their type.
    fn bases(&self) -> Vec<&ReplicaBase> {
        let mut bases = Vec::with_capacity(self.replicas.len());
        for replica in &self.replicas {
            bases.push(&****replica.here());
        }
        bases
    }
}

/// The options that calls look at; they change without a restart.
struct Limits {
    /// Replicas run on the server's runtime, so a call may run in its caller's task.
    in_place: AtomicBool,
    /// Calls become bytes and calls again on their way, to show that they could. Never changes.
    forces_wire: bool,
    queued_max: AtomicU32,
    /// In nanoseconds; none where it is zero. Every call reads it.
    request_timeout: AtomicU64,
    /// Of a request's body, in bytes; the server's where it is zero.
    body_size_max: AtomicU64,
    retry_after: ArcSwap<Option<Duration>>,
    backpressure_status: AtomicU32,
}

impl Limits {
    fn configure(&self, config: &DeploymentConfig) {
        let in_place = config.isolation == Isolation::Task && !self.forces_wire;
        self.in_place.store(in_place, Relaxed);
        self.queued_max.store(config.max_queued_requests, Relaxed);
        let timeout = config.request_timeout.unwrap_or_default().as_nanos();
        self.request_timeout.store(u64::try_from(timeout).unwrap_or(0), Relaxed);
        self.body_size_max.store(config.max_body_size.unwrap_or_default(), Relaxed);
        self.retry_after.store(Arc::new(config.backpressure.retry_after));
        self.backpressure_status.store(config.backpressure.status_code.into(), Relaxed);
    }

    fn request_timeout(&self) -> Option<Duration> {
        match self.request_timeout.load(Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    fn backpressure(&self, num_queued: usize, max_queued: usize) -> Failure {
        // If the refused call was made inside a request, that request's own answer over HTTP has the
        // status this deployment wants.
        let status = self.backpressure_status();
        note_refusal(status);
        self.full(num_queued, max_queued)
    }

    fn full(&self, num_queued: usize, max_queued: usize) -> Failure {
        let retry_after = **self.retry_after.load();
        Failure::BackPressure { num_queued, max_queued, retry_after }
    }

    fn backpressure_status(&self) -> StatusCode {
        match self.backpressure_status.load(Relaxed) {
            429 => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl<D: Deployment> Router<D> {
    pub(crate) fn new(parts: RouterParts) -> Arc<Self> {
        let RouterParts { id, tasks, forces_wire, meter, events, tracer, on_demand } = parts;
        Arc::new(Self {
            id,
            runtime_id: tasks.runtime().id(),
            tasks,
            snapshot: ArcSwap::from_pointee(ReplicaSet {
                replicas: Box::default(),
                available: true,
            }),
            queue: Queue::new(),
            batches: Self::new_batches(),
            retries: RetryBudget::default(),
            ejecting: Mutex::new(()),
            enlisted: Mutex::default(),
            meter,
            events,
            tracer,
            on_demand,
            limits: Limits { forces_wire, ..Limits::default() },
        })
    }

    pub(crate) fn id(&self) -> &DeploymentId {
        &self.id
    }

    pub(crate) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    pub(crate) fn forces_wire(&self) -> bool {
        self.limits.forces_wire
    }

    /// Whether the current task runs where the replicas' calls do.
    pub(crate) fn is_here(&self) -> bool {
        self.limits.in_place.load(Relaxed) && crate::tasks::is_current(self.runtime_id)
    }

    /// Whether the instance's calls run on the router's own runtime.
    pub(crate) fn shares_runtime(&self, instance: &Instance<D>) -> bool {
        let replica = instance.replica();
        replica.pool().runtime_id() == self.runtime_id && replica.as_far().is_none()
    }

    // === what the controller says ===

    /// Replaces the set of replicas that may get calls, and serves those that waited for one.
    pub(crate) fn publish(&self, replicas: &[Arc<Replica<D>>]) {
        let replicas = replicas.iter().map(Striped::new).collect();
        let next = Arc::new(ReplicaSet { replicas, available: true });
        self.retries.replace(|| {
            let after = finished(&next.bases());
            (finished(&self.snapshot.swap(next).bases()), after)
        });
        self.readmit();
        self.serve_waiting();
    }

    /// Serves what waits in whatever line, where there is room.
    pub(crate) fn serve_waiting(&self) {
        self.pump();
        self.pull_all();
    }

    /// No call will be served any more: those that wait fail now, later ones at once.
    pub(crate) fn close(&self) {
        self.snapshot.store(Arc::new(ReplicaSet { replicas: Box::default(), available: false }));
        self.fail_all();
    }

    fn fail_all(&self) {
        self.queue.fail_all(&Failure::DeploymentUnavailable);
        self.fail_batches();
    }

    pub(crate) fn request_timeout(&self) -> Option<Duration> {
        self.limits.request_timeout()
    }

    /// The largest body of a request, where it is not the server's.
    pub(crate) fn max_body_size(&self) -> Option<u64> {
        match self.limits.body_size_max.load(Relaxed) {
            0 => None,
            bytes => Some(bytes),
        }
    }

    #[inline]
    pub(crate) fn tracer(&self) -> Option<&Arc<Tracer>> {
        self.tracer.as_ref()
    }

    // === the way of a call ===

    /// A permit for `request` at once, if no earlier call waits for one and a replica has room.
    #[inline]
    pub(crate) fn try_acquire(&self, request: &RequestInfo) -> Option<Instance<D>> {
        if self.queue.waiting() > 0 {
            return None;
        }
        match &request.extras {
            Some(extras) if extras.has_preference() => self.try_preferred(extras),
            _ => self.try_any(),
        }
    }

    /// A permit on this replica.
    ///
    /// # Errors
    ///
    /// It has no room, or takes no more calls.
    pub(crate) fn acquire_on(
        &self,
        replica: &Arc<Lane<Replica<D>>>,
    ) -> Result<Instance<D>, Failure> {
        if replica.slot().try_acquire() {
            return Ok(Instance::with_permit(Arc::clone(replica)));
        }
        Err(if replica.slot().is_closed() {
            Failure::ReplicaDied { executed: Executed::No }
        } else {
            self.backpressure(self.queue.waiting(), 0)
        })
    }

    /// A permit on every replica that takes calls, beyond its maximum if need be.
    pub(crate) fn acquire_all(&self) -> Vec<Instance<D>> {
        let mut instances = Vec::new();
        for replica in &self.snapshot.load().replicas {
            if replica.here().slot().acquire_beyond() {
                instances.push(Instance::with_permit(Arc::clone(replica.here())));
            }
        }
        instances
    }

    /// Runs `call` on the next replica that has room; it may have to wait in the queue. Where it cannot,
    /// `cell` says why.
    pub(crate) fn enqueue(&self, call: D::Call, cell: &Arc<dyn ErasedCall>, request: RequestInfo) {
        let deadline = request.deadline;
        let method = || D::parts(&call).method.name;
        let noted = NotedWait::new(&request, &self.id, method, cell);
        let (cell_there, since) = (Arc::clone(cell), Instant::now());
        let entry = Waiting::Call { call, cell: cell_there, request, since, noted: noted.clone() };
        match self.push(entry) {
            Ok(()) => self.stop_in_queue(deadline, cell),
            Err((why, entry)) => {
                NotedWait::failed(noted.as_ref(), &why);
                refuse(cell, why, entry);
            }
        }
    }

    /// One small task for each queued call with a deadline: the queue itself keeps no clock.
    fn stop_in_queue(&self, deadline: Option<Instant>, cell: &Arc<dyn ErasedCall>) {
        if let Some(deadline) = deadline {
            let (call, meter) = (Arc::downgrade(cell), Arc::clone(&self.meter));
            self.tasks.spawn_until_stopped(expire_at(deadline, call, Instant::now(), meter));
        }
    }

    /// How many calls wait, in whatever queue.
    pub(crate) fn queued(&self) -> usize {
        self.queue.waiting() + self.queued_for_batches()
    }

    fn queued_max(&self) -> usize {
        self.limits.queued_max.load(Relaxed) as usize
    }

    /// Waits in the queue for a permit.
    ///
    /// # Errors
    ///
    /// The deployment is gone, its queue is full, or the request's deadline has passed.
    pub(crate) async fn acquire(&self, request: &RequestInfo) -> Result<Instance<D>, Failure> {
        if let Some(instance) = self.try_acquire(request) {
            return Ok(instance);
        }
        let (waiter, turn) = Queue::waiter(&self.queue, request);
        let since = waiter.since();
        self.push(Waiting::Task(waiter)).map_err(|(why, _)| why)?;
        let Some(deadline) = request.deadline else { return turn.await };
        tokio::time::timeout_at(deadline, turn).await.unwrap_or_else(|_| {
            self.meter.count_expired(since.elapsed());
            Err(Failure::DeadlineExceeded)
        })
    }

    #[expect(clippy::result_large_err, reason = "what is refused goes back as it came")]
    fn push(&self, entry: Waiting<D>) -> Result<(), (Failure, Waiting<D>)> {
        let queued_max = self.queued_max();
        match self.queue.push(entry, queued_max) {
            Err((num_queued, entry)) => {
                return Err((self.backpressure(num_queued, queued_max), entry));
            }
            Ok(made_room) => self.refuse_late(made_room),
        }
        // The second half of Dekker's argument, and the check that a deployment that became
        // unavailable meanwhile has not left us behind.
        self.look_who_serves();
        self.pump();
        Ok(())
    }

    /// Refuses those that have made room for others in a full queue.
    fn refuse_late(&self, made_room: Vec<Waiting<D>>) {
        for entry in made_room {
            let why = self.made_room();
            self.queue.fail(entry, &why);
        }
    }

    /// Why a call is refused that had found room.
    fn made_room(&self) -> Failure {
        self.meter.refused.add();
        let queued_max = self.queued_max();
        self.limits.full(queued_max, queued_max)
    }

    /// Fails what waits if nothing will ever serve it, and asks for a replica if there is none.
    fn look_who_serves(&self) {
        let snapshot = self.snapshot.load();
        if !snapshot.available {
            self.fail_all();
        } else if snapshot.replicas.is_empty() {
            (self.on_demand)();
        }
    }

    fn backpressure(&self, num_queued: usize, max_queued: usize) -> Failure {
        self.meter.refused.add();
        self.limits.backpressure(num_queued, max_queued)
    }

    /// Hands free permits to waiting calls, oldest first, until one of the two runs out.
    pub(crate) fn pump(&self) {
        while self.queue.waiting() > 0 {
            let Some(instance) = self.try_any() else { return };
            if let Err(instance) = self.grant(instance) {
                instance.forfeit();
            }
        }
    }

    /// Hands a permit to the oldest call that still wants one.
    ///
    /// # Errors
    ///
    /// Gives the permit back where nobody wants it.
    fn grant(&self, instance: Instance<D>) -> Result<(), Instance<D>> {
        match self.queue.pop() {
            None => return Err(instance),
            Some(Waiting::Task(waiter)) => {
                self.meter.queue_wait.add_duration(waiter.since().elapsed());
                waiter.grant(instance);
            }
            Some(Waiting::Call { call, cell, mut request, since, .. }) => {
                let waited = since.elapsed();
                self.meter.queue_wait.add_duration(waited);
                request.set_waited(waited);
                request.note_queued(&self.id, since);
                instance.start(call, cell, request);
            }
        }
        Ok(())
    }

    /// A finished call gives its permit back through here, see `Instance::drop`.
    pub(crate) fn release(replica: &Arc<Lane<Replica<D>>>) {
        if replica.router().queue.waiting() == 0 || !replica.slot().may_pass_on() {
            if replica.slot().release() && replica.is_drained() {
                replica.notify_drained();
            }
            if replica.router().queue.waiting() > 0 {
                replica.router().pump();
            }
            return;
        }
        replica.slot().count_finished();
        let router = Arc::clone(replica.router());
        if let Err(instance) = router.grant(Instance::with_permit(Arc::clone(replica))) {
            instance.forfeit();
            router.pump();
        }
    }

    // === failures ===

    /// Leaves a replica out of routing for a while, unless half of them are left out already: then
    /// something else is wrong, and the rest would only be overloaded.
    pub(crate) fn eject(&self, replica: &Arc<Replica<D>>) {
        let _one_at_a_time = self.ejecting.lock().unwrap_or_else(PoisonError::into_inner);
        // Calls that were under way when it was ejected fail as well; they say nothing new.
        if replica.slot().is_ejected() {
            return;
        }
        let Some(pause) = standing_out::eject(replica, &self.snapshot.load().bases()) else {
            return;
        };
        self.meter.ejections.add();
        let caused_by = self.events.tell(standing_out::ejected(replica, pause));
        let (replica, events) = (Arc::downgrade(replica), self.events.clone());
        self.tasks.spawn_until_stopped(async move {
            tokio::time::sleep(pause).await;
            if let Some(replica) = replica.upgrade() {
                replica.probe();
                events.tell(standing_out::probed(&replica).caused_by(Some(caused_by)));
                replica.router().serve_waiting();
            }
        });
    }

    /// Where replicas have gone, those that are left out may have become more than half.
    fn readmit(&self) {
        let _one_at_a_time = self.ejecting.lock().unwrap_or_else(PoisonError::into_inner);
        standing_out::readmit(&self.snapshot.load().bases());
    }

    /// Whether a call may be sent again: takes one out of the retry budget.
    pub(crate) fn may_retry(&self) -> bool {
        self.snapshot.load().available
            && self.retries.withdraw(Instant::now(), || finished(&self.snapshot.load().bases()))
    }

    /// Sends a call again that certainly never ran, or tells its caller that it never did.
    pub(crate) fn send_again(
        &self,
        call: D::Call,
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
        why: Failure,
    ) {
        if cell.is_done() || !why.is_retryable() || !self.may_retry() {
            return refuse(cell, why, call);
        }
        self.enqueue_any(call, cell, request);
    }

    /// Puts a call into the queue of its kind.
    pub(crate) fn enqueue_any(
        &self,
        call: D::Call,
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) {
        match D::parts(&call).method {
            method if method.batched => self.enqueue_batched(method.name, call, cell, request),
            _ => self.enqueue(call, cell, request),
        }
    }

    /// A permit where the request would rather go: to its model, or else to its session's replica.
    fn try_preferred(&self, extras: &Extras) -> Option<Instance<D>> {
        let snapshot = self.snapshot.load();
        loop {
            let replica = snapshot.replicas[affinity::preferred(extras, &snapshot.bases())?].here();
            if replica.slot().try_acquire() {
                return Some(Instance::with_permit(Arc::clone(replica)));
            }
        }
    }

    fn try_any(&self) -> Option<Instance<D>> {
        let snapshot = self.snapshot.load();
        let replicas = &snapshot.replicas;
        if let [only] = &**replicas {
            let only = only.here();
            return only.slot().try_acquire().then(|| Instance::with_permit(Arc::clone(only)));
        }
        loop {
            let index = choose(replicas.len(), |index| replicas[index].here().slot().load())?;
            // Somebody else may have been faster; then the loads have changed, so choose again.
            let replica = replicas[index].here();
            if replica.slot().try_acquire() {
                return Some(Instance::with_permit(Arc::clone(replica)));
            }
        }
    }
}

/// How many calls these replicas have finished.
fn finished(replicas: &[&ReplicaBase]) -> u64 {
    replicas.iter().map(|replica| replica.slot().finished()).sum()
}

impl Default for Limits {
    fn default() -> Self {
        let config = DeploymentConfig::default();
        Self {
            in_place: AtomicBool::new(true),
            forces_wire: false,
            queued_max: AtomicU32::new(config.max_queued_requests),
            request_timeout: AtomicU64::new(0),
            body_size_max: AtomicU64::new(0),
            retry_after: ArcSwap::from_pointee(None),
            backpressure_status: AtomicU32::new(config.backpressure.status_code.into()),
        }
    }
}

impl<D: Deployment> fmt::Debug for Router<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("id", &self.id)
            .field("replicas", &self.snapshot.load().replicas.len())
            .field("waiting", &self.queue.waiting())
            .finish_non_exhaustive()
    }
}
