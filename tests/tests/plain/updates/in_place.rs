//! Options that apply in place: no replica is replaced, no count is reset, and calls see what has changed.

use std::time::Duration;

use serde_json::json;
use serve_core::prelude::*;
use serve_core::{ApiKey, ApiKeys, BackPressure, PlannedAction};
use tests::{
    Probe, SOON, fetch_text, replica_id, running_replicas, start, start_without_http, stop, within,
};

struct Steady {
    gate: Probe,
    calls: u32,
}

#[deployment(route_prefix = "/steady")]
impl Steady {
    fn new(gate: Probe) -> Self {
        Self { gate, calls: 0 }
    }

    fn count(&mut self) -> u32 {
        self.calls += 1;
        self.calls
    }

    #[get("/whoami")]
    async fn whoami(&self) -> String {
        replica_id()
    }

    #[get("/wait")]
    async fn wait(&self) -> String {
        self.gate.pass().await;
        replica_id()
    }

    fn reconfigure(&self, _limit: u32) -> Result<(), String> {
        Ok(())
    }
}

type Change = fn(Application<Steady>) -> Application<Steady>;

/// Every option that applies in place, but for the count of replicas.
const CHANGES: [(&str, Change); 23] = [
    ("route_prefix", |app| app.route_prefix("/elsewhere")),
    ("max_ongoing_requests", |app| app.max_ongoing_requests(7)),
    ("max_queued_requests", |app| app.max_queued_requests(7)),
    ("user_config", |app| app.user_config(json!(8))),
    ("health_check_period", |app| app.health_check_period(Duration::from_secs(3))),
    ("health_check_timeout", |app| app.health_check_timeout(Duration::from_secs(3))),
    ("graceful_shutdown_timeout", |app| app.graceful_shutdown_timeout(Duration::from_secs(3))),
    ("request_timeout", |app| app.request_timeout(Duration::from_secs(3))),
    ("max_body_size", |app| app.max_body_size(7)),
    ("layer", |app| app.layer(Extension(7))),
    ("api_keys", |app| app.api_keys(ApiKeys::default().key(ApiKey::new("a", "key-of-a")))),
    ("stuck_after", |app| app.stuck_after(Duration::from_secs(3))),
    ("slow_start", |app| app.slow_start(Duration::from_secs(3))),
    ("max_requests_per_replica", |app| app.max_requests_per_replica(1_000_000)),
    ("constructor_timeout", |app| app.constructor_timeout(Duration::from_secs(3))),
    ("update_timeout", |app| app.update_timeout(Duration::from_secs(3))),
    ("max_constructor_retry_count", |app| app.max_constructor_retry_count(3)),
    ("rolling_update_percentage", |app| app.rolling_update_percentage(50)),
    ("max_surge_percent", |app| app.max_surge_percent(50)),
    ("max_surge_percent", |app| app.max_surge_percent(0)),
    ("exclusive", |app| app.exclusive(true)),
    ("backpressure", |app| app.backpressure(BackPressure::default().status_code(429))),
    ("backpressure", |app| {
        app.backpressure(BackPressure::default().retry_after(Duration::from_secs(3)))
    }),
];

/// The same gate, which cannot be compared, in every version.
fn steady(gate: &Probe) -> Application<Steady> {
    Steady::bind(gate.clone()).version("1").num_replicas(2).user_config(json!(7))
}

