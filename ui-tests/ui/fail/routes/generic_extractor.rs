// Extractors of which the compiler says what is missing in them.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(route_prefix = "/")]
impl Greeter {
    #[post("/")]
    fn items(&self, user: Extension<User>, item: Option<Json<Item>>) {}
}

fn main() {}

struct User;

struct Item;
