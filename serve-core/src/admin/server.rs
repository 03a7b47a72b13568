//! Listens for the admin API, lets the guard look at each request, and hands it to its route.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::response::IntoResponse;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderValue, StatusCode, header};
use tower_service::Service;

use super::guard::AdminGuard;
use super::kept::Kept;
use super::options::AdminOptions;
use super::problem::ApiProblem;
use super::restore;
use super::routes::router;
use super::{VERSION, VERSION_HEADER};
use crate::config::HttpOptions;
use crate::error::{Error, Result};
use crate::file::AdminSection;
use crate::ingress::{RequestService, SentResponse, Server, sent};
use crate::log;
use crate::observe::{Draft, EventKind};
use crate::panic::message_of;
use crate::serve::{Companion, Serve, StartCompanion, WeakServe};
use crate::tasks::Tasks;
use crate::web::{HttpRequest, HttpResponse};

/// Operators are few; so many streams and idle connections leave the process descriptors for everything else.
const CONNECTIONS_MAX: usize = 512;

/// The server as its routes know it. They do not keep it: whoever drops the last `Serve` ends it.
#[derive(Clone)]
pub(super) struct Admin {
    serve: WeakServe,
    tasks: Tasks,
    kept: Kept,
}

impl Admin {
    /// # Errors
    ///
    /// It is gone.
    pub(super) fn serve(&self) -> std::result::Result<Serve, ApiProblem> {
        self.serve.upgrade().ok_or_else(ApiProblem::gone)
    }

    pub(super) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }
}

impl StartCompanion for AdminOptions {
    fn start<'a>(
        &'a self,
        serve: &'a Serve,
        tasks: &'a Tasks,
    ) -> BoxFuture<'a, Result<Box<dyn Companion>>> {
        Box::pin(async move {
            if let Some(problem) = self.problem() {
                return Err(Error::Admin { problem });
            }
            let state = self.state.clone();
            let opening = tasks.runtime().spawn_blocking(move || Kept::open(state.as_deref()));
            let kept = opening.await.map_err(|_| Error::Stopped)??;
            let admin = Admin { serve: serve.downgrade(), tasks: tasks.clone(), kept };
            let before = restore::read(&admin, serve).await?;
            let router = router(admin.clone());
            let pages = Pages { guard: Arc::new(AdminGuard::new(self)), router };
            let mut options = HttpOptions::default().host(self.host.clone()).port(self.port);
            options.max_connections = Some(CONNECTIONS_MAX);
            options.tls.clone_from(&self.tls);
            let server = Server::new(&options, self.if_taken, pages, tasks, serve.event_log());
            server.open().await.map_err(refused)?;
            let Some(address) = server.address() else { return Err(Error::Stopped) };
            let message = format!("the admin API listens on {}://{address}", server.scheme());
            serve.event_log().tell(Draft::info(EventKind::Listening, message));
            restore::deploy(&admin, before).await;
            Ok(Box::new(AdminServer { server, address }) as Box<dyn Companion>)
        })
    }

    fn with_section(&self, section: AdminSection) -> Arc<dyn StartCompanion> {
        Arc::new(self.clone().with(section))
    }
}

/// With the options of ours that a user has written.
fn refused(error: Error) -> Error {
    let problem = match error {
        Error::Listen { address, source } => format!(
            "it cannot listen on {address}: {source}; choose another port with AdminOptions::port, or 0 to let the \
             system choose"
        ),
        Error::Host { host, source } => format!(
            "it cannot listen on the host `{host}`: {source}; AdminOptions::host takes an address of this machine, or a \
             name for one, without a port"
        ),
        other => return other,
    };
    Error::Admin { problem }
}

struct AdminServer {
    server: Server<Pages>,
    address: SocketAddr,
}

impl Companion for AdminServer {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn end(&self) -> BoxFuture<'_, ()> {
        self.server.drain().boxed()
    }
}

/// All routes behind the guard.
#[derive(Clone)]
struct Pages {
    guard: Arc<AdminGuard>,
    router: axum::Router,
}

impl RequestService for Pages {
    type Answer = BoxFuture<'static, SentResponse>;

    fn serve(&self, request: HttpRequest) -> Self::Answer {
        if let Err(problem) = self.guard.check(&request) {
            let response = sent(signed(problem.into_response()));
            return Box::pin(std::future::ready(response));
        }
        let mut router = self.router.clone();
        let answer = AssertUnwindSafe(async move { router.call(request).await }).catch_unwind();
        Box::pin(async move {
            let response = match answer.await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(panic) => broken(&message_of(panic)).into_response(),
            };
            sent(signed(response))
        })
    }
}

/// What broke is for the log alone.
fn broken(why: &str) -> ApiProblem {
    log::error("the admin API panicked").cause(why).emit();
    let detail = "the server failed to answer; its log says why";
    ApiProblem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
}

/// What every answer says of itself.
fn signed(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(VERSION_HEADER, HeaderValue::from_static(VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
