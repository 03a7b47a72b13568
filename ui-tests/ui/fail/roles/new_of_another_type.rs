// A constructor of something else.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn new() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Greeter)
    }
    fn hello(&self) {}
}

fn main() {}
