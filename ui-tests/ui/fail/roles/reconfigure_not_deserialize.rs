// A configuration that cannot be read.
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
