// `reconfigure` without the configuration.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(user_config = "{}")]
impl Greeter {
    fn reconfigure(&mut self) -> Result<(), String> {
        Ok(())
    }
    fn hello(&self) {}
}

fn main() {}
