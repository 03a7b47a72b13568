//! The admin API: what it shows of a server and what it changes, asked by its own client.

use futures::StreamExt;
use serve_core::prelude::*;
use serve_core::{
    AdminClient, AdminOptions, ApplicationStatus, ClientError, Error, EventKind, RevisionState,
};
use tests::{Probe, SOON, stop, within};

/// Says what it is told to, and waits where a test wants it to.
#[derive(Clone)]
struct Speaker {
    word: String,
    gate: Probe,
}

#[deployment(route_prefix = "/speak")]
impl Speaker {
    fn new(word: String, gate: Probe) -> Self {
        Self { word, gate }
    }

    async fn __call__(&self) -> String {
        self.gate.pass().await;
        self.word.clone()
    }
}

/// Cannot be made.
struct Broken;

#[deployment]
impl Broken {
    fn new(_: String) -> Result<Self, String> {
        Err("it has no weights".to_owned())
    }

    fn nothing(&self) {}
}

fn speaker(word: &str) -> Application<Speaker> {
    Speaker::bind(word.to_owned(), Probe::opened())
}

async fn start_with(options: AdminOptions) -> Serve {
    let builder = Serve::builder().http(HttpOptions::default().port(0)).admin(options.port(0));
    within(SOON, builder.start()).await.expect("it starts")
}

async fn start() -> (Serve, AdminClient) {
    let serve = start_with(AdminOptions::default()).await;
    let client = client_of(&serve);
    (serve, client)
}

fn client_of(serve: &Serve) -> AdminClient {
    let address = serve.admin_addr().expect("it has an admin API");
    AdminClient::new(address.to_string()).expect("an address").timeout(SOON)
}

// === what there is to see ===

#[tokio::test]
async fn the_client_sees_what_the_program_sees() {
    let (serve, client) = start().await;
    serve.run_named("talk", speaker("hello").num_replicas(2)).await.expect("it runs");
    let list = client.applications().await.expect("it answers");
    let talk = &list.applications["talk"];
    assert_eq!(talk.status, ApplicationStatus::Running);
    assert_eq!(
        (talk.ingress.as_deref(), talk.route_prefix.as_deref()),
        (Some("Speaker"), Some("/speak"))
    );
    assert_eq!(client.application("talk").await.expect("it answers").tag, talk.tag);
    let (there, here) = (client.snapshot().await.expect("it answers"), serve.snapshot());
    assert_eq!(there.listeners, here.listeners);
    let counts = |snapshot: &serve_core::Snapshot| {
        snapshot.applications["talk"].deployments["Speaker"].counts
    };
    assert_eq!(counts(&there), counts(&here));
    assert_eq!(there.last_event, here.last_event);
    let events = client.recent_events(0).await.expect("it answers");
    let told = |events: &[serve_core::Event]| -> Vec<_> {
        events.iter().map(|it| (it.number, it.kind, it.message.clone(), it.caused_by)).collect()
    };
    assert_eq!(told(&events.events), told(&serve.recent_events(0)));
    assert_eq!(events.last, here.last_event);
    let since = client.recent_events(events.last).await.expect("it answers");
    assert_eq!((since.events.len(), since.last), (0, events.last));
    assert!(client.metrics().await.expect("it answers").ends_with("# EOF\n"));
    tests::fetch_text(&serve, "/speak").await;
    let slow = client.slow_requests().await.expect("it answers");
    let ids = |requests: &[serve_core::SlowRequest]| -> Vec<_> {
        requests.iter().map(|it| (it.request_id.clone(), it.method.clone())).collect()
    };
    assert_eq!(ids(&slow.requests), ids(&serve.slow_requests()));
    stop(serve).await;
}

#[tokio::test]
async fn whoever_watches_events_sees_the_shutdown_to_its_end() {
    let (serve, client) = start().await;
    serve.run(speaker("hello")).await.expect("it runs");
    let events = within(SOON, client.events(None)).await.expect("a stream");
    let stopping = tests::spawn(async move { stop(serve).await });
    let seen: Vec<_> =
        within(SOON, events.map(|event| event.expect("an event").kind).collect()).await;
    stopping.await.expect("it stops");
    assert_eq!(seen.first(), Some(&EventKind::ShuttingDown), "{seen:?}");
    assert_eq!(seen.last(), Some(&EventKind::Deleted), "{seen:?}");
    let gone = client.snapshot().await;
    assert!(matches!(gone, Err(ClientError::Unreachable { .. })), "{gone:?}");
}

