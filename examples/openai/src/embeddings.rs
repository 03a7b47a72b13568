//! What a client is told of its texts: vectors, as numbers or, which OpenAI's own client asks for, as base64 of their
//! bytes.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

use crate::ask::Encoding;
use crate::models::{LETTERS, List};

/// The answer to `POST /v1/embeddings`.
#[derive(Debug, Serialize)]
pub struct Embeddings {
    #[serde(flatten)]
    list: List<Embedding>,
    model: &'static str,
    usage: Usage,
}

#[derive(Debug, Serialize)]
struct Embedding {
    object: &'static str,
    index: usize,
    embedding: Vector,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Vector {
    Numbers(Vec<f32>),
    Base64(String),
}

#[derive(Debug, Serialize)]
struct Usage {
    prompt_tokens: usize,
    total_tokens: usize,
}

impl Embeddings {
    pub(crate) fn new(vectors: Vec<Vec<f32>>, encoding: Encoding, prompt_tokens: usize) -> Self {
        let embeddings = vectors.into_iter().enumerate().map(|(index, vector)| {
            let embedding = Vector::new(vector, encoding);
            Embedding { object: "embedding", index, embedding }
        });
        let usage = Usage { prompt_tokens, total_tokens: prompt_tokens };
        Self { list: List::of(embeddings), model: LETTERS, usage }
    }
}

impl Vector {
    fn new(numbers: Vec<f32>, encoding: Encoding) -> Self {
        match encoding {
            Encoding::Float => Self::Numbers(numbers),
            Encoding::Base64 => {
                let bytes: Vec<u8> = numbers.into_iter().flat_map(f32::to_le_bytes).collect();
                Self::Base64(BASE64_STANDARD.encode(bytes))
            }
        }
    }
}
