//! How a replica's process goes: it says so, finishes what it runs, and lets the server let go of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::Signal;

use super::Hosted;
use super::hosted::HostedReplica;
use crate::exchange::Peer;
use crate::log;
use crate::replica::{AnyReplica, shut_down};

/// How long a process that has nothing left to do waits for the server to dismiss it. One that waits in
/// vain goes by itself.
const DISMISSAL_PATIENCE: Duration = Duration::from_secs(5);
/// How long tasks may take to end that nobody needs any more.
const TASK_PATIENCE: Duration = Duration::from_millis(500);

impl Hosted {
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
        let replica: Arc<dyn AnyReplica> = Arc::<dyn HostedReplica>::clone(replica);
        replica.drain().await;
        tokio::time::sleep(DISMISSAL_PATIENCE).await;
    }

    /// Lets the replica say its last words, if it has finished all that it had. The server waits for them,
    /// and for no longer than it likes.
    pub(super) async fn last_words(hosted: Arc<Self>) {
        let Some(replica) = hosted.replica.get().cloned() else { return };
        if replica.ongoing() > 0 {
            return;
        }
        let name = replica.site().name.clone();
        drop(hosted);
        if let Err(failure) = shut_down(replica, Duration::MAX).await {
            log::error(format!("`on_shutdown` failed: {failure}")).replica(&name).emit();
        }
    }

    /// Lets go of the value as far as others hold it; whoever drops this last drops it.
    pub(super) async fn release(&self) {
        self.pool.close();
        self.tasks.shut_down(TASK_PATIENCE).await;
        if let Some(replica) = self.replica.get() {
            replica.any_router().close();
        }
    }
}
