//! Choosing a replica for a call, and making calls wait in one line when all are full.
//!
//! The fast path takes a permit with one compare-and-swap on the least loaded replica. When every
//! replica is full, calls wait in one bounded queue, first in, first out, and **a finishing call hands
//! its permit straight to the oldest one that still wants it**: nobody polls, nobody backs off.
//!
//! Why no permit is lost between the two: whoever queues first raises `waiting`, then looks for a free
//! permit; whoever frees a permit first lowers `ongoing`, then looks at `waiting`. Both use sequentially
//! consistent order, so at least one of them sees the other (Dekker's argument).

mod choose;
mod queue;
mod slot;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use arc_swap::ArcSwap;
use http::StatusCode;
use tokio::runtime::Id;
use tokio::time::Instant;

use crate::call::{Failure, RequestInfo, Stoppable, drop_because, stop_at, with_frame};
use crate::config::{DeploymentConfig, Isolation};
use crate::deployment::Deployment;
use crate::id::DeploymentId;
use crate::replica::{Instance, Replica};
use crate::striped::{Lane, Striped};
use crate::tasks::Tasks;
use choose::choose;
use queue::{Queue, Waiting};

pub(crate) use slot::Slot;

/// Routes the calls of one deployment. Handles share it; it outlives every replica.
///
/// Aligned, so that its references are not counted on the cache line that every call reads.
#[repr(align(128))]
pub(crate) struct Router<D: Deployment> {
    id: DeploymentId,
    tasks: Tasks,
    runtime_id: Id,
    snapshot: ArcSwap<Snapshot<D>>,
    queue: Arc<Queue<D>>,
    limits: Limits,
}

/// What the controller has published: the replicas that may get calls.
pub(crate) struct Snapshot<D: Deployment> {
    replicas: Box<[Striped<Replica<D>>]>,
    available: bool,
}

/// The options that calls look at; they change without a restart.
struct Limits {
    /// Replicas run on the server's runtime, so a call may run in its caller's task.
    in_place: AtomicBool,
    queued_max: AtomicU32,
    /// In nanoseconds; none where it is zero. Every call reads it.
    request_timeout: AtomicU64,
    retry_after: ArcSwap<Option<Duration>>,
    backpressure_status: AtomicU32,
}

impl<D: Deployment> Router<D> {
    pub(crate) fn new(id: DeploymentId, tasks: Tasks) -> Arc<Self> {
        Arc::new(Self {
            id,
            runtime_id: tasks.runtime().id(),
            tasks,
            snapshot: ArcSwap::from_pointee(Snapshot { replicas: Box::default(), available: true }),
            queue: Queue::new(),
            limits: Limits::default(),
        })
    }

    pub(crate) fn id(&self) -> &DeploymentId {
        &self.id
    }

    pub(crate) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Whether the current task runs where the replicas' calls do.
    pub(crate) fn is_here(&self) -> bool {
        self.limits.in_place.load(Relaxed) && crate::tasks::is_current(self.runtime_id)
    }

    /// Whether the instance's calls run on the router's own runtime.
    pub(crate) fn shares_runtime(&self, instance: &Instance<D>) -> bool {
        instance.replica().pool().runtime_id() == self.runtime_id
    }

    // === what the controller says ===

    /// Replaces the set of replicas that may get calls, and serves those that waited for one.
    pub(crate) fn publish(&self, replicas: &[Arc<Replica<D>>]) {
        let replicas = replicas.iter().map(Striped::new).collect();
        self.snapshot.store(Arc::new(Snapshot { replicas, available: true }));
        self.pump();
    }

    /// No call will be served any more: those that wait fail now, later ones at once.
    pub(crate) fn close(&self) {
        self.snapshot.store(Arc::new(Snapshot { replicas: Box::default(), available: false }));
        self.queue.fail_all(&Failure::DeploymentUnavailable);
    }

    /// Takes over the options that calls look at.
    pub(crate) fn configure(&self, config: &DeploymentConfig) {
        self.limits.in_place.store(config.isolation == Isolation::Task, Relaxed);
        self.limits.queued_max.store(config.max_queued_requests, Relaxed);
        let timeout = config.request_timeout.unwrap_or_default().as_nanos();
        self.limits.request_timeout.store(u64::try_from(timeout).unwrap_or(0), Relaxed);
        self.limits.retry_after.store(Arc::new(config.backpressure.retry_after));
        self.limits.backpressure_status.store(config.backpressure.status_code.into(), Relaxed);
    }

