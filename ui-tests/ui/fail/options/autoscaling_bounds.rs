// Bounds of autoscaling that contradict each other.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(autoscaling(min_replicas = 4, initial_replicas = 9, max_replicas = 2, downscale_to_zero_delay = "5m"))]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
