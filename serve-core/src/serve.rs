//! The composition root: a server is a runtime to run on, a controller, a proxy and an HTTP listener.

use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use futures_util::future::{BoxFuture, Either};
use tokio::runtime;
use tokio::time::Instant;

use crate::application::{AnyNode, Application};
use crate::call::install_recorder;
use crate::config::{DEFAULT_APPLICATION, HttpOptions, MetricsOptions, deadline};
use crate::controller::{
    Controller, ControllerHandle, ControllerOptions, Expected, Graph, Launcher, LocalProcesses,
    Plan, ProcessOptions, Renewal, Revision, ServeStatus, Underway,
};
use crate::deployment::Deployment;
use crate::error::{Error, Result};
use crate::exchange::AnyHandle;
#[cfg(feature = "admin")]
use crate::file::AdminSection;
use crate::file::{Builders, Shelf};
use crate::handle::{Handle, typed_handle};
use crate::ingress::{IfTaken, Proxy, Server};
use crate::instances;
use crate::link::ProcessTransport;
use crate::log;
use crate::observe::{Draft, Event, EventKind, EventLog, EventStream, SlowRequest, Tracer};
use crate::replica::Pool;
use crate::report::{CONTENT_TYPE, RATES_EVERY, RateHistory, Snapshot, Sources, Traces, tracer};
use crate::systemd;
use crate::tasks::Tasks;

/// A server: the deployments that run on it, and the HTTP listener in front of them.
///
/// A clone is the same server. Most programs use a default instance through [`run`](crate::run) and
/// `D::deploy()`; an explicit one is for tests, for several servers in one process, and for
/// [`HttpOptions`] of your own.
///
/// Everything runs on the tokio runtime it was started on, and ends with it. Dropping the last clone ends
/// it too, at once and without draining, which is logged as a warning if applications run: keep it, and call
/// [`shutdown`](Self::shutdown).
///
/// ```
/// use serve_core::{HttpOptions, Serve};
///
/// # #[tokio::main]
/// # async fn main() -> serve_core::Result<()> {
/// let serve = Serve::builder().http(HttpOptions::default().port(0)).start().await?;
/// println!("listening on {:?}", serve.http_addr());
/// serve.shutdown().await
/// # }
/// ```
#[derive(Clone)]
#[must_use = "dropping the last `Serve` ends its applications at once; keep it, and call `shutdown`"]
pub struct Serve {
    inner: Arc<Inner>,
}

/// A server that may be gone.
#[derive(Clone)]
pub(crate) struct WeakServe {
    inner: Weak<Inner>,
}

struct Inner {
    tasks: Tasks,
    pool: Arc<Pool>,
    proxy: Proxy,
    server: Option<Server>,
    /// systemd knows that it serves.
    told_ready: AtomicBool,
    controller: ControllerHandle,
    events: EventLog,
    rates: Arc<RateHistory>,
    metrics: MetricsOptions,
    tracer: Option<Arc<Tracer>>,
    shelf: Shelf,
    shutdown: Shutdown,
    /// What has been started beside it.
    companion: OnceLock<Box<dyn Companion>>,
    /// One shutdown at a time; a second one finds everything done.
    shutting_down: tokio::sync::Mutex<()>,
}

/// Options of a server about to start.
///
/// ```
/// let builder = serve_core::Serve::builder().http(serve_core::HttpOptions::disabled());
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "call `start` to start the server"]
pub struct ServeBuilder {
    http: HttpOptions,
    processes: ProcessOptions,
    forces_wire: bool,
    metrics: MetricsOptions,
    traces: Traces,
    builders: Builders,
    shutdown: Shutdown,
    companion: Option<Arc<dyn StartCompanion>>,
}

/// What is started beside a server, looks at it, and ends after it: the admin API. A seam, because what shows a server
/// is built on it.
pub(crate) trait StartCompanion: fmt::Debug + Send + Sync {
    /// # Errors
    ///
    /// It cannot be, with these options or on this machine. The server does not start then.
    fn start<'a>(
        &'a self,
        serve: &'a Serve,
        tasks: &'a Tasks,
    ) -> BoxFuture<'a, Result<Box<dyn Companion>>>;

    /// The same as a configuration has it: what that says wins.
    #[cfg(feature = "admin")]
    fn with_section(&self, section: AdminSection) -> Arc<dyn StartCompanion>;
}

