//! What can go wrong, once with the files of a model and once with its use.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a model cannot be loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file is missing or cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file is not the JSON of a BERT model.
    #[error("{} does not describe a BERT model: {source}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The files can be read, but do not fit together.
    #[error("the files of the model contradict each other: {0}")]
    Contradiction(String),
    /// The vocabulary is not a text with a piece on each line.
    #[error("the vocabulary cannot be read: {0}")]
    Vocabulary(#[source] tokenizers::Error),
    /// The vocabulary lacks a piece that each text needs.
    #[error("the vocabulary has no {0}")]
    MissingPiece(&'static str),
    /// The weights are damaged, or not those of the configuration.
    #[error("the weights do not fit the model: {0}")]
    Weights(#[source] candle_core::Error),
}

/// Why there are no embeddings. It is never the fault of the texts: any text can be embedded.
#[derive(Debug, Error)]
#[error("the model failed: {0}")]
pub struct EmbedError(#[from] candle_core::Error);
