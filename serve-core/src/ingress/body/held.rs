//! A streaming response keeps its request alive: the permit, the context and the deadline stay with
//! the body until its last piece, or until the client has gone.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame as BodyFrame, SizeHint};

use super::sent::SentBody;
use super::timed::TimedBody;
use crate::call::{CallScope, Failure};
use crate::contained::Contained;
use crate::ingress::SentResponse;
use crate::observe::Timer;
use crate::replica::{BODY_GRACE, Running};

/// What a response's body must not outlive.
type Held = Arc<dyn Any + Send + Sync>;

/// Lets a streaming body go on with the call whose `frame` this is, and hold `held`; a body that is
/// complete already needs neither.
pub(crate) fn hold(response: SentResponse, frame: CallScope, held: Held) -> SentResponse {
    if response.body().size_hint().exact().is_some() {
        return response;
    }
    let (end, station) =
        (frame.request.borrow().ends_after(BODY_GRACE), Arc::clone(&frame.station));
    response.map(|body| {
        let (inner, timed) = body.into_parts();
        let inner = Contained::new(inner);
        let body = HeldBody { inner, running: Running::body(frame), _held: held };
        match end {
            None => SentBody::held(body),
            Some(end) => SentBody::plain(Body::new(TimedBody::new(body, end, station.tasks()))),
        }
        .timed(timed)
    })
}

pub(crate) struct HeldBody {
    inner: Contained<Body>,
    /// Dropped before its end, it cancels the calls that the body has made.
    running: Running,
    _held: Held,
}

impl HttpBody for HeldBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        let Self { inner, running, .. } = &mut *self;
        // A piece is as large as trailers are, and there are many: of data only the data is moved.
        let (mut data, mut other) = (None, Poll::Pending);
        let step = |context: &mut Context<'_>| {
            match ready!(Pin::new(&mut **inner).poll_frame(context))
                .map(|piece| piece.map(BodyFrame::into_data))
            {
                Some(Ok(Ok(bytes))) => data = Some(bytes),
                Some(Ok(Err(trailers))) => other = Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => other = Poll::Ready(Some(Err(error))),
                None => other = Poll::Ready(None),
            }
            Poll::Ready(())
        };
        match running.poll(context, Timer::OFF, step) {
            Poll::Ready(Ok(())) if matches!(other, Poll::Ready(None)) => running.finish(),
            Poll::Ready(Ok(())) | Poll::Pending => {}
            // The status has been sent, so the connection is cut; of HTTP/2, the one stream.
            Poll::Ready(Err(stop)) => {
                other = Poll::Ready(Some(Err(axum::Error::new(Cut(stop.failure())))));
            }
        }
        match data {
            Some(bytes) => Poll::Ready(Some(Ok(BodyFrame::data(bytes)))),
            None => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the response was cut off: {0}")]
pub(super) struct Cut(pub(super) Failure);
