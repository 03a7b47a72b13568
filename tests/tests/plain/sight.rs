//! What an operator sees: events with their causes, exact counts, the snapshot, metrics as text.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{StreamExt, stream};
use serve_core::prelude::*;
use serve_core::{Event as Happening, EventKind, Isolation, MetricsOptions, ReplicaState};
use tests::ends::{Ends, EndsHandle, assert_that_counts_are_exact, ended, value};
use tests::{
    Probe, SOON, Worker, client, fetch_text, open_request, read_until, running_replicas, start,
    start_with, start_without_http, stop, until_so, within,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Cannot be made with a name that is empty.
struct Named;

#[deployment]
impl Named {
    #[expect(clippy::needless_pass_by_value, reason = "a constructor's arguments are owned")]
    fn new(name: String) -> Result<Self, String> {
        if name.is_empty() { Err("it has no name".to_owned()) } else { Ok(Self) }
    }

    fn hello(&self) -> u32 {
        1
    }
}

/// Holds a handle.
struct Front {
    named: NamedHandle,
}

#[deployment]
impl Front {
    fn new(named: NamedHandle) -> Self {
        Self { named }
    }

    async fn hello(&self) -> Result<u32, CallError> {
        self.named.hello.remote().await
    }
}

fn kinds(events: &[Happening]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}

// === events ===

#[tokio::test]
async fn an_update_is_told_from_its_beginning_to_its_end_with_its_cause() {
    let serve = start_without_http().await;
    serve.run(Named::bind("a".to_owned())).await.expect("it runs");
    let first = serve.recent_events(0);
    let story = [
        EventKind::UpdateStarted,
        EventKind::ReplicaStarting,
        EventKind::ReplicaStarted,
        EventKind::UpdateFinished,
    ];
    let told = kinds(&first);
    let mut rest = told.iter();
    assert!(story.iter().all(|kind| rest.any(|told| told == kind)), "{told:?}");
    assert!(first.windows(2).all(|pair| pair[0].number + 1 == pair[1].number));
    let update = first.iter().find(|event| event.kind == EventKind::UpdateStarted).expect("told");
    let starting = first.iter().find(|event| event.kind == EventKind::ReplicaStarting);
    let starting = starting.expect("told");
    assert_eq!(starting.caused_by, Some(update.number));
    assert_eq!((update.revision, starting.deployment.as_deref()), (Some(1), Some("Named")));
    stop(serve).await;
}

#[tokio::test]
async fn a_failed_update_is_told_with_the_reason() {
    let serve = start_without_http().await;
    serve.run(Named::bind("a".to_owned())).await.expect("it runs");
    let before = serve.recent_events(0).len() as u64;
    serve.run(Named::bind(String::new())).await.expect_err("it has no name");
    let events = serve.recent_events(before);
    let failed = events.iter().find(|event| event.kind == EventKind::ReplicaStartFailed);
    assert!(failed.expect("told").message.contains("it has no name"));
    let failed = events.iter().find(|event| event.kind == EventKind::UpdateFailed);
    let failed = failed.expect("told");
    assert!(failed.message.contains("it has no name") && failed.caused_by.is_some());
    stop(serve).await;
}

#[tokio::test]
async fn a_replica_that_is_made_again_is_due_to_the_one_that_died() {
    let serve = start_without_http().await;
    serve.run(Named::bind("a".to_owned())).await.expect("it runs");
    let before = serve.recent_events(0).len() as u64;
    let [replica] = &running_replicas(&serve, "default", "Named")[..] else {
        panic!("one replica")
    };
    assert!(serve.kill_replica(replica).await);
    let of_kind = |kind| serve.recent_events(before).into_iter().find(move |it| it.kind == kind);
    until_so("a replica is made again", || of_kind(EventKind::ReplicaStarted).is_some()).await;
    let killed = of_kind(EventKind::ReplicaKilled).expect("told");
    let starting = of_kind(EventKind::ReplicaStarting).expect("told");
    assert_eq!(starting.caused_by, Some(killed.number));
    let restarts = &serve.snapshot().applications["default"].deployments["Named"].restarts;
    assert_eq!(restarts.len(), 1);
    assert_eq!((restarts[0].event, &restarts[0].replica), (killed.number, replica));
    stop(serve).await;
}

#[tokio::test]
async fn every_change_of_a_status_has_its_event() {
    let serve = start_without_http().await;
    serve.run(Named::bind("a".to_owned()).num_replicas(2)).await.expect("it runs");
    serve.scale("default", "Named", 3).await.expect("it scales");
    serve.unpin("default", "Named").await.expect("it is unpinned");
    let deployment = |event: &Happening| event.deployment.as_deref() == Some("Named");
    let statuses: Vec<_> = serve
        .recent_events(0)
        .into_iter()
        .filter(|event| event.kind == EventKind::StatusChanged && deployment(event))
        .map(|event| event.message)
        .collect();
    for change in ["UPDATING", "UPSCALING", "DOWNSCALING"] {
        assert!(statuses.iter().any(|status| status.contains(change)), "{change}: {statuses:?}");
    }
    assert!(statuses.last().is_some_and(|last| last.contains("HEALTHY")), "{statuses:?}");
    stop(serve).await;
}

#[tokio::test]
async fn whoever_listens_hears_what_comes_and_the_end_of_the_server() {
    let serve = start_without_http().await;
    let mut events = serve.events();
    serve.run(Named::bind("a".to_owned())).await.expect("it runs");
    let first = within(SOON, events.next()).await.expect("an event");
    assert_eq!((first.kind, first.number), (EventKind::UpdateStarted, 1));
    stop(serve).await;
    let rest: Vec<_> = within(SOON, events.collect::<Vec<_>>()).await;
    assert!(kinds(&rest).contains(&EventKind::Deleted), "{:?}", kinds(&rest));
}

/// Operators' demand 20: a handler that never ends costs its replica, and the others serve.
#[tokio::test]
async fn a_handler_that_never_ends_has_its_replica_replaced_and_is_told_of() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let app = Worker::bind(gate.clone())
        .num_replicas(2)
        .stuck_after(Duration::from_millis(200))
        .health_check_period(Duration::from_millis(50))
        .graceful_shutdown_timeout(Duration::from_millis(50));
    let handle = serve.run(app).await.expect("it runs");
    let before = running_replicas(&serve, "default", "Worker");
    let stuck = handle.work.remote(1);
    gate.entered(1).await;
    let of_kind = |kind| serve.recent_events(0).into_iter().find(move |it| it.kind == kind);
    until_so("a replica is unhealthy", || of_kind(EventKind::ReplicaUnhealthy).is_some()).await;
    let unhealthy = of_kind(EventKind::ReplicaUnhealthy).expect("told");
    let replica = unhealthy.replica.expect("it is about a replica");
    assert!(before.contains(&replica), "{replica} of {before:?}");
    for _ in 0..10 {
        within(SOON, handle.echo.remote(2)).await.expect("another one answers");
    }
    within(SOON, stuck).await.expect_err("it is cut");
    let is_replaced = || {
        let now = running_replicas(&serve, "default", "Worker");
        now.len() == 2 && !now.contains(&replica)
    };
    until_so("the replica is replaced", is_replaced).await;
    let cut = of_kind(EventKind::DrainCut).expect("told");
    assert!(cut.message.contains("1 of `work`"), "{cut:?}");
    stop(serve).await;
}

