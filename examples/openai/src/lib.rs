//! OpenAI's interface over a small language model.
//!
//! It exists so that an example is used by a client that nobody here has written: OpenAI's own. There are three
//! deployments. [`Model`] generates, as a stream of tokens; [`Embedder`] embeds, in batches; and [`Api`], which alone
//! knows of HTTP, has a handle to each of them.

mod answer;
mod api;
mod ask;
mod completion;
mod embedder;
mod embeddings;
mod error;
mod extract;
mod model;
mod models;
mod ngrams;
mod stop;
mod tokens;

pub use api::Api;
pub use embedder::{Embedder, EmbedderHandle};
pub use model::{Model, ModelHandle, Sampling};

/// What the model learns from: the beginning of "Alice's Adventures in Wonderland" by Lewis Carroll (1865), a paragraph
/// on each line.
pub const TEXT: &str = include_str!("../text/alice.txt");
