//! What there is to see of a server.

use super::Serve;
use crate::controller::ServeStatus;
use crate::observe::{Event, EventStream, SlowRequest};
use crate::report::{CONTENT_TYPE, Snapshot, Sources};

impl Serve {
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

    /// All metrics of this server as OpenMetrics text, in the spelling of its [`MetricsOptions`](crate::MetricsOptions). The
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
}
