//! A streaming response keeps its request alive: the permit, the context and the deadline stay with
//! the body until its last piece, or until the client has gone.

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame as BodyFrame, SizeHint};
use tokio::time::Sleep;

use super::HttpResponse;
use crate::call::Frame;

/// What a response's body must not outlive.
pub(crate) type Held = Arc<dyn Any + Send + Sync>;

/// Lets a streaming body hold `held` and `frame`; a body that is complete already needs neither.
pub(crate) fn hold(response: HttpResponse, frame: Option<Frame>, held: Held) -> HttpResponse {
    if response.body().size_hint().exact().is_some() {
        return response;
    }
    let frame = frame.map(Frame::go_on);
    let deadline = frame.as_ref().and_then(|frame| frame.request.deadline);
    response.map(|inner| {
        Body::new(HeldBody {
            inner,
            frame: frame.map(RefCell::new),
            deadline: deadline.map(|deadline| Box::pin(tokio::time::sleep_until(deadline))),
            _held: held,
        })
    })
}

struct HeldBody {
    inner: Body,
    /// Dropped before its end, it cancels the calls that the body has made.
    frame: Option<RefCell<Frame>>,
    deadline: Option<Pin<Box<Sleep>>>,
    _held: Held,
}

impl HttpBody for HeldBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let inner = Pin::new(&mut this.inner);
        // A panic goes on to hyper, which cuts the connection, as it does for one in any body.
        let polled = match &this.frame {
            Some(frame) => Frame::enter(frame, || inner.poll_frame(context)),
            None => inner.poll_frame(context),
        };
        match &polled {
            Poll::Ready(None) => {
                if let Some(frame) = &mut this.frame {
                    frame.get_mut().finish();
                }
            }
            // An error ends the body: the status has been sent, so the connection is cut.
            Poll::Pending if this.is_expired(context) => {
                return Poll::Ready(Some(Err(axum::Error::new(Expired))));
            }
            Poll::Pending | Poll::Ready(Some(_)) => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl HeldBody {
    fn is_expired(&mut self, context: &mut Context<'_>) -> bool {
        self.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(context).is_ready())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the request's deadline passed while its response was being sent")]
struct Expired;
