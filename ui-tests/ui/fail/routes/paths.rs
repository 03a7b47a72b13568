// Paths of a wrong form.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[get]
    fn none(&self) {}

    #[get(items)]
    fn ident(&self) {}

    #[get("items")]
    fn slash(&self) {}

    #[get("/items/:id")]
    fn colon(&self) {}

    #[get("/items/{id")]
    fn brace(&self) {}

    #[get("/files/{*rest}/more")]
    fn rest(&self) {}

    #[get("/{id}/{id}")]
    fn twice(&self) {}

    #[get("/a//b?c")]
    fn empty(&self) {}
}

fn main() {}
