//! Why a deployment has no method for a request.

use axum::response::IntoResponse;
use http::{HeaderValue, StatusCode, header};

use crate::edge::{FrameworkErrorKind, Made};
use crate::web::{HttpError, HttpResponse};

/// Data, and not yet a response, because layers see the request first.
#[derive(Clone, Debug)]
pub(super) enum Missing {
    NotFound,
    /// The path is there, but not for this method.
    Method {
        allowed: Option<HeaderValue>,
    },
    /// There is one, but the body is announced as larger than it may be.
    TooLarge,
}

impl Missing {
    pub(super) fn into_response(self) -> HttpResponse {
        match self {
            Self::NotFound => {
                Made(FrameworkErrorKind::NotFound).mark(StatusCode::NOT_FOUND.into_response())
            }
            Self::Method { allowed } => {
                let mut response = StatusCode::METHOD_NOT_ALLOWED.into_response();
                if let Some(allowed) = allowed {
                    response.headers_mut().insert(header::ALLOW, allowed);
                }
                Made(FrameworkErrorKind::MethodNotAllowed).mark(response)
            }
            Self::TooLarge => HttpError::payload_too_large().into_response(),
        }
    }
}
