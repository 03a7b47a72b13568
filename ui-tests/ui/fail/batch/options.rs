// Options of a batch, each of them wrong.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[batch(max_batch_size = 0, max_concurrent_batches = 0, batch_wait_timeout = 5)]
    fn out_of_range(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch(max_batchsize = 8, timeout = "5ms", max_batch_size = 1, max_batch_size = 2)]
    fn unknown(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch = 8]
    fn value(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }

    #[batch]
    #[batch]
    fn twice(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }
}

fn main() {}
