//! Listens for one process and lets nobody else in.

use std::io::ErrorKind;
use std::net::SocketAddr;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::server::TlsStream;

use super::{HANDSHAKE_PATIENCE, TransportError, check_protocol};
use crate::log;

/// How many connections may be in their handshakes; others wait in the kernel.
const HANDSHAKES_MAX: usize = 16;

/// The connection of the process that has this certificate. Others are refused, each by itself: one that
/// stays silent delays no other.
pub(super) async fn arrival(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
    replica: String,
) -> Result<TlsStream<TcpStream>, TransportError> {
    let mut handshakes = FuturesUnordered::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if handshakes.len() < HANDSHAKES_MAX => {
                match accepted {
                    Ok((stream, address)) => {
                        handshakes.push(handshake(stream, address, &acceptor, &certificate));
                    }
                    // A stranger that left before anybody looked.
                    Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                    Err(error) => return Err(TransportError::Tcp(error)),
                }
            }
            Some((address, outcome)) = handshakes.next() => match outcome {
                Ok(stream) => return Ok(stream),
                Err(error) => {
                    let line = log::warn("a connection was not taken").replica_id(&replica);
                    line.address(address).cause(error).emit();
                }
            },
        }
    }
}

async fn handshake(
    stream: TcpStream,
    address: SocketAddr,
    acceptor: &TlsAcceptor,
    certificate: &CertificateDer<'static>,
) -> (SocketAddr, Result<TlsStream<TcpStream>, TransportError>) {
    let shaken = tokio::time::timeout(HANDSHAKE_PATIENCE, shake(stream, acceptor, certificate));
    (address, shaken.await.unwrap_or(Err(TransportError::Slow(HANDSHAKE_PATIENCE))))
}

async fn shake(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    certificate: &CertificateDer<'static>,
) -> Result<TlsStream<TcpStream>, TransportError> {
    stream.set_nodelay(true).map_err(TransportError::Tcp)?;
    let stream = acceptor.accept(stream).await;
    let stream = stream.map_err(|error| TransportError::Refused(error.to_string()))?;
    let (_, tls) = stream.get_ref();
    check_protocol(tls)?;
    // Another replica has a certificate of the same authority, but this is not its place.
    if tls.peer_certificates().and_then(<[_]>::first) != Some(certificate) {
        return Err(TransportError::Refused("its certificate is another replica's".to_owned()));
    }
    Ok(stream)
}
