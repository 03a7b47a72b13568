// A constructor with a receiver.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn new(&self) -> Self {
        Greeter
    }
    fn hello(&self) {}
}

fn main() {}
