// A helper attribute in `cfg_attr`.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[cfg_attr(unix, blocking)]
    fn hello(&self) {}
}

fn main() {}
