//! A panic harms one call, whatever panics: each kind of value that panics when it is dropped, at each place
//! where it can end, in each isolation. Beside it another call runs, on the same replica, which must not
//! notice; and what held a place gives it back.

#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use axum::body::Body;
use axum::middleware::{Next, from_fn};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use http_body_util::{BodyExt, Full};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serve_core::Isolation;
use serve_core::prelude::*;
use tests::{
    SOON, client, http2, process_tests, read, spawn, start, start_without_http, until_status, url,
    within,
};

/// How a value panics.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Text,
    /// With something that panics in turn when it is dropped.
    Payload,
    /// With something that does so for ever.
    Endless,
}

const KINDS: [Kind; 3] = [Kind::Text, Kind::Payload, Kind::Endless];
const ISOLATIONS: [Isolation; 3] = [Isolation::Task, Isolation::Thread, Isolation::Process];

/// A value that panics when it is dropped, where it is: what has been sent to another process is armed
/// there, and here no more.
struct Bomb {
    kind: Kind,
    is_armed: AtomicBool,
}

impl Serialize for Bomb {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.is_armed.store(false, Relaxed);
        self.kind.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Bomb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Kind::deserialize(deserializer).map(Self::new)
    }
}

impl Bomb {
    fn new(kind: Kind) -> Self {
        Self { kind, is_armed: true.into() }
    }

    /// Whoever gets it as they should does not let it go off.
    fn defuse(self) {
        std::mem::forget(self);
    }
}

impl fmt::Debug for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bomb({:?})", self.kind)
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        if !self.is_armed.load(Relaxed) {
            return;
        }
        // Two at once would end the process, whoever catches them.
        if !std::thread::panicking() {
            self.kind.explode();
        }
    }
}

impl Clone for Bomb {
    fn clone(&self) -> Self {
        Self::new(self.kind)
    }
}

impl Kind {
    fn explode(self) -> ! {
        match self {
            Self::Text => panic!("a bomb"),
            Self::Payload => std::panic::panic_any(Payload),
            Self::Endless => std::panic::panic_any(Endless),
        }
    }
}

/// A value that panics when it is cloned.
#[derive(Debug, Serialize, Deserialize)]
struct Unique(Kind);

impl Unique {
    fn arrived(self) -> u32 {
        1
    }
}

impl Clone for Unique {
    fn clone(&self) -> Self {
        self.0.explode()
    }
}

struct Payload;

impl Drop for Payload {
    fn drop(&mut self) {
        panic!("what a bomb has left");
    }
}

struct Endless;

impl Drop for Endless {
    fn drop(&mut self) {
        std::panic::panic_any(Self);
    }
}

const BRIEF: Duration = Duration::from_millis(20);
const WORK: Duration = Duration::from_millis(60);

struct Mine {
    models: Multiplexed<Bomb>,
}

#[deployment(max_ongoing_requests = 2)]
impl Mine {
    fn new() -> Self {
        let models = Multiplexed::new(1, |id: String| async move {
            let bomb = Bomb::new(if id.starts_with("text") { Kind::Text } else { Kind::Endless });
            if id.ends_with("slow") {
                tokio::time::sleep(SOON).await;
            }
            bomb
        });
        Self { models }
    }

    async fn work(&self) -> u32 {
        tokio::time::sleep(WORK).await;
        7
    }

    fn whoami(&self) -> String {
        tests::replica_id()
    }

    fn take(&self, bomb: Bomb) {
        bomb.defuse();
    }

    #[idempotent]
    fn take_again(&self, bomb: Bomb) -> u32 {
        bomb.defuse();
        1
    }

    #[idempotent]
    fn take_unique_again(&self, unique: Unique) -> u32 {
        unique.arrived()
    }

    fn take_unique(&self, unique: Unique) -> u32 {
        unique.arrived()
    }

    fn give_unique(&self, kind: Kind) -> Unique {
        Unique(kind)
    }

    fn swallow(&self, bomb: Bomb) {
        drop(bomb);
    }

    fn give(&self, kind: Kind) -> Bomb {
        Bomb::new(kind)
    }

    #[blocking]
    fn give_late(&self, kind: Kind) -> Bomb {
        std::thread::sleep(WORK);
        Bomb::new(kind)
    }

