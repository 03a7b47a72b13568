// A health check with a value.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    async fn check_health(&self) -> Result<u8, String> {
        Ok(1)
    }
    fn hello(&self) {}
}

fn main() {}
