// A deployment that borrows from nobody in particular.
#![allow(unused)]
use serve_core::prelude::*;

struct Greeter<'a>(&'a str);

#[deployment]
impl Greeter<'_> {
    fn hello(&self) -> String {
        self.0.to_owned()
    }
}

fn main() {}
