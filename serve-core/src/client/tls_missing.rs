//! What there is of TLS in a client without the feature `tls`: a sentence that says so.

use tokio::net::TcpStream;

use super::config::AdminClient;
use super::error::ClientError;
use super::exchange::AnyIo;

#[derive(Clone)]
pub(super) enum Trust {}

impl Trust {
    pub(super) async fn connect(client: &AdminClient, _: TcpStream) -> Result<AnyIo, ClientError> {
        if let Some(trust) = &client.trust {
            match *trust {}
        }
        Err(client.unreachable(&"HTTPS needs the feature `tls` of serve-core"))
    }
}
