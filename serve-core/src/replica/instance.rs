//! A call's hold on a replica: access to the user's value, and the permit to use it.
//!
//! The permit is given back when the instance is dropped, wherever that happens: after the method,
//! when a cancelled call's future is dropped, or on the blocking thread that a cancelled `#[blocking]`
//! method still runs on. A permit cannot be leaked short of leaking the instance.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};

use tokio::sync::RwLockReadGuard;
use tokio::time::Instant;

use super::cell::{Exclusive, Lock, Shared};
use super::hooks::Hook;
use super::job::Unbegun;
use super::spare::Job;
use super::{AnyReplica, Replica};
use crate::batching::{Gathering, run_batch, run_cut};
use crate::call::{CallScope, ErasedCall, InlineClaim, RequestInfo, with_frame};
use crate::contained::Contained;
use crate::deployment::Deployment;
use crate::exchange::RemotePermit;
use crate::router::Router;
use crate::site::ReplicaContext;
use crate::striped::Lane;
use crate::wire::AnswerGuard;

/// Access to a replica's value for one call.
#[doc(hidden)]
pub struct Instance<D: Deployment> {
    replica: Arc<Lane<Replica<D>>>,
    held: Holding<D>,
}

/// What is given back when an instance is dropped.
enum Holding<D: Deployment> {
    /// What most have: a permit.
    Permit,
    /// The same, and then the answer may go.
    Answered {
        _guard: AnswerGuard,
    },
    /// None was taken, or it has gone elsewhere.
    Nothing,
    /// None was taken: the system's own call, which waits for the value in its own way.
    Hook(Arc<Hook>),
    Other(Arc<Permit<D>>),
}

/// What an instance holds instead of a permit of its own.
pub(crate) enum Permit<D: Deployment> {
    /// Given back when the last sharer is dropped: the method, and the body it answers with.
    Shared { _hold: Instance<D> },
    /// A slot for a batch of the method of this index, and of how many items since when.
    Batch { index: usize, run: OnceLock<(usize, Instant)>, _end: Option<Arc<dyn Send + Sync>> },
}

impl<D: Deployment> Instance<D> {
    /// Wraps a permit that has been taken on `replica`.
    #[inline]
    pub(crate) fn with_permit(replica: Arc<Lane<Replica<D>>>) -> Self {
        Self { replica, held: Holding::Permit }
    }

    /// Keeps what puts off the answer until its permit has been given back.
    pub(crate) fn answering(mut self, guard: Option<AnswerGuard>) -> Self {
        debug_assert!(matches!(self.held, Holding::Permit), "its permit is its own");
        if let (Holding::Permit, Some(guard)) = (&self.held, guard) {
            self.held = Holding::Answered { _guard: guard };
        }
        self
    }

    /// Wraps a slot for a batch that has been taken on `replica`.
    pub(crate) fn with_batch_slot(replica: Arc<Lane<Replica<D>>>, index: usize) -> Self {
        let slot = Permit::Batch { index, run: OnceLock::new(), _end: None };
        Self { replica, held: Holding::Other(Arc::new(slot)) }
    }

    /// Keeps `end` until its slot for a batch has been given back.
    pub(crate) fn until_the_end(mut self, end: Arc<dyn Send + Sync>) -> Self {
        if let Holding::Other(slot) = &mut self.held
            && let Some(Permit::Batch { _end, .. }) = Arc::get_mut(slot)
        {
            *_end = Some(end);
        }
        self
    }

    /// The batch begins, with so many items.
    pub(crate) fn begin_batch(&self, items: usize) {
        if let Holding::Other(slot) = &self.held
            && let Permit::Batch { run, .. } = &**slot
        {
            let _ = run.set((items, Instant::now()));
        }
    }

    /// For one of the system's own calls.
    pub(crate) fn for_hook(replica: Arc<Replica<D>>, hook: &Arc<Hook>) -> Self {
        Self { replica: Lane::single(replica), held: Holding::Hook(Arc::clone(hook)) }
    }

    /// Runs one of the system's own calls in the context of its replica.
    pub(crate) fn run_hook<Fut: Future>(
        self,
        method: &'static str,
        hook: impl FnOnce(Self) -> Fut,
    ) -> impl Future<Output = Fut::Output> {
        CallScope::new(RequestInfo::root(), self.station(), method).run(hook(self))
    }

    /// Its permit, for a call that runs elsewhere.
    pub(crate) fn into_permit(mut self) -> RemotePermit {
        debug_assert!(matches!(self.held, Holding::Permit), "its permit is its own");
        self.held = Holding::Nothing;
        RemotePermit::new(Arc::<Lane<Replica<D>>>::clone(&self.replica))
    }

    /// Splits off a second owner of the permit.
    pub(crate) fn share(self) -> (Self, Arc<Permit<D>>) {
        let replica = Arc::clone(&self.replica);
        let permit = Arc::new(Permit::Shared { _hold: self });
        (Self { replica, held: Holding::Other(Arc::clone(&permit)) }, permit)
    }

    /// Gives a permit back that nothing ran on, and serves nobody with it.
    pub(crate) fn forfeit(mut self) {
        if let Holding::Permit = self.held {
            self.held = Holding::Nothing;
            self.replica.slot().release_uncounted();
            if self.replica.is_drained() {
                self.replica.notify_drained();
            }
        }
    }

