//@edition: 2018
#![allow(unused)]
use serve_core::prelude::*;
#[derive(Default)]
struct Greeter;
#[deployment(route_prefix = "/", name = "x")]
impl Greeter { fn hello(&self, name: &str, n: Option<u8>) -> Result<String, String> { Ok(name.into()) } #[get("/x/{id}")] async fn x(&self, Path(id): Path<u8>) -> String { String::new() } #[batch] fn b(&self, x: Vec<u8>) -> Vec<u8> { x } fn s(&self) -> impl Stream<Item = u8> { futures_util::stream::iter(vec![1]) } #[blocking] #[idempotent] fn c(&self) {} fn new() -> Self { Self } }

fn main() {}
