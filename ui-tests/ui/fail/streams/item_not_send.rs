// Items that cannot move between threads.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) -> impl Stream<Item = std::rc::Rc<u8>> {
        stream::iter([])
    }
}

fn main() {}
