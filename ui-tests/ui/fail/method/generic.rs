// A method with parameters of its own.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello<T: Clone, const N: usize>(&self, value: T, list: [u8; N]) -> T
    where
        T: Send,
    {
        value
    }
}

fn main() {}
