//! `handle.method.call(..)` of a method that streams: polled, and so run, by its reader where it can be.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::call::Start;
use super::core::HandleCore;
use super::remote::start_stream;
use crate::call::{
    ArgTuple, CallError, Frame, Items, Pulled, Resolved, ResponseStream, StreamReply, poll_turn,
    pulled,
};
use crate::deployment::Deployment;
use crate::replica::{Instance, RunStream, run_stream};

/// Makes a call that streams. It begins when it is first polled, and is cancelled when dropped.
///
/// Where the replica lives on the reader's runtime, the method runs while the reader polls (`invoke`):
/// it is never ahead, and nothing is woken. Elsewhere the call travels as a value (`wrap`).
pub fn call_stream<D, A, T, E, W, F, Fut>(
    core: &HandleCore<D>,
    method: &'static str,
    arguments: A,
    wrap: W,
    invoke: F,
) -> impl Stream<Item = Result<T, CallError<E>>> + Send + use<D, A, T, E, W, F, Fut>
where
    D: Deployment,
    A: ArgTuple,
    T: Send + 'static,
    E: Send + 'static,
    W: FnOnce(A::Values, StreamReply<T, E>) -> D::Call + Send + 'static,
    F: FnOnce(Instance<D>, A::Values, Items<T, E>) -> Fut + Send,
    Fut: Future<Output = ()> + Send,
{
    let (target, options) = (core.target.as_ref().to_owned(), core.options.clone());
    let parts = Some((arguments, wrap, invoke));
    CallStream::New { start: Start { target, options, method, parts } }
}

pin_project! {
    #[project = Stage]
    enum CallStream<S, Fut, T, E> {
        New { start: S },
        /// In the reader's own task.
        Here { #[pin] running: RunStream<Pulled<T, E, Fut>> },
        Elsewhere { items: ResponseStream<T, E> },
    }
}

impl<D, A, T, E, W, F, Fut> Stream for CallStream<Start<D, A, W, F>, Fut, T, E>
where
    D: Deployment,
    A: ArgTuple,
    T: Send + 'static,
    E: Send + 'static,
    W: FnOnce(A::Values, StreamReply<T, E>) -> D::Call + Send + 'static,
    F: FnOnce(Instance<D>, A::Values, Items<T, E>) -> Fut + Send,
    Fut: Future<Output = ()> + Send,
{
    type Item = Result<T, CallError<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.as_mut().project() {
                Stage::New { start } => {
                    let begun = start.begin_stream();
                    self.set(begun);
                }
                Stage::Here { running } => {
                    // A loop over items that are all there must still let other tasks run.
                    let turn = ready!(poll_turn(context));
                    let item = ready!(running.poll_next(context));
                    turn.made_progress();
                    return Poll::Ready(item);
                }
                Stage::Elsewhere { items } => return Pin::new(items).poll_next(context),
            }
        }
    }
}

impl<D: Deployment, A: ArgTuple, W, F> Start<D, A, W, F> {
    fn begin_stream<T, E, Fut>(&mut self) -> CallStream<Self, Fut, T, E>
    where
        T: Send + 'static,
        E: Send + 'static,
        W: FnOnce(A::Values, StreamReply<T, E>) -> D::Call + Send + 'static,
        F: FnOnce(Instance<D>, A::Values, Items<T, E>) -> Fut,
        Fut: Future<Output = ()>,
    {
        let (target, options) = (self.target.as_ref(), self.options.as_deref());
        let (arguments, wrap, invoke) = self.parts.take().expect("a new call has not begun");
        let arguments = match arguments.resolve() {
            pending @ Resolved::Pending(_) => pending,
            Resolved::Ready(values) => {
                let request = target.request(options);
                if let Some(instance) = target.instance_here(&request) {
                    let frame = Frame::new(request, instance.station(), self.method);
                    let items = pulled(|items| invoke(instance, values, items));
                    return CallStream::Here { running: run_stream(frame, items) };
                }
                Resolved::Ready(values)
            }
        };
        CallStream::Elsewhere { items: start_stream(target, options, arguments, wrap) }
    }
}
