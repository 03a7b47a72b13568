// A trait `impl` has no methods of its own.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Clone for Greeter {
    fn clone(&self) -> Self {
        Greeter
    }
}

fn main() {}