#[tokio::test]
async fn each_option_that_applies_in_place_replaces_no_replica_and_resets_no_pin() {
    let serve = start_without_http().await;
    let app = || steady(&Probe::opened());
    let handle = within(SOON, serve.run(app())).await.unwrap();
    within(SOON, serve.scale("default", "Steady", 3)).await.unwrap();
    let before = running_replicas(&serve, "default", "Steady");
    for count in handle.count.broadcast() {
        assert_eq!(within(SOON, count).await.unwrap(), 1);
    }
    // Each alone, and each back again.
    for (option, change) in CHANGES {
        for app in [change(app()), app()] {
            let plan = serve.plan("default", &app);
            let planned = &plan.deployments[0];
            let action = match option {
                "user_config" => PlannedAction::Reconfigure,
                _ => PlannedAction::InPlace,
            };
            assert_eq!(planned.action, action, "{option}");
            let reason = format!("`{option}` changed");
            assert!(planned.reasons.contains(&reason), "{reason}: {:?}", planned.reasons);
            within(SOON, serve.run(app)).await.unwrap();
            assert_eq!(running_replicas(&serve, "default", "Steady"), before, "{option}");
            let counts = serve.status().applications["default"].deployments["Steady"].counts;
            assert_eq!(
                (counts.declared, counts.pinned, counts.target),
                (2, Some(3), 3),
                "{option}"
            );
        }
    }
    for count in handle.count.broadcast() {
        assert_eq!(within(SOON, count).await.unwrap(), 2, "what they hold in memory is there");
    }
    stop(serve).await;
}

#[tokio::test]
async fn another_count_keeps_the_replicas_there_are() {
    let serve = start_without_http().await;
    let app = || steady(&Probe::opened());
    within(SOON, serve.run(app())).await.unwrap();
    let two = running_replicas(&serve, "default", "Steady");
    assert_eq!(
        serve.plan("default", &app().num_replicas(4)).deployments[0].action,
        PlannedAction::Scale
    );
    within(SOON, serve.run(app().num_replicas(4))).await.unwrap();
    let four = running_replicas(&serve, "default", "Steady");
    assert!(four.len() == 4 && two.iter().all(|id| four.contains(id)), "{four:?}");
    within(SOON, serve.run(app().num_replicas(1))).await.unwrap();
    assert_eq!(running_replicas(&serve, "default", "Steady"), two[..1], "the oldest stays");
    stop(serve).await;
}

#[tokio::test]
async fn another_route_prefix_moves_the_routes_and_keeps_the_replicas() {
    let serve = start().await;
    let app = || steady(&Probe::opened()).num_replicas(1);
    within(SOON, serve.run(app())).await.unwrap();
    let before = fetch_text(&serve, "/steady/whoami").await;
    assert_eq!(before.0, 200);
    within(SOON, serve.run(app().route_prefix("/elsewhere"))).await.unwrap();
    assert_eq!(fetch_text(&serve, "/elsewhere/whoami").await, before);
    assert_eq!(fetch_text(&serve, "/steady/whoami").await.0, 404);
    stop(serve).await;
}

#[tokio::test]
async fn a_shorter_request_timeout_holds_for_the_next_request() {
    let (serve, gate) = (start().await, Probe::new());
    let app = || steady(&gate).num_replicas(1);
    within(SOON, serve.run(app())).await.unwrap();
    let timeout = Duration::from_millis(20);
    within(SOON, serve.run(app().request_timeout(timeout))).await.unwrap();
    assert_eq!(fetch_text(&serve, "/steady/wait").await.0, 408);
    within(SOON, serve.run(app())).await.unwrap();
    gate.open();
    assert_eq!(fetch_text(&serve, "/steady/wait").await.0, 200);
    stop(serve).await;
}

#[tokio::test]
async fn other_bounds_and_another_answer_to_too_many_hold_for_the_next_request() {
    let (serve, gate) = (start().await, Probe::new());
    let app = || steady(&gate).num_replicas(1);
    let handle = within(SOON, serve.run(app())).await.unwrap();
    let backpressure = BackPressure::default().status_code(429);
    let tight = app().max_ongoing_requests(1).max_queued_requests(1).backpressure(backpressure);
    within(SOON, serve.run(tight)).await.unwrap();
    let waiting = [handle.wait.remote(), handle.wait.remote()];
    gate.entered(1).await;
    assert_eq!(fetch_text(&serve, "/steady/whoami").await.0, 429);
    within(SOON, serve.run(app())).await.unwrap();
    gate.entered(2).await;
    assert_eq!(fetch_text(&serve, "/steady/whoami").await.0, 200, "there is room again");
    gate.open();
    for answer in waiting {
        within(SOON, answer).await.unwrap();
    }
    stop(serve).await;
}