    fn fail(&self, kind: Kind) -> Result<(), Bomb> {
        Err(Bomb::new(kind))
    }

    async fn hold(&self, kind: Kind) {
        let bomb = Bomb::new(kind);
        tokio::time::sleep(SOON).await;
        bomb.defuse();
    }

    fn items(&self, kind: Kind) -> impl Stream<Item = Bomb> {
        futures::stream::iter((0..8).map(move |_| Bomb::new(kind)))
    }

    fn held_items(&self, kind: Kind) -> impl Stream<Item = u32> {
        futures::stream::iter([1]).chain(futures::stream::once(async move {
            let bomb = Bomb::new(kind);
            tokio::time::sleep(SOON).await;
            bomb.defuse();
            2
        }))
    }

    #[batch(max_batch_size = 1)]
    async fn batched(&self, bombs: Vec<Bomb>) -> Vec<u32> {
        tokio::time::sleep(WORK).await;
        bombs.into_iter().map(|bomb| bomb.defuse()).map(|()| 1).collect()
    }

    async fn model(&self, id: &str) -> Kind {
        self.models.get(id).await.unwrap().kind
    }
}

/// Lets a value end somewhere. The call that it belongs to has the outcome that it would have without.
type Place = fn(MineHandle, Kind) -> BoxFuture<'static, ()>;

macro_rules! places {
    ($($name:ident)*) => { [$((stringify!($name), |mine, kind| $name(mine, kind).boxed())),*] };
}

const PLACES: [(&str, Place); 22] = places! {
    argument_cancelled_in_line
    argument_late_in_line
    argument_used_up
    argument_kept_for_another_attempt
    argument_copied_for_an_attempt
    argument_that_another_waits_for_too
    result_of_nobody
    result_too_late
    error_of_nobody
    method_cancelled
    method_late
    method_late_in_the_caller
    method_dropped_in_the_caller
    items_unread
    items_unread_in_the_caller
    stream_dropped
    stream_dropped_in_the_caller
    stream_late
    batch_cancelled_in_line
    batch_late_in_line
    model_evicted
    loader_stopped
};

async fn argument_cancelled_in_line(mine: MineHandle, kind: Kind) {
    let (one, other) = (mine.work.remote(), mine.work.remote());
    let doomed = mine.take.remote(Bomb::new(kind));
    tokio::time::sleep(BRIEF).await;
    doomed.cancel();
    assert_eq!((shown(one.await), shown(other.await)), (Ok(7), Ok(7)));
    assert_eq!(shown(doomed.await), failed("Cancelled"));
}

async fn argument_late_in_line(mine: MineHandle, kind: Kind) {
    let (one, other) = (mine.work.remote(), mine.work.remote());
    let doomed = mine.take.timeout(BRIEF).remote(Bomb::new(kind));
    assert_eq!((shown(one.await), shown(other.await)), (Ok(7), Ok(7)));
    assert_eq!(shown(doomed.await), failed("DeadlineExceeded"));
}

async fn argument_used_up(mine: MineHandle, kind: Kind) {
    let outcome = mine.swallow.remote(Bomb::new(kind)).await;
    assert!(matches!(outcome, Err(CallError::Panicked { .. })), "{outcome:?}");
}

async fn argument_kept_for_another_attempt(mine: MineHandle, kind: Kind) {
    assert_eq!(shown(mine.take_again.remote(Bomb::new(kind)).await), Ok(1));
    assert_eq!(shown(mine.take_again.call(Bomb::new(kind)).await), Ok(1));
}

async fn argument_copied_for_an_attempt(mine: MineHandle, kind: Kind) {
    is_told(&mine.take_unique_again.remote(Unique(kind)).await);
    is_told(&mine.take_unique_again.call(Unique(kind)).await);
}

async fn argument_that_another_waits_for_too(mine: MineHandle, kind: Kind) {
    let shared = mine.give_unique.remote(kind).shared();
    is_told(&mine.take_unique.remote(shared.clone()).await);
    drop(shared);
}

/// The caller learns that something panicked, and not that somebody cancelled the call.
fn is_told(outcome: &Result<u32, CallError>) {
    assert!(matches!(outcome, Err(CallError::Panicked { .. })), "{outcome:?}");
}

