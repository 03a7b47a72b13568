//! Many models on few replicas, chosen by a header.
//!
//! Each replica keeps two models; the one not asked for the longest goes when a third is loaded. The
//! router knows which replica has which, so requests for one model meet where it is.
//!
//! Run with `cargo run -p examples --bin multiplexed`, then
//! `curl -H 'serve_multiplexed_model_id: fr' 'localhost:8000/greet?name=Alice'`.

use std::time::Duration;

use serve_core::prelude::*;

/// A greeting in one language.
struct Greeting(&'static str);

impl Greeting {
    async fn load(language: String) -> Result<Self, String> {
        tokio::time::sleep(Duration::from_millis(50)).await; // A model would be read from disk here.
        match language.as_str() {
            "en" => Ok(Self("Hello")),
            "fr" => Ok(Self("Bonjour")),
            "de" => Ok(Self("Guten Tag")),
            other => Err(format!("there is no greeting in `{other}`")),
        }
    }
}

struct Greeter {
    greetings: Multiplexed<Greeting>,
}

#[deployment(route_prefix = "/greet", num_replicas = 2)]
impl Greeter {
    fn new() -> Self {
        Self { greetings: Multiplexed::new(2, Greeting::load) }
    }

    async fn greet(&self, name: &str) -> Result<String, LoadError> {
        let Greeting(hello) = &*self.greetings.current().await?;
        Ok(format!("{hello} {name}!"))
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let name = request.query_param("name").unwrap_or_else(|| "you".into());
        Ok(self.greet(&name).await?)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let handle = Greeter::deploy().await?;
    for language in ["en", "fr", "de"] {
        let greeting = handle.greet.multiplexed_model_id(language).remote("Alice").await?;
        println!("{language}: {greeting}");
    }
    println!("curl -H 'serve_multiplexed_model_id: fr' 'localhost:8000/greet?name=Alice'");
    serve_core::wait_for_shutdown().await?;
    Ok(())
}
