// An option that does not exist, with the nearest one that does.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(max_ongoing_request = 8)]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
