// The attribute on the type instead of its block.
use serve_core::prelude::*;

#[deployment]
struct Greeter;

fn main() {}
