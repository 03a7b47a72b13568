//! A request that is counted: from its arrival until its response has been sent.

use std::sync::Arc;

use http::{Method, StatusCode};
use tokio::time::Instant;

use crate::observe::{RouteMeter, method_number};

/// Counted when it is dropped: as answered, or else as one whose client has gone.
pub(crate) struct CountedRequest {
    meter: Arc<RouteMeter>,
    method: u8,
    status: Option<StatusCode>,
    begun: Instant,
}

impl CountedRequest {
    pub(crate) fn new(meter: &Arc<RouteMeter>, method: &Method) -> Self {
        let method = method_number(method);
        meter.arrived(method);
        Self { meter: Arc::clone(meter), method, status: None, begun: Instant::now() }
    }

    /// Its response has this status.
    pub(super) fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for CountedRequest {
    fn drop(&mut self) {
        self.meter.answered(self.method, self.status, self.begun.elapsed());
    }
}
