// A result that borrows from the instance.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn text(&self) -> &str {
        "x"
    }

    fn maybe(&self) -> Option<&[u8]> {
        None
    }

    fn cow(&self) -> Result<std::borrow::Cow<'_, str>, String> {
        Ok("x".into())
    }
}

fn main() {}
