//! What can be watched and turned while a server works: calls as they end, and the level of its log.

use std::sync::{Arc, Mutex};

use futures::StreamExt;
use serve_core::prelude::*;
use serve_core::{
    AdminClient, AdminOptions, ClientError, ClientTap, LevelName, TapKind, Tapped, TappedCall,
};
use tests::own_process::{is_alone, run_alone};
use tests::{SOON, fetch_text, stop, within};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Asks another one.
struct Front {
    model: ModelHandle,
}

#[deployment(route_prefix = "/front")]
impl Front {
    fn new(model: ModelHandle) -> Self {
        Self { model }
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        let fails = request.query_param("fail").is_some();
        let answer = self.model.predict.remote(fails).await;
        answer.map_err(|error| HttpError::new(StatusCode::BAD_GATEWAY, error.to_string()))
    }
}

#[derive(Default)]
struct Model;

#[deployment]
impl Model {
    fn predict(&self, fails: bool) -> Result<String, String> {
        if fails { Err("it cannot".to_owned()) } else { Ok("well".to_owned()) }
    }
}

async fn start() -> (Serve, AdminClient) {
    let admin = AdminOptions::default().port(0);
    let builder = Serve::builder().http(HttpOptions::default().port(0)).admin(admin);
    let serve = within(SOON, builder.start()).await.expect("it starts");
    serve.run(Front::bind(Model::bind())).await.expect("it runs");
    let address = serve.admin_addr().expect("it has an admin API").to_string();
    let client = AdminClient::new(address).expect("an address").timeout(SOON);
    (serve, client)
}

async fn next(tap: &mut ClientTap) -> Tapped {
    within(SOON, tap.next()).await.expect("it goes on").expect("it is understood")
}

async fn next_call(tap: &mut ClientTap) -> TappedCall {
    match next(tap).await {
        Tapped::Call(call) => call,
        other => panic!("a call: {other:?}"),
    }
}

#[tokio::test]
async fn requests_and_calls_are_watched_as_they_end_without_what_they_carry() {
    let (serve, client) = start().await;
    let mut all = client.tap(&[]).await.expect("a tap");
    let url = tests::url(&serve, "/front?token=planted-secret");
    let request = tests::client().get(url).header("x-request-id", "the-id").body("planted-body");
    within(SOON, request.send()).await.expect("it answers");
    let (call, request) = (next_call(&mut all).await, next_call(&mut all).await);
    assert_eq!((call.kind, &*call.deployment, &*call.method), (TapKind::Call, "Model", "predict"));
    assert_eq!((&*call.outcome, call.status), ("ok", None));
    assert!(call.replica.as_deref().is_some_and(|it| it.contains("Model")), "{call:?}");
    assert_eq!(
        (request.kind, &*request.deployment, &*request.method),
        (TapKind::Request, "Front", "GET")
    );
    assert_eq!((request.path.as_deref(), request.status), (Some("/front"), Some(200)));
    assert_eq!((&*request.request_id, &*call.request_id), ("the-id", "the-id"));
    assert!(!format!("{call:?} {request:?}").contains("planted"));
    stop(serve).await;
}

#[tokio::test]
async fn a_tap_shows_what_its_filter_wants() {
    let (serve, client) = start().await;
    let mut failed =
        client.tap(&[("status", "5xx"), ("application", "default")]).await.expect("a tap");
    let mut errors =
        client.tap(&[("deployment", "Model"), ("status", "error")]).await.expect("a tap");
    let mut none = client.tap(&[("min_latency_ms", "3600000")]).await.expect("a tap");
    for path in ["/front", "/front?fail", "/nowhere"] {
        fetch_text(&serve, path).await;
    }
    assert_eq!(next_call(&mut failed).await.status, Some(502));
    let error = next_call(&mut errors).await;
    assert_eq!((&*error.method, &*error.outcome), ("predict", "error"));
    let refused = client.tap(&[("status", "many")]).await;
    assert!(matches!(refused, Err(ClientError::Refused(_))), "{refused:?}");
    // They end with the server, and nothing else has been in them.
    stop(serve).await;
    for tap in [&mut failed, &mut errors, &mut none] {
        let rest = within(SOON, tap.next()).await;
        assert!(!matches!(rest, Some(Ok(_))), "{rest:?}");
    }
}

#[tokio::test]
async fn whoever_does_not_read_delays_no_call_and_is_told_what_it_missed() {
    let (serve, client) = start().await;
    let handle = serve.deployment_handle::<Model>("Model", "default").expect("it is there");
    let mut tap = client.tap(&[("max_per_second", "1")]).await.expect("a tap");
    for _ in 0..5000 {
        within(SOON, handle.predict.remote(false)).await.expect("it answers");
    }
    // Which of them comes first says how long the calls took.
    let (mut seen, mut missed) = (false, false);
    while !(seen && missed) {
        match next(&mut tap).await {
            Tapped::Call(call) => seen |= call.method == "predict",
            Tapped::Missed(tapped) => missed |= tapped.over_limit > 0,
            other => panic!("a call, or that some were missed: {other:?}"),
        }
    }
    stop(serve).await;
}

#[tokio::test]
async fn replicas_that_come_later_are_watched_too() {
    let (serve, client) = start().await;
    let mut tap = client.tap(&[("kind", "call")]).await.expect("a tap");
    serve.run_named("late", Model::bind()).await.expect("it runs");
    let handle = serve.deployment_handle::<Model>("Model", "late").expect("it is there");
    handle.predict.remote(false).await.expect("it answers");
    assert_eq!(next_call(&mut tap).await.application, "late");
    stop(serve).await;
}

// === the log ===

/// How many lines of each level there are.
#[derive(Clone, Default)]
struct Levels(Arc<Mutex<Vec<tracing::Level>>>);

impl<S: tracing::Subscriber> Layer<S> for Levels {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("serve_core") {
            self.0.lock().expect("a test holds it for a moment").push(*event.metadata().level());
        }
    }
}

/// The level belongs to the process.
#[test]
fn the_level_of_the_log_is_changed_while_the_server_runs() {
    if !is_alone() {
        return run_alone(
            concat!(module_path!(), "::the_level_of_the_log_is_changed_while_the_server_runs")
                .split_once("::")
                .expect("a module of this program")
                .1,
            &[],
        );
    }
    let levels = Levels::default();
    let filter = tracing_subscriber::filter::LevelFilter::INFO;
    tracing_subscriber::registry().with(levels.clone().with_filter(filter)).init();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (serve, client) = start().await;
        let level = client.log_level().await.expect("it answers");
        assert_eq!((level.level, level.subscriber), (LevelName::Trace, Some(LevelName::Info)));
        let warnings = client.set_log_level(LevelName::Warn).await.expect("it is set");
        assert_eq!((warnings.level, warnings.subscriber), (LevelName::Warn, Some(LevelName::Info)));
        let seen = || levels.0.lock().expect("a test holds it for a moment").len();
        tests::until_so("what was written before is there", || seen() > 5).await;
        let events = client.recent_events(0).await.expect("it answers").last;
        client.restart("default", None).await.expect("it restarts");
        assert!(client.recent_events(events).await.expect("it answers").events.len() > 3);
        client.set_log_level(LevelName::Info).await.expect("it is set");
        let before = seen();
        client.delete("default").await.expect("it goes");
        tests::until_so("it is told again", || seen() > before).await;
        let told = levels.0.lock().expect("a test holds it for a moment").clone();
        let restarts = client.recent_events(0).await.expect("it answers").events.len();
        assert!(told.len() < restarts, "{} lines, {restarts} events", told.len());
        stop(serve).await;
    });
}
