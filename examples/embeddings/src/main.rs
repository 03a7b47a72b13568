//! Serves sentence embeddings as a file says: `cargo run --release -p example-embeddings -- run
//! examples/embeddings/serve.yaml`, then the same with `status`, and `curl -H 'content-type: application/json' -d
//! '{"texts": ["Hello"]}' localhost:8000/embed`.

use std::process::ExitCode;

use embeddings::{Embeddings, named_model};
use serde::Deserialize;

/// What the file gives under `args`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Arguments {
    /// `tiny`, `minilm`, or a directory. By default the best there is.
    model: Option<String>,
}

fn main() -> ExitCode {
    let embeddings =
        |arguments: Arguments| Embeddings::bind(named_model(arguments.model.as_deref()));
    serve_core::cli().app("embeddings", embeddings).main()
}
