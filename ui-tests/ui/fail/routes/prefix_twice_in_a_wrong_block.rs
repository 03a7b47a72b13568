//! What is wrong with the block is said, and no more.

use serve_core::prelude::*;

struct Files<'a>(&'a str);

#[deployment(route_prefix = "/api")]
impl<'a> Files<'a> {
    fn new() -> Self {
        Self("")
    }

    #[get("/api/items")]
    fn items(&self) -> String {
        self.0.to_owned()
    }
}

fn main() {}
