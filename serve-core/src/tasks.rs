//! The one place that spawns: every task has an owner, who can stop it and wait for it.
//!
//! A [`Tasks`] is a runtime handle, a tracker and a cancellation token. Whoever holds it can start
//! tasks; whoever closes it waits until the last one is gone.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Handle, Id, RuntimeFlavor};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::panic::drop_quietly;

use crate::log;

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

    /// Of the same owner, on another runtime.
    #[cfg_attr(not(feature = "tcp"), expect(dead_code, reason = "links over TCP need it"))]
    pub(crate) fn on(&self, runtime: Handle) -> Self {
        Self { runtime, tracker: self.tracker.clone(), stop: self.stop.clone() }
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Whether both belong to one owner.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        TaskTracker::ptr_eq(&self.tracker, &other.tracker)
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

    /// Drops a value of the user's where its `Drop` may block, to unload a model say, and where a panic
    /// hurts nobody.
    pub(crate) fn dispose<T: Send + 'static>(&self, value: T) {
        if std::mem::needs_drop::<T>() {
            drop(self.tracker.spawn_blocking_on(move || drop_quietly(value), &self.runtime));
        }
    }

    /// Asks every task to end and waits for them, at most `patience`.
    pub(crate) async fn shut_down(&self, patience: Duration) {
        self.stop.cancel();
        self.tracker.close();
        if tokio::time::timeout(patience, self.tracker.wait()).await.is_err() {
            let left = self.tracker.len() as u64;
            log::warn("tasks did not end in time").number("left", left).emit();
        }
    }
}

/// Aborts its task when it is dropped.
#[derive(Debug)]
pub(crate) struct OwnedTask<T>(pub(crate) JoinHandle<T>);

impl<T> Future for OwnedTask<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> Drop for OwnedTask<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

thread_local! {
    /// The runtime that this thread is a worker of.
    static HOME: Cell<Option<Id>> = const { Cell::new(None) };
}

/// Whether the current thread is in the context of `runtime`.
///
/// Asking tokio counts a reference that all threads share, which costs more than the rest of admitting
/// a call. A worker thread of a multi-thread runtime belongs to it for good, so it is asked once.
#[inline]
pub(crate) fn is_current(runtime: Id) -> bool {
    HOME.try_with(|home| home.get() == Some(runtime)).unwrap_or(false) || ask(runtime)
}

#[cold]
fn ask(runtime: Id) -> bool {
    let Ok(current) = Handle::try_current() else { return false };
    if current.id() != runtime {
        return false;
    }
    let is_worker = current.runtime_flavor() == RuntimeFlavor::MultiThread
        && tokio::runtime::worker_index().is_some();
    if is_worker {
        // A thread that is losing its locals is asked again, which is only slower.
        let _ = HOME.try_with(|home| home.set(Some(runtime)));
    }
    true
}
