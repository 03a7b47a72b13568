// Options of a route, each of them wrong.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get("/get", timeout = "5s")]
    fn unknown(&self) {}

    #[put("/put", request_timeout_s = 5)]
    fn near(&self) {}

    #[post("/post", request_timeout = "0s")]
    fn zero(&self) {}

    #[patch("/patch" request_timeout = "5s")]
    fn no_comma(&self) {}

    #[delete(request_timeout = "5s")]
    fn no_path(&self) {}

    #[get("/twice", request_timeout = "5s", request_timeout = "6s")]
    fn twice(&self) {}
}

fn main() {}
