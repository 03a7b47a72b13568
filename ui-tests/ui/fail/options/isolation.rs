// An isolation that does not exist.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(isolation = "container")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
