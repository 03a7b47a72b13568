// An error of a whole batch that cannot go to each of its calls.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Debug)]
struct Failed;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch]
    fn hello(&self, items: Vec<u8>) -> Result<Vec<u8>, Failed> {
        Ok(items)
    }

    #[batch]
    fn alias(&self, items: Vec<u8>) -> std::io::Result<Vec<u8>> {
        Ok(items)
    }
}

fn main() {}
