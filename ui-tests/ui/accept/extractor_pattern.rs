// An extractor whose pattern is taken apart in the signature: the caller by handle passes the whole.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/{a}/{b}")]
    fn hello(&self, Path((a, b)): Path<(u8, u8)>) -> String {
        format!("{a}{b}")
    }
}

fn main() {}
