//! Calls of a method as bytes, and back: written once, over what a method says of its types.

use bytes::Bytes;

use super::{CallOf, MethodSpec, Parameters, ReplyTo, Shape, Streaming, Unary};
use crate::call::{Reply, StreamReply};
use crate::codec::{ArgumentReader, Arguments, Codecs, DecodeError};
use crate::wire::{Answer, Awaited, Outgoing};

/// How calls of a shape cross.
#[doc(hidden)]
pub trait Crosses: Shape {
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

impl Crosses for Unary {
    fn outgoing<T: Send + 'static, E: Send + 'static>(
        method: &'static str,
        arguments: Arguments,
        reply: Reply<T, E>,
        codecs: &'static Codecs<T, E>,
    ) -> Outgoing {
        Outgoing::new(method, arguments, codecs, Awaited::value(reply, codecs))
    }

    fn reply<T: Send + 'static, E: Send + 'static>(
        answer: &mut Answer,
        codecs: &'static Codecs<T, E>,
    ) -> Result<Reply<T, E>, DecodeError> {
        answer.reply(codecs)
    }
}

impl Crosses for Streaming {
    fn outgoing<T: Send + 'static, E: Send + 'static>(
        method: &'static str,
        arguments: Arguments,
        reply: StreamReply<T, E>,
        codecs: &'static Codecs<T, E>,
    ) -> Outgoing {
        Outgoing::new(method, arguments, codecs, Awaited::items(reply, codecs))
    }

    fn reply<T: Send + 'static, E: Send + 'static>(
        answer: &mut Answer,
        codecs: &'static Codecs<T, E>,
    ) -> Result<StreamReply<T, E>, DecodeError> {
        answer.stream(codecs)
    }
}

/// Calls of a method as bytes.
#[doc(hidden)]
pub trait Cross: MethodSpec<Shape: Crosses> {
    /// A call as bytes, and what takes its answer.
    fn encode(values: Self::Args, reply: ReplyTo<Self>) -> Outgoing {
        let mut arguments = Arguments::new();
        values.encode(&Self::PARAMETERS, &mut arguments);
        Self::Shape::outgoing(Self::NAME, arguments, reply, const { &Self::OUTPUT })
    }

    /// A call out of bytes.
    ///
    /// # Errors
    ///
    /// These are not the arguments of this method, or the reply is that of another.
    fn decode(arguments: &Bytes, answer: &mut Answer) -> Result<CallOf<Self>, DecodeError> {
        let mut reader = ArgumentReader::new(arguments);
        let values = Self::Args::decode(&mut reader, &Self::PARAMETERS)?;
        reader.end()?;
        let reply = Self::Shape::reply(answer, const { &Self::OUTPUT })?;
        Ok(Self::wrap(values, reply))
    }
}

impl<M: MethodSpec<Shape: Crosses>> Cross for M {}
