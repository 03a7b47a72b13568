//! Constructors whose arguments come as bytes.

use std::fmt;
use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::codec::DecodeError;
use crate::error::Failure;

/// A constructor at work, with arguments that came as bytes.
#[doc(hidden)]
pub struct Constructing<D>(pub(crate) BoxFuture<'static, Result<D, Failure>>);
/// The same, unless the bytes are not its arguments.
pub type Constructed<D> = Result<Constructing<D>, DecodeError>;

impl<D> Constructing<D> {
    /// # Errors
    ///
    /// None.
    pub fn new(
        constructing: impl Future<Output = Result<D, Failure>> + Send + 'static,
    ) -> Constructed<D>
    where
        D: 'static,
    {
        Ok(Self(constructing.boxed()))
    }
}

impl<D> fmt::Debug for Constructing<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Constructing")
    }
}
