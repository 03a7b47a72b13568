// `#[blocking]` with arguments, and twice.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[blocking(threads = 4)]
    #[blocking]
    fn hello(&self) {}
}

fn main() {}
