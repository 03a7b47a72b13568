// A fixed number of replicas contradicts autoscaling.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(num_replicas = 4, autoscaling(max_replicas = 8))]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
