//! The one table that turns failures into HTTP, and what generated code uses to answer.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;

use axum::extract::{FromRequest, FromRequestParts};
use axum::response::{IntoResponse, Response};
use futures_util::TryFutureExt;
use http::StatusCode;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{HttpError, INTERNAL};
use super::reading::Reading;
use super::{HttpOutcome, HttpRequest};
use crate::call::{CallError, Failure, with_frame};
use crate::edge::{FrameworkErrorKind, Made};
use crate::log::{self, Line};

/// What the client is told about a failure that is not the user's own. The log hears of those that are
/// somebody's fault, as of the call that runs here.
pub(crate) fn system_error(error: &CallError<()>) -> HttpError {
    let answer = answer_to(error);
    note_failure(error, answer.status(), Line::here);
    answer
}

/// Lets the log hear of a failure that the client has been told nothing of; `about` says whose it is.
pub(crate) fn note_failure(
    error: &CallError<()>,
    status: StatusCode,
    about: impl FnOnce(Line) -> Line,
) {
    // Of these the client is told all there is to tell.
    let is_told = matches!(
        error,
        CallError::BackPressure { .. }
            | CallError::DeploymentUnavailable
            | CallError::DeadlineExceeded
    );
    if !is_told {
        about(log::error("request failed")).status(status.as_u16()).cause(Shown(error)).emit();
    }
}

/// The table.
pub(crate) fn answer_to(error: &CallError<()>) -> HttpError {
    match error {
        CallError::BackPressure { num_queued, max_queued, retry_after } => {
            let status = with_frame(|frame| frame.refusal())
                .flatten()
                .unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            backpressure(status, *num_queued, *max_queued, *retry_after)
        }
        CallError::DeploymentUnavailable => {
            HttpError::unavailable("The deployment is unavailable.")
                .made(FrameworkErrorKind::Unavailable)
        }
        CallError::DeadlineExceeded => timed_out("Request timed out."),
        CallError::Transport(_) | CallError::NotSent(_) => {
            HttpError::new(StatusCode::BAD_GATEWAY, "Bad Gateway")
                .made(FrameworkErrorKind::BadGateway)
        }
        CallError::App(())
        | CallError::Cancelled
        | CallError::ReplicaDied { .. }
        | CallError::Panicked { .. }
        | CallError::Upstream(_)
        | CallError::BatchLength { .. }
        | CallError::Blocking => internal(),
    }
}

/// 500, of which the log knows more.
pub(crate) fn internal() -> HttpError {
    HttpError::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL).made(FrameworkErrorKind::Internal)
}

/// 408.
pub(crate) fn timed_out(message: impl Into<Cow<'static, str>>) -> HttpError {
    HttpError::new(StatusCode::REQUEST_TIMEOUT, message).made(FrameworkErrorKind::Timeout)
}

pub(crate) fn backpressure(
    status: StatusCode,
    num_queued: usize,
    max_queued: usize,
    retry_after: Option<std::time::Duration>,
) -> HttpError {
    let message = format!(
        "Request dropped due to backpressure (num_queued_requests={num_queued}, \
         max_queued_requests={max_queued})."
    );
    let error = HttpError::new(status, message).made(FrameworkErrorKind::BackPressure);
    match retry_after {
        Some(after) => error.with_retry_after(after),
        None => error,
    }
}

/// A failure as text for the log.
struct Shown<'a>(&'a CallError<()>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Failure::fmt_any(self.0, f)
    }
}

/// What a deployment answers where it has nothing.
#[expect(clippy::result_large_err, reason = "either is a response")]
pub fn not_found() -> HttpOutcome {
    Err(Made(FrameworkErrorKind::NotFound).mark(StatusCode::NOT_FOUND.into_response()))
}

/// An argument that cannot be taken from a request. Where it was axum that would have taken it, nothing of the user's has
/// answered.
fn rejected<R: IntoResponse>(rejection: R) -> Response {
    // A rejection need not be `'static`, so its name has to say whose it is.
    mark_rejection(std::any::type_name::<R>(), rejection.into_response())
}

fn mark_rejection(name: &str, response: Response) -> Response {
    let is_of_axum =
        ["axum::", "axum_core::", "axum_extra::"].iter().any(|of| name.starts_with(of));
    // A user's rejection may be a response of axum's, a redirect say.
    if !(is_of_axum && name.ends_with("Rejection")) {
        return response;
    }
    Made(match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => FrameworkErrorKind::PayloadTooLarge,
        status if status.is_server_error() => FrameworkErrorKind::Internal,
        _ => FrameworkErrorKind::Rejected,
    })
    .mark(response)
}

// === for generated code ===

/// Takes one part of a request, or the response that says why it cannot be taken.
///
/// # Errors
///
/// The extractor's own rejection.
pub async fn extract_parts<T: FromRequestParts<()>>(parts: &mut Parts) -> Result<T, Response> {
    T::from_request_parts(parts, &()).await.map_err(rejected)
}

