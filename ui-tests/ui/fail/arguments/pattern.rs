// An argument without a name.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, (a, b): (u8, u8), Settings { port }: Settings, ref c: u8) -> u8 {
        a + b + port as u8 + c
    }
}

fn main() {}

struct Settings {
    port: u8,
}
