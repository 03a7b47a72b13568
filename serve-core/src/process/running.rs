//! A process that has taken over, as its parent sees it.

use std::os::unix::net::UnixStream;

use tokio::sync::watch;

use super::Exit;
use super::control::Speaker;
use super::group::Killer;
use crate::pings::Health;

/// A process for a replica, and the way to it.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) process: Process,
    /// The other end of [`Start::data`](super::Start::data), not blocking.
    pub(crate) data: UnixStream,
}

/// A process for a replica. Dropping it kills the process and all that it has started.
#[derive(Debug)]
pub(crate) struct Process {
    pub(super) killer: Killer,
    pub(super) speaker: Speaker,
    pub(super) health: watch::Receiver<Health>,
    pub(super) ending: Ending,
}

/// The end of a process, to be waited for by anybody.
#[derive(Clone, Debug)]
pub(super) struct Ending(pub(super) watch::Receiver<Option<Exit>>);

// === impl Process ===

impl Process {
    pub(crate) fn pid(&self) -> u32 {
        self.killer.group().leader().as_raw_nonzero().get().unsigned_abs()
    }

    /// Waits until the process has ended, and what it had started with it.
    pub(crate) async fn exited(&self) -> Exit {
        self.ending.clone().exit().await
    }

    /// How the process has ended. `None` as long as it lives.
    #[cfg(test)]
    pub(crate) fn exit(&self) -> Option<Exit> {
        *self.ending.0.borrow()
    }

    /// Kills the process and all that it has started. [`Self::exited`] tells when they are gone.
    pub(crate) fn kill(&self) {
        self.killer.group().kill();
    }

    /// Asks the process to end. It may not listen, so whoever asks should be ready to
    /// [`kill`](Self::kill) it.
    pub(crate) fn quit(&self) {
        self.speaker.quit();
    }

    /// Whether the process answers its pings.
    #[cfg(test)]
    pub(crate) fn health(&self) -> Health {
        *self.health.borrow()
    }

    /// Whether the process lives and has answered lately, so that it may get calls.
    #[cfg(test)]
    pub(crate) fn is_responding(&self) -> bool {
        self.health() == Health::Ok && self.exit().is_none()
    }

    /// Waits until the process has not answered for so long that its calls should be given up. Never
    /// returns if it ends before that; it may answer again later.
    pub(crate) async fn hung(&self) {
        let mut health = self.health.clone();
        if health.wait_for(|health| *health == Health::Hung).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

// === impl Ending ===

impl Ending {
    pub(super) async fn exit(&mut self) -> Exit {
        let exit = self.0.wait_for(Option::is_some).await;
        exit.ok().and_then(|exit| *exit).unwrap_or(Exit::Unknown)
    }
}
