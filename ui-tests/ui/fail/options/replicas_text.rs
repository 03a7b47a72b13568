// A number in quotes, and a word that is not `auto`.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(num_replicas = "4")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
