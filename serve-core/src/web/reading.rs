//! The reading of an argument from a request's body: if it waits for the client, that is a part of the request's time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::call::note_arguments_read;

pin_project! {
    pub(super) struct Reading<F> {
        #[pin]
        reading: F,
        has_waited: bool,
    }
}

impl<F> Reading<F> {
    pub(super) fn new(reading: F) -> Self {
        Self { reading, has_waited: false }
    }
}

impl<F: Future> Future for Reading<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polled = this.reading.poll(context);
        match &polled {
            Poll::Pending => *this.has_waited = true,
            Poll::Ready(_) if *this.has_waited => note_arguments_read(),
            Poll::Ready(_) => {}
        }
        polled
    }
}
