// An argument with the name of the call's own field.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, reply: String) {}
}

fn main() {}
