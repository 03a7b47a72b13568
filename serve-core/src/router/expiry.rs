//! The end of a call whose deadline passes while it waits in a queue. It is counted, because its wait is one of the
//! longest and no replica will ever tell of it.

use std::sync::{Arc, Weak};

use tokio::time::Instant;

use crate::call::{ErasedCall, RequestInfo, address};
use crate::id::DeploymentId;
use crate::observe::{CallEnd, DeploymentMeter};

/// A call that waits, as long as there is a deadline.
pub(super) struct Expiry {
    pub(super) meter: Arc<DeploymentMeter>,
    pub(super) since: Instant,
    /// What is told of its end, if anybody wants to know.
    pub(super) noted: Option<NotedWait>,
}

pub(super) struct NotedWait {
    pub(super) request: RequestInfo,
    pub(super) deployment: DeploymentId,
    pub(super) method: &'static str,
}

impl Expiry {
    /// Ends the call at its deadline, if anybody still holds it then.
    pub(super) async fn at(self, deadline: Instant, call: Weak<dyn ErasedCall>) {
        tokio::time::sleep_until(deadline).await;
        let Some(call) = call.upgrade() else { return };
        if !call.expire() {
            return;
        }
        self.meter.count_expired(self.since.elapsed());
        if let Some(NotedWait { request, deployment, method }) = self.noted {
            request.note_queued(&deployment, self.since);
            request.end_item(&deployment, method, address(&call), CallEnd::TimedOut);
        }
    }
}
