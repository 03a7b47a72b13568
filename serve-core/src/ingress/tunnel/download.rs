//! The body of a response on its way from a replica.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;

use super::call::Connection;
use super::driver::Driver;
use crate::tasks::{OwnedTask, Tasks};

/// Dropped before its end, it takes the call with it.
pub(super) struct Download {
    body: Incoming,
    mover: Mover,
    driver: Driver,
    /// Ends the call soon after the request's deadline, whether its client reads or not.
    _stop: Option<OwnedTask<()>>,
}

/// Who moves the bytes.
enum Mover {
    /// Whoever reads the body.
    Reader(Connection),
    Task {
        _task: OwnedTask<()>,
    },
    Done,
}

impl Download {
    /// `driver` has polled the connection so far.
    pub(super) fn new(
        body: Incoming,
        connection: Option<Connection>,
        driver: Driver,
        stop: Option<OwnedTask<()>>,
    ) -> Self {
        let mover = connection.map_or(Mover::Done, Mover::Reader);
        Self { body, mover, driver, _stop: stop }
    }

    /// Where there is a request body still on its way: it goes on although the client reads nothing.
    pub(super) fn driven_by(mut self, tasks: &Tasks) -> Self {
        self.mover = match self.mover {
            Mover::Reader(connection) => Mover::Task {
                // A connection that fails has told the body.
                _task: OwnedTask(tasks.spawn(async { drop(connection.await) })),
            },
            mover => mover,
        };
        self
    }
}

impl HttpBody for Download {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { body, mover, driver, .. } = &mut *self;
        let frame = driver.poll(context, |context| {
            // It says that more is wanted, and only then the connection gives more, which wakes it.
            let frame = Pin::new(&mut *body).poll_frame(context);
            if frame.is_pending()
                && let Mover::Reader(connection) = mover
                && connection.as_mut().poll(context).is_ready()
            {
                *mover = Mover::Done;
            }
            frame
        });
        frame.map_err(axum::Error::new)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
