//! Keys of clients: who may come in, how often, and that clients take turns.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::Request as AxumRequest;
use axum::middleware::{Next, from_fn};
use http::header;
use serve_core::prelude::*;
use serve_core::{ApiKey, ApiKeys, PlannedAction};
use tests::{
    Journal, Probe, SOON, client, fetch, read, running_replicas, spawn, start, start_with, stop,
    until_so, url, within,
};
use tower_http::cors::CorsLayer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Notes whose calls it runs, one at a time, each as long as the test wants.
struct Desk {
    gate: Probe,
    served: Journal<String>,
}

fn whose() -> String {
    serve_core::context().and_then(|call| call.api_key().map(str::to_owned)).unwrap_or_default()
}

#[deployment(route_prefix = "/desk", max_ongoing_requests = 1)]
impl Desk {
    fn new(gate: Probe, served: Journal<String>) -> Self {
        Self { gate, served }
    }

    async fn __call__(&self) -> String {
        self.served.note(whose());
        self.gate.pass().await;
        whose()
    }

    #[get("/stream")]
    fn stream(&self) -> impl Stream<Item = String> {
        let gate = self.gate.clone();
        futures::stream::unfold(0, move |count| {
            let gate = gate.clone();
            async move {
                if count > 0 {
                    gate.pass().await;
                }
                (count < 2).then(|| (count.to_string(), count + 1))
            }
        })
    }

    async fn serve(&self, _guest: u32) {
        self.served.note(whose());
        self.gate.pass().await;
    }
}

/// Hands its requests on.
struct Front {
    desk: DeskHandle,
}

#[deployment(route_prefix = "/")]
impl Front {
    fn new(desk: DeskHandle) -> Self {
        Self { desk }
    }

    async fn __call__(&self) -> Result<String, HttpError> {
        self.desk.serve.remote(1).await?;
        Ok(whose())
    }
}

fn key(name: &str) -> ApiKey {
    ApiKey::new(name, format!("planted-{name}"))
}

fn keys(keys: impl IntoIterator<Item = ApiKey>) -> ApiKeys {
    keys.into_iter().fold(ApiKeys::default(), ApiKeys::key)
}

async fn desk(gate: &Probe, keys: ApiKeys) -> (Serve, Journal<String>) {
    let (serve, served) = (start().await, Journal::default());
    let app = Desk::bind(gate.clone(), served.clone()).version("1").api_keys(keys);
    within(SOON, serve.run(app)).await.unwrap();
    (serve, served)
}

fn ask(serve: &Serve, path: &str, name: &str) -> impl Future<Output = reqwest::Response> + use<> {
    let request = client().get(url(serve, path)).header("x-api-key", format!("planted-{name}"));
    async { within(SOON, request.send()).await.unwrap() }
}

/// Waits until so many calls wait for the desk.
async fn queued(serve: &Serve, count: usize) {
    let queued = || serve.status().applications["default"].deployments["Desk"].queued;
    until_so(&format!("{count} wait"), || queued() == count).await;
}

// === who may come in ===

#[tokio::test]
async fn only_who_has_a_key_comes_in() {
    let (serve, served) = desk(&Probe::opened(), keys([key("a"), key("b")])).await;
    let response = fetch(&serve, "/desk").await;
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    let (status, text) = read(response).await;
    assert!(status == 401 && text.contains("`x-api-key: <key>`"), "{status} {text}");
    let response = ask(&serve, "/desk", "c").await;
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
    assert_eq!(response.status(), 401);
    // Nobody learns without a key which routes there are.
    assert_eq!(fetch(&serve, "/desk/stream/nothing").await.status(), 401);
    assert_eq!(served.entries(), [""; 0]);
    assert_eq!(read(ask(&serve, "/desk", "b").await).await, (200, "b".to_owned()));
    let bearer = client().get(url(&serve, "/desk")).bearer_auth("planted-a").send();
    assert_eq!(read(within(SOON, bearer).await.unwrap()).await, (200, "a".to_owned()));
    // Load balancers have none.
    assert_eq!(fetch(&serve, "/-/healthz").await.status(), 200);
    stop(serve).await;
}

