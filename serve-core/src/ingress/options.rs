//! What `HttpOptions` puts around all routes.

use std::convert::Infallible;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route;
use http::request::Parts;
use tower_layer::Layer;
use tower_service::Service;

use crate::config::HttpOptions;
use crate::edge::{FrameworkError, OnError};

impl HttpOptions {
    /// Adds a layer of tower around everything that the server answers: all routes of all applications, 404s, `/-/healthz`
    /// and the like. Whatever works as a layer of an axum router works here: tower-http's, `axum::middleware::from_fn`, your
    /// own. The last one added is the outermost. None by default, and then there is no cost.
    ///
    /// ```
    /// use serve_core::HttpOptions;
    /// use serve_core::axum::{extract::Request, middleware::{Next, from_fn}, response::Response};
    ///
    /// async fn no_sniffing(request: Request, next: Next) -> Response {
    ///     let mut response = next.run(request).await;
    ///     response.headers_mut().insert("x-content-type-options", "nosniff".parse().unwrap());
    ///     response
    /// }
    /// let options = HttpOptions::default().layer(from_fn(no_sniffing));
    /// ```
    ///
    /// It sees a request before a route has been looked for, so it may change its path, and its `X-Request-ID` is honoured.
    /// What it inserts as an extension reaches `Extension<T>` of methods, except in replicas that are processes. A request
    /// that it answers itself is counted, and logged, as one without a route. One that panics costs its request, which is
    /// answered with 500; one that never answers keeps its client waiting, so put tower-http's `TimeoutLayer` around what
    /// may. The layers of one deployment are [`Application::layer`](crate::Application::layer).
    ///
    /// It belongs to the server's own listener: [`Serve::router`](crate::Serve::router) comes without it, because the
    /// application that it is merged into has layers of its own.
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.layers.add(layer);
        self
    }

    /// Shapes every error that the framework answers with: 404, 405, 408, 413, 429, 503, an extractor of axum's that refuses
    /// an argument, 500 for a panic or an error that nobody handles. Never what a method or a layer answers, be it an
    /// [`HttpError`](crate::HttpError). By default they are plain texts.
    ///
    /// ```
    /// use serve_core::{FrameworkError, HttpOptions, axum::Json, http::request::Parts};
    ///
    /// let options = HttpOptions::default().on_error(|error: &FrameworkError, _: &Parts| {
    ///     let body = serde_json::json!({ "error": error.message(), "request": error.request_id() });
    ///     (error.status(), Json(body))
    /// });
    /// ```
    ///
    /// `parts` is the head of the request as it came. Headers that a client needs, `Retry-After`, `Allow` and
    /// `WWW-Authenticate`, are added if the response has none. It runs in the request's own task and should not block; if
    /// it panics the error is sent as it is. Layers see the shaped response. It holds for
    /// [`Serve::router`](crate::Serve::router), too. What is no HTTP never gets here: a malformed head is answered by the
    /// connection itself (400, 431), without a body.
    #[must_use]
    pub fn on_error<R: IntoResponse>(
        mut self,
        shape: impl Fn(&FrameworkError, &Parts) -> R + Send + Sync + 'static,
    ) -> Self {
        self.on_error = Some(OnError::new(shape));
        self
    }
}
