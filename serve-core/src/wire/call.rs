//! A call on its way out: its method and arguments as bytes, and what takes the answer when that comes
//! back as bytes.

use std::any::Any;
use std::fmt;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::body::Body;
use super::codec::{Codec, CodecError};
use super::head::Form;
use crate::call::{Failure, Reply, StreamReply};

/// What `Deployment::encode` makes of a call.
#[doc(hidden)]
pub struct Outgoing {
    pub(crate) method: &'static str,
    /// An error is one of this side, which means that the call cannot be sent. It never ran.
    pub(crate) arguments: Result<Body, CodecError>,
    pub(crate) awaited: Awaited,
}

/// What takes the answer. Dropped, it fails the call as its reply does.
pub(crate) enum Awaited {
    Value(Box<dyn AwaitValue>),
    Items(Box<dyn AwaitItems>),
}

/// An outcome, or one item of a stream, as it comes.
#[derive(Debug)]
pub(crate) enum Outcome<'a> {
    Value(&'a Bytes),
    /// The method's own error.
    App(&'a Bytes),
    Failed(Failure),
}

/// A reply without its types.
pub(crate) trait AwaitValue: Send {
    fn answer(self: Box<Self>, outcome: Outcome<'_>);
    /// The reply itself, for `Answer::near`: the call could not be delivered, and is made again.
    fn into_reply(self: Box<Self>) -> Box<dyn Any + Send>;
}

/// A stream's reply without its types.
pub(crate) trait AwaitItems: Send {
    /// Resolves when there is room for an item, or, to `false`, when the stream has been given up.
    fn poll_wanted(&self, context: &mut Context<'_>) -> Poll<bool>;
    /// Takes an item, also where there is no room. A failure is the last.
    fn item(&mut self, outcome: Outcome<'_>) -> Flow;
    /// There are no more items.
    fn end(self: Box<Self>);
    fn into_reply(self: Box<Self>) -> Box<dyn Any + Send>;
}

/// Whether a stream wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// There is room.
    Room,
    /// It is as far ahead of its reader as it may be, or nobody reads it any more.
    Full,
    /// It has ended with this item: the far side may stop.
    Ended,
}

// === impl Outcome ===

impl Outcome<'_> {
    /// What the system failed with, if that is what it is.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(why) => Some(why),
            Self::Value(_) | Self::App(_) => None,
        }
    }
}

// === impl Awaited ===

impl Awaited {
    /// The form of a call with such an answer.
    pub(crate) fn form(&self) -> Form {
        match self {
            Self::Value(_) => Form::Unary,
            Self::Items(_) => Form::Streaming,
        }
    }
}

// === impl Outgoing ===

impl Outgoing {
    pub(super) fn value<T: Send + 'static, E: Send + 'static>(
        method: &'static str,
        arguments: Result<Body, CodecError>,
        reply: Reply<T, E>,
        value: Option<Codec<T>>,
        error: Option<Codec<E>>,
    ) -> Self {
        let arguments = arguments.and_then(|bytes| both("result", value, error).map(|()| bytes));
        let awaited = Awaited::Value(Box::new(Unary { reply, value, error }));
        Self { method, arguments, awaited }
    }

    pub(super) fn items<T: Send + 'static, E: Send + 'static>(
        method: &'static str,
        arguments: Result<Body, CodecError>,
        reply: StreamReply<T, E>,
        item: Option<Codec<T>>,
        error: Option<Codec<E>>,
    ) -> Self {
        let arguments = arguments.and_then(|bytes| both("item", item, error).map(|()| bytes));
        reply.expect_items();
        let awaited = Awaited::Items(Box::new(Stream { reply, item, error }));
        Self { method, arguments, awaited }
    }
}

/// A call whose answer could not come back is not sent.
fn both<T, E>(
    what: &str,
    value: Option<Codec<T>>,
    error: Option<Codec<E>>,
) -> Result<(), CodecError> {
    value.ok_or_else(|| CodecError::not_capable::<T>(what))?;
    error.ok_or_else(|| CodecError::not_capable::<E>("error"))?;
    Ok(())
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("method", &self.method).finish_non_exhaustive()
    }
}

/// Reads what has come from the far side. What cannot be read was answered all the same.
fn read<T, E>(
    outcome: Outcome<'_>,
    what: &str,
    value: Option<Codec<T>>,
    error: Option<Codec<E>>,
) -> Result<Result<T, E>, Failure> {
    match outcome {
        Outcome::Value(bytes) => decode(value, bytes, what).map(Ok),
        Outcome::App(bytes) => decode(error, bytes, "error").map(Err),
        Outcome::Failed(why) => Err(why),
    }
}

fn decode<T>(codec: Option<Codec<T>>, bytes: &Bytes, what: &str) -> Result<T, Failure> {
    let codec = codec.ok_or_else(|| CodecError::not_capable::<T>(what));
    let decoded = codec.and_then(|codec| codec.decode(bytes, what));
    decoded.map_err(|error| Failure::Transport(error.to_string()))
}

struct Unary<T, E> {
    reply: Reply<T, E>,
    value: Option<Codec<T>>,
    error: Option<Codec<E>>,
}

impl<T: Send + 'static, E: Send + 'static> AwaitValue for Unary<T, E> {
    fn answer(self: Box<Self>, outcome: Outcome<'_>) {
        let Self { reply, value, error } = *self;
        match read(outcome, "result", value, error) {
            Ok(outcome) => reply.complete(outcome),
            Err(why) => reply.send(Err(why.widen())),
        }
    }

    fn into_reply(self: Box<Self>) -> Box<dyn Any + Send> {
        Box::new(self.reply)
    }
}

struct Stream<T, E> {
    reply: StreamReply<T, E>,
    item: Option<Codec<T>>,
    error: Option<Codec<E>>,
}

impl<T: Send + 'static, E: Send + 'static> AwaitItems for Stream<T, E> {
    fn poll_wanted(&self, context: &mut Context<'_>) -> Poll<bool> {
        self.reply.poll_wanted(context.waker())
    }

    fn item(&mut self, outcome: Outcome<'_>) -> Flow {
        match read(outcome, "item", self.item, self.error) {
            Ok(item) => match self.reply.push(item) {
                true => Flow::Room,
                false => Flow::Full,
            },
            Err(why) => {
                self.reply.end(Err(why));
                Flow::Ended
            }
        }
    }

    fn end(self: Box<Self>) {
        self.reply.end(Ok(()));
    }

    fn into_reply(self: Box<Self>) -> Box<dyn Any + Send> {
        Box::new(self.reply)
    }
}
