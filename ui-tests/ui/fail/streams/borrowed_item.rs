// Items that borrow from the instance.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn text(&self) -> impl Stream<Item = &str> {
        stream::iter(["x"])
    }

    fn bytes(&self) -> impl Stream<Item = Result<&[u8], String>> {
        stream::iter([])
    }

    fn cow(&self) -> impl Stream<Item = std::borrow::Cow<'_, str>> {
        stream::iter([])
    }
}

fn main() {}
