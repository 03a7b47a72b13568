// A block without a method to call.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn new() -> Self {
        Self
    }

    fn check_health(&self) -> Result<(), String> {
        Ok(())
    }
}

fn main() {}