async fn result_of_nobody(mine: MineHandle, kind: Kind) {
    drop(mine.give.remote(kind));
}

async fn result_too_late(mine: MineHandle, kind: Kind) {
    is_cancelled(mine.give_late.remote(kind)).await;
}

async fn error_of_nobody(mine: MineHandle, kind: Kind) {
    drop(mine.fail.remote(kind));
}

async fn method_cancelled(mine: MineHandle, kind: Kind) {
    is_cancelled(mine.hold.remote(kind)).await;
}

async fn method_late(mine: MineHandle, kind: Kind) {
    let outcome = mine.hold.timeout(BRIEF).remote(kind).await;
    assert_eq!(shown(outcome), failed("DeadlineExceeded"));
}

async fn method_late_in_the_caller(mine: MineHandle, kind: Kind) {
    let outcome = mine.hold.timeout(BRIEF).call(kind).await;
    assert_eq!(shown(outcome), failed("DeadlineExceeded"));
}

async fn method_dropped_in_the_caller(mine: MineHandle, kind: Kind) {
    let outcome = tokio::time::timeout(BRIEF, mine.hold.call(kind)).await;
    assert!(outcome.is_err());
}

async fn items_unread(mine: MineHandle, kind: Kind) {
    let mut items = mine.items.remote(kind);
    items.next().await.unwrap().unwrap().defuse();
}

async fn items_unread_in_the_caller(mine: MineHandle, kind: Kind) {
    let mut items = Box::pin(mine.items.call(kind));
    items.next().await.unwrap().unwrap().defuse();
}

async fn stream_dropped(mine: MineHandle, kind: Kind) {
    let mut items = mine.held_items.remote(kind);
    assert_eq!(items.next().await.map(shown), Some(Ok(1)));
    tokio::time::sleep(BRIEF).await;
}

async fn stream_dropped_in_the_caller(mine: MineHandle, kind: Kind) {
    let mut items = Box::pin(mine.held_items.call(kind));
    assert_eq!(items.next().await.map(shown), Some(Ok(1)));
    assert!(tokio::time::timeout(BRIEF, items.next()).await.is_err());
}

async fn stream_late(mine: MineHandle, kind: Kind) {
    let mut items = mine.held_items.timeout(10 * WORK).remote(kind);
    assert_eq!(items.next().await.map(shown), Some(Ok(1)));
    assert_eq!(items.next().await.map(shown), Some(failed("DeadlineExceeded")));
}

async fn batch_cancelled_in_line(mine: MineHandle, kind: Kind) {
    let runs = mine.batched.remote(Bomb::new(kind));
    let doomed = mine.batched.remote(Bomb::new(kind));
    tokio::time::sleep(BRIEF).await;
    doomed.cancel();
    assert_eq!(shown(runs.await), Ok(1));
    assert_eq!(shown(doomed.await), failed("Cancelled"));
    assert_eq!(shown(mine.batched.remote(Bomb::new(kind)).await), Ok(1));
}

async fn batch_late_in_line(mine: MineHandle, kind: Kind) {
    let runs = mine.batched.remote(Bomb::new(kind));
    let doomed = mine.batched.timeout(BRIEF).remote(Bomb::new(kind));
    assert_eq!(shown(runs.await), Ok(1));
    assert_eq!(shown(doomed.await), failed("DeadlineExceeded"));
    assert_eq!(shown(mine.batched.remote(Bomb::new(kind)).await), Ok(1));
}

async fn model_evicted(mine: MineHandle, _kind: Kind) {
    for model in ["text-1", "endless-1", "text-2", "endless-2"] {
        let found = mine.model.remote(model).await;
        let expected = if model.starts_with("text") { Kind::Text } else { Kind::Endless };
        assert_eq!(shown(found), Ok(expected), "{model}");
    }
}

async fn loader_stopped(mine: MineHandle, kind: Kind) {
    let model = if kind == Kind::Text { "text-slow" } else { "endless-slow" };
    is_cancelled(mine.model.remote(model)).await;
}

/// Cancels a call that is running.
async fn is_cancelled<T: Send>(doomed: ObjectRef<T>) {
    tokio::time::sleep(BRIEF).await;
    doomed.cancel();
    assert_eq!(shown(doomed.await.map(std::mem::forget)), failed("Cancelled"));
}