// === counts ===

async fn counts_are_exact(isolation: Isolation) {
    let serve = start().await;
    serve.run(Ends::bind().isolation(isolation)).await.expect("it runs");
    assert_that_counts_are_exact(&serve).await;
    stop(serve).await;
}

/// Operators' demand 17: histograms of calls, always on.
#[tokio::test]
async fn counts_of_calls_are_exact_in_tasks() {
    counts_are_exact(Isolation::Task).await;
}

#[tokio::test]
async fn counts_of_calls_are_exact_on_threads() {
    counts_are_exact(Isolation::Thread).await;
}

/// Operators' demand 17: a histogram of requests, by route.
#[tokio::test]
async fn requests_are_counted_by_route_and_status_until_the_end_of_their_bodies() {
    let serve = start().await;
    serve.run(Ends::bind()).await.expect("it runs");
    for (path, status) in
        [("/ends", 200), ("/ends?fail=client", 400), ("/ends?fail=server", 502), ("/nowhere", 404)]
    {
        assert_eq!(fetch_text(&serve, path).await.0, status);
    }
    let mut left = open_request(&serve, "/ends/stream", "").await;
    read_until(&mut left, "first").await;
    let ongoing = "serve_http_requests_ongoing{application=\"default\",route=\"/ends\"}";
    assert_eq!(value(&serve.metrics(), ongoing), Some(1.0));
    drop(left);
    until_so("the request has ended", || value(&serve.metrics(), ongoing) == Some(0.0)).await;
    let text = serve.metrics();
    let answered = |route: &str, status: u16| {
        let application = if route.is_empty() { "" } else { "default" };
        let series = format!(
            "serve_http_requests_total{{application=\"{application}\",route=\"{route}\",method=\"GET\",status_code=\"{status}\"}}"
        );
        value(&text, &series)
    };
    assert_eq!(answered("/ends", 200), Some(2.0), "{text}");
    for (route, status) in [("/ends", 400), ("/ends", 502), ("", 404)] {
        assert_eq!(answered(route, status), Some(1.0), "{status}\n{text}");
    }
    // Of a method that answers over HTTP, only a status of the server's own is an error.
    assert_eq!(ended(&text, "__call__", "ok"), Some(2.0), "{text}");
    assert_eq!(ended(&text, "__call__", "error"), Some(1.0), "{text}");
    stop(serve).await;
}

