//! What there is of processes where the operating system is not Linux: an error that says so.

use std::io;
use std::os::unix::net::UnixStream;

use super::{Exit, SpawnError, Spec, Start};
use crate::tasks::Tasks;

/// Never made.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) process: Process,
    pub(crate) data: UnixStream,
}

/// Never made.
#[derive(Debug)]
pub(crate) enum Process {}

/// Starts nothing.
#[derive(Clone, Debug)]
pub(crate) struct Spawner {}

/// No process is a replica here.
pub(crate) fn take_over() -> Option<Start> {
    None
}

// === impl Process ===

impl Process {
    pub(crate) fn pid(&self) -> u32 {
        match *self {}
    }

    pub(crate) async fn exited(&self) -> Exit {
        match *self {}
    }

    pub(crate) fn kill(&self) {
        match *self {}
    }

    pub(crate) fn quit(&self) {
        match *self {}
    }

    pub(crate) async fn hung(&self) {
        match *self {}
    }
}

// === impl Spawner ===

impl Spawner {
    pub(crate) fn start(_tasks: &Tasks) -> io::Result<Self> {
        Ok(Self {})
    }

    pub(crate) async fn spawn(&self, spec: Spec) -> Result<Started, SpawnError> {
        let source = io::Error::new(
            io::ErrorKind::Unsupported,
            "replicas have processes of their own on Linux only",
        );
        Err(SpawnError::Start { replica: spec.replica, source })
    }
}
