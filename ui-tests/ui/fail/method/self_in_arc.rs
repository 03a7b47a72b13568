// A receiver that shares the instance.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(self: std::sync::Arc<Self>) {}

    fn again(self: Box<Self>) {}
}

fn main() {}
