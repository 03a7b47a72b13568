//! A call in a queue whose end somebody wants to know of, also if no replica ever takes it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use tokio::time::Instant;

use crate::call::{ErasedCall, Failure, QueueWatch, RequestInfo, address};
use crate::id::DeploymentId;
use crate::observe::CallEnd;

/// It stands between the call and its queue, so that it hears at once if the call is given up.
pub(crate) struct NotedWait {
    request: RequestInfo,
    deployment: DeploymentId,
    method: &'static str,
    /// What the journal knows the call by.
    key: usize,
    since: Instant,
    queue: OnceLock<Weak<dyn QueueWatch>>,
    is_told: AtomicBool,
}

impl NotedWait {
    /// `None` if nobody wants to know.
    pub(super) fn new(
        request: &RequestInfo,
        deployment: &DeploymentId,
        method: impl FnOnce() -> &'static str,
        cell: &Arc<dyn ErasedCall>,
    ) -> Option<Arc<Self>> {
        request.is_noted().then(|| {
            Arc::new(Self {
                request: request.clone(),
                deployment: deployment.clone(),
                method: method(),
                key: address(cell),
                since: Instant::now(),
                queue: OnceLock::new(),
                is_told: AtomicBool::new(false),
            })
        })
    }

    /// Lets the call enter its queue.
    pub(crate) fn enter(
        noted: Option<&Arc<Self>>,
        cell: &Arc<dyn ErasedCall>,
        queue: Weak<dyn QueueWatch>,
    ) -> bool {
        let Some(noted) = noted else { return cell.enter_queue(queue) };
        drop(noted.queue.set(queue));
        let between: Arc<dyn QueueWatch> = Arc::<Self>::clone(noted);
        cell.enter_queue(Arc::downgrade(&between))
    }

    /// It has failed, in the queue or before it.
    pub(crate) fn failed(noted: Option<&Arc<Self>>, why: &Failure) {
        if let Some(noted) = noted {
            noted.end(why.outcome());
        }
    }

    fn end(&self, end: CallEnd) {
        if !self.is_told.swap(true, Relaxed) {
            self.request.end_item(&self.deployment, self.method, self.key, end);
        }
    }

    fn queue(&self) -> Option<Arc<dyn QueueWatch>> {
        self.queue.get()?.upgrade()
    }
}

impl QueueWatch for NotedWait {
    fn entry_cancelled(&self) {
        if let Some(queue) = self.queue() {
            queue.entry_cancelled();
        }
        let is_late = self.request.is_expired_for(Duration::ZERO);
        self.request.note_queued(&self.deployment, self.since);
        self.end(if is_late { CallEnd::TimedOut } else { CallEnd::Cancelled });
    }

    fn assignment_awaited(&self) {
        if let Some(queue) = self.queue() {
            queue.assignment_awaited();
        }
    }
}