/// To be compared.
fn shown<T, E: fmt::Debug>(outcome: Result<T, CallError<E>>) -> Result<T, String> {
    outcome.map_err(|error| format!("{error:?}"))
}

fn failed<T>(error: &str) -> Result<T, String> {
    Err(error.to_owned())
}

async fn each_place_in(isolation: Isolation) {
    for kind in KINDS {
        let serve = start_without_http().await;
        let app = Mine::bind().isolation(isolation);
        let mine = within(SOON, serve.run(app)).await.unwrap();
        let id = within(SOON, mine.whoami.remote()).await.unwrap();
        for (place, blow_up) in PLACES {
            let beside = mine.work.remote();
            let blowing_up = spawn(blow_up(mine.clone(), kind));
            let ended = within(SOON, blowing_up).await;
            assert!(ended.is_ok(), "{isolation:?} {kind:?} {place}: {ended:?}");
            assert_eq!(shown(within(SOON, beside).await), Ok(7), "{place}");
            let (one, other) = (mine.work.remote(), mine.work.remote());
            let both = async { (shown(one.await), shown(other.await)) };
            assert_eq!(within(SOON, both).await, (Ok(7), Ok(7)), "{place}");
            assert_eq!(within(SOON, mine.whoami.remote()).await.unwrap(), id, "{place}");
        }
        until_status(&serve, |status| {
            let replicas = &status.applications["default"].deployments["Mine"].replicas;
            replicas.len() == 1 && replicas[0].ongoing == 0
        })
        .await;
        within(SOON, serve.shutdown()).await.unwrap();
    }
}

async fn a_panic_harms_one_call_whatever_panics_and_wherever() {
    for isolation in ISOLATIONS {
        each_place_in(isolation).await;
    }
}

/// Its value panics when it is dropped, and so does its constructor when it is stopped.
struct Fragile {
    version: u32,
    _bomb: Bomb,
}

#[deployment(max_ongoing_requests = 2)]
impl Fragile {
    async fn new(version: u32, kind: Kind, hangs: bool) -> Self {
        let bomb = Bomb::new(kind);
        if hangs {
            std::future::pending::<()>().await;
        }
        Self { version, _bomb: bomb }
    }

    fn version(&self) -> u32 {
        self.version
    }
}

async fn a_replica_that_panics_when_it_is_dropped_harms_no_update() {
    for isolation in ISOLATIONS {
        let serve = start_without_http().await;
        for (version, kind) in (1..).zip(KINDS) {
            let app = Fragile::bind(version, kind, false).isolation(isolation);
            let fragile = within(SOON, serve.run(app)).await.unwrap();
            assert_eq!(shown(within(SOON, fragile.version.remote()).await), Ok(version));
        }
        until_status(&serve, |status| {
            status.applications["default"].deployments["Fragile"].replicas.len() == 1
        })
        .await;
        within(SOON, serve.delete("default")).await.unwrap();
        assert!(serve.status().applications.is_empty());
        within(SOON, serve.shutdown()).await.unwrap();
    }
}

async fn a_constructor_that_panics_when_it_is_stopped_fails_its_update_alone() {
    for isolation in ISOLATIONS {
        let serve = start_without_http().await;
        for kind in KINDS {
            let good = Fragile::bind(1, kind, false).isolation(isolation);
            let fragile = within(SOON, serve.run(good)).await.unwrap();
            let hangs = Fragile::bind(2, kind, true).isolation(isolation);
            let hangs = hangs.constructor_timeout(Duration::from_millis(200));
            let error = within(SOON, serve.run(hangs)).await.unwrap_err();
            assert!(error.to_string().contains("constructor"), "{error}");
            assert_eq!(shown(within(SOON, fragile.version.remote()).await), Ok(1));
        }
        within(SOON, serve.shutdown()).await.unwrap();
    }
}

#[derive(Default)]
struct Web;

