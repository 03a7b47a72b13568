//! The applications that a configuration can name, and the server that runs them.

use std::path::Path;

use serve_core::prelude::*;
use serve_core::{AdminOptions, ServeBuilder};

/// Greets whoever asks.
#[derive(Debug)]
pub struct Greeter {
    greeting: String,
}

#[deployment(route_prefix = "/greet")]
impl Greeter {
    /// With these words.
    pub fn new(greeting: String) -> Self {
        Self { greeting }
    }

    async fn __call__(&self, request: Request) -> String {
        let name = request.query_param("name");
        format!("{} {}!", self.greeting, name.as_deref().unwrap_or("you"))
    }
}

/// What a configuration says of a greeter: its `args`.
#[derive(Debug, serde::Deserialize)]
pub struct GreeterArgs {
    greeting: String,
}

/// A server that knows the greeter, and keeps what is deployed in this file.
pub fn server(http: HttpOptions, admin: AdminOptions, state: &Path) -> ServeBuilder {
    Serve::builder()
        .http(http)
        .admin(admin.state(state))
        .app("greeter", |args: GreeterArgs| Greeter::bind(args.greeting))
}
