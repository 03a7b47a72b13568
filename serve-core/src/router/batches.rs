//! The way of a batch: calls of a batched method wait in a queue of their own, and replicas pull from it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Router;
use super::choose::{Load, choose};
use super::noted_wait::NotedWait;
use crate::batching::{BatchQueue, Gathering};
use crate::call::{ErasedCall, Failure, RequestInfo, address, refuse};
use crate::deployment::Deployment;
use crate::info::BatchChange;
use crate::panic::catch;
use crate::replica::{Instance, Replica};

impl<D: Deployment> Router<D> {
    /// Asked first everywhere, so that nothing of this is compiled for a deployment that has no batched method.
    const HAS_BATCHES: bool = !D::BATCHES.is_empty();

    /// Runs `call` with others of its batched method, which is this one.
    pub(crate) fn enqueue_batched(
        &self,
        method: &'static str,
        call: D::Call,
        cell: &Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) {
        if !Self::HAS_BATCHES {
            return refuse(cell, Failure::DeploymentUnavailable, call);
        }
        let Some(index) = self.batches.iter().position(|line| line.method() == method) else {
            return refuse(cell, Failure::DeploymentUnavailable, call);
        };
        // The user's function.
        let cost = match catch(|| D::cost(&call)) {
            Ok(cost) => cost,
            Err(message) => return refuse(cell, Failure::Panicked { message }, call),
        };
        let (deadline, queued_max) = (request.deadline, self.queued_max());
        if let Some(journal) = request.journal() {
            // Its wait for others is part of it.
            journal.begin(address(cell), &self.id.deployment, method);
        }
        let noted = NotedWait::new(&request, &self.id, || method, cell);
        match self.batches[index].push(call, cell, request, cost, noted.clone(), queued_max) {
            Err((queued, call)) => {
                let why = self.backpressure(queued, queued_max);
                NotedWait::failed(noted.as_ref(), &why);
                refuse(cell, why, call);
            }
            Ok(made_room) => {
                for item in made_room {
                    self.batches[index].fail(item, &self.made_room());
                }
                self.stop_in_queue(deadline, cell);
                // As in `push`.
                self.look_who_serves();
                self.pull(index);
            }
        }
    }

    pub(super) fn new_batches() -> Box<[BatchQueue<D>]> {
        match Self::HAS_BATCHES {
            true => D::BATCHES.iter().map(BatchQueue::new).collect(),
            false => Box::default(),
        }
    }

    /// How many calls wait to be batched.
    pub(super) fn queued_for_batches(&self) -> usize {
        match Self::HAS_BATCHES {
            true => self.batches.iter().map(BatchQueue::waiting).sum(),
            false => 0,
        }
    }

    /// Fails all that wait: no replica will come.
    pub(super) fn fail_batches(&self) {
        if Self::HAS_BATCHES {
            self.batches.iter().for_each(|line| line.fail_all(&Failure::DeploymentUnavailable));
        }
    }

    pub(super) fn pull_all(&self) {
        (0..D::BATCHES.len()).for_each(|index| self.pull(index));
    }

    pub(crate) fn batch_queue(&self, index: usize) -> &BatchQueue<D> {
        &self.batches[index]
    }

    /// Changes the options of a batched method.
    pub(crate) fn configure_batch(&self, method: &str, change: BatchChange) {
        if Self::HAS_BATCHES
            && let Some(line) = self.batches.iter().find(|line| line.method() == method)
        {
            line.configure(change);
        }
    }

    /// Counts an item whose deadline has passed after it had waited so long.
    pub(crate) fn note_expired(&self, waited: Duration) {
        self.meter.count_expired(waited);
    }

    /// Counts a batch that has been cut, whose oldest item has waited so long.
    pub(crate) fn note_batch(&self, index: usize, items: usize, waited: Duration) {
        let meter = self.meter.batch(self.batches[index].method());
        meter.sizes.add(items as u64);
        meter.waits.add_duration(waited);
    }

    /// Wakes those who gather batches: a replica is about to go.
    pub(crate) fn wake_gatherers(&self) {
        if Self::HAS_BATCHES {
            self.batches.iter().for_each(BatchQueue::look_again);
        }
    }

    /// Lets a replica that has a slot gather the next batch, if anything waits and nobody gathers.
    pub(crate) fn pull(&self, index: usize) {
        if !Self::HAS_BATCHES {
            return;
        }
        let line = &self.batches[index];
        while line.waiting() > 0 && line.claim() {
            let Some(instance) = self.try_batch_slot(index) else {
                line.unclaim();
                // A slot that came free between the two found the claim taken, so look again.
                if self.has_batch_slot(index) {
                    continue;
                }
                return;
            };
            let router = Arc::clone(instance.replica().router());
            // For a replica behind a link that is done here.
            let gathering = if instance.replica().pool().runtime_id() == self.runtime_id {
                Gathering::claimed(router, index)
            } else {
                line.unclaim();
                Gathering::unclaimed(router, index)
            };
            return instance.start_batch(gathering);
        }
    }

    /// A batch has ended, or found nothing: its slot is free for the next.
    pub(crate) fn release_batch(replica: &Replica<D>, index: usize, run: Option<(usize, Instant)>) {
        if !Self::HAS_BATCHES {
            return;
        }
        let (router, slot) = (replica.router(), replica.batch_slot(index));
        if let Some((items, begun)) = run {
            router.batches[index].note_pace(items, begun);
            let meter = router.meter.batch(router.batches[index].method());
            meter.durations.add_duration(begun.elapsed());
        }
        if slot.release() && replica.is_drained() {
            replica.notify_drained();
        }
        router.pull(index);
    }

    pub(crate) fn try_batch_slot(&self, index: usize) -> Option<Instance<D>> {
        let snapshot = self.snapshot.load();
        let replicas = &snapshot.replicas;
        loop {
            let load = |replica: usize| {
                let replica = replicas[replica].here();
                // Other calls count too: one of them may hold up the replica's own thread.
                let (batches, calls) = (replica.batch_slot(index).load(), replica.slot().load());
                Load { rank: batches.rank + calls.rank, ..batches }
            };
            let replica = replicas[choose(replicas.len(), load)?].here();
            if replica.batch_slot(index).try_acquire() {
                return Some(Instance::with_batch_slot(Arc::clone(replica), index));
            }
        }
    }

    fn has_batch_slot(&self, index: usize) -> bool {
        let snapshot = self.snapshot.load();
        snapshot.replicas.iter().any(|replica| replica.here().batch_slot(index).load().has_room)
    }
}
