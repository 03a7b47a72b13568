// `isolation = "process"` asks for the same.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(isolation = "process")]
impl Greeter {
    fn hello(&self, key: Key) {}
}

fn main() {}

struct Key;
