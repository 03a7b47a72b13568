// A prefix has no parameters.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/users/{id}")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
