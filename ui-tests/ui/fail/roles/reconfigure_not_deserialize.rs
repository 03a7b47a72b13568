// A configuration that cannot be read.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn reconfigure(&mut self, settings: Settings) -> Result<(), String> {
        Ok(())
    }
    fn hello(&self) {}
}

fn main() {}

struct Settings;
