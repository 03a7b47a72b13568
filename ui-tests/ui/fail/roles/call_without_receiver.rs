// `__call__` without a receiver.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    async fn __call__(request: Request) -> String {
        String::new()
    }
}

fn main() {}
