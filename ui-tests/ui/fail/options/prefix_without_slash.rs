// A prefix must begin with a slash.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "api")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
