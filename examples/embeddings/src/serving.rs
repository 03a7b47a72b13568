//! The deployment: sentences come one by one, the model sees them in batches.

use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serve_core::prelude::*;

use crate::{EmbedError, Embedder, LoadError};

/// Turns sentences into vectors. Each replica loads the model for itself.
#[derive(Debug)]
pub struct Embeddings {
    embedder: Embedder,
}

/// What a client asks.
#[derive(Debug, Deserialize, Serialize)]
pub struct Ask {
    /// The sentences.
    pub texts: Vec<String>,
}

/// What it is told: a vector for each sentence, in order.
#[derive(Debug, Deserialize, Serialize)]
pub struct Answer {
    /// All of unit length.
    pub embeddings: Vec<Vec<f32>>,
}

/// A client may send so many sentences at a time …
const TEXTS_MAX: usize = 256;
/// … of so many bytes each. The model reads the first 256 pieces of a sentence, a few kilobytes.
const BYTES_MAX: usize = 8 << 10;

/// A batch takes as long as its longest sentence for each of them, so its words are limited beside its
/// size. Waiting for more is not worth it: what comes while a batch runs is the next one.
#[deployment(route_prefix = "/embed", max_ongoing_requests = 200)]
impl Embeddings {
    /// Loads the model from a directory, see [`model_directory`](crate::model_directory).
    ///
    /// # Errors
    ///
    /// There is no model there.
    pub fn new(model: &std::path::Path) -> Result<Self, LoadError> {
        Ok(Self { embedder: Embedder::load(model)? })
    }

    /// The vector of one sentence, of unit length. It runs with others that wait.
    ///
    /// # Errors
    ///
    /// The model failed.
    #[batch(max_batch_size = 32, max_batch_cost = 2048, cost = words)]
    #[blocking]
    #[expect(clippy::needless_pass_by_value, reason = "a batched method is given its items")]
    pub fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, Failed> {
        self.embedder.embed(&texts).map_err(Failed::new)
    }

    /// The same over HTTP: `{"texts": [..]}`, answered with `{"embeddings": [[..], ..]}`. The sentences of
    /// one request join those of others.
    ///
    /// # Errors
    ///
    /// Too many or too long sentences, or the model failed.
    pub async fn __call__(&self, Json(ask): Json<Ask>) -> Result<Json<Answer>, HttpError> {
        check(&ask.texts)?;
        let own = Self::current_handle().map_err(HttpError::internal)?;
        let embeddings = ask.texts.into_iter().map(|text| own.embed.remote(text));
        let embeddings = serve_core::get_async(embeddings).await?;
        Ok(Json(Answer { embeddings }))
    }
}

/// What a sentence costs: about its number of words.
fn words(text: &str) -> usize {
    text.split_whitespace().count() + 2
}

fn check(texts: &[String]) -> Result<(), HttpError> {
    if texts.len() > TEXTS_MAX {
        let message = format!("{} texts are too many; send at most {TEXTS_MAX}", texts.len());
        return Err(HttpError::unprocessable(message));
    }
    match texts.iter().position(|text| text.len() > BYTES_MAX) {
        Some(index) => Err(HttpError::unprocessable(format!(
            "text {index} has {} bytes; send at most {BYTES_MAX}",
            texts[index].len()
        ))),
        None => Ok(()),
    }
}

/// The model failed, for all sentences of a batch: each of their callers gets a copy.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the model failed: {0}")]
pub struct Failed(std::sync::Arc<str>);

impl Failed {
    #[expect(clippy::needless_pass_by_value, reason = "an error is mapped by value")]
    fn new(error: EmbedError) -> Self {
        Self(error.to_string().into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        HttpError::from(self).into_response()
    }
}

impl From<Failed> for HttpError {
    fn from(failed: Failed) -> Self {
        Self::internal(failed)
    }
}
