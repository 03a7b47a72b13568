// Helper attributes of calls on methods that nobody calls.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) {}

    #[batch]
    #[idempotent]
    fn check_health(&self) -> Result<(), String> {
        Ok(())
    }

    #[idempotent]
    fn reconfigure(&mut self, config: u8) -> Result<(), String> {
        Ok(())
    }

    #[batch]
    fn helper(items: Vec<u8>) -> Vec<u8> {
        items
    }
}

fn main() {}
