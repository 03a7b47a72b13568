// A batch that does not return one result for each item.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch]
    fn nothing(&self, items: Vec<u8>) {}

    #[batch]
    fn one(&self, items: Vec<u8>) -> u8 {
        1
    }

    #[batch]
    fn borrowed(&self, items: Vec<u8>) -> Vec<&str> {
        Vec::new()
    }

    #[batch]
    fn fallible(&self, items: Vec<u8>) -> Result<u8, String> {
        Ok(1)
    }

    #[batch]
    fn twice(&self, items: Vec<u8>) -> Result<Vec<Result<u8, String>>, String> {
        Ok(Vec::new())
    }
}

fn main() {}
