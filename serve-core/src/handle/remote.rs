//! `handle.method.remote(..)`: a call that starts at once and whose result is awaited later.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::core::{HandleCore, Sent, Target};
use super::options::join_parent;
use crate::call::{
    ArgTuple, CallCell, Failure, Frame, ObjectRef, Reply, RequestInfo, Resolved, Stoppable,
    Upstream, with_frame,
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
            let erased: Arc<dyn Stoppable> = Arc::<CallCell<T, E>>::clone(&cell);
            join_parent(|| Arc::downgrade(&erased));
            let call = wrap(values, Reply::new(Arc::clone(&cell)));
            let sent = core.target.as_ref().send(call, &erased, request);
            ObjectRef::new(cell, id, sent.ticket())
        }
        Resolved::Pending(values) => {
            let cell = Arc::new(CallCell::unassigned());
            let erased: Arc<dyn Stoppable> = Arc::<CallCell<T, E>>::clone(&cell);
            join_parent(|| Arc::downgrade(&erased));
            let reply = Reply::new(Arc::clone(&cell));
            send_when_resolved(core, values, |values| wrap(values, reply), erased, request);
            ObjectRef::new(cell, id, None)
        }
    }
}

/// Some argument is the unfinished result of another call: a task waits for it, then sends this one.
/// Calls that wait for arguments are not in line yet, so they hold up nobody.
fn send_when_resolved<D: Deployment, V: Send + 'static>(
    core: &HandleCore<D>,
    values: impl Future<Output = Result<V, Upstream>> + Send + 'static,
    wrap: impl FnOnce(V) -> D::Call + Send + 'static,
    cell: Arc<dyn Stoppable>,
    request: RequestInfo,
) {
    let target = core.target.clone();
    // It is still the parent's call that is made there: what is noted with the parent arrives there.
    let parent = with_frame(Frame::fork).map(RefCell::new);
    let task = async move {
        match unless_stopped(values, &*cell, &request).await {
            None => {}
            Some(Err(upstream)) => cell.refuse(Failure::Upstream(upstream)),
            Some(Ok(values)) => {
                let send = || target.as_ref().send(wrap(values), &cell, request);
                let sent = catch_unwind(AssertUnwindSafe(|| match &parent {
                    Some(parent) => Frame::enter(parent, send),
                    None => send(),
                }));
                if let Ok(Sent::Assigned(_)) = sent {
                    cell.assign();
                }
            }
        }
    };
    match &core.target {
        Target::Router(router) => router.here().tasks().spawn_until_stopped(task),
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
                cell.refuse(Failure::Cancelled);
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
                cell.refuse(Failure::DeadlineExceeded);
                None
            }
        },
    }
}