    /// The replica as the context of a call.
    pub(crate) fn station(&self) -> Arc<dyn ReplicaContext> {
        Arc::<Lane<Replica<D>>>::clone(self.replica())
    }

    /// Starts `call` where the replica's calls run. The ticket lets its caller begin it itself.
    pub(crate) fn start_claimable(
        self,
        call: D::Call,
        cell: Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) -> Option<InlineClaim> {
        if self.replica().as_far().is_some() {
            self.send_far(call, &cell, request, false);
            return None;
        }
        let queue = self.replica().pool().queue();
        Some(queue.spawn(Unbegun::new(self, call, cell, request).into_job()))
    }

    /// The same for a call that is meant for this replica and no other.
    pub(crate) fn start_pinned(
        self,
        call: D::Call,
        cell: Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) -> Option<InlineClaim> {
        if self.replica().as_far().is_some() {
            self.send_far(call, &cell, request, true);
            return None;
        }
        let queue = self.replica().pool().queue();
        Some(queue.spawn(Unbegun::pinned(self, call, cell, request).into_job()))
    }

    /// `call` as a job, to be queued together with others where its replica's calls run.
    pub(crate) fn into_job(
        self,
        call: D::Call,
        cell: Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) -> Job {
        Unbegun::new(self, call, cell, request).into_spare_job()
    }

    /// Gathers a batch and runs it where the replica's calls run.
    pub(crate) fn start_batch(self, gathering: Gathering<D>) {
        let queue = self.replica().pool().queue();
        if queue.is_closed() {
            // Where this instance is dropped, the batch is looked for a replica again: not for this one.
            self.replica().close();
            return;
        }
        drop(queue.spawn(Job::new(run_batch(gathering, self))));
    }

    /// Runs a batch that has been cut elsewhere.
    pub(crate) fn start_cut_batch(
        self,
        method: &'static str,
        calls: Vec<D::Call>,
        cells: Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) {
        let queue = self.replica().pool().queue();
        drop(queue.spawn(Job::new(async move {
            run_cut(self, method, calls, cells, request).await;
        })));
    }

    pub(crate) fn start(self, call: D::Call, cell: Arc<dyn ErasedCall>, request: RequestInfo) {
        drop(self.start_claimable(call, cell, request));
    }

    pub(crate) fn replica(&self) -> &Arc<Lane<Replica<D>>> {
        &self.replica
    }
}

impl<D: Deployment<Cell = Shared<D>>> Instance<D> {
    pub fn get(&self) -> &D {
        self.replica().value().get()
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
        let value = self.replica().value();
        let guard = match value.try_read() {
            Some(guard) => guard,
            None => value.read().await,
        };
        self.entered();
        guard
    }

    /// Runs a `&self` method on a thread where it holds up no other task.
    pub async fn blocking_read<R: Send + 'static>(
        self,
        method: impl FnOnce(&D) -> R + Send + 'static,
    ) -> R {
        on_blocking_thread(self, |instance| method(&instance.wait(Self::read))).await
    }
}

impl<D: Deployment<Cell: Lock<D>>> Instance<D> {
    pub async fn write(&self) -> <D::Cell as Lock<D>>::Guard<'_> {
        let value = self.replica().value();
        let guard = match (value.try_write(), &self.held) {
            (Some(guard), _) => guard,
            (None, Holding::Hook(hook)) => {
                hook.exclusively(|| self.replica().avoid(), || value.write()).await
            }
            (None, _) => {
                let _others_first = self.replica().avoid();
                value.write().await
            }
        };
        self.entered();
        guard
    }

    /// Runs a `&mut self` method on a thread where it holds up no other task.
    pub async fn blocking_write<R: Send + 'static>(
        self,
        method: impl FnOnce(&mut D) -> R + Send + 'static,
    ) -> R {
        on_blocking_thread(self, |instance| method(&mut instance.wait(Self::write))).await
    }
}

impl<D: Deployment> Instance<D> {
    fn entered(&self) {
        if let Holding::Hook(hook) = &self.held {
            hook.enter();
        }
    }

    /// Waits on a thread that may block.
    fn wait<'a, F: Future>(&'a self, access: impl FnOnce(&'a Self) -> F) -> F::Output {
        self.replica().pool().runtime().block_on(access(self))
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
    let frame = with_frame(CallScope::fork);
    let runtime = instance.replica().pool().runtime().clone();
    let work = move || {
        let work = || {
            let outcome = catch_unwind(AssertUnwindSafe(|| method(&instance)));
            drop(instance);
            // If the call has been cancelled, nobody takes it.
            Contained::new(outcome)
        };
        match &frame {
            Some(frame) => frame.enter(work),
            None => work(),
        }
    };
    match runtime.spawn_blocking(work).await.map(Contained::into_inner) {
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
    #[inline]
    fn drop(&mut self) {
        match &self.held {
            Holding::Permit | Holding::Answered { .. } => Router::release(&self.replica),
            Holding::Nothing | Holding::Hook(_) => {}
            Holding::Other(permit) => {
                if let Permit::Batch { index, run, .. } = &**permit {
                    Router::release_batch(&self.replica, *index, run.get().copied());
                }
            }
        }
    }
}

impl<D: Deployment> fmt::Debug for Instance<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instance").field(self.replica.whole()).finish()
    }
}

impl<D: Deployment> fmt::Debug for Permit<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permit")
    }
}
