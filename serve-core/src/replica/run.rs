//! Runs one call: its context set around every poll, panics caught, and an end to it when it is
//! cancelled, out of time, or its replica may wait no longer.
//!
//! A call that is ready at its first poll pays for none of this but the context: the cancellation, the
//! deadline and the replica's end are watched only from the first time the call has to wait.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::panic_message;
use crate::call::{CallError, Executed, Failure, Frame, Stoppable};

/// Why a call was ended before its method was done.
#[derive(Debug)]
pub(crate) enum Stop {
    Panicked { message: String },
    Cancelled,
    DeadlineExceeded,
    ReplicaStopped,
}

impl Stop {
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Panicked { message } => CallError::Panicked { message: message.clone() },
            Self::Cancelled => CallError::Cancelled,
            Self::DeadlineExceeded => CallError::DeadlineExceeded,
            Self::ReplicaStopped => CallError::ReplicaDied { executed: Executed::Maybe },
        }
    }
}

/// Runs `call` in the context of `frame`. `cell` is what cancels it; without one, dropping the future does.
///
/// A future written by hand, because an `async fn` would hold its arguments twice, and copying futures
/// is most of what a short call costs.
#[inline]
pub(crate) fn run<F: Future>(frame: Frame, cell: Option<&dyn Stoppable>, call: F) -> Run<'_, F> {
    Run { running: Running { frame: Some(frame), cell, watch: None }, call }
}

pin_project! {
    /// See [`run`].
    pub(crate) struct Run<'a, F> {
        running: Running<'a>,
        #[pin]
        call: F,
    }
}

impl<F> Run<'_, F> {
    /// The frame of a call that has run to its end, to be gone on with.
    pub(crate) fn take_frame(self: Pin<&mut Self>) -> Option<Frame> {
        self.project().running.frame.take()
    }
}

impl<F: Future> Future for Run<'_, F> {
    type Output = Result<F::Output, Stop>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = this.running.poll(this.call, context);
        // Told before the method's future is dropped: the reply inside it knows no reason.
        if let (Poll::Ready(Err(stop)), Some(cell)) = (&polled, this.running.cell) {
            cell.stop(stop.failure());
        }
        polled
    }
}

struct Running<'a> {
    /// `None` only while it is the thread's current frame.
    frame: Option<Frame>,
    cell: Option<&'a dyn Stoppable>,
    watch: Option<Box<Watch>>,
}

/// The ends that a waiting call looks out for.
struct Watch {
    killed: Pin<Box<WaitForCancellationFutureOwned>>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Running<'_> {
    fn poll<F: Future>(
        &mut self,
        call: Pin<&mut F>,
        context: &mut Context<'_>,
    ) -> Poll<Result<F::Output, Stop>> {
        // Looked at before every step: a child call has the same deadline, and what it fails with then is
        // not the answer.
        if self.frame.as_ref().is_some_and(|frame| frame.request.is_expired()) {
            return Poll::Ready(Err(Stop::DeadlineExceeded));
        }
        let before = self.ticks();
        let polled =
            Frame::enter(&mut self.frame, || catch_unwind(AssertUnwindSafe(|| call.poll(context))));
        self.warn_if_slow(before);
        match polled {
            Ok(Poll::Ready(output)) => {
                self.finish();
                Poll::Ready(Ok(output))
            }
            Ok(Poll::Pending) => self.poll_ends(context).map(Err),
            Err(panic) => {
                let message = panic_message(&*panic);
                if let Some(frame) = &self.frame {
                    frame.station.site().count_panic(frame.method, &message);
                }
                self.finish();
                Poll::Ready(Err(Stop::Panicked { message }))
            }
        }
    }

    fn poll_ends(&mut self, context: &mut Context<'_>) -> Poll<Stop> {
        if self.cell.is_some_and(|cell| !cell.park_runner(context.waker())) {
            return Poll::Ready(Stop::Cancelled);
        }
        let Some(frame) = &self.frame else { return Poll::Pending };
        let watch = self.watch.get_or_insert_with(|| Watch::new(frame));
        if watch.killed.as_mut().poll(context).is_ready() {
            return Poll::Ready(Stop::ReplicaStopped);
        }
        match &mut watch.deadline {
            Some(deadline) => deadline.as_mut().poll(context).map(|()| Stop::DeadlineExceeded),
            None => Poll::Pending,
        }
    }

    #[inline]
    fn finish(&mut self) {
        if let Some(frame) = &mut self.frame {
            frame.finish();
        }
    }

    #[inline]
    fn ticks(&self) -> u64 {
        self.frame.as_ref().map_or(0, |frame| frame.station.site().clock.ticks())
    }

    #[inline]
    fn warn_if_slow(&self, before: u64) {
        if let Some(frame) = &self.frame {
            let site = frame.station.site();
            site.clock.check(before, site, frame.method);
        }
    }
}

impl Watch {
    fn new(frame: &Frame) -> Box<Self> {
        Box::new(Self {
            killed: Box::pin(frame.station.site().kill.clone().cancelled_owned()),
            deadline: frame
                .request
                .deadline
                .map(|deadline| Box::pin(tokio::time::sleep_until(deadline))),
        })
    }
}