/// Operators' demand 17: and of waiting.
#[tokio::test]
async fn what_waits_and_what_is_refused_is_counted() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let app = Worker::bind(gate.clone()).max_ongoing_requests(1).max_queued_requests(2);
    let handle = serve.run(app).await.expect("it runs");
    let calls: Vec<_> = (0..5).map(|x| handle.work.remote(x)).collect();
    gate.entered(1).await;
    let of = |name: &str| {
        value(&serve.metrics(), &format!("{name}{{application=\"default\",deployment=\"Worker\"}}"))
    };
    assert_eq!(of("serve_queued_requests"), Some(2.0));
    assert_eq!(of("serve_refused_requests_total"), Some(2.0));
    gate.open();
    let answered = futures::future::join_all(calls);
    let answers = within(SOON, answered).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    assert_eq!(of("serve_queue_wait_seconds_count"), Some(2.0));
    stop(serve).await;
}

/// Operators' demand 23: it can be seen whether a call that was late has begun.
#[tokio::test]
async fn a_call_that_is_late_in_its_method_is_counted_there_and_one_that_is_late_in_the_queue_is_not()
 {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let app = Worker::bind(gate.clone()).max_ongoing_requests(1);
    let handle = serve.run(app).await.expect("it runs");
    let work = handle.work.timeout(Duration::from_millis(20));
    let late = || {
        let labels = "application=\"default\",deployment=\"Worker\",method=\"work\"";
        let series = format!("serve_requests_total{{{labels},outcome=\"timed_out\"}}");
        value(&serve.metrics(), &series)
    };
    let running = handle.work.remote(1);
    gate.entered(1).await;
    within(SOON, work.remote(2)).await.expect_err("it is late in the queue");
    gate.release(1);
    within(SOON, running).await.expect("it answers");
    until_so("a call has ended", || late().is_some()).await;
    assert_eq!(late(), Some(0.0));
    within(SOON, work.remote(3)).await.expect_err("it is late in its method");
    until_so("the late one is counted", || late() == Some(1.0)).await;
    stop(serve).await;
}

// === how many series there are ===

/// The series of the server. Other tests count in the same process, and what they count is shown everywhere.
fn series(serve: &Serve) -> usize {
    serve.metrics().lines().filter(|line| line.starts_with("serve_")).count()
}

/// Waits until the states of replicas that drain have gone with them.
async fn until_nothing_drains(serve: &Serve) {
    let is_drained = || {
        let snapshot = serve.snapshot();
        let deployment = &snapshot.applications["default"].deployments["Named"];
        deployment.replicas.iter().all(|replica| replica.state == ReplicaState::Running)
    };
    until_so("nothing drains", is_drained).await;
}

