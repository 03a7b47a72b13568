// Batching is not in this version.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch(max_batch_size = 32)]
    async fn hello(&self, names: Vec<String>) -> Vec<String> {
        names
    }
}

fn main() {}
