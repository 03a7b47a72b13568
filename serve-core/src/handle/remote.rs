//! `handle.method.remote(..)`: a call that starts at once and whose result is awaited later.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::core::{HandleCore, Sent, Target};
use super::options::join_parent;
use crate::call::{
    ArgTuple, CallCell, CallError, Failure, ObjectRef, Reply, RequestInfo, Resolved, Stoppable,
    Upstream,
};
use crate::deployment::Deployment;

/// Starts a call. `wrap` makes a value of it.
pub fn remote<D, A, T, E>(
    core: &HandleCore<D>,
    _method: &'static str,
    arguments: A,
    wrap: impl FnOnce(A::Values, Reply<T, E>) -> D::Call + Send + 'static,
) -> ObjectRef<T, E>
where
    D: Deployment,
    A: ArgTuple,
    T: Send + 'static,
    E: Send + 'static,
{
    let mut request = core.request();
    request.id.settle();
    let id = request.id.clone();
    match arguments.resolve() {
        Resolved::Ready(values) => {
            let cell = Arc::new(CallCell::new());
            join(&cell);
            let call = wrap(values, Reply::new(Arc::clone(&cell)));
            let sent = core.target.send(call, &cell, request);
            ObjectRef::new(cell, id, sent.ticket())
        }
        Resolved::Pending(values) => {
            let cell = Arc::new(CallCell::unassigned());
            join(&cell);
            send_when_resolved(core, values, wrap, &cell, request);
            ObjectRef::new(cell, id, None)
        }
    }
}

fn join<T: Send + 'static, E: Send + 'static>(cell: &Arc<CallCell<T, E>>) {
    join_parent(|| Arc::downgrade(&(Arc::<CallCell<T, E>>::clone(cell) as Arc<dyn Stoppable>)));
}

/// Some argument is the unfinished result of another call: a task waits for it, then sends this one.
/// Calls that wait for arguments are not in line yet, so they hold up nobody.
fn send_when_resolved<D, V, T, E>(
    core: &HandleCore<D>,
    values: impl Future<Output = Result<V, Upstream>> + Send + 'static,
    wrap: impl FnOnce(V, Reply<T, E>) -> D::Call + Send + 'static,
    cell: &Arc<CallCell<T, E>>,
    request: RequestInfo,
) where
    D: Deployment,
    V: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let target = core.target.clone();
    let task = {
        let cell = Arc::clone(cell);
        async move {
            match unless_stopped(values, &*cell, &request).await {
                None => {}
                Some(Err(upstream)) => cell.stop(Failure::Upstream(upstream)),
                Some(Ok(values)) => {
                    let call = wrap(values, Reply::new(Arc::clone(&cell)));
                    if let Sent::Assigned(_) = target.send(call, &cell, request) {
                        cell.assign();
                    }
                }
            }
        }
    };
    match &core.target {
        Target::Router(router) => router.tasks().spawn_until_stopped(task),
        // A mock has no runtime of its own: the test that uses it has one.
        Target::Mock(_) => match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(task)),
            Err(_) => {
                std::thread::spawn(move || crate::call::block_on(task, None));
            }
        },
    }
}

/// Waits for the arguments, but not longer than anybody wants the call.
async fn unless_stopped<V>(
    values: impl Future<Output = Result<V, Upstream>>,
    cell: &dyn Stoppable,
    request: &RequestInfo,
) -> Option<Result<V, Upstream>> {
    let mut values = pin!(values);
    let resolved = poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| values.as_mut().poll(context))) {
            Ok(Poll::Ready(values)) => return Poll::Ready(Some(values)),
            Ok(Poll::Pending) => {}
            Err(_) => {
                cell.stop(CallError::Cancelled);
                return Poll::Ready(None);
            }
        }
        if cell.park_runner(context.waker()) { Poll::Pending } else { Poll::Ready(None) }
    });
    match request.deadline {
        None => resolved.await,
        Some(deadline) => match tokio::time::timeout_at(deadline, resolved).await {
            Ok(values) => values,
            Err(_) => {
                cell.stop(Failure::DeadlineExceeded);
                None
            }
        },
    }
}