#[deployment(route_prefix = "/", request_timeout = "300ms")]
impl Web {
    #[get("/ok")]
    fn ok(&self) -> &'static str {
        "ok"
    }

    #[post("/read")]
    fn read(&self, body: Bytes) -> Bytes {
        body
    }

    #[get("/late/{kind}")]
    async fn late(&self, Path(kind): Path<usize>) -> &'static str {
        let bomb = Bomb::new(KINDS[kind]);
        tokio::time::sleep(SOON).await;
        bomb.defuse();
        "late"
    }

    #[get("/endless/{kind}")]
    fn endless(&self, Path(kind): Path<usize>) -> impl Stream<Item = String> + use<> {
        let bomb = Bomb::new(KINDS[kind]);
        let first = futures::stream::iter(["begun".to_owned()]);
        first.chain(futures::stream::once(async move {
            tokio::time::sleep(SOON).await;
            bomb.defuse();
            "late".to_owned()
        }))
    }
}

/// All of it over one connection of HTTP/2.
async fn a_request_whose_values_panic_harms_no_other_on_its_connection() {
    for isolation in ISOLATIONS {
        let serve = start().await;
        within(SOON, serve.run(Web::bind().isolation(isolation))).await.unwrap();
        let mut sender = http2(&serve).await;
        let mut get = |path: &str| {
            let request = http::Request::get(url(&serve, path)).body(Full::<Bytes>::default());
            sender.send_request(request.unwrap())
        };
        for kind in 0..KINDS.len() {
            let late = get(&format!("/late/{kind}"));
            assert_eq!(within(SOON, late).await.unwrap().status(), 408, "{isolation:?} {kind}");
            // On a busy machine it may be late before it has begun.
            let cut = loop {
                let response = within(SOON, get(&format!("/endless/{kind}"))).await.unwrap();
                if response.status() == 200 {
                    break response;
                }
            };
            assert!(within(SOON, cut.into_body().collect()).await.is_err());
            let left = within(SOON, get(&format!("/endless/{kind}"))).await.unwrap();
            drop(left);
            let ok = within(SOON, get("/ok")).await.unwrap();
            assert_eq!(ok.status(), 200, "{isolation:?} {kind}");
        }
        within(SOON, serve.shutdown()).await.unwrap();
    }
}

/// Fails with what panics when it is shown and when it is dropped.
#[derive(Debug)]
struct Speechless(Bomb);

impl fmt::Display for Speechless {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.explode()
    }
}

impl std::error::Error for Speechless {}

/// A layer of the user's, which gives a request a body that fails or panics when it is read.
async fn with_bad_body(request: axum::extract::Request, next: Next) -> Response {
    let asked = request.uri().query().and_then(|query| query.split_once('='));
    let Some((fault, kind)) = asked else { return next.run(request).await };
    let (fails, kind) = (fault == "fails", KINDS[kind.parse::<usize>().unwrap()]);
    let read = futures::stream::once(async move {
        match fails {
            true => Err::<Bytes, _>(Speechless(Bomb::new(kind))),
            false => kind.explode(),
        }
    });
    next.run(request.map(|_| Body::from_stream(read))).await
}

async fn a_body_that_panics_when_it_is_read_harms_its_request_alone() {
    for isolation in ISOLATIONS {
        let serve = start_without_http().await;
        within(SOON, serve.run(Web::bind().isolation(isolation))).await.unwrap();
        let app = serve.router().layer(from_fn(with_bad_body));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap();
        drop(spawn(async move { axum::serve(listener, app).await }));
        for fault in ["fails", "panics"] {
            for kind in 0..KINDS.len() {
                let post = client().post(format!("http://{server}/read?{fault}={kind}"));
                let status = within(SOON, post.send()).await.unwrap().status().as_u16();
                assert!([400, 500].contains(&status), "{isolation:?} {fault} {kind}: {status}");
            }
        }
        let post = client().post(format!("http://{server}/read")).body("well");
        assert_eq!(read(within(SOON, post.send()).await.unwrap()).await, (200, "well".to_owned()));
        within(SOON, serve.shutdown()).await.unwrap();
    }
}

process_tests! {
    a_body_that_panics_when_it_is_read_harms_its_request_alone
    a_request_whose_values_panic_harms_no_other_on_its_connection
    a_panic_harms_one_call_whatever_panics_and_wherever
    a_replica_that_panics_when_it_is_dropped_harms_no_update
    a_constructor_that_panics_when_it_is_stopped_fails_its_update_alone
}
