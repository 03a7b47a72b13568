//! The outcomes of one method as bytes, and calls of it where its types are not known.

use std::any::Any;
use std::sync::Arc;

use super::answer::Answered;
use super::call::Arrived;
use super::reply_cell::RemoteReplyCell;
use crate::call::{CallCell, CallError, ErasedCall, Failure, Reply};
use crate::codec::{Codec, CodecError, Codecs, Encoded};
use crate::link::Body;

impl<T, E> Codecs<T, E> {
    /// Writes an outcome, or one item of a stream.
    pub(super) fn encode(&self, outcome: Result<T, CallError<E>>) -> Answered {
        let encoded = match outcome {
            Ok(value) => encode(self.value, value, self.what).map(Answered::Value),
            Err(why) => match why.into_system() {
                Ok(why) => Ok(Answered::Failed(why)),
                Err(error) => encode(self.error, error, "error").map(Answered::App),
            },
        };
        // The method has run, but nobody will see its result.
        encoded.unwrap_or_else(|error| Answered::Failed(Failure::Transport(error.to_string())))
    }

    /// Reads what has come from the far side. What cannot be read was answered all the same.
    pub(super) fn read(&self, outcome: Arrived<'_>) -> Result<Result<T, E>, Failure> {
        match outcome {
            Arrived::Value(bytes) => decode(self.value, bytes, self.what).map(Ok),
            Arrived::App(bytes) => decode(self.error, bytes, "error").map(Err),
            Arrived::Failed(why) => Err(why),
        }
    }
}

fn encode<T>(codec: Option<Codec<T>>, value: T, place: &str) -> Result<Body, CodecError> {
    let codec = codec.ok_or_else(|| CodecError::not_capable::<T>(place))?;
    let mut encoded = Encoded::new();
    codec.give(value, &mut encoded, place)?;
    Ok(encoded.into())
}

fn decode<T>(codec: Option<Codec<T>>, bytes: &bytes::Bytes, what: &str) -> Result<T, Failure> {
    let codec = codec.ok_or_else(|| CodecError::not_capable::<T>(what));
    let decoded = codec.and_then(|codec| codec.decode(bytes, what));
    decoded.map_err(|error| Failure::Transport(error.to_string()))
}

/// What [`Codecs`] do for the cells of calls of their types, which they are told nothing of.
trait CellCodecs: Sync {
    fn answer(&self, cell: Arc<dyn ErasedCall>, outcome: Arrived<'_>);
    fn reply(&self, cell: Arc<dyn ErasedCall>) -> Box<dyn Any + Send>;
    fn drop_reply(&self, cell: Arc<dyn ErasedCall>);
}

/// The reply that a cell was taken out of.
fn reply<T: Send + 'static, E: Send + 'static>(cell: Arc<dyn ErasedCall>) -> Reply<T, E> {
    match cell.into_any().downcast::<CallCell<T, E>>() {
        Ok(cell) => Reply::new(cell),
        // The caller is in another process too.
        Err(cell) => match cell.downcast::<RemoteReplyCell<T, E>>() {
            Ok(cell) => Reply::new(cell),
            Err(_) => unreachable!("a cell is kept together with the codecs of its types"),
        },
    }
}

impl<T: Send + 'static, E: Send + 'static> CellCodecs for Codecs<T, E> {
    fn answer(&self, cell: Arc<dyn ErasedCall>, outcome: Arrived<'_>) {
        let reply = reply::<T, E>(cell);
        match self.read(outcome) {
            Ok(outcome) => reply.pass_on(outcome.map_err(CallError::App)),
            Err(why) => reply.send(Err(why.widen())),
        }
    }

    fn reply(&self, cell: Arc<dyn ErasedCall>) -> Box<dyn Any + Send> {
        Box::new(reply::<T, E>(cell))
    }

    fn drop_reply(&self, cell: Arc<dyn ErasedCall>) {
        drop(reply::<T, E>(cell));
    }
}

/// The reply to a call that has been sent, without its types. Dropped, it fails the call as the reply does.
pub(crate) struct FarReply {
    /// Gone once it has been answered.
    cell: Option<Arc<dyn ErasedCall>>,
    codecs: &'static dyn CellCodecs,
}

impl FarReply {
    pub(super) fn new<T: Send + 'static, E: Send + 'static>(
        reply: Reply<T, E>,
        codecs: &'static Codecs<T, E>,
    ) -> Self {
        Self { cell: reply.into_cell(), codecs }
    }

    /// What stands for the call.
    pub(crate) fn cell(&self) -> Option<&Arc<dyn ErasedCall>> {
        self.cell.as_ref()
    }

    pub(crate) fn answer(mut self, outcome: Arrived<'_>) {
        if let Some(cell) = self.cell.take() {
            self.codecs.answer(cell, outcome);
        }
    }

    /// The reply itself, for `Answer::near`: the call could not be delivered, and is made again.
    pub(crate) fn into_reply(mut self) -> Box<dyn Any + Send> {
        match self.cell.take() {
            Some(cell) => self.codecs.reply(cell),
            None => Box::new(()),
        }
    }
}

impl Drop for FarReply {
    fn drop(&mut self) {
        if let Some(cell) = self.cell.take() {
            self.codecs.drop_reply(cell);
        }
    }
}
