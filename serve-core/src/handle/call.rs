//! `handle.method.call(..)`: the structured twin of `remote`, which runs in the caller's own task.

use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use super::core::{HandleCore, OwnTarget, Sent};
use super::options::CallOptions;
use crate::call::{
    ArgTuple, CallCell, CallError, Frame, ObjectRef, Reply, Resolved, Stoppable, Upstream,
};
use crate::deployment::Deployment;
use crate::id::RequestId;
use crate::replica::{Instance, run};

/// Makes a call and waits for it. Dropping the future cancels it.
///
/// Where the replica lives on the caller's runtime the method runs right here (`invoke`): nothing is
/// sent, nothing is allocated. Elsewhere the call travels as a value (`wrap`).
///
/// The future holds a reference to the deployment instead of borrowing the handle, so that it can be
/// spawned or kept.
pub fn call<D, A, T, E, W, F, Fut>(
    core: &HandleCore<D>,
    method: &'static str,
    arguments: A,
    wrap: W,
    invoke: F,
) -> impl Future<Output = Result<T, CallError<E>>> + Send + use<D, A, T, E, W, F, Fut>
where
    D: Deployment,
    A: ArgTuple,
    T: Send + 'static,
    E: Send + 'static,
    W: FnOnce(A::Values, Reply<T, E>) -> D::Call + Send,
    F: FnOnce(Instance<D>, A::Values) -> Fut + Send,
    Fut: Future<Output = Result<T, E>> + Send,
{
    let (target, options) = (core.target.as_ref().to_owned(), core.options.clone());
    run_call(target, options, method, arguments, wrap, invoke)
}

async fn run_call<D, A, T, E, W, F, Fut>(
    target: OwnTarget<D>,
    options: Option<Arc<CallOptions>>,
    method: &'static str,
    arguments: A,
    wrap: W,
    invoke: F,
) -> Result<T, CallError<E>>
where
    D: Deployment,
    A: ArgTuple,
    T: Send + 'static,
    E: Send + 'static,
    W: FnOnce(A::Values, Reply<T, E>) -> D::Call + Send,
    F: FnOnce(Instance<D>, A::Values) -> Fut + Send,
    Fut: Future<Output = Result<T, E>> + Send,
{
    // A loop of calls that never wait must still let other tasks run.
    tokio::task::coop::consume_budget().await;
    let target = target.as_ref();
    let request = target.request(options.as_deref());
    let values = match arguments.resolve() {
        Resolved::Ready(values) => values,
        Resolved::Pending(values) => in_time(values, request.deadline).await?,
    };
    let Some(router) = target.here() else {
        let send = |cell: Arc<_>, reply| target.send(wrap(values, reply), &cell, request);
        return Box::pin(elsewhere(send)).await;
    };
    let instance = match router.try_acquire() {
        Some(instance) => instance,
        // What is rare is boxed, so that the future stays small: it is copied with every call.
        None => Box::pin(router.acquire(request.deadline)).await.map_err(CallError::widen)?,
    };
    if !router.shares_runtime(&instance) {
        let send = |cell, reply| {
            Sent::Assigned(Some(instance.start_claimable(wrap(values, reply), cell, request)))
        };
        return Box::pin(elsewhere(send)).await;
    }
    let frame = Frame::new(request, instance.station(), method);
    match run(frame, None, invoke(instance, values)).await {
        Ok(outcome) => outcome.map_err(CallError::App),
        Err(stop) => Err(stop.failure().widen()),
    }
}

/// Waits for the arguments, but not beyond the call's deadline.
async fn in_time<V, E>(
    values: BoxFuture<'static, Result<V, Upstream>>,
    deadline: Option<Instant>,
) -> Result<V, CallError<E>> {
    let values = match deadline {
        None => values.await,
        Some(deadline) => tokio::time::timeout_at(deadline, values)
            .await
            .map_err(|_| CallError::DeadlineExceeded)?,
    };
    values.map_err(CallError::Upstream)
}

/// Sends the call with `send` and waits; a dropped future cancels it there.
async fn elsewhere<T, E>(
    send: impl FnOnce(Arc<dyn Stoppable>, Reply<T, E>) -> Sent,
) -> Result<T, CallError<E>>
where
    T: Send + 'static,
    E: Send + 'static,
{
    let cell = Arc::new(CallCell::new());
    let erased: Arc<dyn Stoppable> = Arc::<CallCell<T, E>>::clone(&cell);
    let ticket = send(erased, Reply::new(Arc::clone(&cell))).ticket();
    let mut guard = CancelOnDrop(ObjectRef::new(cell, RequestId::Unset, ticket));
    (&mut guard.0).await
}

struct CancelOnDrop<T: Send, E: Send>(ObjectRef<T, E>);

impl<T: Send, E: Send> Drop for CancelOnDrop<T, E> {
    fn drop(&mut self) {
        // After the outcome has been taken this does nothing.
        self.0.cancel();
    }
}
