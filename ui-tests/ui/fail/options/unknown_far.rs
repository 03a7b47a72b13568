// An option that resembles no other.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(colour = "red")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
