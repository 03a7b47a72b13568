// A reference inside an argument.
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, names: &[&str], maybe: Option<&String>, cow: std::borrow::Cow<'_, str>) {}
}

fn main() {}
