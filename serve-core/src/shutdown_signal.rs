//! Waits for whoever wants the process to end: Ctrl-C, or SIGTERM.

use crate::error::Result;
use crate::log;

/// Waits for a signal, then for `shut_down`, but not beyond a second signal.
pub(crate) async fn then_shut_down(shut_down: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    received().await?;
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
