// An option given twice, at the top and in a group.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(remote, max_ongoing_requests = 1, max_ongoing_requests = 2, autoscaling(max_replicas = 2, max_replicas = 3), remote)]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
