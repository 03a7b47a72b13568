//! The body of a response as the server sends it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body::{Body as HttpBody, Frame as BodyFrame, SizeHint};
use tokio::time::Instant;

use super::counted::CountedRequest;
use super::held::HeldBody;
use crate::ingress::SentResponse;
use crate::ingress::timing::TimedRequest;

/// A body of the user's, which the server may have to look after, and whose end ends its request.
///
/// Known by its type down to the connection. What few have is in boxes: every response is moved some ten times.
pub(crate) struct SentBody {
    body: Kind,
    /// Counted with the end of a body that is still to come.
    counted: Option<Box<CountedRequest>>,
    /// Kept, with the time that the body takes, if it is slow.
    timed: Option<Box<TimedRequest>>,
    /// When its method had answered, if that is known: one look at the clock less for a body that is there.
    answered: Option<Instant>,
    /// For how long its method's arguments were read, in microseconds.
    arguments: u32,
}

enum Kind {
    Plain(Body),
    Held(Box<HeldBody>),
}

impl SentBody {
    fn new(body: Kind) -> Self {
        Self { body, counted: None, timed: None, answered: None, arguments: 0 }
    }

    pub(crate) fn plain(body: Body) -> Self {
        Self::new(Kind::Plain(body))
    }

    pub(crate) fn held(body: HeldBody) -> Self {
        Self::new(Kind::Held(Box::new(body)))
    }

    /// Its method has just answered, after its arguments had been read for so long.
    pub(crate) fn set_answered(&mut self, at: Instant, arguments: Duration) {
        self.answered = Some(at);
        self.arguments = u32::try_from(arguments.as_micros()).unwrap_or(u32::MAX);
    }

    /// How long its method's arguments were read.
    pub(crate) fn arguments(&self) -> Duration {
        Duration::from_micros(self.arguments.into())
    }

    /// Keeps the request with the time that this takes, should it be slow.
    pub(crate) fn time(&mut self, request: TimedRequest) {
        if self.size_hint().exact().is_none() {
            self.timed = Some(Box::new(request));
        }
    }

    /// The body as the method made it, and what is kept of its time.
    pub(super) fn into_parts(self) -> (Body, Option<Box<TimedRequest>>) {
        let body = match self.body {
            Kind::Plain(body) => body,
            Kind::Held(body) => Body::new(body),
        };
        (body, self.timed)
    }

    pub(super) fn timed(self, timed: Option<Box<TimedRequest>>) -> Self {
        Self { timed, ..self }
    }

    /// Counts a request that is answered with this: at once if the body is there, else at its end.
    pub(crate) fn count(&mut self, mut request: CountedRequest, status: StatusCode) {
        match self.size_hint().exact() {
            Some(_) => request.answered(status, self.answered),
            None => {
                request.answered(status, None);
                self.counted = Some(Box::new(request));
            }
        }
    }

    /// The same for a server that is not ours.
    pub(crate) fn into_axum(self) -> Body {
        match self {
            Self { body: Kind::Plain(body), counted: None, timed: None, .. } => body,
            whole => Body::new(whole),
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
    response.map(|_| SentBody::plain(Body::empty()))
}

impl HttpBody for SentBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        match &mut self.get_mut().body {
            Kind::Plain(body) => Pin::new(body).poll_frame(context),
            Kind::Held(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.body {
            Kind::Plain(body) => body.is_end_stream(),
            Kind::Held(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.body {
            Kind::Plain(body) => body.size_hint(),
            Kind::Held(body) => body.size_hint(),
        }
    }
}