/// One that has been started.
pub(crate) trait Companion: Send + Sync {
    /// Where it listens.
    #[cfg_attr(not(feature = "admin"), expect(dead_code, reason = "there is none to ask"))]
    fn address(&self) -> SocketAddr;

    /// Takes no more requests, and finishes those that it has.
    fn end(&self) -> BoxFuture<'_, ()>;
}

/// How long a server takes to end.
#[derive(Clone, Copy, Debug)]
struct Shutdown {
    timeout: Duration,
    delay: Duration,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(25), delay: Duration::ZERO }
    }
}

impl ServeBuilder {
    /// Options of the HTTP listener. By default it listens on 127.0.0.1:8000.
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }

    /// How long [`Serve::shutdown`] may take in all, [`shutdown_delay`](Self::shutdown_delay) included.
    /// Default 25 s, so that it is done within the 30 s that Kubernetes gives. Too short cuts calls that
    /// would have ended; `Duration::MAX` waits for each deployment's `graceful_shutdown_timeout`.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown.timeout = timeout;
        self
    }

    /// For how long [`Serve::shutdown`] goes on as ever while `/-/ready` says 503, so that load balancers
    /// stop sending requests here before the server stops taking them. Default 0 s.
    ///
    /// ```
    /// use std::time::Duration;
    /// let builder = serve_core::Serve::builder().shutdown_delay(Duration::from_secs(5));
    /// ```
    pub fn shutdown_delay(mut self, delay: Duration) -> Self {
        self.shutdown.delay = delay;
        self
    }

    /// What is counted, and under which names [`Serve::metrics`] shows it.
    ///
    /// With the feature `metrics`, [`start`](Self::start) installs the recorder of the crate `metrics` as well, once for
    /// the process and only if there is no other, so that metrics of your own are shown.
    ///
    /// ```
    /// let builder = serve_core::Serve::builder().metrics(serve_core::MetricsOptions::ray());
    /// ```
    pub fn metrics(mut self, options: MetricsOptions) -> Self {
        self.metrics = options;
        self
    }

    /// What calls to replicas in processes travel over. By default a Unix socket.
    pub fn process_transport(mut self, transport: ProcessTransport) -> Self {
        self.processes.transport = transport;
        self
    }

    #[cfg(feature = "admin")]
    pub(crate) fn with_companion(self, companion: Arc<dyn StartCompanion>) -> Self {
        Self { companion: Some(companion), ..self }
    }

    #[cfg(feature = "admin")]
    pub(crate) fn companion(&self) -> Option<&dyn StartCompanion> {
        self.companion.as_deref()
    }

    /// With other options, made of those that are there.
    #[cfg(feature = "admin")]
    pub(crate) fn with_options(
        self,
        http: impl FnOnce(HttpOptions) -> HttpOptions,
        metrics: impl FnOnce(MetricsOptions) -> MetricsOptions,
    ) -> Self {
        Self { http: http(self.http), metrics: metrics(self.metrics), ..self }
    }

    /// The builders, with what `add` adds to them.
    #[cfg(feature = "admin")]
    pub(crate) fn with_builders(self, add: impl FnOnce(Builders) -> Builders) -> Self {
        Self { builders: add(self.builders), ..self }
    }

    #[cfg(feature = "otel")]
    pub(crate) fn with_traces(self, traces: Traces) -> Self {
        Self { traces, ..self }
    }

    /// Starts replicas in processes as another program than this one, which has the same deployments. For
    /// tests of updates, where two builds of a program meet.
    #[doc(hidden)]
    pub fn process_program(mut self, program: impl Into<std::path::PathBuf>) -> Self {
        self.processes.program = Some(program.into());
        self
    }

    /// Lets calls become bytes and calls again on their way, where their types allow it. For tests of what
    /// will cross processes; `SERVE_FORCE_WIRE=1` does the same for every server.
    #[doc(hidden)]
    pub fn force_wire(mut self) -> Self {
        self.forces_wire = true;
        self
    }

    /// Starts the server on the current tokio runtime, which needs its time and I/O drivers enabled.
    ///
    /// # Errors
    ///
    /// The address is taken or cannot be resolved, an option is out of range, a certificate cannot be used. Nothing is left
    /// running then.
    pub async fn start(self) -> Result<Serve> {
        let processes = self.processes.clone();
        self.start_on(|tasks| Arc::new(LocalProcesses::new(processes, tasks))).await
    }

    /// Starts the server, whose replicas in processes are started by this launcher.
    pub(crate) async fn start_on(
        self,
        launcher: impl FnOnce(&Tasks) -> Arc<dyn Launcher>,
    ) -> Result<Serve> {
        self.builders.validate()?;
        let problems = self.http.problems();
        if !problems.is_empty() {
            return Err(Error::InvalidConfig { problems });
        }
        let tasks = Tasks::new(runtime::Handle::current());
        let tracer = tracer(&self.traces)?;
        let events = EventLog::default();
        let proxy = Proxy::new(&self.http, &self.metrics, tracer.clone(), tasks.clone())
            .with_layers(&self.http.layers)?;
        let server = Server::new(&self.http, IfTaken::Fail, proxy.clone(), &tasks, &events);
        if self.http.enabled {
            server.open().await?;
        }
        let server = self.http.enabled.then_some(server);
        let companion = self.companion.clone();
        let serve = self.assemble(tasks, proxy, server, tracer, events, launcher);
        serve.tell_listening();
        if let Some(companion) = companion {
            match companion.start(&serve, &serve.inner.tasks).await {
                Ok(started) => drop(serve.inner.companion.set(started)),
                Err(error) => {
                    // Nobody has come to rely on it.
                    serve.shut_down(Duration::ZERO).await?;
                    return Err(error);
                }
            }
        }
        Ok(serve)
    }

    fn assemble(
        self,
        tasks: Tasks,
        proxy: Proxy,
        server: Option<Server>,
        tracer: Option<Arc<Tracer>>,
        events: EventLog,
        launcher: impl FnOnce(&Tasks) -> Arc<dyn Launcher>,
    ) -> Serve {
        install_recorder(&self.metrics);
        let pool = Pool::new(tasks.clone());
        let options = ControllerOptions {
            forces_wire: self.forces_wire || crate::config::forces_wire(),
            events: events.clone(),
            tracer: tracer.clone(),
            counts_calls: self.metrics.enabled,
        };
        let controller =
            Controller::start(&tasks, Arc::clone(&pool), proxy.clone(), launcher(&tasks), options);
        proxy.set_health(Arc::new(controller.clone()));
        let shutting_down = tokio::sync::Mutex::default();
        let shutdown = self.shutdown;
        let metrics = self.metrics;
        let rates = keep_rates(&tasks, &controller);
        let inner = Inner {
            tasks,
            pool,
            proxy,
            server,
            told_ready: AtomicBool::new(false),
            controller,
            events,
            rates,
            metrics,
            tracer,
            shelf: Shelf::new(self.builders),
            shutdown,
            companion: OnceLock::new(),
            shutting_down,
        };
        let serve = Serve { inner: Arc::new(inner) };
        instances::register(&serve);
        serve
    }
}

