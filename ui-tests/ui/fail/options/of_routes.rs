// Options of routes, each wrong in its own way.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/", max_body_size = "1Gb")]
impl Greeter {
    #[post("/a", max_body_size = "10")]
    async fn a(&self) {}

    #[put("/b", max_body_size = 0)]
    async fn b(&self) {}

    #[head("/c", max_body_size = 1.5)]
    async fn c(&self) {}

    #[options("/d", max_body_size = SIZE)]
    async fn d(&self) {}

    #[any("/e", max_body_bytes = "10MiB", request_timeout = 5)]
    async fn e(&self) {}
}

const SIZE: u64 = 10;

fn main() {}
