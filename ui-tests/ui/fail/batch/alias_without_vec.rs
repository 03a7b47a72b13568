// A batch whose result is an alias of something else than `Result<Vec<U>, E>`.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch]
    fn hello(&self, items: Vec<u8>) -> std::io::Result<u8> {
        Ok(1)
    }
}

fn main() {}
