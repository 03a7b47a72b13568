//! A result that many can await.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::error::CallError;
use super::object_ref::ObjectRef;

/// A cloneable [`ObjectRef`]: every clone resolves to the same outcome.
///
/// The outcome's error is shared behind an `Arc`, so the user's error type need not be `Clone`;
/// awaiting needs it to be, passing it as an argument does not.
///
/// ```
/// # use serve_core::{CallError, ObjectRef};
/// # async fn example(reference: ObjectRef<String>) -> Result<(), CallError> {
/// let one = reference.shared();
/// let two = one.clone();
/// assert_eq!(one.await?, two.await?);
/// # Ok(()) }
/// ```
pub struct SharedRef<T, E = std::convert::Infallible> {
    outcome: Shared<BoxFuture<'static, SharedOutcome<T, E>>>,
}

pub(crate) type SharedOutcome<T, E> = Result<T, Arc<CallError<E>>>;

impl<T, E> SharedRef<T, E>
where
    T: Clone + Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    pub(crate) fn new(reference: ObjectRef<T, E>) -> Self {
        Self { outcome: reference.map(|outcome| outcome.map_err(Arc::new)).boxed().shared() }
    }

    pub(crate) fn into_outcome(self) -> impl Future<Output = SharedOutcome<T, E>> + Send {
        self.outcome
    }
}

impl<T, E> Clone for SharedRef<T, E> {
    fn clone(&self) -> Self {
        Self { outcome: self.outcome.clone() }
    }
}

impl<T: Clone, E: Clone> Future for SharedRef<T, E> {
    type Output = Result<T, CallError<E>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.outcome.poll_unpin(context).map_err(|error| CallError::clone(&error))
    }
}

impl<T, E> fmt::Debug for SharedRef<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedRef").finish_non_exhaustive()
    }
}
