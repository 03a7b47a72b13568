// Arguments of which no second call can be made.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[idempotent]
    fn hello(&self, key: Key, name: String) {}

    #[idempotent]
    #[batch]
    fn batched(&self, keys: Vec<Key>) -> Vec<u8> {
        Vec::new()
    }
}

fn main() {}

struct Key;
