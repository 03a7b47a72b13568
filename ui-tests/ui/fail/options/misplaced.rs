// An option of `autoscaling` outside of it.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(max_replicas = 4)]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
