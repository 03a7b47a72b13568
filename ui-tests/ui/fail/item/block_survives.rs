// With a wrong header the block is still there, and its callers have nothing to complain of.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl<'a> Greeter {
    fn hello(&self, text: &'a str) -> &'a str {
        text
    }
}

fn main() {
    Greeter.hello("x");
}
