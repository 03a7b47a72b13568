// Neither `new` nor `Default`.
#![allow(unused)]
use serve_core::prelude::*;

struct Greeter(u8);

#[deployment]
impl Greeter {
    fn hello(&self) -> u8 {
        self.0
    }
}

fn main() {}
