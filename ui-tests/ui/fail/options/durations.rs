// Durations without unit, without number, without quotes, of no time.
#![allow(unused)]
use serve_core::prelude::*;

#[derive(Default)]
struct Greeter;

#[deployment(
    health_check_period = "10",
    health_check_timeout = 30s,
    graceful_shutdown_timeout = 20,
    request_timeout = "0s",
    autoscaling(upscale_delay = "soon", downscale_delay = "1d", look_back_period = "1..5s"),
    backpressure(retry_after = "-1s")
)]
impl Greeter {
    fn hello(&self) {}
}

fn main() {}
