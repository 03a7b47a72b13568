// A stream inside another type.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    async fn fallible(&self) -> Result<impl Stream<Item = u8>, String> {
        Ok(stream::iter([1]))
    }

    async fn maybe(&self) -> Option<impl Stream<Item = u8>> {
        Some(stream::iter([1]))
    }
}

fn main() {}
