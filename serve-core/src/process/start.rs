//! What a process that was started for a replica finds.

use std::os::unix::net::UnixStream;

use tokio_util::sync::CancellationToken;

use crate::log::Severity;

/// What a process that was started for a replica begins with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) replica: String,
    /// As it is in the spec.
    pub(crate) description: String,
    /// The other end of [`Started::data`](super::Started), not blocking.
    pub(crate) data: UnixStream,
    /// Of the events that the parent wants to hear of; `None` if of none.
    pub(crate) level: Option<Severity>,
    /// Whether there is nothing in this process but the replica.
    pub(crate) is_alone: bool,
    /// Cancelled when the parent asks the process to end, which is then to leave `main`.
    pub(crate) quit: CancellationToken,
}
