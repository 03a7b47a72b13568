#[deployment(
    name = "the-model",
    route_prefix = "/model",
    num_replicas = "auto",
    max_ongoing_requests = 8,
    max_queued_requests = 0,
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
        dry_run
    ),
    user_config = "{\"threshold\": 0.5}",
    health_check_period = "250ms",
    health_check_timeout = "30s",
    graceful_shutdown_timeout = "0s",
    max_body_size = "10MiB",
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
    isolation = "thread",
    remote,
    crate = "crate::serve",
    vis = "pub(crate)"
)]
impl Model {
    pub async fn check_health(&mut self) -> Result<(), ModelError> {
        Ok(())
    }

    pub fn reconfigure(&mut self, Settings { threshold }: Settings) -> Result<(), ModelError> {
        Ok(())
    }

    pub fn reconfigure_later(&self) {}

    pub async fn on_shutdown(&mut self) -> Result<(), ModelError> {
        Ok(())
    }
}

#[deployment(num_replicas = 4, user_config = "{}")]
impl Fixed {
    pub fn reconfigure(&self, settings: Settings) -> io::Result<()> {
        Ok(())
    }

    pub fn touch(&self) {}

    fn on_shutdown(self) {}
}
