// The attribute on a module.
use serve_core::prelude::*;

#[deployment]
mod greeter {}

fn main() {}
