//! The way back of a batch: results to callers, in order. Used by generated code.

use std::fmt;

use super::context::with_frame;
use super::error::CallError;
use super::reply::Reply;
use super::result::ResultLike;
use crate::log;

/// The replies to the calls of one batch.
#[doc(hidden)]
pub struct Replies<U, E>(Vec<Reply<U, E>>);

impl<U, E> Replies<U, E> {
    pub(crate) fn new(replies: Vec<Reply<U, E>>) -> Self {
        Self(replies)
    }

    /// One value for each call.
    pub fn values(self, values: Vec<U>) {
        self.send(values.into_iter().map(Ok));
    }

    /// One result for each call: items may fail one by one.
    pub fn each<R: ResultLike<Ok = U, Err = E>>(self, results: Vec<R>) {
        self.send(results.into_iter().map(|result| result.into_result().map_err(CallError::App)));
    }

    /// One value for each call, or one error for all.
    pub fn whole<V>(self, outcome: Result<V, E>)
    where
        V: BatchValues<Item = U>,
        E: BatchError,
    {
        match outcome {
            Ok(values) => self.values(values.into_values()),
            Err(error) => self.take().for_each(|reply| reply.err(error.clone())),
        }
    }

    fn send(self, outcomes: impl ExactSizeIterator<Item = Result<U, CallError<E>>>) {
        let (expected, got) = (self.0.len(), outcomes.len());
        if expected != got {
            let message = format!("a batched method returned {got} results for {expected} items");
            log::error(message).here().emit();
            self.take().for_each(|reply| reply.send(Err(CallError::BatchLength { expected, got })));
            return;
        }
        self.take().zip(outcomes).for_each(|(reply, outcome)| reply.send(outcome));
    }

    fn take(mut self) -> impl Iterator<Item = Reply<U, E>> {
        std::mem::take(&mut self.0).into_iter()
    }
}

impl<U, E> Drop for Replies<U, E> {
    fn drop(&mut self) {
        // The method panics here: its runner tells the callers, and knows the message.
        if std::thread::panicking() && with_frame(|_| ()).is_some() {
            self.0.drain(..).for_each(Reply::abandon);
        }
    }
}

impl<U, E> fmt::Debug for Replies<U, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Replies").field(&self.0.len()).finish()
    }
}

/// What a batched method returns on success, under whatever alias.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a batched method returns one result for each item, in a `Vec`",
    label = "expected `Vec<U>`"
)]
pub trait BatchValues {
    type Item;
    fn into_values(self) -> Vec<Self::Item>;
}

/// What one caller gets.
pub type ItemOf<V> = <V as BatchValues>::Item;

impl<U> BatchValues for Vec<U> {
    type Item = U;

    fn into_values(self) -> Self {
        self
    }
}

/// An error that fails a batch as a whole.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` fails a whole batch, so each of its callers gets a copy: it must be `Clone`",
    label = "this error is not `Clone`",
    note = "derive `Clone`, wrap it in an `Arc`, or return `Vec<Result<U, E>>` so that items fail one by one"
)]
pub trait BatchError: Clone {}

#[diagnostic::do_not_recommend]
impl<E: Clone> BatchError for E {}

/// The result of a batched method that may fail as a whole, under whatever alias.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no result of a batch",
    label = "expected `Result<Vec<U>, E>` or an alias of it",
    note = "a batch that may fail as a whole returns `Result<Vec<U>, E>`, where `E` is `Clone`"
)]
pub trait BatchOutcome: ResultLike<Ok: BatchValues<Item: Send>, Err: BatchError + Send> {}

#[diagnostic::do_not_recommend]
impl<R: ResultLike<Ok: BatchValues<Item: Send>, Err: BatchError + Send>> BatchOutcome for R {}
