//! Errors as OpenAI words them, which its clients make exceptions of.

use std::borrow::Cow;

use serde_json::json;
use serve_core::prelude::*;

/// An error with what a client needs to tell it from others.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// The status, what the client reads, and when to come back.
    error: HttpError,
    param: Option<Cow<'static, str>>,
    code: Option<&'static str>,
}

impl ApiError {
    /// 400: one parameter cannot be what it is.
    pub(crate) fn invalid(
        param: impl Into<Cow<'static, str>>,
        what: impl std::fmt::Display,
    ) -> Self {
        let param = param.into();
        let error = HttpError::bad_request(format!("Invalid '{param}': {what}."));
        Self { param: Some(param), ..error.into() }
    }

    /// 401: the key is missing or wrong.
    pub(crate) fn wrong_key() -> Self {
        let error = HttpError::unauthorized("Incorrect API key provided.");
        Self { code: Some("invalid_api_key"), ..error.into() }
    }

    /// 404: there is no model of that name, or it does something else.
    pub(crate) fn no_model(name: &str) -> Self {
        let error = HttpError::not_found(format!("The model '{name}' does not exist here."));
        Self { param: Some("model".into()), code: Some("model_not_found"), ..error.into() }
    }

    /// 404: there is no such route.
    pub(crate) fn no_route(request: &Request) -> Self {
        let message = format!("Unknown request URL: {} {}", request.method(), request.path());
        Self { code: Some("unknown_url"), ..HttpError::not_found(message).into() }
    }

    /// What goes over the wire, as the answer or as the last event of a stream.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let status = self.error.status();
        let (kind, code) = match status {
            StatusCode::TOO_MANY_REQUESTS => ("requests", Some("rate_limit_exceeded")),
            status if status.is_server_error() => ("server_error", None),
            _ => ("invalid_request_error", None),
        };
        json!({ "error": {
            "message": self.error.message(),
            "type": kind,
            "param": self.param,
            "code": self.code.or(code),
        }})
    }
}

impl From<HttpError> for ApiError {
    fn from(error: HttpError) -> Self {
        Self { error, param: None, code: None }
    }
}

/// A call failed: the library knows the status, what the client may read and what belongs into the log.
impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        HttpError::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let json = Json(self.to_json()).into_response();
        let mut response = self.error.into_response();
        response.headers_mut().extend(json.headers().clone());
        *response.body_mut() = json.into_body();
        response
    }
}
