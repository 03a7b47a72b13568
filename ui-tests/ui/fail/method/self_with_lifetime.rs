// A receiver with a named lifetime.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello<'a>(&'a self) -> String {
        String::new()
    }
}

fn main() {}
