// Every option, and what it sets.
use std::time::Duration;

use serve_core::prelude::*;
use serve_core::{Isolation, NumReplicas};

#[derive(Default)]
struct Model;

#[deployment(
    name = "the-model",
    route_prefix = "/model/v1",
    num_replicas = "auto",
    max_ongoing_requests = 8,
    max_queued_requests = 1,
    autoscaling(
        min_replicas = 0,
        initial_replicas = 1,
        max_replicas = 10,
        target_ongoing_requests = 2,
        upscale_delay = "30s",
        downscale_delay = "10m",
        downscale_to_zero_delay = "1h",
        upscaling_factor = 1.5,
        downscaling_factor = 0.5,
        look_back_period = "1.5s",
        dry_run,
    ),
    user_config = r#"{"threshold": 0.5}"#,
    health_check_period = "250ms",
    health_check_timeout = "0.3s",
    graceful_shutdown_timeout = "0s",
    request_timeout = "2s",
    stuck_after = "1m",
    slow_start = "2s",
    max_requests_per_replica = 1000,
    max_constructor_retry_count = 3,
    constructor_timeout = "90s",
    update_timeout = "1h",
    rolling_update_percentage = 50,
    max_surge_percent = 100,
    exclusive,
    backpressure(status_code = 429, retry_after = "1s"),
    isolation = "process",
    remote,
    vis = "pub(crate)"
)]
impl Model {
    async fn reconfigure(&self, _: u64) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    async fn __call__(&self) {}

    fn touch(&self, text: &str, numbers: &[u8]) -> Result<String, String> {
        let _ = numbers;
        Ok(text.to_owned())
    }
}

#[derive(Default)]
struct Fixed;

#[deployment(autoscaling())]
impl Automatic {
    fn touch(&self) {}
}

#[derive(Default)]
struct Automatic;

#[deployment(num_replicas = 4, isolation = "thread", route_prefix = "/")]
impl Fixed {
    async fn __call__(&self) {}
}

fn main() {
    let config = Model::config();
    assert_eq!(Model::NAME, "the-model");
    assert_eq!(config.route_prefix.as_deref(), Some("/model/v1"));
    assert!(matches!(config.num_replicas, NumReplicas::Auto));
    assert_eq!((config.max_ongoing_requests, config.max_queued_requests), (8, 1));
    let autoscaling = config.autoscaling.expect("it is set");
    assert_eq!(
        (autoscaling.min_replicas, autoscaling.initial_replicas, autoscaling.max_replicas),
        (0, Some(1), 10)
    );
    assert!((autoscaling.target_ongoing_requests - 2.0).abs() < f64::EPSILON);
    assert_eq!(autoscaling.upscale_delay, Duration::from_secs(30));
    assert_eq!(autoscaling.downscale_delay, Duration::from_secs(600));
    assert_eq!(autoscaling.downscale_to_zero_delay, Some(Duration::from_secs(3600)));
    assert!((autoscaling.upscaling_factor - 1.5).abs() < f64::EPSILON);
    assert!((autoscaling.downscaling_factor - 0.5).abs() < f64::EPSILON);
    assert_eq!(autoscaling.look_back_period, Duration::from_millis(1500));
    assert!(autoscaling.dry_run);
    assert_eq!(config.user_config.expect("it is set")["threshold"], 0.5);
    assert_eq!(config.health_check_period, Duration::from_millis(250));
    assert_eq!(config.health_check_timeout, Duration::from_millis(300));
    assert_eq!(config.graceful_shutdown_timeout, Duration::ZERO);
    assert_eq!(config.request_timeout, Some(Duration::from_secs(2)));
    assert_eq!(config.max_constructor_retry_count, 3);
    assert_eq!(config.stuck_after, Some(Duration::from_secs(60)));
    assert_eq!(config.slow_start, Some(Duration::from_secs(2)));
    assert_eq!(config.max_requests_per_replica, Some(1000));
    assert_eq!(config.constructor_timeout, Duration::from_secs(90));
    assert_eq!(config.update_timeout, Duration::from_secs(3600));
    assert!(config.exclusive);
    assert_eq!((config.rolling_update_percentage, config.max_surge_percent), (50, 100));
    assert_eq!(
        (config.backpressure.status_code, config.backpressure.retry_after),
        (429, Some(Duration::from_secs(1)))
    );
    assert!(matches!(config.isolation, Isolation::Process));
    assert!(config.remote);
    assert!(matches!(Fixed::config().num_replicas, NumReplicas::Fixed(4)));
    let _ = Automatic::config();
}
