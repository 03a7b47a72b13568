//! A call's hold on a replica: access to the user's value, and the permit to use it.
//!
//! The permit is given back when the instance is dropped, wherever that happens: after the method,
//! when a cancelled call's future is dropped, or on the blocking thread that a cancelled `#[blocking]`
//! method still runs on. A permit cannot be leaked short of leaking the instance.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use tokio::sync::{RwLockReadGuard, RwLockWriteGuard};
use tokio::time::Instant;

use super::cell::{Exclusive, Shared};
use super::job::{Unbegun, job};
use super::{Replica, Station};
use crate::batching::{Gathering, run_batch};
use crate::call::{Frame, RequestInfo, Stoppable, Ticket, with_frame};
use crate::deployment::Deployment;
use crate::router::Router;
use crate::striped::Lane;

/// Access to a replica's value for one call.
#[doc(hidden)]
pub struct Instance<D: Deployment> {
    replica: Option<Arc<Lane<Replica<D>>>>,
    permit: Permit<D>,
}

enum Permit<D: Deployment> {
    /// The system's own calls (a health check) need none.
    None,
    /// Given back when this instance is dropped.
    Own,
    /// Given back when the last sharer is dropped: the method, and the body it answers with.
    Shared { _hold: Arc<Hold<D>> },
    /// A slot for a batch. Boxed, because every call moves its permit.
    Batch(Box<BatchSlot>),
}

/// A slot for a batch of the method of this index, and of how many items since when.
struct BatchSlot {
    index: usize,
    run: Option<(usize, Instant)>,
}

/// A permit that outlives the method, for a streaming body.
pub(crate) struct Hold<D: Deployment>(Instance<D>);

impl<D: Deployment> Instance<D> {
    /// Wraps a permit that has been taken on `replica`.
    pub(crate) fn with_permit(replica: Arc<Lane<Replica<D>>>) -> Self {
        Self { replica: Some(replica), permit: Permit::Own }
    }

    /// Wraps a slot for a batch that has been taken on `replica`.
    pub(crate) fn with_batch_slot(replica: Arc<Lane<Replica<D>>>, index: usize) -> Self {
        let slot = BatchSlot { index, run: None };
        Self { replica: Some(replica), permit: Permit::Batch(Box::new(slot)) }
    }

    /// The batch begins, with so many items.
    pub(crate) fn begin_batch(&mut self, items: usize) {
        if let Permit::Batch(slot) = &mut self.permit {
            slot.run = Some((items, Instant::now()));
        }
    }

    pub(crate) fn without_permit(replica: Arc<Replica<D>>) -> Self {
        Self { replica: Some(Lane::single(replica)), permit: Permit::None }
    }

    /// Runs one of the system's own calls in the context of its replica.
    pub(crate) fn run_hook<Fut: Future>(
        self,
        method: &'static str,
        hook: impl FnOnce(Self) -> Fut,
    ) -> impl Future<Output = Fut::Output> {
        Frame::new(RequestInfo::root(), self.station(), method).run(hook(self))
    }

    /// Splits off a second owner of the permit.
    pub(crate) fn share(self) -> (Self, Arc<Hold<D>>) {
        let replica = Arc::clone(self.replica());
        let hold = Arc::new(Hold(self));
        let permit = Permit::Shared { _hold: Arc::clone(&hold) };
        (Self { replica: Some(replica), permit }, hold)
    }

    /// Gives a permit back that nothing ran on, and serves nobody with it.
    pub(crate) fn forfeit(mut self) {
        if let (Some(replica), Permit::Own) = (self.replica.take(), &self.permit) {
            replica.slot().release_uncounted();
            if replica.is_drained() {
                replica.notify_drained();
            }
        }
    }

    /// The replica as the context of a call.
    pub(crate) fn station(&self) -> Arc<dyn Station> {
        Arc::<Lane<Replica<D>>>::clone(self.replica())
    }

    /// Starts `call` where the replica's calls run. The ticket lets its caller begin it itself.
    pub(crate) fn start_claimable(
        self,
        call: D::Call,
        cell: Arc<dyn Stoppable>,
        request: RequestInfo,
    ) -> Ticket {
        let queue = self.replica().pool().queue();
        queue.spawn(job(Unbegun::new(self, call, cell, request)))
    }

