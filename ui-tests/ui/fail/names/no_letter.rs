// A name that no variant can have.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn __(&self) {}

    fn _1(&self) {}
}

fn main() {}
