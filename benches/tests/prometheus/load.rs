//! A server whose load is known to the last call.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use futures_util::future::join_all;
use serve_core::prelude::*;
use serve_core::{
    AutoscalingConfig, AutoscalingContext, Isolation, MetricsOptions, Multiplexed, ScalingDecision,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How long what is slow takes: well within the bucket from 500 ms to 1 s.
pub(super) const SLOW: Duration = Duration::from_millis(700);

/// How often each thing happens after Prometheus has seen it once.
pub(super) const WELL: u32 = 200;
pub(super) const BADLY: u32 = 10;
pub(super) const CANCELLED: u32 = 4;
pub(super) const PAGES: u32 = 30;
pub(super) const FAILED_PAGES: u32 = 5;
pub(super) const SLOW_PAGES: u32 = 8;
/// Of the replica that takes a slow one's place.
pub(super) const LATER_PAGES: u32 = 2;
pub(super) const BATCHES: u32 = 6;
pub(super) const BATCH: u32 = 4;
/// Requests at once for the one place, of which two may wait.
pub(super) const CROWD: u32 = 5;

/// The name of an application that has everything in it that the format has to escape.
pub(super) const ODD_NAME: &str = "od\"d \\name";

/// Answers, fails, lingers, and works in batches.
#[derive(Default)]
pub(super) struct Quick;

#[deployment(route_prefix = "/quick", max_ongoing_requests = 20)]
impl Quick {
    fn well(&self) -> u32 {
        metrics::counter!("words.said", "replica" => "mine", "quote" => "a\"b\\c\nd").increment(2);
        metrics::histogram!("words_seconds").record(SLOW.as_secs_f64());
        1
    }

    fn badly(&self) -> Result<u32, String> {
        Err("as it is meant to".to_owned())
    }

    async fn lingers(&self, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }

    #[batch(max_batch_size = 4, batch_wait_timeout = "30s")]
    async fn together(&self, numbers: Vec<u32>) -> Vec<u32> {
        tokio::time::sleep(SLOW).await;
        numbers
    }

    async fn __call__(&self, request: Request) -> Result<String, HttpError> {
        match request.query_param("fail") {
            Some(_) => Err(HttpError::new(StatusCode::BAD_GATEWAY, "as it is meant to")),
            None => Ok("well".to_owned()),
        }
    }
}

/// Takes its time.
#[derive(Default)]
pub(super) struct Slow;

#[deployment(route_prefix = "/slow")]
impl Slow {
    async fn __call__(&self) -> String {
        tokio::time::sleep(SLOW).await;
        "at last".to_owned()
    }
}

/// Has one place, and two for those who wait.
pub(super) struct Narrow {
    gate: Gate,
}

/// Closed until permits are given; a gate is no part of what a deployment is.
#[derive(Clone, Debug)]
pub(super) struct Gate(Arc<Semaphore>);

#[deployment(route_prefix = "/narrow", max_ongoing_requests = 1, max_queued_requests = 2)]
impl Narrow {
    fn new(gate: Gate) -> Self {
        Self { gate }
    }

    async fn __call__(&self) -> String {
        if let Ok(permit) = self.gate.0.acquire().await {
            permit.forget();
        }
        "through".to_owned()
    }
}

/// Lives in a process, and can be made to die there.
#[derive(Default)]
pub(super) struct Far;

#[deployment(isolation = "process")]
impl Far {
    async fn new() -> Self {
        tokio::time::sleep(SLOW).await;
        Self
    }

    fn hello(&self) -> u32 {
        1
    }

    fn dies(&self) -> u32 {
        std::process::exit(3)
    }
}

/// Loads models.
pub(super) struct Models {
    models: Multiplexed<String>,
}

#[deployment]
impl Models {
    fn new() -> Self {
        Self { models: Multiplexed::new(3, async |id: String| Ok::<_, Infallible>(id)) }
    }

    async fn get(&self, id: &str) -> String {
        self.models.get(id).await.map(|model| (*model).clone()).unwrap_or_default()
    }
}

/// What is the matter with [`Ill`].
#[derive(Clone, Debug, Default)]
pub(super) struct Illness(Arc<Symptoms>);

#[derive(Debug, Default)]
struct Symptoms {
    panics: AtomicBool,
    fails_to_start: AtomicBool,
    fails_checks: AtomicBool,
}

/// Cannot be made any more, or fails its health checks, or panics.
pub(super) struct Ill {
    illness: Illness,
}

#[deployment(health_check_period = "200ms", num_replicas = 2)]
impl Ill {
    fn new(illness: Illness) -> Result<Self, String> {
        match illness.0.fails_to_start.load(Relaxed) {
            true => Err("as it is meant to".to_owned()),
            false => Ok(Self { illness }),
        }
    }

    fn check_health(&self) -> Result<(), String> {
        match self.illness.0.fails_checks.swap(false, Relaxed) {
            true => Err("as it is meant to".to_owned()),
            false => Ok(()),
        }
    }

    fn work(&self) -> u32 {
        if self.illness.0.panics.load(Relaxed) {
            // As a panic, but without a line in the output.
            std::panic::resume_unwind(Box::new("as it is meant to"));
        }
        1
    }
}

/// The server, and what it takes to load it.
pub(super) struct Loaded {
    pub(super) serve: Serve,
    gate: Gate,
    illness: Illness,
    /// Where `/metrics` is.
    pub(super) metrics: SocketAddr,
    page: tokio::task::JoinHandle<()>,
}

impl Loaded {
    /// Every deployment is there, and each thing has happened once.
    pub(super) async fn start(options: MetricsOptions) -> Self {
        let http = HttpOptions::default().port(0);
        let serve = Serve::builder().http(http).metrics(options).start().await.unwrap();
        let (gate, illness) = (Gate(Arc::new(Semaphore::new(0))), Illness::default());
        serve.run_named("quick", Quick::bind()).await.unwrap();
        serve.run_named("slow", Slow::bind()).await.unwrap();
        serve.run_named("narrow", Narrow::bind(gate.clone())).await.unwrap();
        serve.run_named("far", Far::bind().isolation(Isolation::Process)).await.unwrap();
        serve.run_named("models", Models::bind()).await.unwrap();
        serve.run_named(ODD_NAME, Models::bind()).await.unwrap();
        let undecided = AutoscalingConfig::default().look_back_period(Duration::from_secs(1));
        let undecided = Models::bind().autoscaling(undecided).autoscaling_policy(cannot_decide);
        serve.run_named("undecided", undecided).await.unwrap();
        serve.run_named("ill", Ill::bind(illness.clone())).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let metrics = listener.local_addr().unwrap();
        let app = serve.metrics_router();
        #[expect(clippy::disallowed_methods, reason = "the test waits for it")]
        let page = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let loaded = Self { serve, gate, illness, metrics, page };
        loaded.happen_once().await;
        loaded
    }

    async fn happen_once(&self) {
        self.call(1, 1).await;
        self.handle::<Quick>("quick").lingers.remote(0).await.unwrap();
        self.batches(1).await;
        assert_eq!(self.pages("/quick", 1).await, [200]);
        assert_eq!(self.pages("/quick?fail", 1).await, [502]);
        assert_eq!(self.pages("/slow", 1).await, [200]);
        self.handle::<Far>("far").hello.remote().await.unwrap();
        self.handle::<Ill>("ill").work.remote().await.unwrap();
        self.load_models(1).await;
    }

    pub(super) fn handle<D: Deployment>(&self, application: &str) -> Handle<D> {
        self.serve.app_handle(application).unwrap()
    }

    /// Calls by handle that answer, and that fail.
    pub(super) async fn call(&self, well: u32, badly: u32) {
        let handle = self.handle::<Quick>("quick");
        for _ in 0..well {
            handle.well.remote().await.unwrap();
        }
        for _ in 0..badly {
            handle.badly.remote().await.unwrap_err();
        }
    }

    /// Calls that nobody waits for.
    pub(super) async fn cancel(&self, count: u32) {
        let handle = self.handle::<Quick>("quick");
        for _ in 0..count {
            let lingering = handle.lingers.remote(3_600_000);
            lingering.cancel();
            lingering.await.unwrap_err();
        }
    }

    /// Full batches, one after the other.
    pub(super) async fn batches(&self, count: u32) {
        let handle = self.handle::<Quick>("quick");
        for _ in 0..count {
            let calls: Vec<_> = (0..BATCH).map(|number| handle.together.remote(number)).collect();
            for answer in join_all(calls).await {
                answer.unwrap();
            }
        }
    }

    /// So many models are loaded.
    pub(super) async fn load_models(&self, count: u32) {
        let handle = self.handle::<Models>("models");
        for number in 0..count {
            let id = number.to_string();
            assert_eq!(handle.get.remote(id.clone()).await.unwrap(), id);
        }
    }

    /// The statuses of so many requests at once.
    pub(super) async fn pages(&self, path: &str, count: u32) -> Vec<u16> {
        let address = self.serve.http_addr().unwrap();
        join_all((0..count).map(|_| status(address, path))).await
    }

    /// The gate is open for what waits at it.
    pub(super) fn open(&self) {
        self.gate.0.close();
    }

    /// A replica in a process is gone, and another takes its place.
    pub(super) async fn crash(&self) {
        self.handle::<Far>("far").dies.remote().await.unwrap_err();
    }

    /// A health check fails, and a replica panics until it is left out.
    pub(super) async fn fall_ill(&self) {
        self.illness.0.fails_checks.store(true, Relaxed);
        self.until(|_| !self.illness.0.fails_checks.load(Relaxed)).await;
        self.illness.0.panics.store(true, Relaxed);
        let handle = self.handle::<Ill>("ill");
        while !self.deployment("ill", "Ill").replicas.iter().any(|it| it.ejected.is_some()) {
            handle.work.remote().await.unwrap_err();
        }
        self.illness.0.panics.store(false, Relaxed);
        // What is left out stays out: nobody calls it any more. And no third one can be made.
        self.illness.0.fails_to_start.store(true, Relaxed);
        let scaling = self.serve.scale("ill", "Ill", 3);
        let failed = self.until(|it| it.recent_events(0).iter().any(is_failed_start));
        tokio::select! {
            _ = scaling => panic!("it cannot be made"),
            () = failed => {}
        }
    }

    pub(super) fn deployment(
        &self,
        application: &str,
        deployment: &str,
    ) -> serve_core::DeploymentSnapshot {
        self.serve.snapshot().applications[application].deployments[deployment].clone()
    }

    /// Waits until the server is so.
    pub(super) async fn until(&self, is_so: impl Fn(&Serve) -> bool) {
        let waiting = async {
            while !is_so(&self.serve) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("it becomes so");
    }

    pub(super) async fn stop(self) {
        self.illness.0.fails_to_start.store(false, Relaxed);
        self.page.abort();
        self.serve.shutdown().await.unwrap();
    }
}

/// A policy that fails whenever it is asked.
fn cannot_decide(_: &AutoscalingContext) -> ScalingDecision {
    // As a panic, but without a line in the output.
    std::panic::resume_unwind(Box::new("as it is meant to"))
}

fn is_failed_start(event: &serve_core::Event) -> bool {
    event.kind == serve_core::EventKind::ReplicaStartFailed
}

/// The status of an answer, which is read to its end.
async fn status(address: SocketAddr, path: &str) -> u16 {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer")
}
