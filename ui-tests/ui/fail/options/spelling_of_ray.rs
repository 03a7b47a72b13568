// Options as Ray Serve spells them.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(autoscaling_config(min_replicas = 1), health_check_period_s = 10, max_concurrent_queries = 8)]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
