// A name must not be empty.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(name = "")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
