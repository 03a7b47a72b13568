//! The deployment in front: OpenAI's routes, each a method.

use std::convert::Infallible;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;
use serve_core::prelude::*;

use crate::answer::{Form, Letterhead};
use crate::ask::{ChatAsk, Delivery, EmbeddingAsk, Options, TextAsk};
use crate::completion::Completion;
use crate::embedder::EmbedderHandle;
use crate::embeddings::Embeddings;
use crate::error::ApiError;
use crate::extract::{ApiKey, Input};
use crate::model::ModelHandle;
use crate::models::{ALICE, Card, LETTERS, List, Models};
use crate::stop::Stop;
use crate::tokens::tokens;

/// OpenAI's interface to a model that generates and one that embeds.
#[derive(Debug)]
pub struct Api {
    model: ModelHandle,
    embedder: EmbedderHandle,
    models: Models,
    key: Option<String>,
}

/// It only waits for others, so it takes many requests at once; how many run, the models say.
#[deployment(
    route_prefix = "/v1",
    max_ongoing_requests = 1000,
    backpressure(status_code = 429, retry_after = "1s")
)]
impl Api {
    /// With a key, clients have to send it.
    pub fn new(model: ModelHandle, embedder: EmbedderHandle, key: Option<String>) -> Self {
        Self { model, embedder, models: Models::new(), key }
    }

    /// The models there are.
    #[get("/models")]
    pub fn models(&self, key: &ApiKey) -> Result<Json<List<Card>>, ApiError> {
        self.admit(key)?;
        Ok(Json(self.models.all()))
    }

    /// One of them.
    #[get("/models/{id}")]
    pub fn model(&self, key: &ApiKey, Path(id): Path<String>) -> Result<Json<Card>, ApiError> {
        self.admit(key)?;
        Ok(Json(self.models.find(&id)?.clone()))
    }

    /// The next paragraph of a conversation.
    #[post("/chat/completions")]
    pub async fn chat(
        &self,
        key: &ApiKey,
        Input(ask): Input<ChatAsk>,
    ) -> Result<Response, ApiError> {
        self.admit(key)?;
        self.complete(Form::Chat, &ask.prompt(), ask.stop()?, &ask.options).await
    }

    /// What follows a text, which has no end of its own.
    #[post("/completions")]
    pub async fn text(
        &self,
        key: &ApiKey,
        Input(ask): Input<TextAsk>,
    ) -> Result<Response, ApiError> {
        self.admit(key)?;
        self.complete(Form::Text, &ask.prompt, ask.options.stop()?, &ask.options).await
    }

    /// The vectors of texts, which are embedded together with those of other requests.
    #[post("/embeddings")]
    pub async fn embeddings(
        &self,
        key: &ApiKey,
        Input(ask): Input<EmbeddingAsk>,
    ) -> Result<Json<Embeddings>, ApiError> {
        self.admit(key)?;
        if ask.model != LETTERS {
            return Err(ApiError::no_model(&ask.model));
        }
        let texts = ask.texts()?;
        let prompt_tokens = texts.iter().map(|text| tokens(text).count()).sum();
        let vectors = texts.into_iter().map(|text| self.embedder.embed.remote(text));
        let vectors = serve_core::get_async(vectors).await?;
        Ok(Json(Embeddings::new(vectors, ask.encoding_format, prompt_tokens)))
    }

    /// Everything else.
    pub fn __call__(&self, request: &Request) -> ApiError {
        ApiError::no_route(request)
    }
}

impl Api {
    fn admit(&self, key: &ApiKey) -> Result<(), ApiError> {
        match &self.key {
            Some(expected) if key.0.as_ref() != Some(expected) => Err(ApiError::wrong_key()),
            _ => Ok(()),
        }
    }

    async fn complete(
        &self,
        form: Form,
        prompt: &str,
        stop: Stop,
        options: &Options,
    ) -> Result<Response, ApiError> {
        if options.model != ALICE {
            return Err(ApiError::no_model(&options.model));
        }
        let completion = Completion::start(&self.model, prompt, options.sampling()?, stop);
        let letterhead = Letterhead::new(form);
        match options.delivery() {
            Delivery::Whole => {
                let (text, end) = completion.whole().await?;
                Ok(Json::<Value>(letterhead.whole(&text, &end)).into_response())
            }
            Delivery::Stream { include_usage } => {
                let mut parts = Box::pin(completion.parts());
                // A refusal comes before the first part, and is an answer of its own.
                let first = parts.try_next().await?;
                let opening = stream::iter(letterhead.opening());
                let events = stream::iter(first.map(Ok)).chain(parts).flat_map(move |part| {
                    stream::iter(letterhead.events(part.map_err(ApiError::from), include_usage))
                });
                Ok(Sse::new(opening.chain(events).map(Ok::<_, Infallible>)).into_response())
            }
        }
    }
}
