// A receiver that uses up the instance.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(self) {}

    fn again(mut self) {}
}

fn main() {}
