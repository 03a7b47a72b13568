//! Serves the digit classifier. Run with `cargo run --release -p example-digits`, then
//! `curl --data-binary @examples/digits/samples/7.png localhost:8000/digits`.

use digits::{Digits, MODEL};

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    tracing_subscriber::fmt::init();
    Digits::deploy(MODEL).await?;
    tracing::info!("curl --data-binary @examples/digits/samples/7.png localhost:8000/digits");
    serve_core::wait_for_shutdown().await
}
