//! How a replica goes: it takes no more calls, finishes what it has, and says its last words.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::hosted::{Hosted, Life};
use super::{Happened, Host};
use crate::controller::deployment_state::ReplicaNumber;
use crate::observe::{Draft, EventKind};
use crate::replica::{AnyReplica, shut_down};
use crate::tasks::OwnedTask;

/// How long calls that were told to end may take for it, and the last words of a replica whose patience
/// is used up.
const KILL_PATIENCE: Duration = Duration::from_secs(1);

impl Host {
    pub(super) fn stop(&self, number: ReplicaNumber, patience: Duration) {
        let Some(this) = self.this.upgrade() else { return };
        let Some(Hosted { replica, life }) = self.replicas.find(number) else { return };
        let Some(replica) = replica else {
            // Still being constructed: that ends here, and reports it.
            return life.end.cancel();
        };
        self.parts.tasks.spawn(async move {
            let begun = Instant::now();
            this.drain(&replica, patience).await;
            let left = patience.saturating_sub(begun.elapsed()).max(KILL_PATIENCE);
            this.last_words(number, replica, &life, left).await;
            this.report(number, Happened::Stopped).await;
        });
    }

    /// Waits until the replica has finished what it has, or ends that.
    async fn drain(&self, replica: &Arc<dyn AnyReplica>, patience: Duration) {
        if tokio::time::timeout(patience, replica.drain()).await.is_ok() {
            return;
        }
        let (ongoing, upgraded) = (replica.ongoing(), replica.upgraded());
        if let Some(far) = replica.as_far() {
            far.note_open(&replica.site().cut);
        }
        replica.site().kill.cancel();
        self.drop_unbegun(&**replica);
        // A method that blocks its thread cannot be ended; the replica outlives its place.
        drop(tokio::time::timeout(KILL_PATIENCE, replica.drain()).await);
        let cut = replica.site().cut.to_string();
        let cut = if cut.is_empty() { String::new() } else { format!(": {cut}") };
        let upgraded = match upgraded {
            0 => String::new(),
            open => format!(" and {open} WebSocket(s)"),
        };
        let message = format!(
            "the replica did not finish what it had within {patience:?}; cut {ongoing} call(s){upgraded}{cut}"
        );
        let cut = Draft::warn(EventKind::DrainCut, message).replica(&replica.site().name);
        self.parts.events.tell(cut);
    }

    async fn last_words(
        &self,
        number: ReplicaNumber,
        replica: Arc<dyn AnyReplica>,
        life: &Life,
        patience: Duration,
    ) {
        life.stopping.cancel();
        let name = replica.site().name.clone();
        // In a process it is the process that says them, before it ends.
        let is_here = replica.as_far().is_none() && replica.is_drained();
        let tasks = replica.pool().tasks().clone();
        let hosted = self.replicas.remove(number);
        self.parts.tasks.dispose(hosted);
        if is_here {
            // Where its calls run, and with nothing of it left anywhere else. The clock is the server's.
            let speaking = OwnedTask(tasks.spawn(shut_down(replica, patience)));
            let failed = |why: &dyn Display| {
                let message = format!("`on_shutdown` failed: {why}");
                let failed = Draft::error(EventKind::HookFailed, message).replica(&name);
                self.parts.events.tell(failed);
            };
            match tokio::time::timeout(patience, speaking).await {
                Ok(Ok(Err(failure))) => failed(&failure),
                Err(_) => failed(&format_args!("it did not end within {patience:?}")),
                Ok(Ok(Ok(())) | Err(_)) => {}
            }
        } else {
            self.parts.tasks.dispose(replica);
        }
        life.end_within(patience);
        if life.pid().is_some() {
            life.over.cancelled().await;
        }
    }

    /// Ends a replica as a crash would.
    pub(super) fn end_at_once(&self, hosted: Hosted) {
        if let Some(replica) = &hosted.replica {
            replica.close();
            replica.site().kill.cancel();
            self.drop_unbegun(&**replica);
        }
        // Last: what its thread drops then is looked for a place again, and must not come back here.
        hosted.life.end.cancel();
        self.parts.tasks.dispose(hosted);
    }

    /// Calls that wait for the replica's own thread, which may be held up for long, wait no longer.
    fn drop_unbegun(&self, replica: &dyn AnyReplica) {
        if !Arc::ptr_eq(replica.pool(), &self.parts.pool) {
            replica.pool().close();
        }
    }
}
