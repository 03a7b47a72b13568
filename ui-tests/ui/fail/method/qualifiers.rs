// Qualifiers that a call cannot honour.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    unsafe fn promise(&self) {}

    extern "C" fn foreign(&self) {}
}

fn main() {}
