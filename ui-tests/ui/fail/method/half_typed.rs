// A body that is being typed.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment]
impl Greeter {
    fn hello(&self) -> String {
        self.
    }

    fn fine(&self) {}
}

fn main() {
    let _ = Greeter::get_handle().unwrap().fine.remote();
}
