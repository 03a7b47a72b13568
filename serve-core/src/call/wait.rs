//! Many references at once: `ray.get` and `ray.wait`.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use futures_util::future::{select, try_join_all};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::error::CallError;
use super::object_ref::ObjectRef;
use super::park;

/// Blocks until all have an outcome and returns the results in the order of `references`.
///
/// # Errors
///
/// The first failure to happen; the other calls go on. [`CallError::Blocking`] inside asynchronous
/// code: use [`get_async`] there.
///
/// ```no_run
/// # fn example(a: serve_core::ObjectRef<i32>, b: serve_core::ObjectRef<i32>) -> Result<(), serve_core::CallError> {
/// let results: Vec<i32> = serve_core::get([a, b])?;
/// # Ok(()) }
/// ```
pub fn get<T, E>(
    references: impl IntoIterator<Item = ObjectRef<T, E>>,
) -> Result<Vec<T>, CallError<E>> {
    if park::is_polling_a_task() {
        return Err(CallError::Blocking);
    }
    park::block_on(get_async(references), None).unwrap_or(Err(CallError::DeadlineExceeded))
}

/// Waits until all have an outcome and returns the results in the order of `references`.
///
/// # Errors
///
/// The first failure to happen; the other calls go on.
///
/// # Cancel safety
///
/// Dropping the future drops the references; the calls go on.
pub async fn get_async<T, E>(
    references: impl IntoIterator<Item = ObjectRef<T, E>>,
) -> Result<Vec<T>, CallError<E>> {
    try_join_all(references).await
}

/// Blocks until `num_returns` of the references have an outcome, or `timeout` has passed.
///
/// Returns those that have one and the others, both in the order of `references`. A `num_returns`
/// larger than their number means all of them; with 0 it does not wait. Like `ray.wait`, it looks only for
/// whether there is an outcome, a failure too; take it with `get` or `.await`. The calls of the others go on.
///
/// # Errors
///
/// Inside asynchronous code it does not wait: all references have failed with [`CallError::Blocking`] then, so
/// all are ready, and the calls go on without them. Use [`wait_async`] there.
///
/// ```no_run
/// # fn example(a: serve_core::ObjectRef<i32>, b: serve_core::ObjectRef<i32>) -> Result<(), serve_core::CallError> {
/// let (ready, pending) = serve_core::wait([a, b], 1, None);
/// let results: Vec<i32> = serve_core::get(ready)?;
/// # Ok(()) }
/// ```
#[must_use = "the references are in it"]
pub fn wait<T, E>(
    references: impl IntoIterator<Item = ObjectRef<T, E>>,
    num_returns: usize,
    timeout: Option<Duration>,
) -> Split<T, E> {
    let references = references.into_iter();
    if park::is_polling_a_task() {
        return (references.map(ObjectRef::blocking).collect(), Vec::new());
    }
    let mut references = Vec::from_iter(references);
    park::block_on(until_ready(&mut references, num_returns), timeout);
    split(references)
}

/// Waits until `num_returns` of the references have an outcome, or `timeout` has passed.
///
/// Returns those that have one and the others, as [`wait`] does.
///
/// # Cancel safety
///
/// Dropping the future drops the references; the calls go on.
///
/// ```
/// # async fn example(a: serve_core::ObjectRef<i32>, b: serve_core::ObjectRef<i32>) {
/// let (ready, pending) = serve_core::wait_async([a, b], 1, None).await;
/// # }
/// ```
pub async fn wait_async<T, E>(
    references: impl IntoIterator<Item = ObjectRef<T, E>>,
    num_returns: usize,
    timeout: Option<Duration>,
) -> Split<T, E> {
    let mut references = Vec::from_iter(references);
    let ready = until_ready(&mut references, num_returns);
    match timeout {
        None => ready.await,
        // Running out of time is an answer here, not a failure.
        Some(timeout) => {
            select(pin!(ready), pin!(pass(timeout))).await;
        }
    }
    split(references)
}

/// Lets some time pass. Where there is no tokio, a thread counts it, until nobody waits any more.
async fn pass(time: Duration) {
    if Handle::try_current().is_ok() {
        return tokio::time::sleep(time).await;
    }
    let (_waiting, nobody_waits) = mpsc::channel::<()>();
    let (tell, passed) = oneshot::channel();
    let counting = thread::Builder::new().spawn(move || {
        let _ = nobody_waits.recv_timeout(time);
        let _ = tell.send(());
    });
    // Without a thread no time can be counted, and none is left.
    if counting.is_ok() {
        let _ = passed.await;
    }
}

async fn until_ready<T, E>(references: &mut [ObjectRef<T, E>], num_returns: usize) {
    let wanted = num_returns.min(references.len());
    poll_fn(|context| {
        let finished =
            references.iter_mut().filter_map(|r| r.poll_finished(context).is_ready().then_some(()));
        if finished.count() >= wanted { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Those that have an outcome, and the others.
type Split<T, E> = (Vec<ObjectRef<T, E>>, Vec<ObjectRef<T, E>>);

fn split<T, E>(references: Vec<ObjectRef<T, E>>) -> Split<T, E> {
    references.into_iter().partition(ObjectRef::is_finished)
}
