// An argument under `#[cfg]`.
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, #[cfg(unix)] name: String) {}
}

fn main() {}
