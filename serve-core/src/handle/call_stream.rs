//! `handle.method.call(..)` of a method that streams: polled, and so run, by its reader where it can be.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::call::NewCall;
use super::core::HandleCore;
use super::remote::start_stream;
use crate::call::{
    CallError, CallScope, Items, Pulled, Resolved, ResponseStream, poll_turn, pulled,
};
use crate::deployment::{MethodSpec, Produce, Streaming};
use crate::replica::{Instance, RunStream, run_stream};

/// Makes a call that streams. It begins when it is first polled, and is cancelled when dropped.
///
/// Where the replica lives on the reader's runtime, the method runs while the reader polls: it is never ahead, and
/// nothing is woken. Elsewhere the call travels as a value.
pub(super) fn call_stream<M: Produce>(
    core: &HandleCore<M::On>,
    arguments: Resolved<M::Args>,
) -> impl Stream<Item = Result<M::Value, CallError<M::Error>>> + Send + use<M> {
    let (path, parts) = (core.path().to_owned(), Some((arguments, M::produce)));
    CallStream::New { start: NewCall::<M, _> { path, parts } }
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

impl<M, F, Fut> Stream for CallStream<NewCall<M, F>, Fut, M::Value, M::Error>
where
    M: MethodSpec<Shape = Streaming>,
    F: FnOnce(Instance<M::On>, M::Args, Items<M::Value, M::Error>) -> Fut + Send,
    Fut: Future<Output = ()> + Send,
{
    type Item = Result<M::Value, CallError<M::Error>>;

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

impl<M, F> NewCall<M, F>
where
    M: MethodSpec<Shape = Streaming>,
{
    fn begin_stream<Fut>(&mut self) -> CallStream<Self, Fut, M::Value, M::Error>
    where
        F: FnOnce(Instance<M::On>, M::Args, Items<M::Value, M::Error>) -> Fut,
        Fut: Future<Output = ()>,
    {
        let path = self.path.path();
        let (arguments, produce) = self.parts.take().expect("a new call has not begun");
        let arguments = match arguments {
            pending @ Resolved::Pending(_) => pending,
            Resolved::Ready(values) => {
                let request = path.request();
                if let Some(instance) = path.target.instance_here(&request) {
                    let frame = CallScope::new(request, instance.station(), M::NAME);
                    let items = pulled(|items| produce(instance, values, items));
                    return CallStream::Here { running: run_stream(frame, items) };
                }
                Resolved::Ready(values)
            }
        };
        CallStream::Elsewhere { items: start_stream(path, arguments, M::wrap) }
    }
}
