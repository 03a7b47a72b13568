// A constructor that returns nothing.
#![allow(unused)]
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
