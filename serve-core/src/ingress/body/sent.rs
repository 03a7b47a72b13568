//! The body of a response as the server sends it.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, header};
use http_body::{Body as HttpBody, Frame as BodyFrame, SizeHint};

use super::held::HeldBody;
use crate::ingress::SentResponse;

/// A body of the user's, which the server may have to look after.
///
/// Known by its type down to the connection: one more box would cost each piece of a stream a move.
pub(crate) enum SentBody {
    Plain(Body),
    Held(HeldBody),
}

impl SentBody {
    /// The same for a server that is not ours.
    pub(crate) fn into_axum(self) -> Body {
        match self {
            Self::Plain(body) => body,
            Self::Held(body) => Body::new(body),
        }
    }
}

/// An answer to HEAD: it says how long the body is, if that is known, and what would make one ends here.
pub(crate) fn without_body(mut response: SentResponse) -> SentResponse {
    // None at all says nothing: it may have been taken away in a replica's process.
    if let Some(length @ 1..) = response.body().size_hint().exact() {
        let length = HeaderValue::from(length);
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(length);
    }
    response.map(|_| SentBody::Plain(Body::empty()))
}

impl HttpBody for SentBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        match self.get_mut() {
            Self::Plain(body) => Pin::new(body).poll_frame(context),
            Self::Held(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Plain(body) => body.is_end_stream(),
            Self::Held(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Plain(body) => body.size_hint(),
            Self::Held(body) => body.size_hint(),
        }
    }
}
