// Items that cannot be a part of a response.
#![allow(unused)]
use futures_util::stream::{self, Stream};
use serve_core::prelude::*;

struct Opaque;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/")]
    fn hello(&self) -> impl Stream<Item = Opaque> {
        stream::iter([])
    }
}

fn main() {}