    /// The same for a call that is meant for this replica and no other.
    pub(crate) fn start_pinned(
        self,
        call: D::Call,
        cell: Arc<dyn Stoppable>,
        request: RequestInfo,
    ) -> Ticket {
        let queue = self.replica().pool().queue();
        queue.spawn(job(Unbegun::pinned(self, call, cell, request)))
    }

    /// Gathers a batch and runs it where the replica's calls run.
    pub(crate) fn start_batch(self, gathering: Gathering<D>) {
        let queue = self.replica().pool().queue();
        if queue.is_closed() {
            // Where this instance is dropped, the batch is looked for a replica again: not for this one.
            self.replica().close();
            return;
        }
        drop(queue.spawn(Box::pin(run_batch(gathering, self))));
    }

    pub(crate) fn start(self, call: D::Call, cell: Arc<dyn Stoppable>, request: RequestInfo) {
        drop(self.start_claimable(call, cell, request));
    }

    pub(crate) fn replica(&self) -> &Arc<Lane<Replica<D>>> {
        self.replica.as_ref().expect("an instance has its replica until it is dropped")
    }
}

impl<D: Deployment<Cell = Shared<D>>> Instance<D> {
    pub fn get(&self) -> &D {
        self.replica().value.get()
    }

    /// Runs `method` on a thread where it holds up no other task.
    pub async fn blocking<R: Send + 'static>(
        self,
        method: impl FnOnce(&D) -> R + Send + 'static,
    ) -> R {
        on_blocking_thread(self, |instance| method(instance.get())).await
    }
}

impl<D: Deployment<Cell = Exclusive<D>>> Instance<D> {
    pub async fn read(&self) -> RwLockReadGuard<'_, D> {
        self.replica().value.read().await
    }

    pub async fn write(&self) -> RwLockWriteGuard<'_, D> {
        self.replica().value.write().await
    }

    /// Runs a `&self` method on a thread where it holds up no other task.
    pub async fn blocking_read<R: Send + 'static>(
        self,
        method: impl FnOnce(&D) -> R + Send + 'static,
    ) -> R {
        on_blocking_thread(self, |instance| method(&instance.replica().value.blocking_read())).await
    }

    /// Runs a `&mut self` method on a thread where it holds up no other task.
    pub async fn blocking_write<R: Send + 'static>(
        self,
        method: impl FnOnce(&mut D) -> R + Send + 'static,
    ) -> R {
        on_blocking_thread(self, |instance| method(&mut instance.replica().value.blocking_write()))
            .await
    }
}

/// The instance goes along: if the call is cancelled, its permit stays with the thread, which cannot
/// be interrupted, and comes back when the method has really ended.
async fn on_blocking_thread<D, R>(
    instance: Instance<D>,
    method: impl FnOnce(&Instance<D>) -> R + Send + 'static,
) -> R
where
    D: Deployment,
    R: Send + 'static,
{
    let frame = with_frame(Frame::fork).map(RefCell::new);
    let runtime = instance.replica().pool().runtime().clone();
    let work = move || {
        let work = || {
            let outcome = catch_unwind(AssertUnwindSafe(|| method(&instance)));
            drop(instance);
            outcome
        };
        match &frame {
            Some(frame) => Frame::enter(frame, work),
            None => work(),
        }
    };
    match runtime.spawn_blocking(work).await {
        Ok(Ok(result)) => result,
        // The panic goes on in the call's own task, which reports it to the caller.
        Ok(Err(panic)) => resume_unwind(panic),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime is shutting down and nobody is left to answer.
            Err(_) => std::future::pending().await,
        },
    }
}

impl<D: Deployment> Drop for Instance<D> {
    fn drop(&mut self) {
        match (self.replica.take(), &self.permit) {
            (Some(replica), Permit::Own) => Router::release(replica),
            (Some(replica), Permit::Batch(slot)) => {
                Router::release_batch(&replica, slot.index, slot.run);
            }
            _ => {}
        }
    }
}

impl<D: Deployment> fmt::Debug for Instance<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instance").field(&self.replica.as_ref().map(|lane| lane.whole())).finish()
    }
}

impl<D: Deployment> fmt::Debug for Hold<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
