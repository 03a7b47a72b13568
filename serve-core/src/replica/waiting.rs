//! What contains a call's panics where its own runner does not, because it is dropped or ends: a destructor of
//! the user's, mostly.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::spare::Job;
use crate::log;
use crate::panic::{catch, drop_quietly};

/// A call that had to wait, as a task of its own.
pub(super) struct WaitingCall(Option<Job>);

impl WaitingCall {
    pub(super) fn new(job: Job) -> Self {
        Self(Some(job))
    }
}

impl Future for WaitingCall {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(job) = &mut self.0 else { return Poll::Ready(()) };
        match catch(|| job.poll(context)) {
            Ok(polled) => polled,
            Err(message) => {
                end_in_panic(self.0.take(), message);
                Poll::Ready(())
            }
        }
    }
}

impl Drop for WaitingCall {
    fn drop(&mut self) {
        drop_quietly(self.0.take());
    }
}

/// Lets go of a job that has panicked, where nothing of it can panic any further.
#[cold]
pub(super) fn end_in_panic(job: Option<Job>, cause: String) {
    drop_quietly(job);
    log::error("a call panicked outside its method").cause(cause).emit();
}
