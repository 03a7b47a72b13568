//! A text under way: tokens from the model on one side, what a client is told on the other.

use futures_util::stream;
use serde::Serialize;
use serve_core::prelude::*;

use crate::model::{ModelHandle, Sampling};
use crate::stop::Stop;
use crate::tokens::tokens;

/// One completion, to be taken part by part or as a whole.
#[derive(Debug)]
pub(crate) struct Completion {
    tokens: ResponseStream<String>,
    stop: Stop,
    prompt_tokens: usize,
    completion_tokens: usize,
}

/// What it consists of.
#[derive(Debug)]
pub(crate) enum Part {
    Text(String),
    /// The last one.
    End(End),
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) finish_reason: &'static str,
    pub(crate) usage: Usage,
}

/// How much work it was.
#[derive(Debug, Serialize)]
pub(crate) struct Usage {
    prompt_tokens: usize,
    completion_tokens: usize,
    total_tokens: usize,
}

impl Completion {
    pub(crate) fn start(model: &ModelHandle, prompt: &str, sampling: Sampling, stop: Stop) -> Self {
        Self {
            tokens: model.generate.remote(prompt, sampling),
            stop,
            prompt_tokens: tokens(prompt).count(),
            completion_tokens: 0,
        }
    }

    pub(crate) async fn whole(mut self) -> Result<(String, End), CallError> {
        let mut text = String::new();
        loop {
            match self.next().await? {
                Part::Text(piece) => text.push_str(&piece),
                Part::End(end) => return Ok((text, end)),
            }
        }
    }

    pub(crate) fn parts(self) -> impl Stream<Item = Result<Part, CallError>> {
        stream::try_unfold(Some(self), async |completion| {
            let Some(mut completion) = completion else { return Ok(None) };
            let part = completion.next().await?;
            // At the end the tokens are dropped, which is what stops the model at a stop sequence.
            let goes_on = matches!(part, Part::Text(_)).then_some(completion);
            Ok(Some((part, goes_on)))
        })
    }

    async fn next(&mut self) -> Result<Part, CallError> {
        while !self.stop.is_found() {
            let token = self.tokens.next().await.transpose()?;
            self.completion_tokens += usize::from(token.is_some());
            let text = match &token {
                Some(token) => self.stop.push(token),
                None => self.stop.rest(),
            };
            if !text.is_empty() {
                return Ok(Part::Text(text));
            }
            if token.is_none() {
                return Ok(self.end("length"));
            }
        }
        Ok(self.end("stop"))
    }

    fn end(&self, finish_reason: &'static str) -> Part {
        let Self { prompt_tokens, completion_tokens, .. } = *self;
        let total_tokens = prompt_tokens + completion_tokens;
        let usage = Usage { prompt_tokens, completion_tokens, total_tokens };
        Part::End(End { finish_reason, usage })
    }
}