/// Operators' demand 18: redeploys add no series for good.
#[tokio::test]
async fn series_end_with_their_replica_and_their_deployment() {
    let serve = start_without_http().await;
    let handle = serve.run(Named::bind("first".to_owned())).await.expect("it runs");
    let [first] = &running_replicas(&serve, "default", "Named")[..] else { panic!("one replica") };
    handle.hello.remote().await.expect("it answers");
    let before = series(&serve);
    for round in 0..1000 {
        serve.run(Named::bind(format!("name {round}"))).await.expect("it runs");
        handle.hello.remote().await.expect("it answers");
    }
    until_nothing_drains(&serve).await;
    let text = serve.metrics();
    assert_eq!(series(&serve), before, "{text}");
    assert!(!text.contains(&format!("replica=\"{first}\"")), "{text}");
    let named = "application=\"default\",deployment=\"Named\"";
    let starts = format!("serve_replica_starts_total{{{named}}}");
    assert_eq!(value(&text, &starts), Some(1001.0), "each time it was replaced");
    let hello = format!("serve_requests_total{{{named},method=\"hello\",outcome=\"ok\"}}");
    assert_eq!(value(&text, &hello), Some(1001.0), "the deployment's counts never fall");
    serve.delete("default").await.expect("it is there");
    assert!(!serve.metrics().contains("Named"));
    stop(serve).await;
}

/// What a client makes up.
fn nonsense(random: &mut fastrand::Rng) -> String {
    (0..12).map(|_| random.uppercase()).collect()
}

/// The head of a request.
fn head(method: &str, path: &str, id: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-request-id: {id}\r\n\r\n")
}

/// Sends requests one behind the other on one connection, and gives back how many answers had each status.
async fn send_all(serve: &Serve, heads: &[String]) -> BTreeMap<String, usize> {
    let connection = within(SOON, TcpStream::connect(tests::address(serve))).await;
    let (mut answers, mut requests) = connection.expect("the server accepts").into_split();
    let last = "GET /ends HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let all = heads.concat() + last;
    let mut text = String::new();
    let sending = requests.write_all(all.as_bytes());
    let exchange = futures::future::join(sending, answers.read_to_string(&mut text));
    let (sent, read) = within(SOON, exchange).await;
    sent.and(read.map(drop)).expect("the server reads and answers all of it");
    let mut statuses = BTreeMap::new();
    for answer in text.split("HTTP/1.1 ").skip(1) {
        *statuses.entry(answer[..3].to_owned()).or_default() += 1;
    }
    assert_eq!(statuses.values().sum::<usize>(), heads.len() + 1);
    statuses
}

/// Operators' demand 18: labels are patterns of routes, never what clients make up.
#[tokio::test]
async fn requests_add_no_series_whatever_their_paths_methods_and_ids() {
    let serve = start().await;
    serve.run(Ends::bind()).await.expect("it runs");
    let mut random = fastrand::Rng::with_seed(18);
    let mut round = |count: usize| {
        let mut heads = Vec::new();
        for number in 0..count {
            let (method, path, id) = (nonsense(&mut random), nonsense(&mut random), number);
            heads.push(head("GET", &format!("/{path}"), &format!("{path}-{id}")));
            heads.push(head("GET", &format!("/{path}/{id}"), "the-same"));
            heads.push(head("GET", &format!("/ends/{path}"), &path));
            if number % 5 == 0 {
                heads.push(head(&method, "/ends", &path));
                heads.push(head(&method, &format!("/{path}"), &path));
            }
        }
        heads
    };
    let warm_up = send_all(&serve, &round(1)).await;
    let before = series(&serve);
    for _ in 0..4 {
        let statuses = send_all(&serve, &round(1000)).await;
        assert!(statuses.keys().eq(warm_up.keys()), "{warm_up:?}, then {statuses:?}");
    }
    let text = serve.metrics();
    assert_eq!(series(&serve), before, "{text}");
    let others = "serve_http_requests_total{application=\"\",route=\"\",method=\"OTHER\",status_code=\"404\"}";
    assert_eq!(value(&text, others), Some(801.0), "{text}");
    stop(serve).await;
}

// === metrics as text ===

#[tokio::test]
async fn rays_spelling_has_rays_names_units_and_labels() {
    let serve = Serve::builder()
        .http(HttpOptions::default().port(0))
        .metrics(MetricsOptions::ray())
        .start()
        .await
        .expect("it starts");
    serve.run(Ends::bind()).await.expect("it runs");
    fetch_text(&serve, "/ends").await;
    fetch_text(&serve, "/ends?fail=server").await;
    let text = serve.metrics();
    for series in [
        "ray_serve_num_http_requests_total{application=\"default\",route=\"/ends\",method=\"GET\",status_code=\"200\"} 1",
        "ray_serve_num_http_error_requests_total{application=\"default\",route=\"/ends\",method=\"GET\",error_code=\"502\"} 1",
        "ray_serve_http_request_latency_ms_bucket{le=\"1000.0\",",
        "ray_serve_deployment_replica_healthy{application=\"default\",deployment=\"Ends\"} 1",
        "ray_serve_deployment_queued_queries{application=\"default\",deployment=\"Ends\"} 0",
        "ray_serve_deployment_request_counter_total{application=\"default\",deployment=\"Ends\",replica=",
    ] {
        assert!(text.contains(series), "{series}\n{text}");
    }
    assert!(!text.contains("\nserve_"), "{text}");
    stop(serve).await;
}

