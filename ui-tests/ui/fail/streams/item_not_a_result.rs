// Items called `Result` that are none.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

mod outcome {
    pub struct Result;
}

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) -> impl Stream<Item = outcome::Result> {
        stream::iter([])
    }
}

fn main() {}
