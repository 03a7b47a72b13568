// A `user_config` that is not JSON.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(user_config = "{threshold: 0.5}")]
impl Greeter {
    fn reconfigure(&mut self, config: f64) -> Result<(), String> {
        Ok(())
    }
    fn hello(&self) {}
}

fn main() {}