    pub(crate) fn request_timeout(&self) -> Option<Duration> {
        match self.limits.request_timeout.load(Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    /// The status that tells a caller over HTTP that the queue is full.
    pub(crate) fn backpressure_status(&self) -> StatusCode {
        match self.limits.backpressure_status.load(Relaxed) {
            429 => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    // === the way of a call ===

    /// A permit at once, if no earlier call waits for one and a replica has room.
    #[inline]
    pub(crate) fn try_acquire(&self) -> Option<Instance<D>> {
        if self.queue.waiting() > 0 { None } else { self.try_any() }
    }

    /// Runs `call` on the next replica that has room; it may have to wait in line. Where it cannot,
    /// `cell` says why.
    pub(crate) fn enqueue(&self, call: D::Call, cell: &Arc<dyn Stoppable>, request: RequestInfo) {
        let deadline = request.deadline;
        let entry = Waiting::Call { call, cell: Arc::clone(cell), request };
        if let Err((why, entry)) = self.push(entry) {
            // Told first, dropped then: the reply inside would only say that it was dropped.
            cell.refuse(why.clone());
            drop_because(why, entry);
            return;
        }
        if let Some(deadline) = deadline {
            // One small task for each queued call with a deadline: the line itself keeps no clock.
            self.tasks.spawn_until_stopped(stop_at(deadline, Arc::downgrade(cell)));
        }
    }

    /// Waits in line for a permit.
    ///
    /// # Errors
    ///
    /// The deployment is gone, its queue is full, or `deadline` has passed.
    pub(crate) async fn acquire(&self, deadline: Option<Instant>) -> Result<Instance<D>, Failure> {
        if let Some(instance) = self.try_acquire() {
            return Ok(instance);
        }
        let (waiter, turn) = Queue::waiter(&self.queue);
        self.push(Waiting::Task(waiter)).map_err(|(why, _)| why)?;
        match deadline {
            None => turn.await,
            Some(deadline) => tokio::time::timeout_at(deadline, turn)
                .await
                .unwrap_or(Err(Failure::DeadlineExceeded)),
        }
    }

    fn push(&self, entry: Waiting<D>) -> Result<(), (Failure, Waiting<D>)> {
        let queued_max = self.limits.queued_max.load(Relaxed) as usize;
        if let Err((num_queued, entry)) = self.queue.push(entry, queued_max) {
            return Err((self.backpressure(num_queued, queued_max), entry));
        }
        // The second half of Dekker's argument, and the check that a deployment that became
        // unavailable meanwhile has not left us behind.
        if !self.snapshot.load().available {
            self.queue.fail_all(&Failure::DeploymentUnavailable);
        }
        self.pump();
        Ok(())
    }

    fn backpressure(&self, num_queued: usize, max_queued: usize) -> Failure {
        // If the refused call was made inside a request, that request's own answer over HTTP has the
        // status this deployment wants.
        let status = self.backpressure_status();
        with_frame(|frame| frame.note_refusal(status));
        let retry_after = **self.limits.retry_after.load();
        Failure::BackPressure { num_queued, max_queued, retry_after }
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
            Some(Waiting::Task(waiter)) => waiter.grant(instance),
            Some(Waiting::Call { call, cell, request }) => instance.start(call, cell, request),
        }
        Ok(())
    }

    /// A finished call gives its permit back through here, see `Instance::drop`.
    pub(crate) fn release(replica: Arc<Lane<Replica<D>>>) {
        if replica.router().queue.waiting() == 0 || replica.slot().is_closed() {
            if replica.slot().release() {
                replica.notify_drained();
            }
            if replica.router().queue.waiting() > 0 {
                replica.router().pump();
            }
            return;
        }
        replica.slot().count_finished();
        let router = Arc::clone(replica.router());
        if let Err(instance) = router.grant(Instance::with_permit(replica)) {
            instance.forfeit();
            router.pump();
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

impl Default for Limits {
    fn default() -> Self {
        let config = DeploymentConfig::default();
        Self {
            in_place: AtomicBool::new(true),
            queued_max: AtomicU32::new(config.max_queued_requests),
            request_timeout: AtomicU64::new(0),
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
