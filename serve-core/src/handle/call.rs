//! `handle.method.call(..)`: the structured twin of `remote`, which runs in the caller's own task.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::core::{HandleCore, OwnTarget};
use super::options::CallOptions;
use crate::call::{
    ArgTuple, CallCell, CallError, Frame, ObjectRef, Reply, RequestInfo, Resolved, Stoppable,
    Upstream,
};
use crate::deployment::Deployment;
use crate::id::RequestId;
use crate::replica::{Instance, Run, run};

/// Makes a call and waits for it. Dropping the future cancels it.
///
/// Where the replica lives on the caller's runtime the method runs right here (`invoke`): nothing is
/// sent, nothing is allocated. Elsewhere the call travels as a value (`wrap`).
///
/// The future holds a reference to the deployment instead of borrowing the handle, so that it can be
/// spawned or kept.
#[inline]
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
    W: FnOnce(A::Values, Reply<T, E>) -> D::Call + Send + 'static,
    F: FnOnce(Instance<D>, A::Values) -> Fut + Send,
    Fut: Future<Output = Result<T, E>> + Send,
{
    let (target, options) = (core.target.as_ref().to_owned(), core.options.clone());
    Call::New { start: Some(Start { target, options, method, arguments, wrap, invoke }) }
}

pin_project! {
    /// The future of [`call`]. By hand, because an `async fn` holds what it captures twice, and copying
    /// futures is most of what a short call costs.
    #[project = Stage]
    enum Call<S, Fut, T, E> {
        New { start: Option<S> },
        /// In the caller's own task.
        Here { #[pin] running: Run<'static, Fut> },
        /// What is rare is boxed, so that the future stays small.
        Elsewhere { waiting: BoxFuture<'static, Result<T, CallError<E>>> },
    }
}

/// What a call is made of before it is awaited.
struct Start<D: Deployment, A, W, F> {
    target: OwnTarget<D>,
    options: Option<Arc<CallOptions>>,
    method: &'static str,
    arguments: A,
    wrap: W,
    invoke: F,
}

impl<D, A, T, E, W, F, Fut> Future for Call<Start<D, A, W, F>, Fut, T, E>
where
    D: Deployment,
    A: ArgTuple,
    T: Send + 'static,
    E: Send + 'static,
    W: FnOnce(A::Values, Reply<T, E>) -> D::Call + Send + 'static,
    F: FnOnce(Instance<D>, A::Values) -> Fut + Send,
    Fut: Future<Output = Result<T, E>> + Send,
{
    type Output = Result<T, CallError<E>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            match self.as_mut().project() {
                Stage::New { start } => {
                    // A loop of calls that never wait must still let other tasks run.
                    ready!(tokio::task::coop::poll_proceed(context)).made_progress();
                    let start = start.take().expect("a new call has not begun");
                    let begun = start.begin();
                    self.set(begun);
                }
                Stage::Here { running } => {
                    return running.poll(context).map(|outcome| match outcome {
                        Ok(outcome) => outcome.map_err(CallError::App),
                        Err(stop) => Err(stop.failure().widen()),
                    });
                }
                Stage::Elsewhere { waiting } => return waiting.as_mut().poll(context),
            }
        }
    }
}

impl<D, A, W, F> Start<D, A, W, F>
where
    D: Deployment,
    A: ArgTuple,
{
    #[inline]
    fn begin<T, E, Fut>(self) -> Call<Self, Fut, T, E>
    where
        T: Send + 'static,
        E: Send + 'static,
        W: FnOnce(A::Values, Reply<T, E>) -> D::Call + Send + 'static,
        F: FnOnce(Instance<D>, A::Values) -> Fut,
        Fut: Future,
    {
        let request = self.target.as_ref().request(self.options.as_deref());
        let values = match self.arguments.resolve() {
            Resolved::Ready(values) => values,
            pending @ Resolved::Pending(_) => {
                return elsewhere(self.target, request, pending, self.wrap);
            }
        };
        let Some(instance) = self.target.as_ref().instance_here() else {
            return elsewhere(self.target, request, Resolved::Ready(values), self.wrap);
        };
        let frame = Frame::new(request, instance.station(), self.method);
        Call::Here { running: run(frame, None, (self.invoke)(instance, values)) }
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

/// Sends the call as a value: its arguments are not there yet, no replica has room, or the replicas run
/// on threads of their own.
fn elsewhere<S, D, A, W, Fut, T, E>(
    target: OwnTarget<D>,
    request: RequestInfo,
    arguments: Resolved<A>,
    wrap: W,
) -> Call<S, Fut, T, E>
where
    D: Deployment,
    A: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    W: FnOnce(A, Reply<T, E>) -> D::Call + Send + 'static,
{
    let waiting = async move {
        let values = match arguments {
            Resolved::Ready(values) => values,
            Resolved::Pending(values) => in_time(values, request.deadline).await?,
        };
        let cell = Arc::new(CallCell::new());
        let erased: Arc<dyn Stoppable> = Arc::<CallCell<T, E>>::clone(&cell);
        let call = wrap(values, Reply::new(Arc::clone(&cell)));
        let ticket = target.as_ref().send(call, &erased, request).ticket();
        let mut guard = CancelOnDrop(ObjectRef::new(cell, RequestId::Unset, ticket));
        (&mut guard.0).await
    };
    Call::Elsewhere { waiting: Box::pin(waiting) }
}

struct CancelOnDrop<T: Send, E: Send>(ObjectRef<T, E>);

impl<T: Send, E: Send> Drop for CancelOnDrop<T, E> {
    fn drop(&mut self) {
        // After the outcome has been taken this does nothing.
        self.0.cancel();
    }
}
