// A reference cannot leave the process, not even a static one.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(remote)]
impl Greeter {
    fn hello(&self) -> &'static str {
        "x"
    }
}

fn main() {}
