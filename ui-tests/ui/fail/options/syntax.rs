// Arguments that are no options.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment("/api", num_replicas = , max_ongoing_requests 8)]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
