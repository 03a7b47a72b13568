// A constructor's argument, of which every replica needs one.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn new(name: Unique) -> Self {
        Greeter
    }
    fn hello(&self) {}
}

fn main() {}

struct Unique;