#[tokio::test]
async fn a_stream_of_events_goes_on_where_its_reader_left_off() {
    let (serve, client) = start().await;
    serve.run(speaker("hello")).await.expect("it runs");
    let all = client.recent_events(0).await.expect("it answers").events;
    let later = within(SOON, client.events(Some(all[0].number))).await.expect("a stream");
    let later: Vec<_> = within(SOON, later.take(all.len() - 1).map(Result::unwrap).collect()).await;
    assert_eq!(later, all[1..]);
    // A number of a server that has been there before: all that there are.
    let other = within(SOON, client.events(Some(1_000_000))).await.expect("a stream");
    let first = within(SOON, Box::pin(other).next()).await.expect("an event");
    assert_eq!(first.expect("an event"), all[0]);
    stop(serve).await;
}

// === changes ===

#[tokio::test]
async fn replicas_are_pinned_and_unpinned() {
    let (serve, client) = start().await;
    serve.run_named("talk", speaker("hello")).await.expect("it runs");
    let pinned = client.scale("talk", "Speaker", 3).await.expect("it is scaled");
    let counts = pinned.deployments["Speaker"].counts;
    assert_eq!(
        (counts.pinned, counts.target, pinned.deployments["Speaker"].running),
        (Some(3), 3, 3)
    );
    let unpinned = client.unpin("talk", "Speaker").await.expect("it is unpinned");
    assert_eq!(unpinned.deployments["Speaker"].counts.pinned, None);
    let none = client.scale("talk", "Speaker", 0).await.expect_err("none is too few");
    assert_eq!(none.problem().map(|problem| problem.status), Some(400), "{none}");
    assert!(none.to_string().contains("use at least 1"), "{none}");
    stop(serve).await;
}

#[tokio::test]
async fn an_application_is_restarted_rolled_back_and_deleted() {
    let (serve, client) = start().await;
    let old = serve.run_named("talk", speaker("old")).await.expect("it runs");
    serve.run_named("talk", speaker("new")).await.expect("it runs");
    let restarted = client.restart("talk", Some("Speaker")).await.expect("it restarts");
    assert_eq!(restarted.revision, Some(3));
    client.restart("talk", None).await.expect("it restarts");
    let back = client.rollback("talk").await.expect("it goes back");
    assert!(
        back.revisions
            .iter()
            .any(|it| it.state == RevisionState::Running && it.cause.contains("rollback"))
    );
    assert_eq!(old.remote().await.expect("it answers"), "old");
    client.delete("talk").await.expect("it goes");
    assert!(serve.status().applications.is_empty());
    let gone = client.application("talk").await;
    assert!(
        matches!(&gone, Err(ClientError::NotFound(problem)) if problem.detail.contains("`talk`")),
        "{gone:?}"
    );
    stop(serve).await;
}

#[tokio::test]
async fn whoever_does_not_wait_is_told_that_the_change_is_taken() {
    let (serve, client) = start().await;
    let gate = Probe::new();
    serve
        .run_named("talk", Speaker::bind("hello".to_owned(), gate.clone()))
        .await
        .expect("it runs");
    let request = tests::spawn({
        let url = tests::url(&serve, "/speak");
        async move { tests::client().get(url).send().await }
    });
    gate.entered(1).await;
    // It waits for the request, which waits for the gate.
    client.without_waiting().delete("talk").await.expect("it is taken");
    let status = serve.status().applications["talk"].status;
    assert_eq!(status, ApplicationStatus::Deleting);
    gate.open();
    assert_eq!(within(SOON, request).await.expect("no panic").expect("an answer").status(), 200);
    stop(serve).await;
}

#[tokio::test]
async fn what_the_engine_refuses_has_its_reason_in_the_answer() {
    let (serve, client) = start().await;
    serve.run_named("talk", speaker("hello")).await.expect("it runs");
    for (answer, status, word) in [
        (client.restart("nobody", None).await.map(drop), 404, "`nobody`"),
        (client.restart("talk", Some("Nobody")).await.map(drop), 404, "`Nobody`"),
        (client.scale("talk", "Nobody", 1).await.map(drop), 404, "`Nobody`"),
        (client.unpin("nobody", "Speaker").await.map(drop), 404, "`nobody`"),
        (client.rollback("talk").await.map(drop), 409, "no earlier revision"),
        (client.scale("talk", "Speaker", u32::MAX).await.map(drop), 400, "too many"),
        (client.delete("../talk").await, 404, "../talk"),
    ] {
        let error = answer.expect_err("it is refused");
        let problem = error.problem().expect("a problem");
        assert_eq!(problem.status, status, "{problem:?}");
        assert!(problem.to_string().contains(word), "{problem:?}");
    }
    assert!(
        serve
            .run_named("broken", Broken::bind(String::new()).max_constructor_retry_count(1))
            .await
            .is_err()
    );
    let shown = client.application("broken").await.expect("it is there");
    assert!(shown.message.contains("no weights"), "{shown:?}");
    stop(serve).await;
}