#[tokio::test]
async fn keys_of_an_application_hold_for_all_of_its_routes_and_go_along_with_calls() {
    let (serve, gate, served) = (start().await, Probe::opened(), Journal::default());
    let desk = Desk::bind(gate.clone(), served.clone()).version("1");
    let front = Front::bind(desk).api_keys(keys([key("a")]));
    within(SOON, serve.run(front)).await.unwrap();
    assert_eq!(fetch(&serve, "/").await.status(), 401);
    assert_eq!(fetch(&serve, "/desk").await.status(), 401);
    assert_eq!(read(ask(&serve, "/", "a").await).await, (200, "a".to_owned()));
    assert_eq!(served.entries(), ["a"]);
    // Keys of its own hold instead.
    let desk = Desk::bind(gate, served.clone()).version("1").api_keys(keys([key("b")]));
    let front = Front::bind(desk).api_keys(keys([key("a")]));
    within(SOON, serve.run(front)).await.unwrap();
    assert_eq!(ask(&serve, "/desk", "a").await.status(), 401);
    assert_eq!(ask(&serve, "/desk", "b").await.status(), 200);
    assert_eq!(ask(&serve, "/", "b").await.status(), 401);
    stop(serve).await;
}

#[tokio::test]
async fn a_call_by_handle_needs_no_key() {
    let (serve, served) = desk(&Probe::opened(), keys([key("a")])).await;
    let handle = serve.app_handle::<Desk>("default").unwrap();
    within(SOON, handle.serve.remote(1)).await.unwrap();
    assert_eq!(served.entries(), [""]);
    stop(serve).await;
}

#[tokio::test]
async fn a_preflight_of_cors_needs_no_key_and_a_refusal_has_its_headers() {
    let serve = start().await;
    let app = Desk::bind(Probe::opened(), Journal::default())
        .layer(CorsLayer::permissive())
        .api_keys(keys([key("a")]));
    within(SOON, serve.run(app)).await.unwrap();
    let preflight = client()
        .request(http::Method::OPTIONS, url(&serve, "/desk"))
        .header(header::ORIGIN, "https://app.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET")
        .send();
    assert_eq!(within(SOON, preflight).await.unwrap().status(), 200);
    let refused = client().get(url(&serve, "/desk")).header(header::ORIGIN, "https://app.example");
    let refused = within(SOON, refused.send()).await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(refused.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    stop(serve).await;
}

#[tokio::test]
async fn keys_of_no_use_are_refused_all_at_once() {
    let serve = start().await;
    let wrong = keys([key("a").rate(0.0), ApiKey::new("b", ""), key("a")]);
    let app = Desk::bind(Probe::opened(), Journal::default()).api_keys(wrong);
    let error = within(SOON, serve.run(app)).await.unwrap_err().to_string();
    for part in ["rate of 0", "`b` cannot come in a header", "`a` is there twice", "are the same"] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(!error.contains("planted"), "{error}");
    let none = Desk::bind(Probe::opened(), Journal::default()).api_keys(ApiKeys::default());
    let error = within(SOON, serve.run(none)).await.unwrap_err().to_string();
    assert!(error.contains("nobody could get in"), "{error}");
    stop(serve).await;
}

// === how often ===

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_come_again() {
    let slow = key("a").rate(0.01).burst(2);
    let (serve, _) = desk(&Probe::opened(), keys([slow, key("b")])).await;
    for _ in 0..2 {
        assert_eq!(ask(&serve, "/desk", "a").await.status(), 200);
    }
    let refused = ask(&serve, "/desk", "a").await;
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=100).contains(&wait), "{wait}");
    assert!(read(refused).await.1.contains("`a`"));
    assert_eq!(ask(&serve, "/desk", "b").await.status(), 200);
    stop(serve).await;
}

#[tokio::test]
async fn a_key_has_so_many_requests_at_once_until_their_responses_have_been_sent() {
    let gate = Probe::new();
    let (serve, _) = desk(&gate, keys([key("a").max_ongoing_requests(1), key("b")])).await;
    let mut first = ask(&serve, "/desk/stream", "a").await;
    assert_eq!(within(SOON, first.chunk()).await.unwrap().unwrap(), "0");
    let refused = ask(&serve, "/desk/stream", "a").await;
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["retry-after"]),
        (429, &"1".parse().unwrap())
    );
    gate.open();
    assert_eq!(within(SOON, first.text()).await.unwrap(), "1");
    let admitted = async { while ask(&serve, "/desk", "a").await.status() != 200 {} };
    within(SOON, admitted).await;
    stop(serve).await;
}

