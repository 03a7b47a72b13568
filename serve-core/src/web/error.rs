//! An error that a handler answers with, on purpose.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::call::CallError;
use crate::edge::{FrameworkErrorKind, Made};
use crate::error::Error;
use crate::log;
use crate::multiplex::LoadError;

/// An HTTP status with a text that the client may see.
///
/// What went wrong inside belongs into [`internal`](Self::internal), whose cause goes to the log and
/// never to the client.
///
/// ```
/// use serve_core::HttpError;
///
/// fn age(text: &str) -> Result<u8, HttpError> {
///     text.parse().map_err(|_| HttpError::bad_request(format!("`{text}` is not an age")))
/// }
/// assert_eq!(age("x").unwrap_err().to_string(), "400 Bad Request: `x` is not an age");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError {
    status: StatusCode,
    message: Cow<'static, str>,
    retry_after: Option<Duration>,
    /// Why the framework has made it, if it has.
    made: Option<FrameworkErrorKind>,
}

impl HttpError {
    /// An error of any status; a status that is not an error is answered as 500.
    pub fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        let is_error = status.is_client_error() || status.is_server_error();
        let status = if is_error { status } else { StatusCode::INTERNAL_SERVER_ERROR };
        Self { status, message: message.into(), retry_after: None, made: None }
    }

    /// 400: the request makes no sense; say why.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401: say who you are first.
    pub fn unauthorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403: not you.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404: no such thing.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 409: not in this state.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 422: well formed, but not acceptable.
    pub fn unprocessable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// 503: not now.
    pub fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// 500 with the text `Internal Server Error`; the cause goes to the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let line = log::error("internal server error").here();
        line.status(StatusCode::INTERNAL_SERVER_ERROR.as_u16()).cause(cause).emit();
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL)
    }

    pub(crate) fn payload_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the request body is larger than this server allows",
        )
        .made(FrameworkErrorKind::PayloadTooLarge)
    }

    /// It is the framework's own, not the user's.
    pub(crate) fn made(mut self, kind: FrameworkErrorKind) -> Self {
        self.made = Some(kind);
        self
    }

    pub(crate) fn body_too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "the request body did not come in time")
            .made(FrameworkErrorKind::Timeout)
    }

    /// Adds a `Retry-After` header, rounded up to whole seconds.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// When the client may come again, if it is told.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The text that the client sees.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// What of it crosses to another process: all of it.
#[derive(Serialize, Deserialize)]
struct Form {
    status: u16,
    message: String,
    retry_after: Option<Duration>,
}

impl Serialize for HttpError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (status, retry_after) = (self.status.as_u16(), self.retry_after);
        Form { status, message: self.message.to_string(), retry_after }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for HttpError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Form { status, message, retry_after } = Form::deserialize(deserializer)?;
        let status = StatusCode::from_u16(status).map_err(serde::de::Error::custom)?;
        Ok(Self { retry_after, ..Self::new(status, message) })
    }
}

/// All that a client learns of a failure inside.
pub(crate) const INTERNAL: &str = "Internal Server Error";

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.message)
    }
}

impl std::error::Error for HttpError {}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.message).into_response();
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs().saturating_add(u64::from(after.subsec_nanos() > 0));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        match self.made {
            Some(kind) => Made(kind).mark(response),
            None => response,
        }
    }
}

impl From<Infallible> for HttpError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// So that `?` on a call works in a handler that answers with `HttpError`.
impl<E: Into<Self>> From<CallError<E>> for HttpError {
    fn from(error: CallError<E>) -> Self {
        match error {
            CallError::App(error) => error.into(),
            other => super::respond::system_error(&other.map_app(|_| ())),
        }
    }
}

impl<E: IntoResponse> IntoResponse for CallError<E> {
    fn into_response(self) -> Response {
        match self {
            Self::App(error) => error.into_response(),
            other => super::respond::system_error(&other.map_app(|_| ())).into_response(),
        }
    }
}

/// So that `?` on [`Deployment::current_handle`](crate::Deployment) and the like works in a handler that answers with
/// `HttpError`: the client gets a 500, the log the cause.
impl From<Error> for HttpError {
    fn from(error: Error) -> Self {
        Self::internal(error)
    }
}

/// A request without a model id is the client's mistake; what a loader failed with is not.
impl From<LoadError> for HttpError {
    fn from(error: LoadError) -> Self {
        match error.model_id() {
            Some(_) => Self::internal(error),
            None => Self::bad_request(Cow::Owned(error.to_string())),
        }
    }
}