/// Keeps what has been counted, now and then, for the rates of the last minutes.
fn keep_rates(tasks: &Tasks, controller: &ControllerHandle) -> Arc<RateHistory> {
    let rates = Arc::<RateHistory>::default();
    let (kept, controller) = (Arc::clone(&rates), controller.clone());
    tasks.spawn_until_stopped(async move {
        loop {
            kept.keep(&controller.directory(), Instant::now());
            tokio::time::sleep(RATES_EVERY).await;
        }
    });
    rates
}

/// How long tasks that have nothing left to do may take to end.
const TASK_PATIENCE: Duration = Duration::from_secs(5);
const TASK_PATIENCE_MIN: Duration = Duration::from_millis(100);
/// What calls that are cut may take to end.
const CUT_PATIENCE: Duration = Duration::from_millis(1500);
/// How long whoever listens to the log may take for the last lines.
const FLUSH_PATIENCE: Duration = Duration::from_secs(1);
/// How long requests about the server may take to end after it.
const COMPANION_PATIENCE: Duration = Duration::from_secs(1);
/// How long open connections may take to finish once their deployments have.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(10);

impl Serve {
    /// Options for a server of your own.
    pub fn builder() -> ServeBuilder {
        ServeBuilder::default()
    }

    /// A default instance, which listens when it has something to serve there.
    pub(crate) fn start_default(http: &HttpOptions, runtime: &runtime::Handle) -> Self {
        let tasks = Tasks::new(runtime.clone());
        let metrics = MetricsOptions::default();
        let proxy = Proxy::new(http, &metrics, None, tasks.clone());
        let events = EventLog::default();
        let server = Server::new(http, IfTaken::MoveAside, proxy.clone(), &tasks, &events);
        Self::builder().assemble(tasks, proxy, Some(server), None, events, |tasks| {
            Arc::new(LocalProcesses::new(ProcessOptions::default(), tasks))
        })
    }

