//! The user's function that shapes errors.

use std::fmt;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::request::Parts;

use super::error::FrameworkError;
use crate::panic::catch;

type Shape = dyn Fn(&FrameworkError, &Parts) -> Response + Send + Sync;

/// Makes a response of an error.
#[derive(Clone)]
pub(crate) struct OnError(Arc<Shape>);

impl OnError {
    pub(crate) fn new<R: IntoResponse>(
        shape: impl Fn(&FrameworkError, &Parts) -> R + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |error, parts| shape(error, parts).into_response()))
    }

    /// # Errors
    ///
    /// It panicked.
    pub(crate) fn shape(&self, error: &FrameworkError, parts: &Parts) -> Result<Response, String> {
        catch(|| (self.0)(error, parts))
    }
}

impl fmt::Debug for OnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnError")
    }
}
