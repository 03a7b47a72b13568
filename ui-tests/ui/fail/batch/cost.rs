// A cost without a limit, a limit without a cost, and costs that are no path.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch(cost = Self::tokens)]
    fn no_limit(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch(max_batch_cost = 8)]
    fn no_cost(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch(max_batch_cost = 8, cost = "tokens")]
    fn text(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch(max_batch_cost = 8, cost = |item| 1)]
    fn closure(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }
}

fn main() {}
