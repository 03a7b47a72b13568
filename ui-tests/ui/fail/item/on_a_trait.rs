// The attribute on a trait.
use serve_core::prelude::*;

#[deployment]
trait Greeter {
    fn hello(&self);
}

fn main() {}
