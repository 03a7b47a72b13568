// Streams that cannot move between threads, reported at the method's name.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn shared(&self) -> impl Stream<Item = u8> {
        let local = std::rc::Rc::new(1);
        stream::repeat_with(move || *local)
    }

    async fn waiting(&self) -> impl Stream<Item = u8> {
        let local = std::rc::Rc::new(1);
        tokio::task::yield_now().await;
        stream::iter([*local])
    }
}

fn main() {}
