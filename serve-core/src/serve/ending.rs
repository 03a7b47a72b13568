//! The end of a server, in peace.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use futures_util::future::Either;
use tokio::time::Instant;

use super::Serve;
use crate::config::deadline;
use crate::controller::Expected;
use crate::error::Result;
use crate::log;
use crate::observe::{Draft, EventKind};
use crate::systemd;

/// How long tasks that have nothing left to do may take to end.
const TASK_PATIENCE: Duration = Duration::from_secs(5);
const TASK_PATIENCE_MIN: Duration = Duration::from_millis(100);
/// How long the last spans may take to get to whoever collects them.
const TRACE_PATIENCE: Duration = Duration::from_secs(5);
const TRACE_PATIENCE_MIN: Duration = Duration::from_millis(500);
/// What calls that are cut may take to end.
const CUT_PATIENCE: Duration = Duration::from_millis(1500);
/// How long whoever listens to the log may take for the last lines.
const FLUSH_PATIENCE: Duration = Duration::from_secs(1);
/// How long requests about the server may take to end after it.
const COMPANION_PATIENCE: Duration = Duration::from_secs(1);
/// How long open connections may take to finish once their deployments have.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(10);

impl Serve {
    /// Waits for Ctrl-C or SIGTERM, then shuts the server down. A second signal ends the wait at once, before
    /// everything is drained, so that `main` can return.
    ///
    /// # Errors
    ///
    /// The signals cannot be watched, or as [`shutdown`](Self::shutdown).
    ///
    /// ```no_run
    /// # async fn example(serve: serve_core::Serve) -> serve_core::Result<()> {
    /// serve.wait_for_shutdown().await
    /// # }
    /// ```
    pub async fn wait_for_shutdown(&self) -> Result<()> {
        crate::shutdown_signal::then_shut_down(async || self.shutdown().await).await
    }

    /// Stops accepting connections, drains every deployment, callers before those they call, and ends every
    /// task. Calls that come later fail.
    ///
    /// Each deployment has at most its `graceful_shutdown_timeout`, and all together have at most the
    /// server's [`shutdown_timeout`](crate::ServeBuilder::shutdown_timeout): what is left of it is shared out
    /// along the chain of callers, and what does not end in time is cut, with a line in the log that says
    /// what that was. Cutting it may take about a second more.
    ///
    /// # Errors
    ///
    /// None at present; a server that is down already is down.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the server half shut down; call it again to go on.
    pub async fn shutdown(&self) -> Result<()> {
        self.shut_down(self.inner.shutdown.delay).await
    }

    pub(super) async fn shut_down(&self, delay: Duration) -> Result<()> {
        let inner = &self.inner;
        let _one_at_a_time = inner.shutting_down.lock().await;
        let timeout = inner.shutdown.timeout;
        let by = deadline(Instant::now(), timeout);
        inner.proxy.stop_being_ready();
        if !self.has_ended() {
            let message = format!("the server is being shut down, within {timeout:?}");
            inner.events.tell(Draft::info(EventKind::ShuttingDown, message));
            if self.http_addr().is_some() || inner.told_ready.load(Relaxed) {
                systemd::notify(&inner.tasks, "STOPPING=1".to_owned()).await;
            }
            tokio::time::sleep(delay.min(timeout)).await;
        }
        inner.proxy.start_draining();
        if tokio::time::timeout_at(by, self.drain(by, timeout)).await.is_err() {
            log::warn(format!("not everything has ended within {timeout:?}; the rest is cut"))
                .emit();
        }
        inner.pool.close();
        if let Some(companion) = inner.companion.get() {
            // Whoever watches has seen all of it.
            inner.events.close();
            if tokio::time::timeout(COMPANION_PATIENCE, companion.end()).await.is_err() {
                log::debug("some requests to the admin API did not end in time and are cut").emit();
            }
        }
        let left = by.saturating_duration_since(Instant::now());
        inner.tasks.shut_down(left.clamp(TASK_PATIENCE_MIN, TASK_PATIENCE)).await;
        if let Some(tracer) = inner.tracer.clone() {
            // It waits for an answer of whoever collects them.
            let left = by.saturating_duration_since(Instant::now());
            let patience = left.clamp(TRACE_PATIENCE_MIN, TRACE_PATIENCE);
            drop(inner.tasks.runtime().spawn_blocking(move || tracer.flush(patience)).await);
        }
        log::flush(FLUSH_PATIENCE).await;
        Ok(())
    }

    /// Ends every application and every connection.
    async fn drain(&self, by: Instant, timeout: Duration) {
        // What is cut still has to end.
        let by = by.checked_sub(CUT_PATIENCE.min(timeout / 4)).unwrap_or(by);
        let accepting = async {
            if let Some(server) = &self.inner.server {
                server.drain().await;
            }
        };
        let deleting = async {
            let controller = &self.inner.controller;
            controller.end().await;
            let names = controller.directory().names();
            let deletions = names.iter().map(async |name| {
                let deletion = controller.delete(name, Expected::Any, Some(by)).await;
                // One that is gone by itself is gone.
                if let Ok(deletion) = deletion {
                    drop(deletion.done().await);
                }
            });
            futures_util::future::join_all(deletions).await;
        };
        // Connections end when their requests do, so both go side by side; what is left of an answer
        // when its deployment has gone still gets time to arrive.
        let accepting = std::pin::pin!(accepting);
        match futures_util::future::select(std::pin::pin!(deleting), accepting).await {
            Either::Left((_, accepting)) => {
                if tokio::time::timeout(CONNECTION_PATIENCE, accepting).await.is_err() {
                    log::warn("some connections did not end in time and are cut").emit();
                }
            }
            Either::Right(((), deleting)) => {
                deleting.await;
            }
        }
    }
}
