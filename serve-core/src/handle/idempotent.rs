//! Calls of `#[idempotent]` methods: sent again when their replica dies under them.
//!
//! Within the deployment's retry budget, never past the call's deadline, and only after a failure of
//! the system that may have left the call half done. What never ran is sent again for every method, by
//! the router.

use std::sync::Arc;

use super::call::CancelOnDrop;
use super::core::{CallPath, OwnPath};
use super::options::join_parent;
use super::remote::{spawn, start_unary};
use crate::call::{
    CallCell, CallError, CallScope, ErasedCall, ObjectRef, Reply, Resolved, unless_stopped,
    with_frame,
};
use crate::contained::Contained;
use crate::deployment::Deployment;

/// An argument of an `#[idempotent]` method.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is an argument of an `#[idempotent]` method, which may be sent twice: it must be `Clone`",
    label = "this argument is not `Clone`",
    note = "derive `Clone`, or pass an `Arc` of it"
)]
pub trait IdempotentArgument: Clone {}

#[diagnostic::do_not_recommend]
impl<T: Clone> IdempotentArgument for T {}

/// Starts a call that may be made again. A task of its own looks after the attempts.
pub(super) fn start_repeating<D, V, T, E>(
    path: CallPath<'_, D>,
    arguments: Resolved<V>,
    wrap: fn(V, Reply<T, E>) -> D::Call,
    repeat: fn(&V) -> V,
) -> ObjectRef<T, E>
where
    D: Deployment,
    V: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let cell = Arc::new(CallCell::unassigned());
    let mut request = path.request();
    request.id.settle();
    let id = request.id.clone();
    let erased: Arc<dyn ErasedCall> = Arc::<CallCell<T, E>>::clone(&cell);
    join_parent(&erased);
    // The attempts are made in the caller's request, from a task of their own.
    let parent = with_frame(CallScope::fork);
    let own_path = path.for_request(&request);
    let answer = Arc::clone(&cell);
    let task = async move {
        let attempts = async {
            let values = match arguments {
                Resolved::Ready(values) => values,
                Resolved::Pending(values) => values.await.map_err(CallError::Upstream)?,
            };
            // The user's, and kept until the last attempt has its outcome, which a panic must not replace.
            let attempts = attempts(&own_path, Contained::new(values), wrap, repeat);
            match parent {
                Some(parent) => parent.run(attempts).await,
                None => attempts.await,
            }
        };
        // Where the call is cancelled, the attempt under way is, by being dropped.
        if let Some(outcome) = unless_stopped(attempts, &*answer, &request).await {
            answer.set(outcome);
        }
    };
    spawn(path.target.tasks(), Box::pin(task));
    ObjectRef::new(cell, id, None)
}

/// Makes the call until it succeeds, fails by itself, or may not be made again.
async fn attempts<D, V, T, E>(
    path: &OwnPath<D>,
    values: Contained<V>,
    wrap: fn(V, Reply<T, E>) -> D::Call,
    repeat: fn(&V) -> V,
) -> Result<T, CallError<E>>
where
    D: Deployment,
    V: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    loop {
        let path = path.path();
        let attempt = start_unary(path, Resolved::Ready(repeat(&values)), wrap);
        match CancelOnDrop(attempt).await {
            Err(CallError::ReplicaDied { .. } | CallError::Transport(_))
                if path.target.may_retry() => {}
            outcome => return outcome,
        }
    }
}
