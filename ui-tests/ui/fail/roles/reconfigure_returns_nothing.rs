// `reconfigure` that cannot fail.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn reconfigure(&mut self, threshold: f64, limit: u8) {}
    fn hello(&self) {}
}

fn main() {}
