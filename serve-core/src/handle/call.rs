//! `handle.method.call(..)`: the structured twin of `remote`, which runs in the caller's own task.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::core::{HandleCore, OwnTarget};
use super::options::CallOptions;
use super::remote::start;
use crate::call::{ArgTuple, CallError, Frame, ObjectRef, Reply, Resolved, poll_turn};
use crate::deployment::Deployment;
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
    enum Call<S, Fut, T: Send, E: Send> {
        New { start: Option<S> },
        /// In the caller's own task.
        Here { #[pin] running: Run<Fut> },
        /// Where the replicas run, or where its arguments are awaited, or in line.
        Elsewhere { #[pin] waiting: CancelOnDrop<T, E> },
    }
}

/// What a call is made of before it is awaited, with one result or many.
pub(super) struct Start<D: Deployment, A, W, F> {
    pub(super) target: OwnTarget<D>,
    pub(super) options: Option<Arc<CallOptions>>,
    pub(super) method: &'static str,
    pub(super) arguments: A,
    pub(super) wrap: W,
    pub(super) invoke: F,
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
                    ready!(poll_turn(context)).made_progress();
                    let start = start.take().expect("a new call has not begun");
                    start.begin(self.as_mut());
                }
                Stage::Here { running } => {
                    return running.poll(context).map(|outcome| match outcome {
                        Ok(outcome) => outcome.map_err(CallError::App),
                        Err(stop) => Err(stop.failure().widen()),
                    });
                }
                Stage::Elsewhere { waiting } => return waiting.poll(context),
            }
        }
    }
}

impl<D, A, W, F> Start<D, A, W, F>
where
    D: Deployment,
    A: ArgTuple,
{
    /// Goes on to the next stage. Made right where it stays, for the same reason.
    #[inline]
    fn begin<T, E, Fut>(self, mut stage: Pin<&mut Call<Self, Fut, T, E>>)
    where
        T: Send + 'static,
        E: Send + 'static,
        W: FnOnce(A::Values, Reply<T, E>) -> D::Call + Send + 'static,
        F: FnOnce(Instance<D>, A::Values) -> Fut,
        Fut: Future,
    {
        let (target, options) = (self.target.as_ref(), self.options.as_deref());
        let arguments = match self.arguments.resolve() {
            pending @ Resolved::Pending(_) => pending,
            Resolved::Ready(values) => {
                let request = target.request(options);
                if let Some(instance) = target.instance_here(&request) {
                    let frame = Frame::new(request, instance.station(), self.method);
                    let running = run(frame, None, (self.invoke)(instance, values));
                    return stage.set(Call::Here { running });
                }
                Resolved::Ready(values)
            }
        };
        let waiting = CancelOnDrop(start(target, options, arguments, self.wrap));
        stage.set(Call::Elsewhere { waiting });
    }
}

/// A result whose call is cancelled with it.
pub(super) struct CancelOnDrop<T: Send, E: Send>(pub(super) ObjectRef<T, E>);

impl<T: Send, E: Send> Future for CancelOnDrop<T, E> {
    type Output = Result<T, CallError<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T: Send, E: Send> Drop for CancelOnDrop<T, E> {
    fn drop(&mut self) {
        // After the outcome has been taken this does nothing.
        self.0.cancel();
    }
}
