// A `user_config` needs a method that takes it.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(user_config = "{}")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
