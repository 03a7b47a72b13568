//! What is taken from a request.

use std::convert::Infallible;

use serde::de::DeserializeOwned;
use serve_core::axum::extract::{FromRequest, FromRequestParts};
use serve_core::http::header::AUTHORIZATION;
use serve_core::http::request::Parts;
use serve_core::prelude::*;

use crate::error::ApiError;

/// axum's `Json`, but what it rejects is worded as OpenAI does.
#[derive(Debug)]
pub struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = ApiError;

    async fn from_request(
        request: serve_core::axum::extract::Request,
        state: &S,
    ) -> Result<Self, ApiError> {
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => {
                // OpenAI has no 422.
                let status = match rejection.status() {
                    StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
                    status => status,
                };
                Err(HttpError::new(status, rejection.body_text()).into())
            }
        }
    }
}

/// The key that a client has sent, if it has.
#[derive(Debug)]
pub struct ApiKey(pub(crate) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for ApiKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        Ok(Self(header.and_then(|header| header.strip_prefix("Bearer ")).map(str::to_owned)))
    }
}
