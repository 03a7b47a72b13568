// Names that the attribute generates.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn bind(&self) {}

    async fn deploy(&mut self) {}

    fn get_handle() {}
}

fn main() {}
