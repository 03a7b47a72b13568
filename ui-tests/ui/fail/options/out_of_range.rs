// Numbers outside of what they count.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(
    num_replicas = 0,
    max_ongoing_requests = 0,
    max_queued_requests = 5_000_000_000,
    rolling_update_percentage = 0,
    max_surge_percent = 101,
    backpressure(status_code = 500),
    autoscaling(max_replicas = 0, target_ongoing_requests = 0.0)
)]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
