// A borrowed argument whose type cannot be owned by cloning.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, name: &Unique) {}
}

fn main() {}

struct Unique;
