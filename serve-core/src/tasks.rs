//! The one place that spawns: every task has an owner, who can stop it and wait for it.
//!
//! A [`Tasks`] is a runtime handle, a tracker and a cancellation token. Whoever holds it can start
//! tasks; whoever closes it waits until the last one is gone.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::runtime::{Handle, Id, RuntimeFlavor};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::panic::drop_quietly;

use crate::log;

/// Starts tasks on one runtime and knows when they have all ended.
#[derive(Clone, Debug)]
pub(crate) struct Tasks(Arc<dyn Own>);

/// Behind a trait object, because whatever holds tasks is compiled with every deployment, and a debugger would be told
/// of all types of a runtime there, a thousand of them.
trait Own: fmt::Debug + Send + Sync {
    fn owner(&self) -> &Owner;
}

#[derive(Debug)]
struct Owner {
    runtime: Handle,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Own for Owner {
    fn owner(&self) -> &Owner {
        self
    }
}

impl Tasks {
    pub(crate) fn new(runtime: Handle) -> Self {
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        Self(Arc::new(Owner { runtime, tracker, stop }))
    }

    /// Of the same owner, on another runtime.
    #[cfg_attr(not(feature = "tcp"), expect(dead_code, reason = "links over TCP need it"))]
    pub(crate) fn on(&self, runtime: Handle) -> Self {
        let (tracker, stop) = (self.owner().tracker.clone(), self.owner().stop.clone());
        Self(Arc::new(Owner { runtime, tracker, stop }))
    }

    fn owner(&self) -> &Owner {
        self.0.owner()
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.owner().runtime
    }

    /// Whether both belong to one owner.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        TaskTracker::ptr_eq(&self.owner().tracker, &other.owner().tracker)
    }

    /// Cancelled when the owner wants its tasks to end.
    pub(crate) fn stop_token(&self) -> &CancellationToken {
        &self.owner().stop
    }

    /// Runs `task` to its end. It is expected to watch [`Self::stop_token`] if it would not end by itself.
    ///
    /// Boxed, so that the runtime's code for a task is compiled once and not for every deployment.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.spawn_unboxed::<BoxFuture<'static, T>>(Box::pin(task))
    }

    /// The same without a box of its own, for tasks that calls and requests wait for.
    pub(crate) fn spawn_unboxed<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.owner().tracker.spawn_on(task, &self.owner().runtime)
    }

    /// Lets a thread of the runtime that sleeps, if there is one beside others, look whether there is something to do:
    /// in tasks, sockets and timers. This task has no owner, because it ends at once.
    pub(crate) fn wake_a_thread(&self) {
        if self.runtime().runtime_flavor() == RuntimeFlavor::MultiThread {
            drop(self.runtime().spawn(async {}));
        }
    }

    /// Runs `task` until it ends or the owner stops its tasks, whichever comes first.
    pub(crate) fn spawn_until_stopped(&self, task: impl Future<Output = ()> + Send + 'static) {
        drop(self.spawn_unboxed(until_stopped(self.owner().stop.clone(), Box::pin(task))));
    }

    /// Drops a value of the user's where its `Drop` may block, to unload a model say, and where a panic
    /// hurts nobody.
    pub(crate) fn dispose<T: Send + 'static>(&self, value: T) {
        if std::mem::needs_drop::<T>() {
            self.dispose_boxed(Box::new(value));
        }
    }

    fn dispose_boxed(&self, value: Box<dyn Send>) {
        let Owner { runtime, tracker, .. } = self.owner();
        drop(tracker.spawn_blocking_on(move || drop_quietly(value), runtime));
    }

    /// Asks every task to end and waits for them, at most `patience`.
    pub(crate) async fn shut_down(&self, patience: Duration) {
        self.owner().stop.cancel();
        self.owner().tracker.close();
        if tokio::time::timeout(patience, self.owner().tracker.wait()).await.is_err() {
            let left = self.owner().tracker.len() as u64;
            log::warn("tasks did not end in time").number("left", left).emit();
        }
    }
}

async fn until_stopped(stop: CancellationToken, task: BoxFuture<'static, ()>) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = task => {}
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
