//! The user's shape for the errors that the framework answers with.
//!
//! What makes an error marks its response ([`Made`]); here it gets its shape, before any layer sees it.

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::request::Parts;
use http::{HeaderMap, Request, header, response};
use std::sync::Arc;
use std::time::Duration;

use super::SentResponse;
use super::body::{CaughtBody, SentBody};
use super::keys::hide_keys;
use super::routes::Route;
use crate::edge::{FrameworkError, Made, OnError};
use crate::id::{DeploymentId, RequestId};
use crate::log;
use crate::web::HttpRequest;

/// More than any text of ours.
const MESSAGE_BYTES_MAX: usize = 64 << 10;

/// What it takes to shape the error that one request is answered with, should there be any.
pub(super) struct Shaper {
    on_error: OnError,
    /// As the request came.
    parts: Parts,
    request_id: Arc<str>,
    /// The deployment and the prefix.
    found: Option<(DeploymentId, Arc<str>)>,
}

impl Shaper {
    pub(super) fn new(
        on_error: &OnError,
        request: &HttpRequest,
        id: &RequestId,
        route: Option<&Route>,
    ) -> Arc<Self> {
        let found = route.map(|route| (route.mount.target.id().clone(), Arc::clone(&route.prefix)));
        let (on_error, parts) = (on_error.clone(), copy_of(request));
        Arc::new(Self { on_error, parts, request_id: id.to_string().into(), found })
    }

    /// Gives the answer its shape, if it is an error of the framework's.
    pub(super) async fn shape(
        self: Arc<Self>,
        answer: BoxFuture<'static, SentResponse>,
    ) -> SentResponse {
        let mut response = answer.await;
        let Some(made) = response.extensions_mut().remove() else { return response };
        let (head, body) = response.into_parts();
        let text = to_bytes(body.into_axum(), MESSAGE_BYTES_MAX).await.unwrap_or_default();
        let error = self.error(made, &head, &text);
        match self.on_error.shape(&error, &self.parts) {
            Ok(mut shaped) => {
                keep(head.headers, shaped.headers_mut());
                shaped.map(|body| SentBody::plain(CaughtBody::around(body)))
            }
            Err(message) => {
                let line = log::error(format!("`on_error` panicked: {message}"));
                line.status(head.status.as_u16()).request(&self.request_id).emit();
                http::Response::from_parts(head, SentBody::plain(Body::from(text)))
            }
        }
    }

    fn error(&self, Made(kind): Made, head: &response::Parts, text: &Bytes) -> FrameworkError {
        let said = String::from_utf8_lossy(text);
        let message = match said.is_empty() {
            true => head.status.canonical_reason().unwrap_or_default().to_owned(),
            false => said.into_owned(),
        };
        let (id, route) = self.found.as_ref().map(|(id, route)| (id, route)).unzip();
        FrameworkError {
            kind,
            status: head.status,
            message,
            request_id: Arc::clone(&self.request_id),
            application: id.map(|id| Arc::clone(&id.application)),
            deployment: id.map(|id| Arc::clone(&id.deployment)),
            route: route.cloned(),
            retry_after: retry_after(&head.headers),
        }
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

/// What a client has to know, `Allow` say, is sent in whatever shape, unless that says something else.
fn keep(ours: HeaderMap, shaped: &mut HeaderMap) {
    for (name, value) in ours {
        let Some(name) = name else { continue };
        let is_of_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(&name);
        if !is_of_body && !shaped.contains_key(&name) {
            shaped.insert(name, value);
        }
    }
}

fn copy_of(request: &HttpRequest) -> Parts {
    let mut copy = Request::new(());
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    *copy.version_mut() = request.version();
    copy.headers_mut().clone_from(request.headers());
    hide_keys(copy.headers_mut());
    copy.extensions_mut().clone_from(request.extensions());
    copy.into_parts().0
}
