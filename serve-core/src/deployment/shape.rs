//! How a method answers: with one result, or with many.

use super::AnyReply;
use crate::call::{Reply, StreamReply};

/// The shape of a method's answer.
#[doc(hidden)]
pub trait Shape: Sized + 'static {
    const IS_STREAM: bool;
    /// What takes the answer.
    type Reply<T: Send + 'static, E: Send + 'static>: AnyReply + Send + 'static;
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
}

impl Shape for Streaming {
    const IS_STREAM: bool = true;
    type Reply<T: Send + 'static, E: Send + 'static> = StreamReply<T, E>;
}
