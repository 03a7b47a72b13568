// An `async fn` that blocks.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[blocking]
    async fn hello(&self) {}
}

fn main() {}
