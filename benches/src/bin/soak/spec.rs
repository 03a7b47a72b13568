//! What an application is made of.

use std::time::Duration;

use serde_json::{Value, json};
use serve_core::Application;

use crate::place::Place;
use crate::worker::{Temper, Version, Worker};

/// The name that all deployments here have.
pub(crate) const DEPLOYMENT: &str = "Worker";
const CONSTRUCTOR_TIMEOUT: Duration = Duration::from_secs(2);
/// Longer than any stream.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(90);

/// What an application is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) version: u64,
    pub(crate) config: u64,
    pub(crate) ongoing: u32,
}

impl Spec {
    pub(crate) const FIRST: Self = Self { version: 1, config: 1, ongoing: 100 };
}

pub(crate) fn application(
    journal: String,
    place: Place,
    spec: Spec,
    temper: Temper,
    user_config: Value,
) -> Application<Worker> {
    Worker::bind(Version { number: spec.version, temper, journal })
        .route_prefix(format!("/{}", place.name()))
        .isolation(place.isolation())
        .num_replicas(2)
        .max_ongoing_requests(spec.ongoing)
        .user_config(user_config)
        .constructor_timeout(CONSTRUCTOR_TIMEOUT)
        .max_constructor_retry_count(1)
        .graceful_shutdown_timeout(DRAIN_TIMEOUT)
        .health_check_period(Duration::from_secs(1))
}

pub(crate) fn config(spec: Spec) -> Value {
    json!({ "number": spec.config, "refuse": false })
}
