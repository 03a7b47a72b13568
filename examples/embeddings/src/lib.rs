//! Turns sentences into vectors that are close if the sentences mean the same.
//!
//! It exists so that the example serves a real model: a small BERT (all-MiniLM-L6-v2), computed on
//! the processor in Rust alone. A model is a directory of four files as Hugging Face lays them out:
//! `config.json`, `sentence_bert_config.json`, `vocab.txt` and `model.safetensors`.
//!
//! The model does not know that there is a server, and [`Embeddings`], the server's part, not how a
//! sentence is read.

mod bert;
mod config;
mod directory;
mod embedder;
mod error;
mod serving;
mod tokenizer;

pub use directory::{MODEL_VARIABLE, model_directory, named_model};
pub use embedder::Embedder;
pub use error::{EmbedError, LoadError};
pub use serving::{Answer, Ask, Embeddings, EmbeddingsHandle, Failed};
