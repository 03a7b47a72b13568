//! The deployment that generates. It is what a large model would be: replicas that each hold it, of which each writes
//! so many texts at a time, token by token.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use fastrand::Rng;
use futures_util::{StreamExt, stream};
use serve_core::prelude::*;

use crate::ngrams::Ngrams;

/// Generates text. Each replica learns its model for itself.
#[derive(Debug)]
pub struct Model {
    ngrams: Ngrams,
    generated: AtomicU64,
}

/// How to continue a prompt.
#[derive(Clone, Debug)]
pub struct Sampling {
    /// How many tokens there will be.
    pub max_tokens: usize,
    /// From 0, always the most probable token, to 2, nearly any.
    pub temperature: f64,
    /// The same seed generates the same text.
    pub seed: u64,
}

/// What finds no room waits for a moment, and what finds none there is told to come back: nobody wants to wait for
/// minutes in front of an empty page.
#[deployment(
    num_replicas = 2,
    max_ongoing_requests = 8,
    max_queued_requests = 64,
    backpressure(status_code = 429, retry_after = "1s")
)]
impl Model {
    /// Learns from a text that has a paragraph on each line.
    pub fn new(text: &str) -> Self {
        Self { ngrams: Ngrams::learn(text), generated: AtomicU64::new(0) }
    }

    /// The tokens that follow a prompt. Whoever reads slowly holds it back, and whoever drops the stream ends it.
    pub fn generate(&self, prompt: &str, sampling: &Sampling) -> impl Stream<Item = String> {
        let chance = Rng::with_seed(sampling.seed);
        let tokens = self.ngrams.follow(prompt, sampling.temperature, chance);
        stream::iter(tokens.take(sampling.max_tokens)).inspect(|_| {
            self.generated.fetch_add(1, Relaxed);
        })
    }

    /// How many tokens this replica has generated.
    pub fn generated(&self) -> u64 {
        self.generated.load(Relaxed)
    }
}
