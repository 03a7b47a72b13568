// The attribute on a trait.
#![allow(unused)]
use serve_core::prelude::*;

#[deployment]
trait Greeter {
    fn hello(&self);
}

fn main() {}
