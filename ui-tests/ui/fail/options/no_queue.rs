//! A queue holds one at least.
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(max_queued_requests = 0)]
impl Greeter {
    fn greet(&self) {}
}

fn main() {}
