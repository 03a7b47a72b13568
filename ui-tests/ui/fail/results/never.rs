// A method that never returns.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    async fn hello(&self) -> ! {
        loop {}
    }
}

fn main() {}
