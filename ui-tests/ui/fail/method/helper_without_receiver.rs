// A helper attribute on a function that is not called by handle.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) {}

    #[blocking]
    fn helper(x: u8) -> u8 {
        x
    }
}

fn main() {}
