//! Serves sentence embeddings. Run with `cargo run --release -p example-embeddings`, then
//! `curl -H 'content-type: application/json' -d '{"texts": ["Hello"]}' localhost:8000/embed`.

use embeddings::{Embeddings, model_directory};

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    tracing_subscriber::fmt::init();
    let model = model_directory();
    tracing::info!("the model is in {}", model.display());
    Embeddings::deploy(model).await?;
    tracing::info!(
        "curl -H 'content-type: application/json' -d '{{\"texts\": [\"Hello\"]}}' localhost:8000/embed"
    );
    serve_core::wait_for_shutdown().await
}
