//! How a method answers: with one result, or with many.

use crate::call::{ObjectRef, Reply, Resolved, ResponseStream, StreamReply};
use crate::codec::{Arguments, DecodeError};
use crate::deployment::{AnyReply, Deployment};
use crate::handle::{CallPath, start_repeating, start_stream, start_unary};
use crate::wire::{Answer, Codecs, Outgoing};

/// The shape of a method's answer.
#[doc(hidden)]
pub trait Shape: Sized + 'static {
    const IS_STREAM: bool;
    /// What takes the answer.
    type Reply<T: Send + 'static, E: Send + 'static>: AnyReply + Send + 'static;
    /// What the caller holds.
    type Pending<T: Send + 'static, E: Send + 'static>;

    /// Starts a call. `wrap` makes a value of it; with `repeat`, it may be made again.
    fn start<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, Self::Reply<T, E>) -> D::Call,
        repeat: Option<fn(&V) -> V>,
    ) -> Self::Pending<T, E>;

    /// A call on its way out.
    fn outgoing<T: Send + 'static, E: Send + 'static>(
        method: &'static str,
        arguments: Arguments,
        reply: Self::Reply<T, E>,
        codecs: &'static Codecs<T, E>,
    ) -> Outgoing;

    /// The reply of a call that has come.
    ///
    /// # Errors
    ///
    /// The reply at hand is that of another method.
    fn reply<T: Send + 'static, E: Send + 'static>(
        answer: &mut Answer,
        codecs: &'static Codecs<T, E>,
    ) -> Result<Self::Reply<T, E>, DecodeError>;
}

/// One result.
#[doc(hidden)]
#[derive(Debug)]
pub enum Unary {}

/// Many, one by one.
#[doc(hidden)]
#[derive(Debug)]
pub enum Streaming {}

impl Shape for Unary {
    const IS_STREAM: bool = false;
    type Reply<T: Send + 'static, E: Send + 'static> = Reply<T, E>;
    type Pending<T: Send + 'static, E: Send + 'static> = ObjectRef<T, E>;

    fn start<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, Reply<T, E>) -> D::Call,
        repeat: Option<fn(&V) -> V>,
    ) -> ObjectRef<T, E> {
        match repeat {
            Some(repeat) => start_repeating(path, arguments, wrap, repeat),
            None => start_unary(path, arguments, wrap),
        }
    }

    fn outgoing<T: Send + 'static, E: Send + 'static>(
        method: &'static str,
        arguments: Arguments,
        reply: Reply<T, E>,
        codecs: &'static Codecs<T, E>,
    ) -> Outgoing {
        arguments.call(method, reply, codecs)
    }

    fn reply<T: Send + 'static, E: Send + 'static>(
        answer: &mut Answer,
        codecs: &'static Codecs<T, E>,
    ) -> Result<Reply<T, E>, DecodeError> {
        answer.reply(codecs)
    }
}

impl Shape for Streaming {
    const IS_STREAM: bool = true;
    type Reply<T: Send + 'static, E: Send + 'static> = StreamReply<T, E>;
    type Pending<T: Send + 'static, E: Send + 'static> = ResponseStream<T, E>;

    fn start<D: Deployment, V: Send + 'static, T: Send + 'static, E: Send + 'static>(
        path: CallPath<'_, D>,
        arguments: Resolved<V>,
        wrap: fn(V, StreamReply<T, E>) -> D::Call,
        _repeat: Option<fn(&V) -> V>,
    ) -> ResponseStream<T, E> {
        start_stream(path, arguments, wrap)
    }

    fn outgoing<T: Send + 'static, E: Send + 'static>(
        method: &'static str,
        arguments: Arguments,
        reply: StreamReply<T, E>,
        codecs: &'static Codecs<T, E>,
    ) -> Outgoing {
        arguments.stream(method, reply, codecs)
    }

    fn reply<T: Send + 'static, E: Send + 'static>(
        answer: &mut Answer,
        codecs: &'static Codecs<T, E>,
    ) -> Result<StreamReply<T, E>, DecodeError> {
        answer.stream(codecs)
    }
}
