//! Serves the models. Run with `cargo run --release -p example-openai`, and let a client of OpenAI's use the address
//! that is printed. If `API_KEY` is set, clients have to send it.

use openai::{Api, Embedder, Model, TEXT};

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    tracing_subscriber::fmt::init();
    let key = std::env::var("API_KEY").ok();
    serve_core::run(Api::bind(Model::bind(TEXT), Embedder::bind(), key)).await?;
    if let Some(address) = serve_core::http_addr() {
        tracing::info!("http://{address}/v1");
    }
    serve_core::wait_for_shutdown().await
}
