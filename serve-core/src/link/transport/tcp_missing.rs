//! What there is of TCP in a program without the feature `tcp`: an error that says so.

use super::invitation::TcpInvitation;
use super::{Connection, TransportError};
use crate::tasks::Tasks;

pub(super) async fn join(
    _invitation: TcpInvitation,
    _tasks: &Tasks,
) -> Result<Connection, TransportError> {
    Err(TransportError::NoTcp)
}
