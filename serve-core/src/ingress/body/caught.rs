//! The body of a response that a layer or a shaper of errors has made: its panics end it, and nothing else.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame as BodyFrame, SizeHint};

use crate::contained::{Contained, discard};
use crate::log;
use crate::panic::catch;

pub(crate) struct CaughtBody(Contained<Body>);

impl CaughtBody {
    pub(crate) fn around(body: Body) -> Body {
        match body.size_hint().exact() {
            // Nobody will ask it for anything.
            Some(0) => body,
            _ => Body::new(Self(Contained::new(body))),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the body of a response panicked: {0}")]
struct BodyPanicked(String);

impl HttpBody for CaughtBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        match catch(|| Pin::new(&mut *self.0).poll_frame(context)) {
            Ok(polled) => polled,
            Err(message) => {
                let error = BodyPanicked(message);
                log::error("a response was cut off").cause(&error).emit();
                discard(std::mem::replace(&mut *self.0, Body::empty()));
                Poll::Ready(Some(Err(axum::Error::new(error))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
