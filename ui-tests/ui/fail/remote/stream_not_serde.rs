// Items that cannot leave the process, in a deployment that must.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(remote)]
impl Greeter {
    fn hello(&self, count: u64) -> impl Stream<Item = Result<Key, std::fmt::Error>> {
        stream::iter([])
    }

    fn text(&self) -> impl Stream<Item = &'static str> {
        stream::iter([])
    }
}

fn main() {}

struct Key;
