//! The end of a call whose deadline passes while it waits in a queue. It is counted, because its wait is one of the
//! longest and no replica will ever tell of it.

use std::sync::{Arc, Weak};

use tokio::time::{Instant, sleep_until};

use crate::call::ErasedCall;
use crate::observe::DeploymentMeter;

/// Ends a call that waits from now on at its deadline, if anybody still holds it then.
pub(super) async fn expire_at(
    deadline: Instant,
    call: Weak<dyn ErasedCall>,
    since: Instant,
    meter: Arc<DeploymentMeter>,
) {
    sleep_until(deadline).await;
    if call.upgrade().is_some_and(|call| call.expire()) {
        meter.count_expired(since.elapsed());
    }
}