    /// Runs an application under the name `default`, see [`run_named`](Self::run_named).
    ///
    /// # Errors
    ///
    /// As `run_named`.
    pub async fn run<D: Deployment>(&self, application: Application<D>) -> Result<Handle<D>> {
        self.run_named(DEFAULT_APPLICATION, application).await
    }

    /// Makes an application what is given here, and waits until it is.
    ///
    /// An application of that name that runs already is updated, and no request fails for it. A
    /// deployment of which nothing has changed is left alone, with its replicas and what they hold in
    /// memory. Of one that has changed, first one new replica is made beside the old ones; only when
    /// those of all changed deployments are healthy do new replicas take the place of old ones, step by
    /// step, each old one finishing what it has. Options that apply in place restart nothing. What
    /// [`plan`](Self::plan) shows is what is done.
    ///
    /// # Errors
    ///
    /// Options out of range, a route prefix in use, a `user_config` that does not fit: nothing has
    /// changed then. A deployment that cannot be started, or takes longer than its `update_timeout`: the
    /// error holds the cause, and what served before serves. [`Error::Superseded`] if a later update of
    /// the application takes this one's place.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not deploying.
    pub async fn run_named<D: Deployment>(
        &self,
        name: &str,
        application: Application<D>,
    ) -> Result<Handle<D>> {
        self.run_node(name, application.into_node()).await?;
        self.inner.shelf.forget(name);
        self.app_handle::<D>(name)
    }

