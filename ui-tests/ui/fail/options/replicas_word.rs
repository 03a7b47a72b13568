// A word that is not `auto`.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(num_replicas = "many")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
