// The attribute on a module.
#![allow(unused)]
use serve_core::prelude::*;

#[deployment]
mod greeter {}

fn main() {}