    /// The same without its type. A box, so that it is compiled here and not with every deployment.
    pub(crate) fn run_node<'a>(
        &'a self,
        name: &'a str,
        node: Arc<dyn AnyNode>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.begin_run(name, node, "run", &Expected::Any).await?.done().await?;
            self.tell_ready().await;
            Ok(())
        })
    }

    /// The same without waiting until it runs, if the application is what is expected.
    pub(crate) fn begin_run<'a>(
        &'a self,
        name: &'a str,
        node: Arc<dyn AnyNode>,
        cause: &'a str,
        expected: &'a Expected,
    ) -> BoxFuture<'a, Result<Underway>> {
        Box::pin(async move {
            let graph = Arc::new(Graph::new(name, &node)?);
            graph.tell_names();
            self.listen_for(&graph).await?;
            let wanted = |_: Option<&_>| Ok((Arc::clone(&graph), Renewal::None));
            self.inner.controller.update(name, cause, expected, wanted).await
        })
    }

    /// Tells systemd that the server serves, the first time that it does: once it listens, if it is meant to.
    pub(crate) async fn tell_ready(&self) {
        let url = self.url();
        let is_ready = url.is_some() || self.inner.server.is_none();
        if is_ready && !self.inner.told_ready.swap(true, Relaxed) {
            let status = url.map(|url| format!("\nSTATUS=listening on {url}")).unwrap_or_default();
            systemd::notify(&self.inner.tasks, format!("READY=1{status}")).await;
        }
    }

    /// Listens, if the application has routes and the server does not listen yet.
    async fn listen_for(&self, graph: &Graph) -> Result<()> {
        let has_route = graph.deployments.iter().any(|d| d.node.config().route_prefix.is_some());
        match &self.inner.server {
            Some(server) if has_route && server.address().is_none() => {
                server.open().await?;
                self.tell_listening();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn tell_listening(&self) {
        if let Some(url) = self.url() {
            let message = format!("listening on {url}");
            self.inner.events.tell(Draft::info(EventKind::Listening, message));
        }
    }

    fn url(&self) -> Option<String> {
        let server = self.inner.server.as_ref()?;
        Some(format!("{}://{}", server.scheme(), server.address()?))
    }

    /// Deletes an application: its routes at once, then its deployments, callers before callees, each
    /// after it has finished what it runs. Waits until all of it is gone.
    ///
    /// # Errors
    ///
    /// No application has that name.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.inner.controller.delete(name, Expected::Any, None).await?.done().await?;
        self.inner.shelf.forget(name);
        Ok(())
    }

    /// What running this application under this name would change, and why, or why it would be refused.
    /// Nothing is done. Only arguments that cannot be encoded for a process, and replicas that cannot be
    /// started, show when it is run.
    ///
    /// Comparing runs the `PartialEq` of constructor arguments, here in the caller's thread.
    #[must_use]
    pub fn plan<D: Deployment>(&self, name: &str, application: &Application<D>) -> Plan {
        self.plan_node(name, &application.clone().into_node())
    }

    /// The same without its type.
    pub(crate) fn plan_node(&self, name: &str, node: &Arc<dyn AnyNode>) -> Plan {
        let graph = Graph::new(name, node);
        let planned = graph.and_then(|graph| self.inner.controller.plan(&Arc::new(graph)));
        planned.unwrap_or_else(|error| Plan::refused(name, &error))
    }

    /// Replaces the replicas of an application, or of one of its deployments, by new ones of the same
    /// revision, in the same careful way as an update, and waits until that is done.
    ///
    /// # Errors
    ///
    /// As [`run_named`](Self::run_named), or there is no such application or deployment.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not restarting.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.restart("default", None).await?;
    /// serve.restart("default", Some("Greeter")).await
    /// # }
    /// ```
    pub async fn restart(&self, application: &str, deployment: Option<&str>) -> Result<()> {
        let restarting = self.inner.controller.restart(application, deployment, &Expected::Any);
        restarting.await?.done().await
    }

    /// Goes back to the last revision that ran before the one that runs now and was made of something
    /// else (a restart is a revision, too), in the same careful way as an update. Calls off an update
    /// that is on its way.
    ///
    /// It counts as a new revision, so a second rollback undoes the first. Two that are asked at the same
    /// time are one.
    ///
    /// # Errors
    ///
    /// As [`run_named`](Self::run_named), or there is nothing to go back to. [`Error::Superseded`] also
    /// if an update gets ahead: that one stays.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not going back.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.rollback("default").await
    /// # }
    /// ```
    pub async fn rollback(&self, application: &str) -> Result<()> {
        self.inner.controller.rollback(application, &Expected::Any).await?.done().await?;
        self.inner.shelf.doubt(application);
        Ok(())
    }

    /// The last ten revisions of an application, oldest first; none if there is no such application.
    #[must_use]
    pub fn history(&self, application: &str) -> Vec<Revision> {
        self.inner.controller.history(application)
    }

    /// Pins the number of replicas of a deployment, and waits until as many take calls. The pin wins over
    /// what is declared and over what the load asks for. It outlives updates, until
    /// [`unpin`](Self::unpin) or until another number is declared.
    ///
    /// # Errors
    ///
    /// There is no such application or deployment, the number is zero, or the new replicas cannot be
    /// started. In the last case the pin stays, and they are tried again.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not scaling.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.scale("default", "Greeter", 4).await?;
    /// serve.unpin("default", "Greeter").await
    /// # }
    /// ```
    pub async fn scale(&self, application: &str, deployment: &str, replicas: u32) -> Result<()> {
        let controller = &self.inner.controller;
        let scaling = controller.scale(application, deployment, Some(replicas), Expected::Any);
        scaling.await?.done().await
    }

    /// Ends a pin: as many replicas as the load asks for, or as declared. Waits until as many take calls.
    ///
    /// # Errors
    ///
    /// As [`scale`](Self::scale).
    pub async fn unpin(&self, application: &str, deployment: &str) -> Result<()> {
        let controller = &self.inner.controller;
        controller.scale(application, deployment, None, Expected::Any).await?.done().await
    }

    /// What runs on this server, as the controller last saw it. Empty once it has been shut down.
    #[must_use]
    pub fn status(&self) -> ServeStatus {
        self.inner.controller.directory().status()
    }

    /// Everything there is to see of this server at this moment: applications, deployments with their rates and
    /// their last decisions, replicas, who holds whose handle. Made when it is asked for.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve) {
    /// let snapshot = serve.snapshot();
    /// println!("{}", serde_json::to_string_pretty(&snapshot).unwrap());
    /// # }
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.sources().snapshot()
    }

    /// Where the time of the slowest requests went: of each deployment the slowest hundred of the last ten minutes,
    /// all together the slowest first. Requests over HTTP come with the calls that they made.
    ///
    /// Calls by handle that never wait are not timed, but for one in some sixty, and do not occur here.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve) {
    /// for request in serve.slow_requests() {
    ///     println!("{} {} took {:?}", request.request_id, request.method, request.total);
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn slow_requests(&self) -> Vec<SlowRequest> {
        self.sources().slow_requests()
    }

    /// All metrics of this server as OpenMetrics text, in the spelling of its [`MetricsOptions`]. The
    /// [guide](crate::guide::metrics) has a list of them.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve) {
    /// assert!(serve.metrics().ends_with("# EOF\n"));
    /// # }
    /// ```
    #[must_use]
    pub fn metrics(&self) -> String {
        self.sources().metrics()
    }

    /// `/metrics` for Prometheus to scrape, for an axum application of your own.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve) {
    /// let app: axum::Router = axum::Router::new().merge(serve.metrics_router());
    /// # }
    /// ```
    pub fn metrics_router(&self) -> axum::Router {
        let serve = self.downgrade();
        crate::ingress::text_router("/metrics", CONTENT_TYPE, move || {
            serve.upgrade().map(|serve| serve.metrics())
        })
    }

    fn sources(&self) -> Sources<'_> {
        let inner = &*self.inner;
        Sources {
            directory: inner.controller.directory(),
            meters: inner.proxy.meters(),
            events: &inner.events,
            rates: &inner.rates,
            pulse: inner.controller.pulse(),
            options: &inner.metrics,
            listeners: self.http_addr().into_iter().collect(),
        }
    }

    /// What happens on this server from now on: every change of state, with its cause. Each event is one line
    /// of the log as well.
    ///
    /// A reader that is slow delays nobody. It misses events when it is 4096 behind, and then an event of the kind
    /// [`Missed`](crate::EventKind::Missed) says how many. The stream ends with the server.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) {
    /// use futures_util::StreamExt;
    ///
    /// let mut events = serve.events();
    /// while let Some(event) = events.next().await {
    ///     println!("{} {}", event.kind, event.message);
    /// }
    /// # }
    /// ```
    pub fn events(&self) -> EventStream {
        self.inner.events.stream()
    }

    /// The events after the one of this number, oldest first; from 0 on, all that are kept, which is the last 4096.
    ///
    /// ```
    /// # fn example(serve: serve_core::Serve) {
    /// let all = serve.recent_events(0);
    /// let last = all.last().map_or(0, |event| event.number);
    /// assert!(serve.recent_events(last).is_empty());
    /// # }
    /// ```
    #[must_use]
    pub fn recent_events(&self, since: u64) -> Vec<Event> {
        self.inner.events.since(since)
    }

    /// A handle to the ingress deployment of an application.
    ///
    /// # Errors
    ///
    /// No application has that name, or its ingress is not a `D`.
    pub fn app_handle<D: Deployment>(&self, application: &str) -> Result<Handle<D>> {
        let host = self.inner.controller.directory().ingress(application)?;
        typed(&**host.any_handle(), application)
    }

    /// A handle to a deployment of an application.
    ///
    /// # Errors
    ///
    /// There is none of that name, or it is not a `D`.
    pub fn deployment_handle<D: Deployment>(
        &self,
        deployment: &str,
        application: &str,
    ) -> Result<Handle<D>> {
        let host = self.inner.controller.directory().deployment(deployment, application)?;
        typed(&**host.any_handle(), deployment)
    }

    /// A handle to the deployment of this name, in whatever application.
    pub(crate) fn handle_anywhere(&self, deployment: &str) -> Result<Arc<dyn AnyHandle>> {
        let host = self.inner.controller.directory().anywhere(deployment)?;
        Ok(Arc::clone(host.any_handle()))
    }

    /// Ends a replica at once, as a crash would: its calls fail with `ReplicaDied`, and it is replaced.
    /// For tests of how an application takes that. The id is that of
    /// [`RequestContext::replica_id`](crate::RequestContext::replica_id) and of [`status`](Self::status).
    ///
    /// Returns whether there was such a replica.
    pub async fn kill_replica(&self, replica_id: &str) -> bool {
        self.inner.controller.kill(replica_id).await
    }

    /// Everything this server answers over HTTP, for an axum application of your own.
    ///
    /// It is a fallback: your own routes come first. Where your application has a fallback too, use
    /// `fallback_service(serve.router())` or nest it. Applications deployed later are found as well.
    ///
    /// How your application is, it knows better than we do: `/-/healthz` and `/-/ready` are not part of this. See
    /// [`health_router`](Self::health_router).
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) {
    /// let app: axum::Router = axum::Router::new()
    ///     .route("/mine", axum::routing::get(|| async { "mine" }))
    ///     .merge(serve.router());
    /// # }
    /// ```
    pub fn router(&self) -> axum::Router {
        axum::Router::new().fallback_service(self.inner.proxy.for_others())
    }

    /// `/-/healthz` and `/-/ready` as our own listener answers them, for an axum application of your own.
    ///
    /// `/-/healthz` answers 200 while the server is alive and has routes, and 503 once it drains or nobody looks
    /// after its applications any more. `/-/ready` answers 200 only if every application serves, and 503 with
    /// the names of those that do not; also as soon as a shutdown has been asked for.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) {
    /// let app: axum::Router = axum::Router::new()
    ///     .merge(serve.health_router())
    ///     .merge(serve.router());
    /// # }
    /// ```
    pub fn health_router(&self) -> axum::Router {
        self.inner.proxy.health_router()
    }

    /// The address of the HTTP listener, one of them if its [host](HttpOptions::host) means several; `None` where
    /// HTTP is disabled.
    #[must_use]
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.inner.server.as_ref().and_then(Server::address)
    }

    /// Waits for Ctrl-C or SIGTERM, then shuts the server down. A second signal ends the wait at once, before
    /// everything is drained, so that `main` can return.
    ///
    /// # Errors
    ///
    /// The signals cannot be watched, or as [`shutdown`](Self::shutdown).
    ///
    /// ```no_run
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.wait_for_shutdown().await
    /// # }
    /// ```
    pub async fn wait_for_shutdown(&self) -> Result<()> {
        crate::shutdown_signal::then_shut_down(async || self.shutdown().await).await
    }

    /// Stops accepting connections, drains every deployment, callers before those they call, and ends every
    /// task. Calls that come later fail.
    ///
    /// Each deployment has at most its `graceful_shutdown_timeout`, and all together have at most the
    /// server's [`shutdown_timeout`](ServeBuilder::shutdown_timeout): what is left of it is shared out
    /// along the chain of callers, and what does not end in time is cut, with a line in the log that says
    /// what that was. Cutting it may take about a second more.
    ///
    /// # Errors
    ///
    /// None at present; a server that is down already is down.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the server half shut down; call it again to go on.
    pub async fn shutdown(&self) -> Result<()> {
        self.shut_down(self.inner.shutdown.delay).await
    }

    async fn shut_down(&self, delay: Duration) -> Result<()> {
        let inner = &self.inner;
        let _one_at_a_time = inner.shutting_down.lock().await;
        let timeout = inner.shutdown.timeout;
        let by = deadline(Instant::now(), timeout);
        inner.proxy.stop_being_ready();
        if !self.has_ended() {
            let message = format!("the server is being shut down, within {timeout:?}");
            inner.events.tell(Draft::info(EventKind::ShuttingDown, message));
            if self.http_addr().is_some() || inner.told_ready.load(Relaxed) {
                systemd::notify(&inner.tasks, "STOPPING=1".to_owned()).await;
            }
            tokio::time::sleep(delay.min(timeout)).await;
        }
        inner.proxy.start_draining();
        if tokio::time::timeout_at(by, self.drain(by, timeout)).await.is_err() {
            log::warn(format!("not everything has ended within {timeout:?}; the rest is cut"))
                .emit();
        }
        inner.pool.close();
        if let Some(companion) = inner.companion.get() {
            // Whoever watches has seen all of it.
            inner.events.close();
            if tokio::time::timeout(COMPANION_PATIENCE, companion.end()).await.is_err() {
                log::debug("some requests to the admin API did not end in time and are cut").emit();
            }
        }
        let left = by.saturating_duration_since(Instant::now());
        inner.tasks.shut_down(left.clamp(TASK_PATIENCE_MIN, TASK_PATIENCE)).await;
        if let Some(tracer) = inner.tracer.clone() {
            // It waits for an answer of whoever collects them.
            drop(inner.tasks.runtime().spawn_blocking(move || tracer.flush()).await);
        }
        log::flush(FLUSH_PATIENCE).await;
        Ok(())
    }

    /// Ends every application and every connection.
    async fn drain(&self, by: Instant, timeout: Duration) {
        // What is cut still has to end.
        let by = by.checked_sub(CUT_PATIENCE.min(timeout / 4)).unwrap_or(by);
        let accepting = async {
            if let Some(server) = &self.inner.server {
                server.drain().await;
            }
        };
        let deleting = async {
            let controller = &self.inner.controller;
            controller.end().await;
            let names = controller.directory().names();
            let deletions = names.iter().map(async |name| {
                let deletion = controller.delete(name, Expected::Any, Some(by)).await;
                // One that is gone by itself is gone.
                if let Ok(deletion) = deletion {
                    drop(deletion.done().await);
                }
            });
            futures_util::future::join_all(deletions).await;
        };
        // Connections end when their requests do, so both go side by side; what is left of an answer
        // when its deployment has gone still gets time to arrive.
        let accepting = std::pin::pin!(accepting);
        match futures_util::future::select(std::pin::pin!(deleting), accepting).await {
            Either::Left((_, accepting)) => {
                if tokio::time::timeout(CONNECTION_PATIENCE, accepting).await.is_err() {
                    log::warn("some connections did not end in time and are cut").emit();
                }
            }
            Either::Right(((), deleting)) => {
                deleting.await;
            }
        }
    }

    /// Whether nothing will run on this server any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.inner.controller.has_ended()
    }

    #[cfg(feature = "admin")]
    pub(crate) fn companion(&self) -> Option<&dyn Companion> {
        self.inner.companion.get().map(|companion| &**companion)
    }

    #[cfg(feature = "admin")]
    pub(crate) fn controller(&self) -> &ControllerHandle {
        &self.inner.controller
    }

    #[cfg(feature = "admin")]
    pub(crate) fn event_log(&self) -> &EventLog {
        &self.inner.events
    }

    #[cfg(feature = "admin")]
    pub(crate) fn proxy(&self) -> &Proxy {
        &self.inner.proxy
    }

    #[cfg(feature = "admin")]
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.inner.shelf
    }

    #[cfg(feature = "otel")]
    pub(crate) fn tracer(&self) -> Option<&Arc<Tracer>> {
        self.inner.tracer.as_ref()
    }

    pub(crate) fn runtime(&self) -> &runtime::Handle {
        self.inner.tasks.runtime()
    }

    pub(crate) fn owns(&self, tasks: &Tasks) -> bool {
        self.inner.tasks.is_of(tasks)
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) fn downgrade(&self) -> WeakServe {
        WeakServe { inner: Arc::downgrade(&self.inner) }
    }
}

