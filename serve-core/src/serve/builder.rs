//! A server about to start.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime;
use tokio::time::Instant;

use super::companion::StartCompanion;
use super::{Inner, Serve};
use crate::call::install_recorder;
use crate::config::{HttpOptions, MetricsOptions};
use crate::controller::{
    Controller, ControllerHandle, ControllerOptions, Launcher, LocalProcesses, ProcessOptions,
};
use crate::error::{Error, Result};
use crate::file::{Builders, Shelf};
use crate::ingress::{IfTaken, Proxy, Server};
use crate::instances;
use crate::link::ProcessTransport;
use crate::observe::{EventLog, Tracer};
use crate::replica::Pool;
use crate::report::{RATES_EVERY, RateHistory, Traces, tracer};
use crate::tasks::Tasks;

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

/// How long a server takes to end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shutdown {
    pub(super) timeout: Duration,
    pub(super) delay: Duration,
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

impl Serve {
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
