// What cannot be called on every replica: an argument that is not `Clone`, a stream, a batch.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

struct Key;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, key: Key) {}

    fn numbers(&self) -> impl Stream<Item = u8> {
        stream::iter([1])
    }

    #[batch]
    fn batched(&self, items: Vec<u8>) -> Vec<u8> {
        items
    }
}

fn main() {
    let handle = Greeter::get_handle().unwrap();
    handle.hello.broadcast(Key);
    handle.numbers.broadcast();
    handle.batched.broadcast(1_u8);
}
