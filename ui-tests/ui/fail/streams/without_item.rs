// A stream that does not say what its items are.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn plain(&self) -> impl Stream {
        stream::iter([1])
    }

    fn bounded(&self) -> impl Stream<Item: Send> {
        stream::iter([1])
    }
}

fn main() {}
