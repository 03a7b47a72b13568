//! Runs whatever it is told to over its admin API.

use std::path::Path;

use serve_core::AdminOptions;
use serve_core::prelude::*;

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    tracing_subscriber::fmt().init();
    let state = Path::new("serve-state.json");
    let server = steered::server(HttpOptions::default(), AdminOptions::default(), state);
    server.start().await?.wait_for_shutdown().await
}
