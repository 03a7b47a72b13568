// A route on `__call__`.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/")]
    fn __call__(&self) {}
}

fn main() {}
