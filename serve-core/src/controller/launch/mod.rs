//! Where processes for replicas are started: on this machine, and later on others.
//!
//! A host asks a [`Launcher`] for a process and gets a connection to it and what it takes to watch and end
//! it. Whose machine that is nobody above knows.

mod local;
#[cfg(all(test, target_os = "linux"))]
mod tests;

use futures_util::future::BoxFuture;

use crate::error::Failure;
use crate::link::Connection;
use crate::process::{Exit, Spec};

pub(crate) use local::{LocalProcesses, ProcessOptions};

/// Starts processes for replicas somewhere.
pub(crate) trait Launcher: Send + Sync {
    /// Starts a process and waits until it is connected. If the caller does not wait to the end, there is
    /// no process.
    ///
    /// # Errors
    ///
    /// The process could not be started, ended, or did not connect in time.
    fn launch(&self, spec: Spec) -> BoxFuture<'_, Result<Launched, Failure>>;
}

/// A process for a replica, and the way to it.
pub(crate) struct Launched {
    pub(crate) process: Box<dyn ReplicaProcess>,
    pub(crate) connection: Connection,
}

/// A process for a replica, wherever it runs. Dropping it ends the process.
pub(crate) trait ReplicaProcess: Send + Sync {
    /// The system's number for it, if it is on this machine.
    fn pid(&self) -> Option<u32>;

    /// Waits until it has ended, and what it had started with it.
    fn exited(&self) -> BoxFuture<'_, Exit>;

    /// Waits until it has been silent for so long that its calls should be given up. Never resolves where
    /// that is found out by its link.
    fn hung(&self) -> BoxFuture<'_, ()>;

    /// Asks it to finish what it does and end. It may not listen, so whoever asks should be ready to
    /// [`kill`](Self::kill) it.
    fn quit(&self);

    /// Ends it and all that it has started, at once.
    fn kill(&self);
}
