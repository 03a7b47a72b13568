//! The one place that spawns: every task has an owner, who can stop it and wait for it.
//!
//! A [`Tasks`] is a runtime handle, a tracker and a cancellation token. Whoever holds it can start
//! tasks; whoever closes it waits until the last one is gone.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Starts tasks on one runtime and knows when they have all ended.
#[derive(Clone, Debug)]
pub(crate) struct Tasks {
    runtime: Handle,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    pub(crate) fn new(runtime: Handle) -> Self {
        Self { runtime, tracker: TaskTracker::new(), stop: CancellationToken::new() }
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Cancelled when the owner wants its tasks to end.
    pub(crate) fn stop_token(&self) -> &CancellationToken {
        &self.stop
    }

    /// Runs `task` to its end. It is expected to watch [`Self::stop_token`] if it would not end by itself.
    pub(crate) fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tracker.spawn_on(task, &self.runtime)
    }

    /// Runs `task` until it ends or the owner stops its tasks, whichever comes first.
    pub(crate) fn spawn_until_stopped<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop.clone();
        drop(self.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        }));
    }

    /// Asks every task to end and waits for them, at most `patience`.
    pub(crate) async fn shut_down(&self, patience: Duration) {
        self.stop.cancel();
        self.tracker.close();
        if tokio::time::timeout(patience, self.tracker.wait()).await.is_err() {
            tracing::warn!(left = self.tracker.len(), "tasks did not end in time");
        }
    }
}

/// Whether the current thread is in the context of `runtime`.
pub(crate) fn is_current(runtime: Id) -> bool {
    Handle::try_current().is_ok_and(|handle| handle.id() == runtime)
}
