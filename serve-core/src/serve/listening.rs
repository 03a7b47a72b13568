//! Where a server answers over HTTP, and who is told of it.

use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;

use super::Serve;
use crate::controller::Graph;
use crate::error::Result;
use crate::ingress::Server;
use crate::observe::{Draft, EventKind};
use crate::systemd;

impl Serve {
    /// Listens, if the application has routes and the server does not listen yet.
    pub(super) async fn listen_for(&self, graph: &Graph) -> Result<()> {
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

    /// Tells systemd that the server serves, the first time that it does: once it listens, if it is meant to.
    pub(crate) async fn tell_ready(&self) {
        let url = self.url();
        let is_ready = url.is_some() || self.inner.server.is_none();
        if is_ready && !self.inner.told_ready.swap(true, Relaxed) {
            let status = url.map(|url| format!("\nSTATUS=listening on {url}")).unwrap_or_default();
            systemd::notify(&self.inner.tasks, format!("READY=1{status}")).await;
        }
    }

    pub(super) fn tell_listening(&self) {
        if let Some(url) = self.url() {
            let message = format!("listening on {url}");
            self.inner.events.tell(Draft::info(EventKind::Listening, message));
        }
    }

    fn url(&self) -> Option<String> {
        let server = self.inner.server.as_ref()?;
        Some(format!("{}://{}", server.scheme(), server.address()?))
    }

    /// The address of the HTTP listener, one of them if its [host](crate::HttpOptions::host) means several; `None` where
    /// HTTP is disabled.
    #[must_use]
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.inner.server.as_ref().and_then(Server::address)
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
}
