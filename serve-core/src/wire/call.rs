//! A call on its way out: its method and arguments as bytes, and what takes the answer when that comes
//! back as bytes.

use std::any::Any;
use std::fmt;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::codecs::FarReply;
use crate::call::{Failure, Reply, StreamReply};
use crate::codec::{Arguments, CodecError, Codecs};
use crate::link::{Body, Form};

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
    Value(FarReply),
    Items(Box<dyn AwaitItems>),
}

/// An outcome, or one item of a stream, as it comes.
#[derive(Debug)]
pub(crate) enum Arrived<'a> {
    Value(&'a Bytes),
    /// The method's own error.
    App(&'a Bytes),
    Failed(Failure),
}

/// A stream's reply without its types.
pub(crate) trait AwaitItems: Send {
    /// Resolves when there is room for an item, or, to `false`, when the stream has been given up.
    fn poll_wanted(&self, context: &mut Context<'_>) -> Poll<bool>;
    /// Takes an item, also where there is no room. A failure is the last.
    fn item(&mut self, outcome: Arrived<'_>) -> Flow;
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

impl Arrived<'_> {
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
    pub(crate) fn value<T: Send + 'static, E: Send + 'static>(
        reply: Reply<T, E>,
        codecs: &'static Codecs<T, E>,
    ) -> Self {
        Self::Value(FarReply::new(reply, codecs))
    }

    pub(crate) fn items<T: Send + 'static, E: Send + 'static>(
        reply: StreamReply<T, E>,
        codecs: &'static Codecs<T, E>,
    ) -> Self {
        reply.expect_items();
        Self::Items(Box::new(Stream { reply, codecs }))
    }

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
    pub(crate) fn new<T, E>(
        method: &'static str,
        arguments: Arguments,
        codecs: &Codecs<T, E>,
        awaited: Awaited,
    ) -> Self {
        let arguments = arguments.into_encoded().map(Body::from);
        let arguments = arguments.and_then(|bytes| codecs.check().map(|()| bytes));
        Self { method, arguments, awaited }
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("method", &self.method).finish_non_exhaustive()
    }
}

struct Stream<T: 'static, E: 'static> {
    reply: StreamReply<T, E>,
    codecs: &'static Codecs<T, E>,
}

impl<T: Send + 'static, E: Send + 'static> AwaitItems for Stream<T, E> {
    fn poll_wanted(&self, context: &mut Context<'_>) -> Poll<bool> {
        self.reply.poll_wanted(context.waker())
    }

    fn item(&mut self, outcome: Arrived<'_>) -> Flow {
        match self.codecs.read(outcome) {
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
