//! The composition root: a server is a runtime to run on, a controller, a proxy and an HTTP listener.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::future::Either;
use tokio::runtime::Handle;

use crate::config::HttpOptions;
use crate::controller::{
    Controller, ControllerHandle, Event, Host, HostOf, Launcher, LocalProcesses, Plan,
    ProcessOptions, ServeStatus,
};
use crate::deployment::{Application, Deployment};
use crate::error::{Error, Result};
use crate::http::{IfTaken, Proxy, Server};
use crate::instances;
use crate::replica::Pool;
use crate::tasks::Tasks;
use crate::wire::ProcessTransport;

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
pub(crate) struct WeakServe {
    inner: Weak<Inner>,
}

struct Inner {
    tasks: Tasks,
    pool: Arc<Pool>,
    proxy: Proxy,
    server: Option<Server>,
    controller: ControllerHandle,
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
}

impl ServeBuilder {
    /// Options of the HTTP listener. By default it listens on 127.0.0.1:8000.
    pub fn http(mut self, options: HttpOptions) -> Self {
        self.http = options;
        self
    }

    /// What calls to replicas in processes travel over. By default a Unix socket.
    pub fn process_transport(mut self, transport: ProcessTransport) -> Self {
        self.processes.transport = transport;
        self
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
    /// The address is taken or cannot be resolved. Nothing is left running then.
    pub async fn start(self) -> Result<Serve> {
        let processes = self.processes.clone();
        self.start_on(|tasks| Arc::new(LocalProcesses::new(processes, tasks))).await
    }

    /// Starts the server, whose replicas in processes are started by this launcher.
    pub(crate) async fn start_on(
        self,
        launcher: impl FnOnce(&Tasks) -> Arc<dyn Launcher>,
    ) -> Result<Serve> {
        let tasks = Tasks::new(Handle::current());
        let proxy = Proxy::new(&self.http, tasks.clone());
        let server = Server::new(&self.http, IfTaken::Fail, proxy.clone(), &tasks);
        if self.http.enabled {
            server.open().await?;
        }
        let server = self.http.enabled.then_some(server);
        Ok(self.assemble(tasks, proxy, server, launcher))
    }

    fn assemble(
        self,
        tasks: Tasks,
        proxy: Proxy,
        server: Option<Server>,
        launcher: impl FnOnce(&Tasks) -> Arc<dyn Launcher>,
    ) -> Serve {
        let pool = Pool::new(tasks.clone());
        let forces_wire = self.forces_wire || crate::config::forces_wire();
        let controller = Controller::start(
            &tasks,
            Arc::clone(&pool),
            proxy.clone(),
            launcher(&tasks),
            forces_wire,
        );
        let shutting_down = tokio::sync::Mutex::default();
        let inner = Inner { tasks, pool, proxy, server, controller, shutting_down };
        let serve = Serve { inner: Arc::new(inner) };
        instances::register(&serve);
        serve
    }
}

/// How long tasks that have nothing left to do may take to end.
const TASK_PATIENCE: Duration = Duration::from_secs(5);
/// How long open connections may take to finish once their deployments have.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(10);

impl Serve {
    /// Options for a server of your own.
    pub fn builder() -> ServeBuilder {
        ServeBuilder::default()
    }

    /// A default instance, which listens when it has something to serve there.
    pub(crate) fn start_default(http: &HttpOptions, runtime: &Handle) -> Self {
        let tasks = Tasks::new(runtime.clone());
        let proxy = Proxy::new(http, tasks.clone());
        let server = Server::new(http, IfTaken::MoveAside, proxy.clone(), &tasks);
        Self::builder().assemble(tasks, proxy, Some(server), |tasks| {
            Arc::new(LocalProcesses::new(ProcessOptions::default(), tasks))
        })
    }

    /// Runs an application under the name `default`, see [`run_named`](Self::run_named).
    ///
    /// # Errors
    ///
    /// As `run_named`.
    pub async fn run<D: Deployment>(&self, application: Application<D>) -> Result<D::Handle> {
        self.run_named(crate::DEFAULT_APPLICATION, application).await
    }

    /// Deploys an application and waits until every deployment of it is healthy.
    ///
    /// An application of that name that runs already is updated in place: no request fails for it.
    ///
    /// # Errors
    ///
    /// Options out of range, a route prefix in use, or a deployment that cannot be started; then the
    /// error holds the constructor's own, and an earlier version keeps what it still has.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting, not deploying.
    pub async fn run_named<D: Deployment>(
        &self,
        name: &str,
        application: Application<D>,
    ) -> Result<D::Handle> {
        let plan = Plan::new(name, &application.into_node())?;
        self.listen_for(&plan).await?;
        self.inner.controller.ask(|done| Event::Deploy { plan, done }).await??;
        self.app_handle::<D>(name)
    }

