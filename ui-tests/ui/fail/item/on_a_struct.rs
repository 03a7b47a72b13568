// The attribute on the type instead of its block.
#![allow(unused)]
use serve_core::prelude::*;

#[deployment]
struct Greeter;

fn main() {}
