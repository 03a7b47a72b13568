// An argument of anonymous type.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, name: impl ToString, list: Vec<impl Clone>) -> String {
        name.to_string()
    }
}

fn main() {}
