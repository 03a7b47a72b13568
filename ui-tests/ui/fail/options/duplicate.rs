// An option given twice, at the top and in a group.
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(num_replicas = 1, num_replicas = 2, autoscaling(max_replicas = 2, max_replicas = 3))]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
