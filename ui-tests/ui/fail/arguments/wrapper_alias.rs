// A wrapper whose type is written under another name.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, Json(body): Body) -> u8 {
        body
    }
}

fn main() {}

type Body = Json<u8>;
