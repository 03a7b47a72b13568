//! `handle.method.remote(..)`: a call that starts at once and whose result is awaited later.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::core::{CallPath, Dispatched};
use super::options::join_parent;
use crate::call::{
    CallCell, CallScope, ErasedCall, Failure, InlineClaim, ObjectRef, Reply, RequestInfo, Resolved,
    ResponseStream, StreamCell, StreamReply, unless_stopped, with_frame,
};
use crate::contained::ContainedFuture;
use crate::deployment::Deployment;
use crate::id::RequestId;
use crate::panic::catch;
use crate::tasks::Tasks;

/// Starts a call that has one result. `wrap` makes a value of it.
pub(super) fn start_unary<D, V, T, E>(
    path: CallPath<'_, D>,
    arguments: Resolved<V>,
    wrap: fn(V, Reply<T, E>) -> D::Call,
) -> ObjectRef<T, E>
where
    D: Deployment,
    V: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let cell = Arc::new(match arguments {
        Resolved::Ready(_) => CallCell::new(),
        Resolved::Pending(_) => CallCell::unassigned(),
    });
    let reply = Reply::new(Arc::clone(&cell));
    let erased: Arc<dyn ErasedCall> = Arc::<CallCell<T, E>>::clone(&cell);
    let call = wrapped(&erased, arguments, reply, wrap);
    let (id, ticket) = send(path, erased, call);
    ObjectRef::new(cell, id, ticket)
}

/// Starts a call that streams.
pub(super) fn start_stream<D, V, T, E>(
    path: CallPath<'_, D>,
    arguments: Resolved<V>,
    wrap: fn(V, StreamReply<T, E>) -> D::Call,
) -> ResponseStream<T, E>
where
    D: Deployment,
    V: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let cell = Arc::new(StreamCell::new());
    let reply = StreamReply::new(Arc::clone(&cell));
    let erased: Arc<dyn ErasedCall> = Arc::<StreamCell<T, E>>::clone(&cell);
    let call = wrapped(&erased, arguments, reply, wrap);
    let (id, ticket) = send(path, erased, call);
    ResponseStream::new(cell, id, ticket)
}

/// A call as a value.
enum Wrapped<C> {
    Ready(C),
    /// When its arguments are there. `None` where there will be none, which its cell has been told.
    Pending(BoxFuture<'static, Option<C>>),
}

#[inline]
fn wrapped<C: 'static, V: Send + 'static, R: Send + 'static>(
    cell: &Arc<dyn ErasedCall>,
    arguments: Resolved<V>,
    reply: R,
    wrap: fn(V, R) -> C,
) -> Wrapped<C> {
    let values = match arguments {
        Resolved::Ready(values) => return Wrapped::Ready(wrap(values, reply)),
        Resolved::Pending(values) => ContainedFuture::new(values),
    };
    let cell = Arc::clone(cell);
    Wrapped::Pending(Box::pin(async move {
        // Told before the reply is dropped, which knows no reason.
        match values.await {
            Ok(Ok(values)) => return Some(wrap(values, reply)),
            Ok(Err(upstream)) => cell.refuse(Failure::Upstream(upstream)),
            Err(message) => cell.refuse(Failure::Panicked { message }),
        }
        None
    }))
}

/// Sends a call on its way, at once or when its arguments are there. Whatever happens to it, `cell` gets
/// exactly one outcome. The ticket lets the caller begin it.
fn send<D: Deployment>(
    path: CallPath<'_, D>,
    cell: Arc<dyn ErasedCall>,
    call: Wrapped<D::Call>,
) -> (RequestId, Option<InlineClaim>) {
    let (target, mut request) = (path.target, path.request());
    request.id.settle();
    let id = request.id.clone();
    if !join_parent(&cell) {
        cell.refuse(Failure::Cancelled);
        return (id, None);
    }
    let ticket = match call {
        Wrapped::Ready(call) => target.send(call, &cell, request).ticket(),
        Wrapped::Pending(call) => {
            let own_target = target.to_owned();
            let waiting = Arc::clone(&cell);
            let sending = async move {
                let call = call.await?;
                let send = move |request| own_target.as_ref().send(call, &waiting, request);
                Some(Box::new(send) as Sending)
            };
            send_when_resolved(target.tasks(), Box::pin(sending), cell, request);
            None
        }
    };
    (id, ticket)
}

/// Sends a call whose arguments are there.
type Sending = Box<dyn FnOnce(RequestInfo) -> Dispatched + Send>;

/// Some argument is the unfinished result of another call: a task waits for it, then sends this one.
/// Calls that wait for arguments are not in the queue yet, so nothing waits for them.
fn send_when_resolved(
    tasks: Option<&Tasks>,
    sending: BoxFuture<'static, Option<Sending>>,
    cell: Arc<dyn ErasedCall>,
    request: RequestInfo,
) {
    // It is still the parent's call that is made there: what is noted with the parent arrives there.
    let parent = with_frame(CallScope::fork);
    let task = async move {
        let Some(Some(send)) = unless_stopped(sending, &*cell, &request).await else { return };
        let sent = catch(|| match &parent {
            Some(parent) => parent.enter(|| send(request)),
            None => send(request),
        });
        if let Ok(Dispatched::Assigned(_)) = sent {
            cell.assign();
        }
    };
    spawn(tasks, Box::pin(task));
}

/// Runs a task that looks after a call, until it ends or the server does.
pub(super) fn spawn(tasks: Option<&Tasks>, task: BoxFuture<'static, ()>) {
    match tasks {
        Some(tasks) => tasks.spawn_until_stopped(task),
        // A mock has no runtime of its own: the test that uses it has one.
        None => match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(task)),
            Err(_) => {
                std::thread::spawn(move || crate::call::block_on(task, None));
            }
        },
    }
}
