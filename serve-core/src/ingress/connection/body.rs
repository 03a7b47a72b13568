//! Bodies that keep their connection busy.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::activity::Busy;
use super::wait_limit::WaitLimit;
use crate::ingress::body::SentBody;
use crate::web::BodyTooSlow;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request, until it has been read to its end or is dropped.
#[derive(Debug)]
pub(in crate::ingress) struct ReceivedBody {
    body: Incoming,
    /// `None` once the body has ended: whoever reads it may keep what is left of it.
    busy: Option<Busy>,
    /// For the next piece.
    patience: WaitLimit,
}

/// The body of a response, until hyper drops it, which it does at its end.
pub(in crate::ingress) struct AnsweringBody {
    body: SentBody,
    _busy: Option<Busy>,
}

// === impl ReceivedBody ===

impl ReceivedBody {
    pub(in crate::ingress) fn new(body: Incoming, busy: Busy, limit: Duration) -> Self {
        Self { body, busy: Some(busy), patience: WaitLimit::new(limit) }
    }
}

impl Body for ReceivedBody {
    type Data = <Incoming as Body>::Data;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, BoxError>>> {
        if self.busy.is_none() {
            return Poll::Ready(None);
        }
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
            ready!(self.patience.poll_over(context));
            self.busy = None;
            return Poll::Ready(Some(Err(BodyTooSlow(Some(self.patience.limit())).into())));
        };
        self.patience.end();
        // hyper tells the end of a body of known length only with the next request if the response has been
        // sent by then.
        let has_ended = match &frame {
            Some(Ok(_)) => self.body.is_end_stream(),
            Some(Err(_)) | None => true,
        };
        if has_ended {
            self.busy = None;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

// === impl AnsweringBody ===

impl AnsweringBody {
    pub(in crate::ingress) fn new(body: SentBody, busy: Option<Busy>) -> Self {
        Self { body, _busy: busy }
    }
}

impl Body for AnsweringBody {
    type Data = <SentBody as Body>::Data;
    type Error = <SentBody as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
