//! How a replica's process goes: it says so, finishes what it runs, and lets the server let go of it.

use std::time::Duration;

use tokio::signal::unix::Signal;

use super::Hosted;
use crate::deployment::Deployment;
use crate::exchange::Peer;

/// How long a process that has nothing left to do waits for the server to dismiss it. One that waits in
/// vain goes by itself.
const DISMISSAL_PATIENCE: Duration = Duration::from_secs(5);
/// How long tasks may take to end that nobody needs any more.
const TASK_PATIENCE: Duration = Duration::from_millis(500);

impl<D: Deployment> Hosted<D> {
    /// Somebody wants this process to end who is not the server: an operator, or the system that goes
    /// down. Resolves when it has done its part.
    pub(super) async fn leave_on(&self, peer: &Peer, mut signal: Signal) {
        if signal.recv().await.is_none() {
            return std::future::pending().await;
        }
        // Without a value there is nothing to finish.
        let Some(replica) = self.replica.get() else { return };
        // First the word and then the deed: the server sends again what is refused after the word, and
        // not here.
        peer.leave("got SIGTERM");
        replica.drain().await;
        tokio::time::sleep(DISMISSAL_PATIENCE).await;
    }

    /// Lets go of the value as far as others hold it; whoever drops this last drops it.
    pub(super) async fn release(&self) {
        self.pool.close();
        self.tasks.shut_down(TASK_PATIENCE).await;
        if let Some(replica) = self.replica.get() {
            replica.router().close();
        }
    }
}