#[tokio::test]
async fn a_client_that_leaves_gives_its_place_back() {
    let gate = Probe::new();
    let (serve, _) = desk(&gate, keys([key("a").max_ongoing_requests(1)])).await;
    let left = spawn(ask(&serve, "/desk", "a"));
    gate.entered(1).await;
    left.abort();
    gate.left(1).await;
    gate.open();
    let admitted = async { while ask(&serve, "/desk", "a").await.status() != 200 {} };
    within(SOON, admitted).await;
    stop(serve).await;
}

// === updates ===

#[tokio::test]
async fn keys_are_replaced_in_place_and_what_they_have_used_goes_on() {
    let gate = Probe::opened();
    let (serve, served) = desk(&gate, keys([key("a").rate(0.01), key("b")])).await;
    let before = running_replicas(&serve, "default", "Desk");
    assert_eq!(ask(&serve, "/desk", "a").await.status(), 200);
    let app = |keys| Desk::bind(gate.clone(), served.clone()).version("1").api_keys(keys);
    let same = app(keys([key("a").rate(0.01), key("b")]));
    assert_eq!(serve.plan("default", &same).deployments[0].action, PlannedAction::Untouched);
    let next = app(keys([key("a").rate(0.01), key("c")]));
    let plan = serve.plan("default", &next);
    assert_eq!(plan.deployments[0].action, PlannedAction::InPlace);
    assert_eq!(plan.deployments[0].reasons, ["`api_keys` changed"]);
    within(SOON, serve.run(next)).await.unwrap();
    assert_eq!(ask(&serve, "/desk", "a").await.status(), 429);
    assert_eq!(ask(&serve, "/desk", "b").await.status(), 401);
    assert_eq!(ask(&serve, "/desk", "c").await.status(), 200);
    assert_eq!(running_replicas(&serve, "default", "Desk"), before);
    stop(serve).await;
}

// === turns ===

/// Operators' demand 24: a key that floods waits behind itself, and another's wait is what it would be anyway.
#[tokio::test]
async fn a_key_that_floods_costs_another_one_call_of_waiting() {
    let gate = Probe::new();
    let (serve, served) = desk(&gate, keys([key("a"), key("b")])).await;
    let mut all: Vec<_> = (0..40).map(|_| spawn(ask(&serve, "/desk", "a"))).collect();
    gate.entered(1).await;
    let (mut flooding, mut waits) = (39, Vec::new());
    for _ in 0..10 {
        all.push(spawn(ask(&serve, "/desk", "b")));
        queued(&serve, flooding + 1).await;
        let (before, mut ahead) = (served.entries().len(), 0);
        loop {
            gate.release(1);
            if served.until(before + ahead + 1).await[before + ahead] == "b" {
                break;
            }
            ahead += 1;
            flooding -= 1;
        }
        waits.push(ahead);
    }
    assert!(waits.iter().all(|ahead| *ahead <= 1), "{waits:?}");
    gate.open();
    for one in all {
        assert_eq!(within(SOON, one).await.unwrap().status(), 200);
    }
    stop(serve).await;
}

/// Operators' demand 24: what is over the limit of a key never gets as far as the queue.
#[tokio::test]
async fn a_key_at_its_limit_is_refused_while_another_is_served_at_once() {
    let gate = Probe::opened();
    let (serve, _) = desk(&gate, keys([key("a").rate(0.01), key("b")])).await;
    assert_eq!(ask(&serve, "/desk", "a").await.status(), 200);
    let flood: Vec<_> = (0..50).map(|_| spawn(ask(&serve, "/desk", "a"))).collect();
    for _ in 0..50 {
        assert_eq!(ask(&serve, "/desk", "b").await.status(), 200);
    }
    for refused in flood {
        assert_eq!(within(SOON, refused).await.unwrap().status(), 429);
    }
    let served = gate.counts();
    assert_eq!((served.entered, served.running_max), (51, 1));
    stop(serve).await;
}