/// Takes the rest of a request.
///
/// # Errors
///
/// The extractor's own rejection.
pub fn extract<T: FromRequest<(), M>, M>(
    request: HttpRequest,
) -> impl Future<Output = Result<T, Response>> + Send {
    // Not an `async fn`, which would hold the request twice.
    let reading = T::from_request(request, &()).map_err(rejected);
    Reading::new(reading)
}

/// [`extract_parts`] of a type without arguments. Of one with arguments, such as `Extension<T>`, the compiler knows better
/// what is wrong: it names the bound that `T` does not meet.
///
/// # Errors
///
/// The extractor's own rejection.
pub fn extract_plain_parts<T: TakenFromHead>(
    parts: &mut Parts,
) -> impl Future<Output = Result<T, Response>> + Send {
    extract_parts(parts)
}

/// [`extract`] of a type without arguments.
///
/// # Errors
///
/// The extractor's own rejection.
pub fn extract_plain<T: TakenFromRequest<M>, M>(
    request: HttpRequest,
) -> impl Future<Output = Result<T, Response>> + Send {
    extract(request)
}

/// An argument before the last one of a method that answers requests.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken from the head of a request",
    label = "not an extractor of the head, or one that needs a state",
    note = "what serde can read is taken as `Query(value): Query<{Self}>`; what takes the body comes last",
    note = "the deployment's fields are its state: read `self.field`, and implement `FromRequestParts<S>` for every `S: Send + Sync`"
)]
pub trait TakenFromHead: FromRequestParts<()> {}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<()>> TakenFromHead for T {}

/// The last argument of a method that answers requests.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken from a request",
    label = "not an extractor, or one that needs a state",
    note = "what serde can read is taken as `Query(value): Query<{Self}>` or `Json(value): Json<{Self}>`",
    note = "the deployment's fields are its state: read `self.field`, and implement `FromRequestParts<S>` for every `S: Send + Sync`"
)]
pub trait TakenFromRequest<M>: FromRequest<(), M> {}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<(), M>, M> TakenFromRequest<M> for T {}

/// What an extractor such as `Json<T>` or `Query<T>` reads from a request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request: it is not `Deserialize`",
    label = "read from a request here",
    note = "derive `serde::Deserialize`"
)]
pub trait ReadFromRequest: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> ReadFromRequest for T {}

/// What is written to a response as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written to a response: it is not `Serialize`",
    label = "written as JSON here",
    note = "derive `serde::Serialize`"
)]
pub trait WriteToResponse: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> WriteToResponse for T {}

/// What a method that answers requests returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no HTTP response",
    label = "this cannot be sent as a response",
    note = "return `Json<{Self}>`, a text, a status code, `Response`, or implement `IntoResponse`"
)]
pub trait ResponseValue: IntoResponse {}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse> ResponseValue for T {}

/// Answers with what a method that cannot fail returned.
#[expect(clippy::result_large_err, reason = "either is a response")]
pub fn respond<T: IntoResponse>(outcome: Result<T, Infallible>) -> HttpOutcome {
    match outcome {
        Ok(value) => Ok(value.into_response()),
        Err(never) => match never {},
    }
}

/// Answers with the user's error, in the first of three ways that applies.
///
/// The inherent method, if the error is a response. [`CallReply`] comes next, whose method takes the value as well, and
/// [`UnhandledReply`] last, whose method takes a reference.
#[doc(hidden)]
#[derive(Debug)]
pub struct ErrorReply<E>(pub E);

impl<E: IntoResponse> ErrorReply<E> {
    pub fn reply(self) -> Response {
        self.0.into_response()
    }
}

/// Answers what the system did to a call as ever, though the error of the method that was called is no response.
#[doc(hidden)]
pub trait CallReply {
    fn reply(self) -> Response;
}

impl<E: fmt::Debug> CallReply for ErrorReply<CallError<E>> {
    fn reply(self) -> Response {
        match self.0 {
            CallError::App(error) => unhandled(&error),
            other => system_error(&other.map_app(|_| ())).into_response(),
        }
    }
}

/// Answers with 500; the cause goes to the log.
#[doc(hidden)]
pub trait UnhandledReply<E> {
    fn reply(&self) -> Response
    where
        E: ErrorValue;
}

impl<E> UnhandledReply<E> for ErrorReply<E> {
    fn reply(&self) -> Response
    where
        E: ErrorValue,
    {
        unhandled(&self.0)
    }
}

fn unhandled(error: &dyn fmt::Debug) -> Response {
    HttpError::internal(format_args!("unhandled error: {error:?}"))
        .made(FrameworkErrorKind::Internal)
        .into_response()
}

/// An error that a method which answers requests may fail with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can be no answer to a request: it is neither an HTTP response nor `Debug`",
    label = "the error of a method that answers requests",
    note = "derive `Debug`, then it is logged and the client gets a 500; or implement `IntoResponse`"
)]
pub trait ErrorValue: fmt::Debug {}

#[diagnostic::do_not_recommend]
impl<E: fmt::Debug> ErrorValue for E {}
