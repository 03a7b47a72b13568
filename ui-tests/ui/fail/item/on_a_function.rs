// The attribute on a function.
#![allow(unused)]
use serve_core::prelude::*;

#[deployment(route_prefix = "/")]
async fn hello() -> String {
    String::new()
}

fn main() {}
