//! `handle.method.call(..)`: the structured twin of `remote`, which runs in the caller's own task.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::core::{HandleCore, OwnTarget};
use super::options::CallOptions;
use super::remote::start;
use crate::call::{ArgTuple, CallError, Frame, ObjectRef, Reply, RequestInfo, Resolved, poll_turn};
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
    let parts = Some((arguments, wrap, invoke));
    Call::New { start: Start { target, options, method, parts } }
}

pin_project! {
    /// The future of [`call`]. By hand, because an `async fn` holds what it captures twice, and copying
    /// futures is most of what a short call costs.
    #[project = Stage]
    enum Call<S, Fut, T: Send, E: Send> {
        New { start: S },
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
    /// Taken when the call begins.
    pub(super) parts: Option<(A, W, F)>,
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
                Stage::New { .. } => {
                    // A loop of calls that never wait must still let other tasks run.
                    ready!(poll_turn(context)).made_progress();
                    self.as_mut().begin();
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

impl<D, A, T, E, W, F, Fut> Call<Start<D, A, W, F>, Fut, T, E>
where
    D: Deployment,
    A: ArgTuple,
    T: Send + 'static,
    E: Send + 'static,
    W: FnOnce(A::Values, Reply<T, E>) -> D::Call + Send + 'static,
    F: FnOnce(Instance<D>, A::Values) -> Fut,
    Fut: Future,
{
    /// Goes on from the first stage. The next one is made right where it stays, for the same reason.
    #[inline]
    fn begin(mut self: Pin<&mut Self>) {
        let Stage::New { start: Start { target, options, method, parts } } =
            self.as_mut().project()
        else {
            return;
        };
        let (target, options) = (target.as_ref(), options.as_deref());
        let (arguments, wrap, invoke) = parts.take().expect("a new call has not begun");
        let arguments = match arguments.resolve() {
            pending @ Resolved::Pending(_) => pending,
            Resolved::Ready(values) => {
                let mut request = RequestInfo::root();
                target.fill(&mut request, options);
                if let Some(instance) = target.instance_here(&request) {
                    let frame = Frame::new(request, instance.station(), method);
                    let running = run(frame, None, invoke(instance, values));
                    return self.set(Self::Here { running });
                }
                Resolved::Ready(values)
            }
        };
        let waiting = CancelOnDrop(start(target, options, arguments, wrap));
        self.set(Self::Elsewhere { waiting });
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
