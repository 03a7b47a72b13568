// An option of a group that does not exist.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(autoscaling(min_replica = 1), backpressure(status = 503))]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
