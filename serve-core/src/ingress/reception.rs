//! What a connection goes through before its first request: the header of a load balancer, and the handshake.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;

use super::connection::{Place, UnstalledIo, Wire};
use super::proxy_header;
use crate::config::Networks;
use crate::tls::Tls;

/// How connections are received.
#[derive(Clone, Debug)]
pub(super) struct Reception {
    /// Where connections begin with a header of the PROXY protocol.
    balancers: Networks,
    tls: Option<Arc<Tls>>,
    /// How long a client may take before it reads on.
    write_limit: Duration,
}

impl Reception {
    pub(super) fn new(balancers: Networks, tls: Option<Arc<Tls>>, write_limit: Duration) -> Self {
        Self { balancers, tls, write_limit }
    }

    /// Whether a connection from there begins with its first request.
    pub(super) fn is_nothing_for(&self, peer: SocketAddr) -> bool {
        self.tls.is_none() && !self.is_balancer(peer)
    }

    fn is_balancer(&self, peer: SocketAddr) -> bool {
        !self.balancers.is_empty() && self.balancers.contain(peer.ip())
    }

    /// A connection that there is nothing to receive of.
    pub(super) fn clear(&self, stream: TcpStream, place: Place) -> Wire {
        Wire::clear(UnstalledIo::new(stream, self.write_limit), place)
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
            Some(tls) => {
                let unstalled = |stream| UnstalledIo::new(stream, self.write_limit);
                Wire::tls(tls.accept(stream, unstalled).await?, place)
            }
            None => self.clear(stream, place),
        };
        Ok((wire, named.unwrap_or(peer)))
    }
}
