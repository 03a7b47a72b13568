// Everything wrong is reported in one run, and the rest is generated.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(naem = "x", num_replicas = "two")]
impl Greeter {
    fn hello(&self, name: impl ToString) -> String {
        name.to_string()
    }

    #[blocking]
    async fn wait(&self) {}

    fn fine(&self) {}
}

fn main() {
    let _ = Greeter::bind();
    let handle = Greeter::get_handle().unwrap();
    let _ = handle.fine.remote();
}
