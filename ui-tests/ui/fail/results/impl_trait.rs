// A result of anonymous type.
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) -> impl IntoResponse {
        "x"
    }
}

fn main() {}
