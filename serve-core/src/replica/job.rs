//! A call as the pool has it: a future that holds the call until it is begun, and then runs it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

#[cfg(debug_assertions)]
use futures_util::future::BoxFuture;
use pin_project_lite::pin_project;

use super::spare::{Job, spare};
use super::{ByReplies, Instance, Run, run};
use crate::call::{
    CallScope, ErasedCall, Executed, Failure, RequestInfo, address, refuse, why_dropped,
};
use crate::deployment::Deployment;

/// A call that nobody has begun. Dropped like that, with the queue it waits in, it is sent again.
pub(super) struct Unbegun<D: Deployment> {
    parts: Option<Parts<D>>,
    /// It is meant for this replica and no other, so it is not.
    pinned: bool,
}

type Parts<D> = (Instance<D>, <D as Deployment>::Call, Arc<dyn ErasedCall>, RequestInfo);

impl<D: Deployment> Unbegun<D> {
    pub(super) fn new(
        instance: Instance<D>,
        call: D::Call,
        cell: Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) -> Self {
        Self { parts: Some((instance, call, cell, request)), pinned: false }
    }

    pub(super) fn pinned(
        instance: Instance<D>,
        call: D::Call,
        cell: Arc<dyn ErasedCall>,
        request: RequestInfo,
    ) -> Self {
        Self { parts: Some((instance, call, cell, request)), pinned: true }
    }
}

impl<D: Deployment> Drop for Unbegun<D> {
    fn drop(&mut self) {
        let Some((instance, call, cell, request)) = self.parts.take() else { return };
        let router = Arc::clone(instance.replica().whole().router());
        // Its permit first, or it might stand in its own way.
        drop(instance);
        let why = why_dropped().unwrap_or(Failure::ReplicaDied { executed: Executed::No });
        if self.pinned {
            refuse(&cell, why, call);
        } else {
            router.send_again(call, &cell, request, why);
        }
    }
}

impl<D: Deployment> Unbegun<D> {
    /// The call as a job for the pool.
    pub(super) fn into_job(self) -> Job {
        Job::new(Begun::New { unbegun: self, dispatch: Some(dispatch::<D>) })
    }

    /// The same in the box of one that has run, if this thread has one.
    pub(super) fn into_spare_job(self) -> Job {
        match spare() {
            Some(mut job) => {
                job.set(Begun::New { unbegun: self, dispatch: Some(dispatch::<D>) });
                job
            }
            None => self.into_job(),
        }
    }
}

/// Runs the user's method.
#[cfg(not(debug_assertions))]
fn dispatch<D: Deployment>(
    instance: Instance<D>,
    call: D::Call,
) -> impl Future<Output = ()> + Send {
    D::dispatch(instance, call)
}

/// In a box where code is not optimised: whatever holds the future of a method is compiled with each edit of it.
#[cfg(debug_assertions)]
fn dispatch<D: Deployment>(instance: Instance<D>, call: D::Call) -> BoxFuture<'static, ()> {
    Box::pin(D::dispatch(instance, call))
}

pin_project! {
    /// By hand, because an `async` block holds what it captures beside what it makes of it, and copying
    /// jobs is a good part of what a short call costs.
    #[project = Stage]
    enum Begun<D: Deployment, F, Fut> {
        New { unbegun: Unbegun<D>, dispatch: Option<F> },
        Running { #[pin] run: Run<Fut, ByReplies> },
        // Nothing is held that the box would keep until it is used again.
        Done,
    }
}

impl<D, F, Fut> Future for Begun<D, F, Fut>
where
    D: Deployment,
    F: FnOnce(Instance<D>, D::Call) -> Fut,
    Fut: Future<Output = ()>,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Stage::New { unbegun, dispatch } = self.as_mut().project() {
            let (Some(parts), Some(dispatch)) = (unbegun.parts.take(), dispatch.take()) else {
                return Poll::Ready(());
            };
            let (instance, call, cell, request) = parts;
            let mut frame =
                CallScope::new(request, instance.station(), D::parts(&call).method.name);
            frame.call = address(&cell);
            let run = run(frame, Some(cell), dispatch(instance, call));
            self.set(Self::Running { run });
        }
        if let Stage::Running { run } = self.as_mut().project() {
            // Whatever stops it has told the cell.
            let _ = ready!(run.poll(context));
            self.set(Self::Done);
        }
        Poll::Ready(())
    }
}
