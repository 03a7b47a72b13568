//! Where the connection of a link comes from.
//!
//! A process that has been started for a replica has one way to whoever started it: its *line*, a
//! connection that both ends were given. A [`Transport`] says what becomes of it: calls go over the line
//! itself ([`InheritedSocket`]), or the line carries an invitation to another connection (`tcp`). Links
//! know nothing of all this; they get a [`Connection`].

mod choice;
mod connection;
mod inherited;
mod invitation;

#[cfg(feature = "tcp")]
mod tcp;
#[cfg(not(feature = "tcp"))]
#[path = "tcp_missing.rs"]
mod tcp;

use std::fmt;
use std::io;
use std::time::Duration;

use futures_util::future::BoxFuture;

pub use choice::ProcessTransport;
pub(crate) use connection::{Connection, Liveness};

use crate::tasks::Tasks;
use inherited::InheritedSocket;
#[cfg(feature = "tcp")]
use tcp::Tcp;

use invitation::{Invitation, read_invitation};

/// How a process that has been started gets a connection to the one that started it.
pub(crate) trait Transport: fmt::Debug + Send + Sync + 'static {
    /// A connection to the process at the other end of `line`, which calls [`join`]. `replica` is what
    /// errors call it.
    ///
    /// Waits as long as that process takes; whoever opens knows how long to wait at most. Dropping the
    /// future leaves nothing behind.
    fn connect(
        &self,
        line: Connection,
        replica: &str,
    ) -> BoxFuture<'static, Result<Connection, TransportError>>;
}

/// The started end: does what the other end's [`Transport`] says on `line`. `tasks` own those of the
/// connection, if it has its own.
///
/// # Errors
///
/// The line breaks, or what it says is not known here or does not work.
pub(crate) async fn join(
    mut line: Connection,
    tasks: &Tasks,
) -> Result<Connection, TransportError> {
    match read_invitation(&mut line).await? {
        Invitation::Stay => Ok(line),
        Invitation::Tcp(invitation) => tcp::join(invitation, tasks).await,
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransportError {
    #[error("the connection that it was started with failed: {0}")]
    Line(#[source] io::Error),
    #[error("what it was told of its connection makes no sense: {0}")]
    Invitation(String),
    #[cfg_attr(feature = "tcp", expect(dead_code, reason = "said by builds without the feature"))]
    #[error("the program was built without the feature `tcp` of serve-core")]
    NoTcp,
    #[cfg_attr(not(feature = "tcp"), expect(dead_code, reason = "said by builds with TCP"))]
    #[error("no connection over TCP: {0}")]
    Tcp(#[source] io::Error),
    #[cfg_attr(not(feature = "tcp"), expect(dead_code, reason = "said by builds with TCP"))]
    #[error("no certificates: {0}")]
    Certificates(String),
    #[cfg_attr(not(feature = "tcp"), expect(dead_code, reason = "said by builds with TCP"))]
    #[error("the other end was refused: {0}")]
    Refused(String),
    #[cfg_attr(not(feature = "tcp"), expect(dead_code, reason = "said by builds with TCP"))]
    #[error("the handshake took longer than {0:?}")]
    Slow(Duration),
}
