// Streams are not in this version.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    async fn hello(&self) -> impl Stream<Item = u8> {
        todo!()
    }
}

fn main() {}
