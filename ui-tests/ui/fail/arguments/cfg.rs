// An argument under `#[cfg]`.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, #[cfg(unix)] name: String) {}
}

fn main() {}
