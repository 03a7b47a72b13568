//@edition: 2021
#![allow(unused)]
use serve_core::prelude::*;
#[derive(Default)] struct Greeter { v: Vec<u8> }
#[deployment]
impl Greeter { fn s<'a>(&'a self) -> impl Stream<Item = u8> + 'a { futures_util::stream::iter(self.v.iter().copied()) } }

fn main() {}
