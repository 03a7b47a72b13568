//! `handle.method.call(..)`: the structured twin of `remote`, which runs in the caller's own task.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::core::{HandleCore, OwnPath};
use super::remote::start_unary;
use super::start::start;
use crate::call::{CallError, CallScope, ObjectRef, RequestInfo, Resolved, poll_turn};
use crate::deployment::{Invoke, MethodSpec, Unary};
use crate::replica::{ByResult, Instance, Run, run};

/// Makes a call and waits for it. Dropping the future cancels it.
///
/// Where the replica lives on the caller's runtime the method runs right here: nothing is sent, nothing is allocated.
/// Elsewhere the call travels as a value.
///
/// The future holds a reference to the deployment instead of borrowing the handle, so that it can be spawned or kept.
#[inline]
pub(super) fn call<M: Invoke>(
    core: &HandleCore<M::On>,
    arguments: Resolved<M::Args>,
) -> impl Future<Output = Outcome<M>> + Send + use<M> {
    let (path, parts) = (core.path().to_owned(), Some((arguments, M::invoke)));
    Call::New { start: NewCall::<M, _> { path, parts } }
}

/// The same for a method that never runs in the caller's task: its calls run together, or may be made again.
pub(super) fn call_as_value<M: MethodSpec<Shape = Unary>>(
    core: &HandleCore<M::On>,
    arguments: Resolved<M::Args>,
) -> impl Future<Output = Outcome<M>> + Send + use<M> {
    let path = core.path().to_owned();
    // Begun when first polled.
    async move { CancelOnDrop(start::<M>(path.path(), arguments)).await }
}

/// What a call of a method resolves to.
type Outcome<M> = Result<<M as MethodSpec>::Value, CallError<<M as MethodSpec>::Error>>;

pin_project! {
    /// The future of [`call`]. By hand, because an `async fn` holds what it captures twice, and copying
    /// futures is most of what a short call costs.
    #[project = Stage]
    enum Call<S, Fut, T: Send, E: Send> {
        New { start: S },
        /// In the caller's own task.
        Here { #[pin] running: Run<Fut, ByResult> },
        /// Where the replicas run, or where its arguments are awaited, or in the queue.
        Elsewhere { #[pin] waiting: CancelOnDrop<T, E> },
    }
}

/// What a call is made of before it is awaited, with one result or many.
pub(super) struct NewCall<M: MethodSpec, F> {
    pub(super) path: OwnPath<M::On>,
    /// The arguments, and what runs the method here. Taken when the call begins.
    pub(super) parts: Option<(Resolved<M::Args>, F)>,
}

impl<M, F, Fut> Future for Call<NewCall<M, F>, Fut, M::Value, M::Error>
where
    M: MethodSpec<Shape = Unary>,
    F: FnOnce(Instance<M::On>, M::Args) -> Fut + Send,
    Fut: Future<Output = Result<M::Value, M::Error>> + Send,
{
    type Output = Outcome<M>;

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

impl<M, F, Fut> Call<NewCall<M, F>, Fut, M::Value, M::Error>
where
    M: MethodSpec<Shape = Unary>,
    F: FnOnce(Instance<M::On>, M::Args) -> Fut,
    Fut: Future<Output = Result<M::Value, M::Error>>,
{
    /// Goes on from the first stage. The next one is made right where it stays, for the same reason.
    #[inline]
    fn begin(mut self: Pin<&mut Self>) {
        let Stage::New { start: NewCall { path, parts } } = self.as_mut().project() else {
            return;
        };
        let path = path.path();
        let (arguments, invoke) = parts.take().expect("a new call has not begun");
        let arguments = match arguments {
            pending @ Resolved::Pending(_) => pending,
            Resolved::Ready(values) => {
                let mut request = RequestInfo::root();
                path.fill(&mut request);
                if let Some(instance) = path.target.instance_here(&request) {
                    let frame = CallScope::new(request, instance.station(), M::NAME);
                    let running = run(frame, None, invoke(instance, values));
                    return self.set(Self::Here { running });
                }
                Resolved::Ready(values)
            }
        };
        let waiting = CancelOnDrop(start_unary(path, arguments, M::wrap));
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
