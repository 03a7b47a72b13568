// A named lifetime in an argument.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello<'a>(&self, name: &'a str) -> String {
        name.to_owned()
    }
}

fn main() {}