// === what a change is made for ===

/// Operators' demand 12: of two changes for the same state one is made, and of two applications each has its own.
#[tokio::test]
async fn of_two_changes_for_what_both_have_seen_one_is_made() {
    let (serve, client) = start().await;
    for name in ["one", "other"] {
        let app = speaker(name).route_prefix(format!("/{name}"));
        serve.run_named(name, app).await.expect("it runs");
    }
    let tag = |name: &str| {
        let (client, name) = (client.clone(), name.to_owned());
        async move { client.application(&name).await.expect("it is there").tag.expect("a tag") }
    };
    let (one, other) = (tag("one").await, tag("other").await);
    let (expecting_one, expecting_other) = (client.expecting(&*one), client.expecting(&*other));
    let changes = futures::future::join_all([
        Box::pin(expecting_one.scale("one", "Speaker", 2)) as futures::future::BoxFuture<'_, _>,
        Box::pin(expecting_one.restart("one", None)),
        Box::pin(expecting_one.scale("one", "Speaker", 3)),
        Box::pin(expecting_other.scale("other", "Speaker", 2)),
    ]);
    let changes = within(SOON, changes).await;
    let made = changes[..3].iter().filter(|change| change.is_ok()).count();
    assert_eq!(made, 1, "{changes:?}");
    for late in changes[..3].iter().filter_map(|change| change.as_ref().err()) {
        assert!(
            matches!(late, ClientError::Precondition(problem) if problem.status == 412),
            "{late:?}"
        );
    }
    assert!(changes[3].is_ok(), "{:?}", changes[3]);
    assert_ne!(tag("one").await, one);
    let deleted = expecting_one.delete("one").await;
    assert!(matches!(deleted, Err(ClientError::Precondition(_))), "{deleted:?}");
    client.expecting("*").delete("one").await.expect("whatever it is, it goes");
    let gone = client.expecting("*").delete("one").await;
    assert!(matches!(gone, Err(ClientError::Precondition(_))), "{gone:?}");
    stop(serve).await;
}

#[tokio::test]
async fn a_tag_of_an_application_that_was_deleted_is_not_that_of_its_successor() {
    let (serve, client) = start().await;
    serve.run(speaker("first")).await.expect("it runs");
    let tag = client.application("default").await.expect("it is there").tag.expect("a tag");
    serve.delete("default").await.expect("it goes");
    serve.run(speaker("second")).await.expect("it runs");
    let stale = client.expecting(tag).delete("default").await;
    assert!(matches!(stale, Err(ClientError::Precondition(_))), "{stale:?}");
    client.expecting("1").delete("default").await.expect("the number of a revision will do");
    stop(serve).await;
}

// === the client ===

#[tokio::test]
async fn the_client_says_why_there_is_no_answer() {
    let serve = start_with(AdminOptions::default().token("sesame")).await;
    let denied = client_of(&serve).snapshot().await;
    assert!(matches!(denied, Err(ClientError::Denied(_))), "{denied:?}");
    client_of(&serve).token("sesame").snapshot().await.expect("it is let in");
    // The HTTP port of the server is another one.
    let other = AdminClient::new(tests::address(&serve).to_string()).expect("an address");
    let error = other.snapshot().await.expect_err("another server");
    assert!(matches!(error, ClientError::Version { theirs: None, .. }), "{error:?}");
    assert!(error.to_string().contains("admin API"), "{error}");
    stop(serve).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = silent.local_addr().expect("it listens").to_string();
    let client = AdminClient::new(address).expect("an address");
    let late = client.timeout(std::time::Duration::from_millis(50)).snapshot().await;
    assert!(matches!(late, Err(ClientError::TimedOut { .. })), "{late:?}");
}

// === the server ===

#[tokio::test]
async fn a_port_that_is_taken_is_an_error_that_names_the_option_and_leaves_nothing_running() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = taken.local_addr().expect("it listens").port();
    let http = HttpOptions::default().port(0);
    let builder = Serve::builder().http(http).admin(AdminOptions::default().port(port));
    let error = within(SOON, builder.start()).await.map(drop).expect_err("it is taken");
    assert!(matches!(error, Error::Admin { .. }), "{error:?}");
    assert!(error.to_string().contains("AdminOptions::port"), "{error}");
}

#[tokio::test]
async fn whoever_drops_the_last_server_ends_the_admin_api_too() {
    let (serve, client) = start().await;
    drop(serve);
    let asking = async { while client.snapshot().await.is_ok() {} };
    within(SOON, asking).await;
}
