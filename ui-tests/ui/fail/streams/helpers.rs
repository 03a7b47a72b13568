// Helper attributes that a stream cannot have.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[blocking]
    fn blocking(&self) -> impl Stream<Item = u8> {
        stream::iter([1])
    }

    #[batch]
    fn batched(&self, items: Vec<u8>) -> impl Stream<Item = u8> {
        stream::iter(items)
    }

    #[idempotent]
    fn repeated(&self) -> impl Stream<Item = u8> {
        stream::iter([1])
    }
}

fn main() {}
