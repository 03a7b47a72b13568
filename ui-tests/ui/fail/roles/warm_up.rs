//! Warm-ups of other shapes.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct WithArgument;

#[deployment]
impl WithArgument {
    fn warm_up(&self, how: String) {}
    fn hello(&self) {}
}

#[derive(Default)]
struct WithoutReceiver;

#[deployment]
impl WithoutReceiver {
    fn warm_up() {}
    fn hello(&self) {}
}

#[derive(Default)]
struct WithValue;

#[deployment]
impl WithValue {
    async fn warm_up(&self) -> u8 {
        1
    }
    fn hello(&self) {}
}

#[derive(Default)]
struct TakesAll;

#[deployment]
impl TakesAll {
    fn warm_up(self) {}
    fn hello(&self) {}
}

#[derive(Default)]
struct WithRoute;

#[deployment(route_prefix = "/")]
impl WithRoute {
    #[get("/warm")]
    fn warm_up(&self) {}
    fn hello(&self) {}
}

#[derive(Default)]
struct OtherName;

#[deployment]
impl OtherName {
    fn warmup(&self) {}
    fn hello(&self) {}
}

fn main() {}
