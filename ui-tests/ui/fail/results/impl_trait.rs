// A result of anonymous type.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) -> impl IntoResponse {
        "x"
    }
}

fn main() {}
