// A prefix has no query and no spaces.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/api?x=1")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
