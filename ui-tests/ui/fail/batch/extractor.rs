// A batch that takes an extractor.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch]
    fn hello(&self, Json(items): Json<Vec<u8>>) -> Vec<u8> {
        items
    }
}

fn main() {}
