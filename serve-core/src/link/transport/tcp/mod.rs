//! Calls go over TCP with mutual TLS, as between machines.
//!
//! The started process is told over its line where it is awaited, and gets a certificate of its own with
//! the key: neither is ever in the environment or on disk. It is the one that connects. Whoever awaits it
//! listens for it alone, takes nobody else's certificate, and stops listening once it has connected.
//!
//! The loopback interface only, TLS 1.3 only, and an ALPN name that says which protocol is spoken. The
//! tasks of such a link run on a thread of their own: it ends when its other end has been silent for a
//! second, and user code that keeps a runtime busy must not look like that.

mod await_peer;
mod identity;
mod io_thread;

#[cfg(test)]
mod tests;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::CommonState;

use super::invitation::{Invitation, TcpInvitation, write_invitation};
use super::{Connection, Liveness, Transport, TransportError};
use crate::tasks::Tasks;
use identity::Authority;
use io_thread::IoThread;

/// Names the protocol and its first version; HELLO says the rest.
const ALPN: &[u8] = b"serve/1";
/// How long a handshake may take: a stranger who says nothing is not listened to for longer.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(5);

/// TCP with mutual TLS.
#[derive(Debug)]
pub(crate) struct Tcp {
    authority: Arc<Authority>,
    io: Arc<IoThread>,
}

impl Tcp {
    /// Makes a certificate authority in memory, and a thread for the links.
    ///
    /// # Errors
    ///
    /// There is no randomness or no thread to be had.
    pub(crate) fn new(tasks: &Tasks) -> Result<Self, TransportError> {
        let (authority, io) = (Arc::new(Authority::new()?), Arc::new(IoThread::start(tasks)?));
        Ok(Self { authority, io })
    }
}

impl Transport for Tcp {
    fn connect(
        &self,
        mut line: Connection,
        replica: &str,
    ) -> BoxFuture<'static, Result<Connection, TransportError>> {
        let (authority, io, replica) =
            (Arc::clone(&self.authority), Arc::clone(&self.io), replica.to_owned());
        let connect = async move {
            let guest = authority.issue(&replica)?;
            let listener = listen(&io).map_err(TransportError::Tcp)?;
            let invitation = TcpInvitation {
                address: listener.local_addr().map_err(TransportError::Tcp)?,
                authority: authority.certificate().to_vec(),
                certificate: guest.certificate.to_vec(),
                private_key: guest.private_key,
            };
            write_invitation(&mut line, &Invitation::Tcp(invitation)).await?;
            let acceptor = authority.acceptor()?;
            let arrival = await_peer::arrival(listener, acceptor, guest.certificate, replica);
            let stream = Arriving(io.tasks().spawn(arrival)).await?;
            Ok(connection(stream, &io))
        };
        connect.boxed()
    }
}

/// Listens on a port that the system chooses. What is accepted there wakes the thread of the links.
fn listen(io: &IoThread) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let _context = io.tasks().runtime().enter();
    TcpListener::from_std(listener)
}

/// The started end. Its thread lasts as long as the connection.
pub(super) async fn join(
    invitation: TcpInvitation,
    tasks: &Tasks,
) -> Result<Connection, TransportError> {
    let io = Arc::new(IoThread::start(tasks)?);
    let (name, connector) = identity::connector(&invitation)?;
    let connect = async move {
        let stream = TcpStream::connect(invitation.address).await.map_err(TransportError::Tcp)?;
        stream.set_nodelay(true).map_err(TransportError::Tcp)?;
        let stream = TlsConnector::from(connector).connect(name, stream).await;
        let stream = stream.map_err(|error| TransportError::Refused(error.to_string()))?;
        check_protocol(stream.get_ref().1)?;
        Ok(stream)
    };
    let connect = async { tokio::time::timeout(HANDSHAKE_PATIENCE, connect).await };
    let stream = Arriving(io.tasks().spawn(async move {
        connect.await.unwrap_or(Err(TransportError::Slow(HANDSHAKE_PATIENCE)))
    }));
    Ok(connection(stream.await?, &io))
}

/// An end that offers no name at all passes the handshake, so both look for themselves.
fn check_protocol(tls: &CommonState) -> Result<(), TransportError> {
    if tls.alpn_protocol() == Some(ALPN) {
        return Ok(());
    }
    let ours = String::from_utf8_lossy(ALPN);
    Err(TransportError::Refused(format!("it does not speak `{ours}`")))
}

fn connection<S>(stream: S, io: &Arc<IoThread>) -> Connection
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (read, write) = tokio::io::split(stream);
    let liveness = Some(Liveness { tasks: io.tasks().clone(), _runtime: Arc::clone(io) as _ });
    Connection { liveness, ..Connection::new(read, write) }
}

/// A connection that is being made on the thread of the links. Dropping it gives it up.
struct Arriving<T>(JoinHandle<Result<T, TransportError>>);

impl<T> Future for Arriving<T> {
    type Output = Result<T, TransportError>;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        self.0.poll_unpin(context).map(|joined| {
            joined.unwrap_or_else(|error| Err(TransportError::Tcp(io::Error::other(error))))
        })
    }
}

impl<T> Drop for Arriving<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
