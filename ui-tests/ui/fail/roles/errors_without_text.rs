// What the runtime calls fails with an error that says nothing.
#![allow(unused)]
use serve_core::prelude::*;

struct Greeter;

#[deployment]
impl Greeter {
    async fn new(name: String) -> Result<Self, ()> {
        Ok(Self)
    }

    async fn check_health(&self) -> Result<(), Sick> {
        Ok(())
    }

    fn reconfigure(&self, config: String) -> Result<(), Sick> {
        Ok(())
    }

    fn hello(&self) {}
}

fn main() {}

struct Sick;
