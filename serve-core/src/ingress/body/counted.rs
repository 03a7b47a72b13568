//! A request that is counted, and has its line in the access log: from its arrival until its response has been sent.

use std::sync::Arc;

use http::{Method, StatusCode};
use tokio::time::Instant;

use crate::id::RequestId;
use crate::log;
use crate::observe::{CLIENT_GONE, RouteMeter, method_number};

/// Counted when it is dropped: as answered, or else as one whose client has gone.
pub(crate) struct CountedRequest {
    meter: Option<Arc<RouteMeter>>,
    line: Option<Box<AccessLine>>,
    method: u8,
    status: Option<StatusCode>,
    begun: Instant,
}

/// What the access log says of a request besides its end.
pub(crate) struct AccessLine {
    pub(crate) method: Method,
    /// Without its query, where secrets may be.
    pub(crate) path: String,
    pub(crate) id: RequestId,
    pub(crate) application: Arc<str>,
    pub(crate) route: Arc<str>,
}

/// Where the lines of the access log belong, for filters.
const TARGET: &str = "serve_core::access";

impl CountedRequest {
    /// `None` where nobody wants to know.
    pub(crate) fn new(
        meter: Option<&Arc<RouteMeter>>,
        method: &Method,
        line: Option<Box<AccessLine>>,
        begun: Instant,
    ) -> Option<Self> {
        if meter.is_none() && line.is_none() {
            return None;
        }
        let method = method_number(method);
        if let Some(meter) = meter {
            meter.arrived(method);
        }
        Some(Self { meter: meter.cloned(), line, method, status: None, begun })
    }

    /// Its response has this status.
    pub(super) fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for CountedRequest {
    fn drop(&mut self) {
        let took = self.begun.elapsed();
        if let Some(meter) = &self.meter {
            meter.answered(self.method, self.status, took);
        }
        let Some(line) = self.line.take() else { return };
        let AccessLine { method, path, id, application, route } = *line;
        let status = self.status.map_or(CLIENT_GONE, |status| status.as_u16());
        let millis = took.as_secs_f64() * 1000.0;
        log::info(format!("{method} {path} {status} {millis:.1}ms"))
            .target(TARGET)
            .http_method(method.as_str())
            .path(&path)
            .status(status)
            .request(id)
            .application(&application)
            .route(&route)
            .millis(millis)
            .emit();
    }
}