#[tokio::test]
async fn nothing_is_counted_where_nobody_wants_it() {
    let serve = Serve::builder()
        .http(HttpOptions::default().port(0))
        .metrics(MetricsOptions::disabled())
        .start()
        .await
        .expect("it starts");
    let handle = serve.run(Ends::bind()).await.expect("it runs");
    handle.well.remote().await.expect("it answers");
    fetch_text(&serve, "/ends").await;
    let text = serve.metrics();
    assert!(!text.contains("serve_requests_total{") && !text.contains("status_code"), "{text}");
    stop(serve).await;
}

#[tokio::test]
async fn the_metrics_are_a_page_of_any_axum_application() {
    let serve = start_without_http().await;
    serve.run(Named::bind("a".to_owned())).await.expect("it runs");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it listens");
    let app = serve.metrics_router();
    let server = tests::spawn(async move { axum::serve(listener, app).await });
    let answer = client().get(format!("http://{address}/metrics")).send();
    let answer = within(SOON, answer).await.expect("it answers");
    let content_type = answer.headers()["content-type"].to_str().expect("text").to_owned();
    assert!(content_type.starts_with("application/openmetrics-text"), "{content_type}");
    assert!(answer.text().await.expect("text").ends_with("# EOF\n"));
    server.abort();
    stop(serve).await;
}

// === the snapshot ===

/// Operators' demand 16: what charts show is in the server itself. There is no page yet that draws them.
#[tokio::test(start_paused = true)]
async fn the_snapshot_has_rates_and_quantiles_of_the_last_minutes() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let handle = serve.run(Worker::bind(gate.clone())).await.expect("it runs");
    tokio::time::sleep(Duration::from_secs(70)).await;
    for _ in 0..60 {
        let waiting = handle.work.remote(1);
        tokio::time::sleep(Duration::from_millis(500)).await;
        gate.release(1);
        waiting.await.expect("it answers");
    }
    let snapshot = serve.snapshot();
    let deployment = &snapshot.applications["default"].deployments["Worker"];
    let minute = &deployment.last_minute;
    assert_eq!(deployment.requests, 60);
    assert!((55.0..75.0).contains(&minute.seconds), "{minute:?}");
    assert!((0.7..1.2).contains(&minute.requests_per_second), "{minute:?}");
    assert!(minute.p50.is_some_and(|p50| (0.4..=0.5).contains(&p50)), "{minute:?}");
    let five = &deployment.last_five_minutes;
    assert!(five.seconds > minute.seconds && five.requests_per_second < minute.requests_per_second);
    stop(serve).await;
}

#[tokio::test]
async fn the_snapshot_says_who_holds_whose_handle_and_how_all_replicas_are() {
    let serve = start().await;
    serve.run(Front::bind(Named::bind("a".to_owned()).num_replicas(2))).await.expect("it runs");
    let snapshot = serve.snapshot();
    let [held] = &snapshot.topology[..] else { panic!("one handle: {:?}", snapshot.topology) };
    assert_eq!((&*held.caller, &*held.callee), ("Front", "Named"));
    let named = &snapshot.applications["default"].deployments["Named"];
    assert_eq!((named.running, named.counts.target, named.replicas.len()), (2, 2, 2));
    assert!(named.replicas.iter().all(|replica| replica.place == "task"));
    assert_eq!(snapshot.applications["default"].revisions.len(), 1);
    assert_eq!(snapshot.last_event, serve.recent_events(0).len() as u64);
    let json = serde_json::to_value(&snapshot).expect("it is data");
    assert_eq!(json["applications"]["default"]["deployments"]["Named"]["status"], "HEALTHY");
    stop(serve).await;
}

// === where the time went ===

/// Takes its time in each part of a request.
struct Slow {
    child: ChildHandle,
}

