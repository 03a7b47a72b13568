//! Results under whatever name: generated code recognises them by name and takes them apart by trait.

use std::convert::Infallible;

use super::error::CallError;
use super::object_ref::ObjectRef;
use super::reply::Reply;
use super::stream::{ResponseStream, StreamReply};

/// A method's return type that is a `Result`, under whatever alias.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is named `Result`, but it is not one",
    label = "expected `Result<T, E>` or an alias of it",
    note = "rename the type, so that the method is not taken for one that can fail"
)]
pub trait ResultLike {
    /// The value.
    type Ok;
    /// The error.
    type Err;
    /// The same as a plain `Result`.
    ///
    /// # Errors
    ///
    /// Its own.
    fn into_result(self) -> Result<Self::Ok, Self::Err>;
}

/// The same of a method's result, which goes to its caller.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is named `Result`, but it is not one",
    label = "expected `Result<T, E>` or an alias of it",
    note = "rename the type, so that the method is not taken for one that can fail"
)]
pub trait SentResult: ResultLike<Ok: Send, Err: Send> {}

impl<R: ResultLike<Ok: Send, Err: Send>> SentResult for R {}

impl<T, E> ResultLike for Result<T, E> {
    type Ok = T;
    type Err = E;

    /// The same as a plain `Result`.
    ///
    /// # Errors
    ///
    /// Its own.
    fn into_result(self) -> Self {
        self
    }
}

/// What a caller of a method learns.
pub type CallResult<T, E = Infallible> = Result<T, CallError<E>>;

/// The value of a method's `Result`.
pub type OkOf<R> = <R as ResultLike>::Ok;
/// The error of a method's `Result`.
pub type ErrOf<R> = <R as ResultLike>::Err;
/// What the caller of a method that returns `R` holds.
pub type ObjectRefOf<R> = ObjectRef<OkOf<R>, ErrOf<R>>;
/// The same of a method whose items are `R`.
pub type ResponseStreamOf<R> = ResponseStream<OkOf<R>, ErrOf<R>>;
/// What answers to such a call.
pub type ReplyOf<R> = Reply<OkOf<R>, ErrOf<R>>;
/// The same of a method whose items are `R`.
pub type StreamReplyOf<R> = StreamReply<OkOf<R>, ErrOf<R>>;
/// What such a call resolves to.
pub type CallResultOf<R> = CallResult<OkOf<R>, ErrOf<R>>;
