//! Tokens as they are made: a method that streams, sent as server-sent events in one line.
//!
//! The "model" finishes a sentence word by word. Its method returns `impl Stream`; whoever reads slowly
//! holds it back, and a client that goes away ends it.
//!
//! Run with `cargo run -p examples --bin token_stream`, then
//! `curl --no-buffer 'localhost:8000/chat?prompt=the+quick'`.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serve_core::prelude::*;

const SENTENCE: [&str; 9] = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"];

#[derive(Default)]
struct Model;

#[deployment]
impl Model {
    /// The words that follow the prompt, one by one.
    fn tokens(&self, prompt: &str) -> impl Stream<Item = String> {
        let said = prompt.split_whitespace().count();
        stream::iter(SENTENCE).skip(said).then(|word| async move {
            tokio::time::sleep(Duration::from_millis(50)).await; // A model would compute here.
            word.to_owned()
        })
    }
}

struct Chat {
    model: ModelHandle,
}

#[deployment(route_prefix = "/chat")]
impl Chat {
    fn new(model: ModelHandle) -> Self {
        Self { model }
    }

    async fn __call__(&self, request: Request) -> Result<Response, CallError> {
        let prompt = request.query_param("prompt").unwrap_or_default();
        // A full queue is a 503 so, and no stream of one error.
        Ok(self.model.tokens.remote(prompt).started().await?.sse())
    }
}

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    tracing_subscriber::fmt::init();
    serve_core::run(Chat::bind(Model::bind())).await?;

    let model = Model::get_handle()?;
    let mut tokens = model.tokens.remote("the quick brown fox");
    let mut said = Vec::new();
    while let Some(token) = tokens.next().await {
        said.push(token?);
    }
    println!("by handle: {}", said.join(" "));
    println!("by HTTP:   curl --no-buffer 'localhost:8000/chat?prompt=the+quick'");
    serve_core::wait_for_shutdown().await
}
