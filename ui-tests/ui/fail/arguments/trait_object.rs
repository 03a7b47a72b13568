// A borrowed trait object.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, name: &dyn ToString) -> String {
        name.to_string()
    }
}

fn main() {}
