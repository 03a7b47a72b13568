// A route on a deployment that HTTP does not reach.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[get("/items")]
    fn items(&self) -> String {
        String::new()
    }
}

fn main() {}
