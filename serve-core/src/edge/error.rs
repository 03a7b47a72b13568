//! An answer that the framework makes itself, as whoever shapes it sees it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// An answer that the framework makes itself: no route, no time, no room, a panic. What a method returns, also an
/// [`HttpError`](crate::HttpError), is none.
///
/// [`HttpOptions::on_error`](crate::HttpOptions::on_error) gives it the shape of your API.
///
/// ```
/// use serve_core::{FrameworkError, HttpOptions, axum::Json, http::request::Parts};
///
/// let options = HttpOptions::default().on_error(|error: &FrameworkError, parts: &Parts| {
///     let problem = serde_json::json!({
///         "status": error.status().as_u16(),
///         "title": error.message(),
///         "instance": parts.uri.path(),
///         "request": error.request_id(),
///     });
///     (error.status(), Json(problem))
/// });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameworkError {
    pub(crate) kind: FrameworkErrorKind,
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    pub(crate) request_id: Arc<str>,
    pub(crate) application: Option<Arc<str>>,
    pub(crate) deployment: Option<Arc<str>>,
    pub(crate) route: Option<Arc<str>>,
    pub(crate) retry_after: Option<Duration>,
}

/// Why the framework answers itself.
///
/// ```
/// assert_eq!(serve_core::FrameworkErrorKind::NotFound.to_string(), "not_found");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrameworkErrorKind {
    /// 404: nothing answers this path.
    NotFound,
    /// 405: the path is there, and has no route for this method. `Allow` says which it has.
    MethodNotAllowed,
    /// 408: the deadline has passed, or a body did not come in time.
    Timeout,
    /// 413: the body is larger than it may be.
    PayloadTooLarge,
    /// 400, 415 or 422: an extractor of axum's could not take an argument from the request.
    Rejected,
    /// 401: no key of the application's has come along, or one that is not known.
    Unauthorized,
    /// 429: the key has used up what it may.
    TooManyRequests,
    /// 503 or 429, as [`BackPressure::status_code`](field@crate::BackPressure::status_code) says: the queue is full.
    BackPressure,
    /// 503: no replica serves.
    Unavailable,
    /// 503: the server is on its way out.
    ShuttingDown,
    /// 502: the replica could not be reached.
    BadGateway,
    /// 500: a panic, an unhandled error or a replica that died. The log has the cause.
    Internal,
}

/// On a response: the framework has made it itself. Few responses have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Made(pub(crate) FrameworkErrorKind);

// === impl FrameworkError ===

impl FrameworkError {
    /// The status of the answer, unless you give it another.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Why there is an error.
    #[must_use]
    pub fn kind(&self) -> FrameworkErrorKind {
        self.kind
    }

    /// What the client may see. Of what went wrong inside it says nothing; the log does.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The id of the request: the client's own (`X-Request-ID`), or one made here. The response has it as well.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The application whose route it was; `None` where there was none.
    #[must_use]
    pub fn application(&self) -> Option<&str> {
        self.application.as_deref()
    }

    /// The deployment whose route it was; `None` where there was none.
    #[must_use]
    pub fn deployment(&self) -> Option<&str> {
        self.deployment.as_deref()
    }

    /// The `route_prefix` that the request came in by; `None` where there was none.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }

    /// When the client may come again, if it is told. `Retry-After` is set on the response if you do not set it.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// The answer as it is where nobody shapes it: the message as plain text. For those that you want to leave alone.
impl IntoResponse for FrameworkError {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.message).into_response();
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs().saturating_add(u64::from(after.subsec_nanos() > 0));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl fmt::Display for FrameworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.message)
    }
}

impl std::error::Error for FrameworkError {}

// === impl FrameworkErrorKind ===

impl FrameworkErrorKind {
    const ALL: [Self; 12] = [
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Timeout,
        Self::PayloadTooLarge,
        Self::Rejected,
        Self::Unauthorized,
        Self::TooManyRequests,
        Self::BackPressure,
        Self::Unavailable,
        Self::ShuttingDown,
        Self::BadGateway,
        Self::Internal,
    ];

    /// A word for it, for programs: `not_found`, `method_not_allowed`, `timeout`, ..
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Timeout => "timeout",
            Self::PayloadTooLarge => "payload_too_large",
            Self::Rejected => "rejected",
            Self::Unauthorized => "unauthorized",
            Self::TooManyRequests => "too_many_requests",
            Self::BackPressure => "backpressure",
            Self::Unavailable => "unavailable",
            Self::ShuttingDown => "shutting_down",
            Self::BadGateway => "bad_gateway",
            Self::Internal => "internal",
        }
    }

    /// The kind of this name, as it comes from a replica's process.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for FrameworkErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

// === impl Made ===

impl Made {
    /// Marks a response.
    pub(crate) fn mark(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_name() {
        for kind in FrameworkErrorKind::ALL {
            assert_eq!(FrameworkErrorKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(FrameworkErrorKind::from_name("else"), None);
    }
}
