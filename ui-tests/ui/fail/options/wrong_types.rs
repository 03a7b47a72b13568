// Literals of the wrong type, and no literals.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(
    name = 5,
    route_prefix = api,
    num_replicas = 1.5,
    max_ongoing_requests = "8",
    max_queued_requests = -1,
    user_config = { "threshold": 1 },
    max_surge_percent,
    isolation = Process,
    remote = true,
    vis = "crate",
    crate = "serve core",
    autoscaling = "yes",
    backpressure
)]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
