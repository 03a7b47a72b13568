//! What a bound deployment has around its routes: layers and keys.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route;
use tower_layer::Layer;
use tower_service::Service;

use super::Application;
use crate::deployment::Deployment;
use crate::edge::ApiKeys;

impl<D: Deployment> Application<D> {
    /// Adds a layer of tower around the routes of this deployment, `__call__` among them. Whatever works as a layer of an
    /// axum router works here: tower-http's, `axum::middleware::from_fn`, your own. The last one added is the outermost. None
    /// by default, and then there is no cost. Calls by handle do not pass through layers.
    ///
    /// ```
    /// use serve_core::axum::{extract::Request, middleware::{Next, from_fn}};
    /// use serve_core::prelude::*;
    ///
    /// # #[derive(Default)]
    /// # struct Greeter;
    /// # #[deployment(route_prefix = "/")]
    /// # impl Greeter {
    /// #     async fn __call__(&self) -> &'static str { "hello" }
    /// # }
    /// async fn members_only(request: Request, next: Next) -> Result<Response, StatusCode> {
    ///     match request.headers().contains_key("x-member") {
    ///         true => Ok(next.run(request).await),
    ///         false => Err(StatusCode::FORBIDDEN),
    ///     }
    /// }
    /// let app = Greeter::bind().layer(from_fn(members_only));
    /// ```
    ///
    /// Layers run in the server, wherever replicas are, before a request has a replica: one that a layer answers takes
    /// nobody's place. They see whatever comes below the prefix, also what no route takes (so that CORS can answer
    /// `OPTIONS`), after the route has been found: `MatchedPath` and `ConnectInfo` are among the extensions, and a changed
    /// path changes nothing. What they insert as an extension reaches `Extension<T>` of the method; in a replica that is a
    /// process there are no extensions but `ConnectInfo`, so pass a header on instead. Keep the extensions of a request that
    /// you make anew: the way to the method is among them.
    ///
    /// One that panics costs its request, which is answered with 500. With a deadline (`request_timeout`) one that never
    /// answers is given up a second after it, with 408. An update brings other layers without a new replica; layers cannot
    /// be compared, so those of another `bind` count as changed. [`HttpOptions::layer`](crate::HttpOptions::layer) is
    /// outside of these and around everything.
    ///
    /// # Errors
    ///
    /// Where nothing of the deployment answers HTTP, or a layer panics when it is put around the routes, `run` says so.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.with_around(|around| around.layers.add(layer))
    }

    /// Lets only clients in that send one of these keys, as `Authorization: Bearer <key>` or `x-api-key: <key>`: 401
    /// without one, 429 with `Retry-After` for one that asks too often or for too much at once. Replaces keys given before.
    /// By default nobody needs a key.
    ///
    /// ```
    /// use serve_core::prelude::*;
    /// use serve_core::{ApiKey, ApiKeys};
    ///
    /// # #[derive(Default)]
    /// # struct Greeter;
    /// # #[deployment(route_prefix = "/")]
    /// # impl Greeter {
    /// #     async fn __call__(&self) -> &'static str { "hello" }
    /// # }
    /// # fn secret(name: &str) -> String { name.to_owned() }
    /// let keys = ApiKeys::default()
    ///     .key(ApiKey::new("web", secret("WEB_KEY")).rate(50.0))
    ///     .key(ApiKey::new("nightly", secret("NIGHTLY_KEY")).max_ongoing_requests(4));
    /// let app = Greeter::bind().api_keys(keys);
    /// ```
    ///
    /// Those of the deployment that is passed to [`run`](crate::run) hold for every route of the application; those of
    /// another hold for its own routes, instead of them. Calls by handle need none. A key is looked at inside the layers
    /// (a preflight of CORS has none) and outside of the queue.
    ///
    /// **Clients take turns.** Where calls wait for a replica, each key has a line of its own and the lines are served in
    /// turn, so one that sends a thousand requests waits behind itself. If the queue is full, room is made at the end of
    /// the longest line: the last there is refused with `BackPressure`, instead of a newcomer whose line is shorter. The
    /// same holds for calls that a request makes of other deployments.
    ///
    /// The name of the key, never the key, is in the access log and in
    /// [`context().api_key()`](crate::RequestContext::api_key). An update replaces keys in place; what one has used goes on
    /// with its name.
    ///
    /// # Errors
    ///
    /// Keys of no use (none at all, two of one name, an empty one, a rate of zero) are refused by `run`, all at once.
    pub fn api_keys(self, keys: ApiKeys) -> Self {
        self.with_around(|around| around.keys = Some(Arc::new(keys)))
    }
}
