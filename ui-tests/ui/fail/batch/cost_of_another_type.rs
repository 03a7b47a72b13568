// A cost function of other types, and one that is not there.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch(max_batch_cost = 8, cost = Self::tokens)]
    fn argument(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch(max_batch_cost = 8, cost = Self::weight)]
    fn result(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch(max_batch_cost = 8, cost = Self::missing)]
    fn missing(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    fn tokens(text: &String) -> usize {
        text.len()
    }

    fn weight(item: &u8) -> f32 {
        1.0
    }
}

fn main() {}
