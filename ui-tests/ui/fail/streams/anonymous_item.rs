// Items of anonymous type.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) -> impl Stream<Item = impl Clone> {
        stream::iter([1])
    }
}

fn main() {}