impl WeakServe {
    pub(crate) fn is_there(&self) -> bool {
        self.inner.strong_count() > 0
    }

    pub(crate) fn upgrade(&self) -> Option<Serve> {
        Some(Serve { inner: self.inner.upgrade()? })
    }
}

pub(crate) fn typed<D: Deployment>(handle: &dyn AnyHandle, name: &str) -> Result<Handle<D>> {
    match typed_handle(handle) {
        Some(core) => Ok(Handle::new(core)),
        None => Err(Error::WrongType {
            deployment: name.to_owned(),
            expected: std::any::type_name::<D>(),
        }),
    }
}

impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").field("http_addr", &self.http_addr()).finish_non_exhaustive()
    }
}

impl Inner {
    /// How many applications end if nothing is left of the server now.
    fn serving(&self) -> usize {
        match self.tasks.stop_token().is_cancelled() || self.controller.has_ended() {
            true => 0,
            false => self.controller.directory().names().len(),
        }
    }
}

/// The last owner is gone: the tasks are told to end, though nobody is left to wait for them.
impl Drop for Inner {
    fn drop(&mut self) {
        let applications = self.serving();
        self.tasks.stop_token().cancel();
        // The controller will do so too, but its task may take a moment, and calls would say that a replica
        // has died.
        self.controller.directory().close();
        self.pool.close();
        // Seldom meant to be: often the server was a value within an expression, and ended with that.
        if applications > 0 {
            log::warn(format!(
                "the last `Serve` was dropped, which ends its {applications} applications at once; keep it, \
                 and call `shutdown`"
            ))
            .emit();
        }
    }
}
