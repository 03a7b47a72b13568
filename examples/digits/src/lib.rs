//! A deployment that reads handwritten digits.
//!
//! The classifier knows nothing of serving, and the deployment nothing of images: it says where the
//! work runs, how much of it at once, and what a client is told when an image is at fault.

mod classifier;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serve_core::prelude::*;

pub use classifier::{Classifier, ClassifyError, MAX_SIDE, Prediction};

/// The model is part of the binary, so that there is no path to configure.
pub const MODEL: &[u8] = include_bytes!("../model/digits.onnx");

/// Reads handwritten digits. Each replica loads the model for itself.
#[derive(Debug)]
pub struct Digits {
    classifier: Classifier,
}

/// Decoding a large image takes a while and up to 80 MiB, so only a few run at once on a replica.
#[deployment(route_prefix = "/digits", num_replicas = 2, max_ongoing_requests = 4)]
impl Digits {
    /// Loads the model.
    ///
    /// # Errors
    ///
    /// `model` is not an ONNX model that reads 8x8 images.
    pub fn new(model: &[u8]) -> Result<Self, ClassifyError> {
        Ok(Self { classifier: Classifier::load(model)? })
    }

    /// Reads the digit in a PNG image. It computes, so it gets a thread where it holds up nobody.
    ///
    /// # Errors
    ///
    /// The image is not one, is damaged, or is too large.
    #[blocking]
    pub fn classify(&self, png: &[u8]) -> Result<Prediction, ClassifyError> {
        self.classifier.classify_png(png)
    }

    /// The same over HTTP: a PNG as the body, the digit as JSON.
    ///
    /// # Errors
    ///
    /// As `classify`.
    #[blocking]
    pub fn __call__(&self, png: Bytes) -> Result<Json<Prediction>, ClassifyError> {
        self.classify(&png).map(Json)
    }
}

/// A bad image is the client's fault and is explained; a failing model is ours and goes to the log.
impl IntoResponse for ClassifyError {
    fn into_response(self) -> Response {
        if self.is_bad_input() {
            HttpError::unprocessable(self.to_string()).into_response()
        } else {
            HttpError::internal(self).into_response()
        }
    }
}
