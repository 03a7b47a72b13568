// A batch that requests are meant to reach.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[batch]
    #[post("/")]
    fn hello(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch]
    fn __call__(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }
}

fn main() {}
