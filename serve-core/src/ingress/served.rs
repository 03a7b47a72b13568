//! A request on its way, until the head of its response is there.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue};

use super::SentResponse;
use super::body::{CountedRequest, without_body};
use crate::id::{RequestId, uuid};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Small, because hyper moves it once more.
pub(crate) struct Served {
    pub(super) answer: BoxFuture<'static, SentResponse>,
    pub(super) id: RequestId,
    pub(super) is_head: bool,
    /// Goes on with the response's body.
    pub(super) counted: Option<CountedRequest>,
}

impl Served {
    /// What needs nothing more.
    pub(super) fn whole(answer: BoxFuture<'static, SentResponse>) -> Self {
        Self { answer, id: RequestId::Unset, is_head: false, counted: None }
    }
}

impl Future for Served {
    type Output = SentResponse;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<SentResponse> {
        let response = ready!(self.answer.as_mut().poll(context));
        let mut response = if self.is_head { without_body(response) } else { response };
        if let Some(counted) = self.counted.take() {
            let status = response.status();
            response.body_mut().count(counted, status);
        }
        Poll::Ready(with_id(response, &self.id))
    }
}

pub(super) fn with_id(mut response: SentResponse, id: &RequestId) -> SentResponse {
    let value = match id {
        RequestId::Random(bits) => HeaderValue::from_bytes(&uuid(*bits)),
        RequestId::Text(id) => HeaderValue::from_str(id),
        RequestId::Unset => return response,
    };
    // The id came in as a header value or is a UUID, so it always is one again.
    if let Ok(value) = value {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    response
}
