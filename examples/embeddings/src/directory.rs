//! Which model is loaded when nobody names one.
//!
//! The real model is too large to ship, so a tiny stand-in is shipped with it: the example runs
//! before anything is fetched, and gets its sense afterwards.

use std::path::{Path, PathBuf};

/// The environment variable that names the directory of the model.
pub const MODEL_VARIABLE: &str = "EMBEDDINGS_MODEL";

/// The directory of a model by its name (`tiny`, or `minilm` if it has been fetched), any other directory by its path, or
/// [`model_directory`] if none is named.
#[must_use]
pub fn named_model(name: Option<&str>) -> PathBuf {
    match name {
        None => model_directory(),
        Some(name @ ("tiny" | "minilm")) => shipped().join(name),
        Some(path) => path.into(),
    }
}

/// The directory in `EMBEDDINGS_MODEL` if it is set, else that of MiniLM if `fetch-model.sh` has
/// fetched it, else that of the tiny model.
///
/// The tiny model has random weights: its vectors have the right form, but no meaning.
#[must_use]
pub fn model_directory() -> PathBuf {
    if let Some(named) = std::env::var_os(MODEL_VARIABLE) {
        return named.into();
    }
    let fetched = shipped().join("minilm");
    // The script moves the directory into place as its last step, so it is whole or not there.
    if fetched.is_dir() { fetched } else { shipped().join("tiny") }
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("model")
}
