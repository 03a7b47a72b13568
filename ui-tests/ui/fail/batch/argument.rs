// A batch whose argument is not one `Vec<T>`.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch]
    fn none(&self) -> Vec<u8> {
        Vec::new()
    }

    #[batch]
    fn two(&self, left: Vec<u8>, right: Vec<u8>) -> Vec<u8> {
        left
    }

    #[batch]
    fn one_item(&self, item: u8) -> Vec<u8> {
        vec![item]
    }

    #[batch]
    fn slice(&self, items: &[u8]) -> Vec<u8> {
        items.to_vec()
    }

    #[batch]
    fn borrowed(&self, items: Vec<&str>) -> Vec<usize> {
        items.iter().map(|item| item.len()).collect()
    }
}

fn main() {}
