// Two routes that answer the same requests.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/items/{id}")]
    fn one(&self) {}

    #[post("/items/{id}")]
    #[get("/items/{name}")]
    fn two(&self) {}
}

fn main() {}
