// A block on something that is not a type of the user's own.
#![allow(unused)]
use serve_core::prelude::*;

#[deployment]
impl [u8] {
    fn hello(&self) {}
}

fn main() {}
