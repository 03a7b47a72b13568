// Helper attributes, misspelt.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[blockng]
    fn hello(&self) {}

    #[Get("/")]
    fn index(&self) {}

    #[heads("/")]
    fn head(&self) {}

    #[trace("/")]
    fn trace(&self) {}
}

fn main() {}
