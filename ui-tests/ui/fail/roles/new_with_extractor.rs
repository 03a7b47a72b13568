// A constructor with an extractor.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn new(Json(name): Json<String>) -> Self {
        Greeter
    }
    fn hello(&self) {}
}

fn main() {}
