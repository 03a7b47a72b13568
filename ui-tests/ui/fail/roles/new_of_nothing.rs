// A constructor that returns nothing.
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[blocking]
    fn new() {}
    fn hello(&self) {}
}

fn main() {}
