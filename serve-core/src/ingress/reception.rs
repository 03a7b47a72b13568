//! What a connection goes through before its first request: the header of a load balancer, and the handshake.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

use super::connection::{Place, Wire};
use super::proxy_header;
use crate::config::Networks;
use crate::tls::Tls;

/// How connections are received.
#[derive(Clone, Debug)]
pub(super) struct Reception {
    /// Where connections begin with a header of the PROXY protocol.
    balancers: Networks,
    tls: Option<Arc<Tls>>,
}

impl Reception {
    pub(super) fn new(balancers: Networks, tls: Option<Arc<Tls>>) -> Self {
        Self { balancers, tls }
    }

    /// Whether a connection from there begins with its first request.
    pub(super) fn is_nothing_for(&self, peer: SocketAddr) -> bool {
        self.tls.is_none() && !self.is_balancer(peer)
    }

    fn is_balancer(&self, peer: SocketAddr) -> bool {
        !self.balancers.is_empty() && self.balancers.contain(peer.ip())
    }

    /// Receives a connection, and says who is at its other end. It may take for ever.
    pub(super) async fn receive(
        &self,
        mut stream: TcpStream,
        peer: SocketAddr,
        place: Place,
    ) -> io::Result<(Wire, SocketAddr)> {
        let named =
            if self.is_balancer(peer) { proxy_header::read(&mut stream).await? } else { None };
        let wire = match &self.tls {
            Some(tls) => Wire::tls(tls.accept(stream).await?, place),
            None => Wire::clear(stream, place),
        };
        Ok((wire, named.unwrap_or(peer)))
    }
}
