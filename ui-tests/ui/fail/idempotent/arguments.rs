// `#[idempotent]` with arguments, twice, and misspelt.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    #[idempotent(true)]
    fn hello(&self) {}

    #[idempotent]
    #[idempotent]
    fn again(&self) {}

    #[idempotant]
    fn misspelt(&self) {}
}

fn main() {}
