// An argument by `&mut`.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, name: &mut String) {
        name.clear();
    }
}

fn main() {}
