// Results of routes that are no response.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/plain")]
    fn plain(&self) -> u32 {
        1
    }

    #[get("/result")]
    fn result(&self) -> Result<u32, String> {
        Ok(1)
    }
}

fn main() {}
