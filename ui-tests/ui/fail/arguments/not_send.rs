// An argument that cannot be sent to another thread.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, name: std::rc::Rc<str>) {}
}

fn main() {}
