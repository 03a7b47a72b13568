// Health checks of a wrong shape.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn check_health(&self, depth: u8) -> bool {
        true
    }
    fn hello(&self) {}
}

fn main() {}
