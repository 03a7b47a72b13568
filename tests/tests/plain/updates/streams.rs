//! Updates beside open streams: none is cut, and none is waited for as long as there is room.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use serve_core::prelude::*;
use serve_core::{ApplicationStatus, ReplicaState};
use tests::load::Load;
use tests::{
    Probe, SOON, client, spawn, start, start_without_http, stop, until_status, url, within,
};
use tracing::field::{Field, Visit};
use tracing_subscriber::prelude::*;

/// Streams as long as the test wants.
struct Streamer {
    version: u32,
    gate: Probe,
}

#[deployment(route_prefix = "/", graceful_shutdown_timeout = "90s")]
impl Streamer {
    fn new(version: u32, gate: Probe) -> Self {
        Self { version, gate }
    }

    /// Its version at once, and again when the gate opens.
    #[get("/stream")]
    fn stream(&self) -> impl Stream<Item = String> {
        let first = futures::stream::iter([format!("begun by {}\n", self.version)]);
        first.chain(futures::stream::once(async {
            self.gate.pass().await;
            format!("ended by {}\n", self.version)
        }))
    }

    #[get("/version")]
    fn version(&self) -> String {
        self.version.to_string()
    }
}

/// A stream by handle, of which the first item has come.
async fn open(handle: &StreamerHandle, version: u32) -> ResponseStream<String> {
    let mut stream = handle.stream.remote();
    let first = within(SOON, stream.next()).await.unwrap().unwrap();
    assert_eq!(first, format!("begun by {version}\n"));
    stream
}

async fn ends_well(mut stream: ResponseStream<String>, version: u32) {
    let last = within(SOON, stream.next()).await.unwrap().unwrap();
    assert_eq!(last, format!("ended by {version}\n"));
    assert!(within(SOON, stream.next()).await.is_none());
}

#[tokio::test]
async fn an_update_neither_cuts_streams_nor_waits_for_them() {
    let (serve, gate) = (start().await, Probe::new());
    let handle = within(SOON, serve.run(Streamer::bind(1, gate.clone()))).await.unwrap();
    let by_handle = open(&handle, 1).await;
    let by_http = within(SOON, client().get(url(&serve, "/stream")).send()).await.unwrap();
    let mut by_http = by_http.bytes_stream();
    assert_eq!(within(SOON, by_http.next()).await.unwrap().unwrap(), "begun by 1\n");

    let by_calls = {
        let handle = handle.clone();
        Load::start(2, move || handle.version.remote())
    };
    let by_requests = {
        let (client, url) = (client(), url(&serve, "/version"));
        Load::start(2, move || {
            let answer = client.get(&url).send();
            async { answer.await?.error_for_status()?.text().await }
        })
    };
    by_requests.answers(3).await;
    within(SOON, serve.run(Streamer::bind(2, gate.clone()))).await.unwrap();
    by_requests.answers(10).await;
    by_calls.answers(10).await;
    for answers in by_calls.end().await.into_iter().chain(by_requests.end().await) {
        assert_eq!(answers, ["1", "2"], "one version after the other");
    }

    assert_eq!(gate.counts().finished, 0, "both streams are still open");
    gate.open();
    ends_well(by_handle, 1).await;
    assert_eq!(within(SOON, by_http.next()).await.unwrap().unwrap(), "ended by 1\n");
    assert!(within(SOON, by_http.next()).await.is_none());
    stop(serve).await;
}

#[tokio::test]
async fn a_third_update_waits_while_two_drain_and_says_for_what() {
    let (serve, gate) = (start_without_http().await, Probe::new());
    let handle = within(SOON, serve.run(Streamer::bind(1, gate.clone()))).await.unwrap();
    let first = open(&handle, 1).await;
    within(SOON, serve.run(Streamer::bind(2, gate.clone()))).await.unwrap();
    let second = open(&handle, 2).await;
    within(SOON, serve.run(Streamer::bind(3, gate.clone()))).await.unwrap();
    let third = open(&handle, 3).await;
    let fourth = {
        let (serve, app) = (serve.clone(), Streamer::bind(4, gate.clone()));
        spawn(async move { serve.run(app).await.map(drop) })
    };
    let waits = "The update waits for 2 replicas that finish what they have";
    let status = until_status(&serve, |status| {
        status.applications["default"].deployments["Streamer"].message.starts_with(waits)
    })
    .await;
    let application = &status.applications["default"];
    assert_eq!(application.status, ApplicationStatus::Deploying);
    let states = &application.deployments["Streamer"].replica_states;
    assert_eq!(states[&ReplicaState::Stopping], 2);
    assert_eq!(states[&ReplicaState::Running], 2, "the third and the fourth");
    assert!(!fourth.is_finished());

    // One of them ends, and so does the wait.
    drop(first);
    gate.left(1).await;
    within(SOON, fourth).await.unwrap().unwrap();
    gate.open();
    ends_well(third, 3).await;
    drop(second);
    stop(serve).await;
}

/// The warnings of one test.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!("{}={value:?} ", field.name()));
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Warnings {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if *event.metadata().level() == tracing::Level::WARN {
            let mut text = Text(String::new());
            event.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }
    }
}

impl Warnings {
    /// They come from a thread of their own.
    async fn until(&self, wanted: &str) -> String {
        let looking = async {
            loop {
                let found =
                    self.0.lock().unwrap().iter().find(|line| line.contains(wanted)).cloned();
                match found {
                    Some(line) => return line,
                    None => tokio::time::sleep(Duration::from_millis(1)).await,
                }
            }
        };
        within(SOON, looking).await
    }
}

/// Operators' demand 21: a drain that never ends is cut at its time, and says what it was.
#[tokio::test]
async fn a_drain_that_runs_out_of_time_says_what_it_cut() {
    let warnings = Warnings::default();
    let _listening = tracing_subscriber::registry().with(warnings.clone()).set_default();
    let (serve, gate) = (start_without_http().await, Probe::new());
    let app = |version| {
        Streamer::bind(version, gate.clone()).graceful_shutdown_timeout(Duration::from_millis(50))
    };
    let handle = within(SOON, serve.run(app(1))).await.unwrap();
    let mut stream = handle.stream.request_id("the-oldest").remote();
    within(SOON, stream.next()).await.unwrap().unwrap();
    within(SOON, serve.run(app(2))).await.unwrap();
    let cut = within(SOON, stream.next()).await;
    assert!(matches!(cut, Some(Err(_))), "{cut:?}");
    let line = warnings.until("did not finish").await;
    for part in ["50ms", "1 of `stream`", "the-oldest", "Streamer", "default"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    stop(serve).await;
}
