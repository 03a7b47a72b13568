//@edition: 2018
#![allow(unused)]
use serve_core::prelude::*;
#[derive(Default)] struct Greeter { v: Vec<u8> }
#[deployment]
impl Greeter { fn s(&self) -> impl Stream<Item = u8> + '_ { futures_util::stream::iter(self.v.iter().copied()) } fn t(&self, x: &str) -> impl Stream<Item = u8> + 'static { futures_util::stream::iter(vec![1]) } async fn u(&self, x: &str) -> impl Stream<Item = u8> { futures_util::stream::iter(vec![1]) } fn w(&self, x: &str) -> impl Stream<Item = u8> { futures_util::stream::iter(vec![1]) } }

fn main() {}
