// An isolation that does not exist.
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(isolation = "container")]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
