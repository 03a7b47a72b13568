// A type called `Result` that is none.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) -> other::Result {
        other::Result
    }
}

fn main() {}

mod other {
    pub struct Result;
}
