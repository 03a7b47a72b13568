//! Calls go over the line itself: a Unix socket that the process was given when it was started.

use futures_util::future::BoxFuture;

use super::invitation::{Invitation, write_invitation};
use super::{Connection, Transport, TransportError};

/// The fastest between processes of one machine, and what nobody else can connect to. The end of a process
/// is seen on its control socket, so silence here means nothing.
#[derive(Debug)]
pub(crate) struct InheritedSocket;

impl Transport for InheritedSocket {
    fn connect(
        &self,
        mut line: Connection,
        _replica: &str,
    ) -> BoxFuture<'static, Result<Connection, TransportError>> {
        Box::pin(async move {
            write_invitation(&mut line, &Invitation::Stay).await?;
            Ok(line)
        })
    }
}
