//! Calls of `#[idempotent]` methods: sent again when their replica dies under them.
//!
//! Within the deployment's retry budget, never past the call's deadline, and only after a failure of
//! the system that may have left the call half done. What never ran is sent again for every method, by
//! the router.

use std::future::Future;
use std::sync::Arc;

use super::call::CancelOnDrop;
use super::core::HandleCore;
use super::options::join_parent;
use super::remote::{spawn, start, unless_stopped};
use crate::call::{
    ArgTuple, CallCell, CallError, Frame, ObjectRef, Reply, Resolved, Stoppable, with_frame,
};
use crate::deployment::Deployment;
use crate::replica::Instance;

/// An argument of an `#[idempotent]` method.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is an argument of an `#[idempotent]` method, which may be sent twice: it must be `Clone`",
    label = "this argument is not `Clone`",
    note = "derive `Clone`, or pass an `Arc` of it"
)]
pub trait IdempotentArgument: Clone {}

impl<T: Clone> IdempotentArgument for T {}

/// [`remote`](super::remote()) for an idempotent method. A task of its own looks after the call.
pub fn remote_idempotent<D, A, T, E>(
    core: &HandleCore<D>,
    method: &'static str,
    arguments: A,
    wrap: fn(A::Values, Reply<T, E>) -> D::Call,
) -> ObjectRef<T, E>
where
    D: Deployment,
    A: ArgTuple<Values: Clone>,
    T: Send + 'static,
    E: Send + 'static,
{
    let cell = Arc::new(CallCell::unassigned());
    let mut request = core.request();
    request.id.settle();
    let id = request.id.clone();
    join_parent(|| {
        let erased: Arc<dyn Stoppable> = Arc::<CallCell<T, E>>::clone(&cell);
        Arc::downgrade(&erased)
    });
    // The attempts are made in the caller's request, from a task of their own.
    let parent = with_frame(Frame::fork);
    let attempts = call_batched_idempotent(&core.with_request_id(&id), method, arguments, wrap);
    let answer = Arc::clone(&cell);
    spawn(core.target.as_ref(), async move {
        let attempts = async move {
            match parent {
                Some(parent) => parent.run(attempts).await,
                None => attempts.await,
            }
        };
        // Where the call is cancelled, the attempt under way is, by being dropped.
        if let Some(outcome) = unless_stopped(attempts, &*answer, &request).await {
            answer.set(outcome);
        }
    });
    ObjectRef::new(cell, id, None)
}

/// [`call`](super::call()) for an idempotent method. It travels as a value, so that it can travel again.
pub fn call_idempotent<D, A, T, E, F, Fut>(
    core: &HandleCore<D>,
    method: &'static str,
    arguments: A,
    wrap: fn(A::Values, Reply<T, E>) -> D::Call,
    _invoke: F,
) -> impl Future<Output = Result<T, CallError<E>>> + Send + use<D, A, T, E, F, Fut>
where
    D: Deployment,
    A: ArgTuple<Values: Clone>,
    T: Send + 'static,
    E: Send + 'static,
    F: FnOnce(Instance<D>, A::Values) -> Fut,
{
    call_batched_idempotent(core, method, arguments, wrap)
}

/// The same for an idempotent batched method, and what the others are made of.
pub fn call_batched_idempotent<D, A, T, E>(
    core: &HandleCore<D>,
    _method: &'static str,
    arguments: A,
    wrap: fn(A::Values, Reply<T, E>) -> D::Call,
) -> impl Future<Output = Result<T, CallError<E>>> + Send + use<D, A, T, E>
where
    D: Deployment,
    A: ArgTuple<Values: Clone>,
    T: Send + 'static,
    E: Send + 'static,
{
    let core = core.clone();
    async move {
        let deadline = core.request().deadline;
        let values = match arguments.resolve() {
            Resolved::Ready(values) => values,
            Resolved::Pending(values) => match deadline {
                None => values.await.map_err(CallError::Upstream)?,
                Some(deadline) => tokio::time::timeout_at(deadline, values)
                    .await
                    .map_err(|_| CallError::DeadlineExceeded)?
                    .map_err(CallError::Upstream)?,
            },
        };
        loop {
            let (target, options) = (core.target.as_ref(), core.options_until(deadline));
            let attempt = start(target, options.as_deref(), Resolved::Ready(values.clone()), wrap);
            match CancelOnDrop(attempt).await {
                Err(CallError::ReplicaDied { .. } | CallError::Transport(_))
                    if target.may_retry() => {}
                outcome => return outcome,
            }
        }
    }
}
