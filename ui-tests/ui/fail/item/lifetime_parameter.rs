// A deployment that borrows.
#![allow(unused)]
use serve_core::prelude::*;

struct Greeter<'a>(&'a str);

#[deployment]
impl<'a> Greeter<'a> {
    fn new() -> Self {
        Self("x")
    }

    fn hello(&self) -> String {
        self.0.to_owned()
    }
}

fn main() {}
