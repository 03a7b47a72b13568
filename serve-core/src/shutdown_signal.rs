//! Waits for whoever wants the process to end: Ctrl-C, or SIGTERM.

use crate::error::Result;
use crate::log;

/// Waits for a signal, then for `shut_down`, but not beyond a second signal.
pub(crate) async fn then_shut_down(shut_down: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    received().await?;
    unless_again(shut_down).await
}

/// Waits for `shut_down`, which a signal has asked for, but not beyond another one.
pub(crate) async fn unless_again(shut_down: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    log::info("shutting down; a second signal ends the wait at once").emit();
    tokio::select! {
        outcome = shut_down() => outcome,
        again = received() => {
            again?;
            log::warn("ended before everything was drained").emit();
            Ok(())
        }
    }
}

/// Resolves when somebody wants the process to end: Ctrl-C, or SIGTERM. For a server of one's own;
/// [`wait_for_shutdown`](crate::wait_for_shutdown) waits for the same, and drains.
///
/// With `axum::serve` first the listener ends, and then the deployments, which its last requests may still call. Where
/// clients keep streams open without end, [Routes](crate::guide::routes#in-an-axum-application) has another way.
///
/// ```no_run
/// # async fn example(serve: serve_core::Serve, app: axum::Router) -> serve_core::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// axum::serve(listener, app).with_graceful_shutdown(serve_core::shutdown_signal()).await?;
/// serve.shutdown().await
/// # }
/// ```
///
/// # Cancel safety
///
/// Once this has been polled, such a signal no longer ends the process by itself, even after this is dropped.
pub async fn shutdown_signal() {
    if let Err(error) = received().await {
        log::error("nothing can be heard of signals; only `kill -9` ends the process")
            .cause(&error)
            .emit();
        std::future::pending().await
    }
}

#[cfg(unix)]
async fn received() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn received() -> Result<()> {
    tokio::signal::ctrl_c().await?;
    Ok(())
}
