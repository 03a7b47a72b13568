//! A program as users make them with `serve_core::cli()`, for tests of the command line.

use std::process::ExitCode;

use serde::Deserialize;
use serve_core::prelude::*;

struct Greeter(String);

#[deployment(route_prefix = "/")]
impl Greeter {
    fn new(greeting: String) -> Result<Self, String> {
        match greeting.as_str() {
            "" => Err("there is nothing to say".to_owned()),
            _ => Ok(Self(greeting)),
        }
    }

    async fn __call__(&self) -> String {
        self.0.clone()
    }
}

/// Lives in a process of its own.
struct Apart(u32);

#[deployment(route_prefix = "/", isolation = "process")]
impl Apart {
    fn new() -> Self {
        Self(std::process::id())
    }

    async fn __call__(&self) -> String {
        self.0.to_string()
    }
}

/// Never comes up.
struct Slow;

#[deployment(route_prefix = "/slow")]
impl Slow {
    async fn new() -> Self {
        std::future::pending().await
    }

    async fn __call__(&self) -> String {
        String::new()
    }
}

#[derive(Deserialize)]
struct HelloArgs {
    greeting: String,
}

fn main() -> ExitCode {
    serve_core::cli()
        .app("hello", |args: HelloArgs| Greeter::bind(args.greeting))
        .app("apart", Apart::bind)
        .app("slow", Slow::bind)
        .main()
}
