// A reference inside an argument.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self, names: &[&str], maybe: Option<&String>, cow: std::borrow::Cow<'_, str>) {}
}

fn main() {}
