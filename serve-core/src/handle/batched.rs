//! `handle.method.call(..)` of a batched method: its item joins the line, and leaves it when dropped.

use std::future::Future;

use super::call::CancelOnDrop;
use super::core::HandleCore;
use super::remote::start;
use crate::call::{ArgTuple, CallError, Reply};
use crate::deployment::Deployment;

/// Makes a call that runs with others, and waits for it. Dropping the future cancels it.
pub fn call_batched<D, A, T, E, W>(
    core: &HandleCore<D>,
    _method: &'static str,
    arguments: A,
    wrap: W,
) -> impl Future<Output = Result<T, CallError<E>>> + Send + use<D, A, T, E, W>
where
    D: Deployment,
    A: ArgTuple,
    T: Send + 'static,
    E: Send + 'static,
    W: FnOnce(A::Values, Reply<T, E>) -> D::Call + Send + 'static,
{
    let (target, options) = (core.target.as_ref().to_owned(), core.options.clone());
    async move {
        // Begun when first polled.
        let arguments = arguments.resolve();
        let started = start(target.as_ref(), options.as_deref(), arguments, wrap);
        CancelOnDrop(started).await
    }
}
