//! The first message on a line: where to connect from here.

use std::io;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Connection, TransportError};
use crate::packed::{pack, unpack};

/// What a started process is told of its connection. Certificates and keys are DER.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Invitation {
    /// Calls come over the line.
    Stay,
    Tcp(TcpInvitation),
}

/// Where a process is awaited, and who both ends are.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct TcpInvitation {
    pub(super) address: SocketAddr,
    /// Whose signature the other end must have.
    pub(super) authority: Vec<u8>,
    pub(super) certificate: Vec<u8>,
    pub(super) private_key: Vec<u8>,
}

/// An invitation takes one or two KiB.
const INVITATION_BYTES_MAX: u32 = 64 << 10;

pub(super) async fn write_invitation(
    line: &mut Connection,
    invitation: &Invitation,
) -> Result<(), TransportError> {
    let bytes = pack(invitation).map_err(|error| TransportError::Invitation(error.to_string()))?;
    let send = async {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        line.write.write_u32_le(length).await?;
        line.write.write_all(&bytes).await?;
        line.write.flush().await
    };
    send.await.map_err(TransportError::Line)
}

/// Reads the invitation and not a byte more: what follows is the link's.
pub(super) async fn read_invitation(line: &mut Connection) -> Result<Invitation, TransportError> {
    let length = line.read.read_u32_le().await.map_err(TransportError::Line)?;
    if length > INVITATION_BYTES_MAX {
        return Err(TransportError::Invitation(format!("{length} bytes are too many")));
    }
    let mut bytes = vec![0; length as usize];
    line.read.read_exact(&mut bytes).await.map_err(TransportError::Line)?;
    unpack(&bytes).map_err(|error| TransportError::Invitation(error.to_string()))
}

impl std::fmt::Debug for TcpInvitation {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TcpInvitation").field("address", &self.address).finish_non_exhaustive()
    }
}