#[deployment(route_prefix = "/slow")]
impl Slow {
    fn new(child: ChildHandle) -> Self {
        Self { child }
    }

    async fn __call__(&self) -> Result<String, CallError> {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let (one, other) = (self.child.wait.remote(40), self.child.wait.remote(20));
        one.await?;
        other.await?;
        Ok("done".to_owned())
    }

    #[get("/body")]
    async fn body(&self) -> impl Stream<Item = Event> {
        stream::iter(0..4).then(|piece| async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Event::default().data(piece.to_string())
        })
    }
}

/// Waits for as long as it is told to.
#[derive(Default)]
struct Child;

#[deployment]
impl Child {
    async fn wait(&self, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}

/// `part;dur=1.5` of a header.
fn part(header: &str, name: &str) -> f64 {
    let mut parts = header.split(", ").filter_map(|part| part.split_once(";dur="));
    let found = parts.find(|(part, _)| *part == name).expect("the part is there");
    found.1.parse().expect("a number")
}

/// Operators' demand 17: and the parts of a single request's time.
#[tokio::test]
async fn a_client_that_asks_is_told_where_the_time_went() {
    let serve = start().await;
    serve.run(Slow::bind(Child::bind())).await.expect("it runs");
    let request = client().get(tests::url(&serve, "/slow")).header("x-serve-timing", "1");
    let answer = within(SOON, request.send()).await.expect("it answers");
    let header = answer.headers()["server-timing"].to_str().expect("text").to_owned();
    assert!(part(&header, "method") >= 29.0, "{header}");
    // Two at once: as long as the longer one.
    let children = part(&header, "children");
    assert!(children >= 39.0 && children < part(&header, "total") - 29.0, "{header}");
    let parts = ["queued", "wire", "method", "children"].map(|name| part(&header, name));
    let (sum, total) = (parts.iter().sum::<f64>(), part(&header, "total"));
    assert!((sum - total).abs() <= total / 100.0, "{header}");
    let plain = fetch_text(&serve, "/slow").await;
    assert_eq!(plain, (200, "done".to_owned()));
    let unasked = client().get(tests::url(&serve, "/slow")).send();
    assert!(
        !within(SOON, unasked).await.expect("it answers").headers().contains_key("server-timing")
    );
    stop(serve).await;
}

#[tokio::test]
async fn slow_requests_are_kept_with_their_children_and_their_bodies() {
    let serve = start().await;
    serve.run(Slow::bind(Child::bind())).await.expect("it runs");
    fetch_text(&serve, "/slow").await;
    fetch_text(&serve, "/slow/body").await;
    let slow = serve.slow_requests();
    let of = |method: &str| slow.iter().find(|it| it.method == method).expect("it was slow");
    let call = of("__call__");
    assert_eq!(
        (&*call.deployment, call.route.as_deref(), &*call.outcome),
        ("Slow", Some("/slow"), "ok")
    );
    assert_eq!(call.children.len(), 2, "{call:?}");
    assert!(call.children.iter().all(|it| it.deployment == "Child" && it.method == "wait"));
    assert!(call.parts.children >= Duration::from_millis(39), "{call:?}");
    assert_eq!(call.parts.sum(), call.total);
    let body = of("body");
    // The first piece is made before the head is sent.
    assert!(body.parts.body >= Duration::from_millis(25), "{body:?}");
    // What it called is slow for its own deployment, too.
    assert!(slow.iter().any(|it| it.deployment == "Child" && it.method == "wait"));
    assert!(slow.windows(2).all(|pair| pair[0].total >= pair[1].total));
    stop(serve).await;
}

#[tokio::test]
async fn the_wait_for_a_replica_is_a_part_of_its_own() {
    let serve = start().await;
    let app = Slow::bind(Child::bind()).max_ongoing_requests(1);
    serve.run(app).await.expect("it runs");
    let ask = || client().get(tests::url(&serve, "/slow")).header("x-serve-timing", "1").send();
    let (one, other) = within(SOON, futures::future::join(ask(), ask())).await;
    let queued = [one, other].map(|answer| {
        let answer = answer.expect("it answers");
        part(answer.headers()["server-timing"].to_str().expect("text"), "queued")
    });
    assert!(queued.iter().any(|queued| *queued >= 60.0), "{queued:?}");
    stop(serve).await;
}

// === the access log ===

/// The lines of the access log, with their fields.
#[derive(Clone, Default)]
struct AccessLog(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

impl<S: tracing::Subscriber> Layer<S> for AccessLog {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        struct Fields(BTreeMap<String, String>);
        impl tracing::field::Visit for Fields {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                let text = format!("{value:?}");
                self.0.insert(field.name().to_owned(), text.trim_matches('"').to_owned());
            }
        }
        if event.metadata().target() == "serve_core::access" {
            let mut fields = Fields(BTreeMap::new());
            event.record(&mut fields);
            self.0.lock().expect("a test holds it for a moment").push(fields.0);
        }
    }
}

