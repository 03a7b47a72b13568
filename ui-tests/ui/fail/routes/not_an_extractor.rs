// Arguments of routes that no request can fill.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/")]
    fn items(&self, first: Key, second: Key) {}
}

fn main() {}

struct Key;