#[tokio::test]
async fn in_a_full_queue_the_longest_line_makes_room() {
    let (serve, gate, served) = (start().await, Probe::new(), Journal::default());
    let app = Desk::bind(gate.clone(), served.clone())
        .max_queued_requests(4)
        .api_keys(keys([key("a"), key("b")]));
    within(SOON, serve.run(app)).await.unwrap();
    let mut flood = vec![spawn(ask(&serve, "/desk", "a"))];
    gate.entered(1).await;
    for waiting in 1..=4 {
        flood.push(spawn(ask(&serve, "/desk", "a")));
        queued(&serve, waiting).await;
    }
    assert_eq!(ask(&serve, "/desk", "a").await.status(), 503);
    let one = spawn(ask(&serve, "/desk", "b"));
    // The last to come.
    let last = flood.pop().unwrap();
    assert_eq!(within(SOON, last).await.unwrap().status(), 503);
    queued(&serve, 4).await;
    gate.open();
    assert_eq!(within(SOON, one).await.unwrap().status(), 200);
    for one in flood {
        assert_eq!(within(SOON, one).await.unwrap().status(), 200);
    }
    assert_eq!(served.entries().iter().filter(|whose| *whose == "b").count(), 1);
    stop(serve).await;
}

#[tokio::test]
async fn calls_of_other_deployments_take_turns_as_well() {
    let (serve, gate, served) = (start().await, Probe::new(), Journal::default());
    let desk = Desk::bind(gate.clone(), served.clone());
    within(SOON, serve.run(Front::bind(desk).api_keys(keys([key("a"), key("b")])))).await.unwrap();
    let mut all: Vec<_> = (0..20).map(|_| spawn(ask(&serve, "/", "a"))).collect();
    gate.entered(1).await;
    queued(&serve, 19).await;
    all.push(spawn(ask(&serve, "/", "b")));
    queued(&serve, 20).await;
    gate.open();
    for one in all {
        assert_eq!(within(SOON, one).await.unwrap().status(), 200);
    }
    let ahead = served.entries().iter().position(|whose| whose == "b");
    assert!(ahead.unwrap() <= 2, "{:?}", served.entries());
    stop(serve).await;
}

// === what is shown ===

/// Everything that is logged, as text.
#[derive(Clone, Default)]
struct AllLines(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for AllLines {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        struct Fields(BTreeMap<String, String>);
        impl tracing::field::Visit for Fields {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0.insert(field.name().to_owned(), format!("{value:?}"));
            }
        }
        let mut fields = Fields(BTreeMap::new());
        fields.0.insert("target".to_owned(), event.metadata().target().to_owned());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }
}

#[tokio::test]
async fn the_name_of_a_key_is_in_the_access_log_and_the_key_is_nowhere() {
    async fn headers_shown(request: AxumRequest, next: Next) -> Response {
        tracing::info!(headers = ?request.headers(), "a layer that is too curious");
        next.run(request).await
    }
    let log = AllLines::default();
    let _listening = tracing_subscriber::registry().with(log.clone()).set_default();
    let options = HttpOptions::default().access_log(true).layer(from_fn(headers_shown));
    let options = options.on_error(|error, parts| {
        tracing::info!(headers = ?parts.headers, "a shape that is too curious");
        error.clone()
    });
    let serve = start_with(options).await;
    let app = Desk::bind(Probe::opened(), Journal::default())
        .layer(from_fn(headers_shown))
        .api_keys(keys([key("a").rate(0.01)]));
    let shown_app = format!("{app:?} {:?}", keys([key("a")]));
    within(SOON, serve.run(app)).await.unwrap();
    for status in [200, 429] {
        assert_eq!(ask(&serve, "/desk", "a").await.status(), status);
    }
    let bearer = client().get(url(&serve, "/desk")).bearer_auth("planted-unknown").send();
    assert_eq!(within(SOON, bearer).await.unwrap().status(), 401);
    let lines = || log.0.lock().unwrap().clone();
    let access = || {
        let lines = lines().into_iter().filter(|line| line["target"] == "serve_core::access");
        lines.collect::<Vec<_>>()
    };
    until_so("three lines are there", || access().len() == 3).await;
    // Where there is no route, too.
    assert_eq!(ask(&serve, "/no-desk", "a").await.status(), 404);
    let names: Vec<_> = access().iter().take(3).map(|line| line.get("api_key").cloned()).collect();
    let name = Some("\"a\"".to_owned());
    assert_eq!(names, [name.clone(), name, None]);
    let shown = format!(
        "{:?} {:?} {:?} {} {} {shown_app}",
        lines(),
        serve.recent_events(0),
        serve.slow_requests(),
        serve.metrics(),
        serde_json::to_string(&serve.snapshot()).unwrap(),
    );
    assert!(shown.contains("too curious") && !shown.contains("planted"), "{shown}");
    stop(serve).await;
}
