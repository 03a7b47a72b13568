//! Work that is done for a call for as long as anybody wants it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::{ErasedCall, Failure, RequestInfo};
use crate::contained::ContainedFuture;

/// Does what a call needs, such as waiting for its arguments, but not longer than anybody wants the call.
pub(crate) async fn unless_stopped<T>(
    work: impl Future<Output = T>,
    cell: &dyn ErasedCall,
    request: &RequestInfo,
) -> Option<T> {
    let mut work = pin!(ContainedFuture::new(work));
    let done = poll_fn(|context| {
        match work.as_mut().poll(context) {
            Poll::Ready(Ok(output)) => return Poll::Ready(Some(output)),
            Poll::Pending => {}
            Poll::Ready(Err(message)) => {
                cell.refuse(Failure::Panicked { message });
                return Poll::Ready(None);
            }
        }
        if cell.park_runner(context.waker()) { Poll::Pending } else { Poll::Ready(None) }
    });
    match request.deadline {
        None => done.await,
        Some(deadline) => match tokio::time::timeout_at(deadline, done).await {
            Ok(output) => output,
            Err(_) => {
                cell.refuse(Failure::DeadlineExceeded);
                None
            }
        },
    }
}
