// The attribute on a function.
use serve_core::prelude::*;

#[deployment(route_prefix = "/")]
async fn hello() -> String {
    String::new()
}

fn main() {}