    /// Listens, if the application has routes and the server does not listen yet.
    async fn listen_for(&self, plan: &Plan) -> Result<()> {
        let has_route = plan.deployments.iter().any(|d| d.node.config().route_prefix.is_some());
        match &self.inner.server {
            Some(server) if has_route => server.open().await,
            _ => Ok(()),
        }
    }

    /// Deletes an application: its routes at once, then its deployments, callers before callees, each
    /// after it has finished what it runs. Waits until all of it is gone.
    ///
    /// # Errors
    ///
    /// No application has that name.
    pub async fn delete(&self, name: &str) -> Result<()> {
        let application = name.to_owned();
        let gone = self.inner.controller.ask(|done| Event::Delete { application, done }).await??;
        gone.await.map_err(|_| Error::Stopped)
    }

    /// What runs on this server, as the controller last saw it. Empty once it has been shut down.
    #[must_use]
    pub fn status(&self) -> ServeStatus {
        self.inner.controller.directory().status.clone()
    }

    /// A handle to the ingress deployment of an application.
    ///
    /// # Errors
    ///
    /// No application has that name, or its ingress is not a `D`.
    pub fn app_handle<D: Deployment>(&self, application: &str) -> Result<D::Handle> {
        typed::<D>(&*self.inner.controller.directory().ingress(application)?, application)
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
    ) -> Result<D::Handle> {
        let directory = self.inner.controller.directory();
        typed::<D>(&*directory.deployment(deployment, application)?, deployment)
    }

    /// A handle to the deployment that bears `D`'s own name, in whatever application.
    pub(crate) fn handle_anywhere<D: Deployment>(&self) -> Result<D::Handle> {
        typed::<D>(&*self.inner.controller.directory().anywhere(D::NAME)?, D::NAME)
    }

    /// Ends a replica at once, as a crash would: its calls fail with `ReplicaDied`, and it is replaced.
    /// For tests of how an application takes that. The id is that of
    /// [`RequestContext::replica_id`](crate::RequestContext::replica_id) and of [`status`](Self::status).
    ///
    /// Returns whether there was such a replica.
    pub async fn kill_replica(&self, replica_id: &str) -> bool {
        let replica = replica_id.to_owned();
        self.inner.controller.ask(|done| Event::Kill { replica, done }).await.unwrap_or(false)
    }

    /// Everything this server answers over HTTP, for an axum application of your own.
    ///
    /// It is a fallback: your own routes come first. Where your application has a fallback too, use
    /// `fallback_service(serve.router())` or nest it. Applications deployed later are found as well.
    ///
    /// ```
    /// # async fn example(serve: serve_core::Serve) {
    /// let app: axum::Router = axum::Router::new()
    ///     .route("/mine", axum::routing::get(|| async { "mine" }))
    ///     .merge(serve.router());
    /// # }
    /// ```
    pub fn router(&self) -> axum::Router {
        axum::Router::new().fallback_service(self.inner.proxy.clone())
    }

    /// The address of the HTTP listener; `None` where HTTP is disabled.
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

    /// Stops accepting connections, drains every deployment (each for at most its
    /// `graceful_shutdown_timeout`), and ends every task. Calls that come later fail.
    ///
    /// # Errors
    ///
    /// None at present; a server that is down already is down.
    pub async fn shutdown(&self) -> Result<()> {
        let inner = &self.inner;
        let _one_at_a_time = inner.shutting_down.lock().await;
        inner.proxy.start_draining();
        let accepting = async {
            if let Some(server) = &inner.server {
                server.drain().await;
            }
        };
        let deleting = async {
            let names: Vec<_> = self.status().applications.into_keys().collect();
            futures_util::future::join_all(names.iter().map(|name| self.delete(name))).await;
        };
        // Connections end when their requests do, so both go side by side; what is left of an answer
        // when its deployment has gone still gets time to arrive.
        let accepting = std::pin::pin!(accepting);
        match futures_util::future::select(std::pin::pin!(deleting), accepting).await {
            Either::Left(((), accepting)) => {
                if tokio::time::timeout(CONNECTION_PATIENCE, accepting).await.is_err() {
                    tracing::warn!("some connections did not end in time and are cut");
                }
            }
            Either::Right(((), deleting)) => deleting.await,
        }
        inner.pool.close();
        inner.tasks.shut_down(TASK_PATIENCE).await;
        Ok(())
    }

    /// Whether nothing will run on this server any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.inner.controller.has_ended()
    }

    pub(crate) fn runtime(&self) -> &Handle {
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

fn typed<D: Deployment>(host: &dyn Host, name: &str) -> Result<D::Handle> {
    match host.as_any().downcast_ref::<HostOf<D>>() {
        Some(host) => Ok(host.handle()),
        None => Err(Error::WrongType { deployment: name.to_owned(), expected: D::NAME }),
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
            false => self.controller.directory().status.applications.len(),
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
            tracing::warn!(
                applications,
                "the last `Serve` was dropped, which ends its {applications} applications at once; keep it, \
                 and call `shutdown`"
            );
        }
    }
}
