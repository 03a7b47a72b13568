//! Methods called by handle: the first program of Ray Serve's ServeHandle page.
//!
//! Run with `cargo run -p examples --bin methods`.

use serve_core::prelude::*;

#[derive(Default)]
struct Deployment;

#[deployment]
impl Deployment {
    fn method1(&self, arg: &str) -> String {
        format!("Method1: {arg}")
    }

    fn __call__(&self, arg: &str) -> String {
        format!("__call__: {arg}")
    }
}

#[tokio::main]
async fn main() -> serve_core::Result<()> {
    Deployment::deploy().await?;
    let handle = Deployment::get_handle()?;
    println!("{}", handle.remote("hi").await?); // Calls `__call__`.
    println!("{}", handle.method1.remote("hi").await?); // Calls a different method.
    serve_core::shutdown().await
}