#[tokio::test]
async fn the_access_log_has_a_line_for_each_request_without_its_query() {
    let log = AccessLog::default();
    let _listening = tracing_subscriber::registry().with(log.clone()).set_default();
    let serve = start_with(HttpOptions::default().access_log(true)).await;
    serve.run(Ends::bind()).await.expect("it runs");
    let request = client().get(tests::url(&serve, "/ends?fail=server&token=planted-secret"));
    within(SOON, request.header("x-request-id", "the-id").send()).await.expect("it answers");
    fetch_text(&serve, "/nowhere").await;
    let lines = || log.0.lock().expect("a test holds it for a moment").clone();
    until_so("both lines are there", || lines().len() == 2).await;
    let line = &lines()[0];
    for (field, value) in [
        ("http_method", "GET"),
        ("path", "/ends"),
        ("status", "502"),
        ("request_id", "the-id"),
        ("application", "default"),
        ("route", "/ends"),
    ] {
        assert_eq!(line.get(field).map(String::as_str), Some(value), "{line:?}");
    }
    assert!(line["message"].starts_with("GET /ends 502 "), "{line:?}");
    assert_eq!(lines()[1]["status"], "404");
    // A secret of the client's is in nothing that is shown.
    let shown = format!(
        "{:?} {:?} {:?} {} {}",
        lines(),
        serve.recent_events(0),
        serve.slow_requests(),
        serve.metrics(),
        serde_json::to_string(&serve.snapshot()).expect("it is data"),
    );
    assert!(!shown.contains("planted-secret"));
    stop(serve).await;
}

// === whom it concerns ===

/// Takes longer than it may, and calls a batched method.
struct Batching {
    ends: EndsHandle,
}

#[deployment(route_prefix = "/batching")]
impl Batching {
    fn new(ends: EndsHandle) -> Self {
        Self { ends }
    }

    async fn __call__(&self) -> Result<String, HttpError> {
        let answer = self.ends.together.remote(1).await;
        answer.map(|one| one.to_string()).map_err(|error| HttpError::bad_request(error.to_string()))
    }

    #[get("/late", request_timeout = "200ms")]
    async fn late(&self) -> &'static str {
        tokio::time::sleep(SOON).await;
        "too late"
    }
}

#[tokio::test]
async fn a_request_that_is_late_is_among_the_slowest() {
    let serve = start().await;
    serve.run(Batching::bind(Ends::bind())).await.expect("it runs");
    assert_eq!(fetch_text(&serve, "/batching/late").await.0, 408);
    let slow = serve.slow_requests();
    assert!(slow.iter().any(|it| it.method == "late" && it.outcome == "timed_out"), "{slow:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_call_of_a_batched_method_is_a_child_like_any_other() {
    let serve = start().await;
    serve.run(Batching::bind(Ends::bind())).await.expect("it runs");
    let (status, text) = fetch_text(&serve, "/batching").await;
    assert_eq!(status, 200, "{text}");
    let slow = serve.slow_requests();
    let outer = slow.iter().find(|it| it.method == "__call__").expect("kept");
    // The batch waits for 20 ms.
    assert!(outer.parts.children >= Duration::from_millis(15), "{outer:?}");
    assert!(outer.children.iter().any(|child| child.method == "together"), "{outer:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_server_that_listens_and_that_ends_says_so() {
    let serve = start().await;
    serve.run(Ends::bind()).await.expect("it runs");
    let listening = serve.recent_events(0).iter().any(|it| it.kind == EventKind::Listening);
    let events = serve.events();
    stop(serve).await;
    let rest: Vec<_> = within(SOON, events.collect::<Vec<_>>()).await;
    assert!(listening && kinds(&rest).contains(&EventKind::ShuttingDown), "{:?}", kinds(&rest));
}
