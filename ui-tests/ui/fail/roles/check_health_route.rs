// A health check is not called over HTTP.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/health")]
    async fn check_health(&self) -> Result<(), String> {
        Ok(())
    }
    fn hello(&self) {}
}

fn main() {}
