//! The three ways to start a call of a method: `remote`, `call`, `broadcast`. Generated code calls these.

use futures_core::Stream;

use super::call::{call, call_as_value};
use super::call_stream::call_stream;
use super::chosen::broadcast;
use super::core::{CallPath, HandleCore};
use super::idempotent::start_repeating;
use super::remote::{start_stream, start_unary};
use crate::call::{CallResult, IntoArgs, ObjectRef, Reply, Resolved, ResponseStream, StreamReply};
use crate::deployment::{Deployment, Invoke, MethodSpec, Produce, Shape, Streaming, Unary};

/// How calls of a shape are started.
#[doc(hidden)]
pub trait Starts: Shape {
    /// What the caller holds.
    type CallRef<T: Send + 'static, E: Send + 'static>;

    /// Starts a call. `wrap` makes a value of it.
    fn start<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, Self::Reply<T, E>) -> D::Call,
    ) -> Self::CallRef<T, E>;

    /// Starts a call that may be made again, with the arguments that `repeat` makes.
    fn start_repeating<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, Self::Reply<T, E>) -> D::Call,
        repeat: fn(&V) -> V,
    ) -> Self::CallRef<T, E>;
}

/// What a caller of a method holds.
pub type CallRef<M> = <<M as MethodSpec>::Shape as Starts>::CallRef<
    <M as MethodSpec>::Value,
    <M as MethodSpec>::Error,
>;

impl Starts for Unary {
    type CallRef<T: Send + 'static, E: Send + 'static> = ObjectRef<T, E>;

    fn start<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, Reply<T, E>) -> D::Call,
    ) -> ObjectRef<T, E> {
        start_unary(path, arguments, wrap)
    }

    fn start_repeating<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, Reply<T, E>) -> D::Call,
        repeat: fn(&V) -> V,
    ) -> ObjectRef<T, E> {
        start_repeating(path, arguments, wrap, repeat)
    }
}

impl Starts for Streaming {
    type CallRef<T: Send + 'static, E: Send + 'static> = ResponseStream<T, E>;

    fn start<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, StreamReply<T, E>) -> D::Call,
    ) -> ResponseStream<T, E> {
        start_stream(path, arguments, wrap)
    }

    fn start_repeating<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, StreamReply<T, E>) -> D::Call,
        _repeat: fn(&V) -> V,
    ) -> ResponseStream<T, E> {
        // The macro refuses `#[idempotent]` here: nobody knows which items have been read.
        start_stream(path, arguments, wrap)
    }
}

/// Starts calls of a method whose types need not be known.
#[doc(hidden)]
pub trait StartCall: MethodSpec<Shape: Starts> {
    /// Starts a call at once.
    fn remote(core: &HandleCore<Self::On>, arguments: impl IntoArgs<Self::Args>) -> CallRef<Self> {
        start::<Self>(core.path(), arguments.into_args())
    }

    /// Makes a call that travels as a value, when it is awaited.
    fn call_as_value<A: IntoArgs<Self::Args>>(
        core: &HandleCore<Self::On>,
        arguments: A,
    ) -> impl Future<Output = CallResult<Self::Value, Self::Error>> + Send + use<Self, A>
    where
        Self: MethodSpec<Shape = Unary>,
    {
        call_as_value::<Self>(core, arguments.into_args())
    }

    /// Starts a call on every replica.
    fn broadcast<A: IntoArgs<Self::Args> + Clone>(
        core: &HandleCore<Self::On>,
        arguments: A,
    ) -> Vec<ObjectRef<Self::Value, Self::Error>>
    where
        Self: MethodSpec<Shape = Unary>,
    {
        broadcast::<Self>(core, || arguments.clone().into_args())
    }
}

impl<M: MethodSpec<Shape: Starts>> StartCall for M {}

/// Starts a call of this method.
pub(super) fn start<M: MethodSpec<Shape: Starts>>(
    path: CallPath<'_, M::On>,
    arguments: Resolved<M::Args>,
) -> CallRef<M> {
    // With a function pointer, so that what follows is compiled once for each signature and not for each method.
    // What repeats a call is only compiled where something does: it would be half the build of a method.
    if const { M::REPEAT.is_some() }
        && let Some(repeat) = M::REPEAT
    {
        return M::Shape::start_repeating(path, arguments, M::wrap, repeat);
    }
    M::Shape::start(path, arguments, M::wrap)
}

/// Calls a method with one result in the caller's own task, where the replica allows it.
#[doc(hidden)]
pub trait StartHere: Invoke {
    /// Begins when awaited.
    #[inline]
    fn call<A: IntoArgs<Self::Args>>(
        core: &HandleCore<Self::On>,
        arguments: A,
    ) -> impl Future<Output = CallResult<Self::Value, Self::Error>> + Send + use<Self, A> {
        call::<Self>(core, arguments.into_args())
    }
}

impl<M: Invoke> StartHere for M {}

/// Calls a method that streams in the reader's own task, where the replica allows it.
#[doc(hidden)]
pub trait StartStreamHere: Produce {
    /// Begins when first polled.
    fn call<A: IntoArgs<Self::Args>>(
        core: &HandleCore<Self::On>,
        arguments: A,
    ) -> impl Stream<Item = CallResult<Self::Value, Self::Error>> + Send + use<Self, A> {
        call_stream::<Self>(core, arguments.into_args())
    }
}

impl<M: Produce> StartStreamHere for M {}
