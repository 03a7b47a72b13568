//! HTTP and handle into one internal method: the second program of Ray Serve's ServeHandle page.
//!
//! Run with `cargo run -p examples --bin greeter`, then
//! `curl 'localhost:8000/api?name=Alice'`.

use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/api")]
impl Greeter {
    /// What both the HTTP entry and handles call.
    fn say_hello(&self, name: &str) -> String {
        format!("Hello {name}!")
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let name = request
            .query_param("name")
            .ok_or_else(|| HttpError::bad_request("query parameter `name` is missing"))?;
        Ok(self.say_hello(&name))
    }
}

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    tracing_subscriber::fmt::init();
    let handle = Greeter::deploy().await?;
    println!("by handle: {}", handle.say_hello.remote("Alice").await?);
    println!("by HTTP:   curl 'localhost:8000/api?name=Alice'");
    serve_core::wait_for_shutdown().await
}
