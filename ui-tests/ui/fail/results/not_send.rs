// A result that cannot be sent to another thread.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) -> std::rc::Rc<str> {
        "x".into()
    }
}

fn main() {}
