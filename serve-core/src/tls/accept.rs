//! The pair in force, and handshakes with it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::pair::load;
use super::watch::{Stamp, watch};
use crate::error::Result;
use crate::observe::EventLog;
use crate::tasks::Tasks;

/// A connection whose handshake is done.
pub(crate) type TlsStream<S> = tokio_rustls::server::TlsStream<S>;

/// A certificate and its key, of which there may be other ones at any time.
pub(crate) struct Tls {
    pub(super) files: PairFiles,
    /// Replaced as a whole, so that no session of an old certificate is resumed.
    pub(super) current: ArcSwap<ServerConfig>,
    /// Of the files when they were read first.
    loaded: Stamp,
}

/// Where a certificate and its key are.
#[derive(Clone, Debug)]
pub(super) struct PairFiles {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What the first byte of a handshake is. No request begins so.
const HANDSHAKE: u8 = 0x16;

/// For whoever says `http` where it should be `https`: without it clients show nothing that helps.
const NOT_HTTPS: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n\
    content-length: 48\r\n\r\nThis server speaks HTTPS; use an https:// URL.\r\n";

impl Tls {
    /// Reads a chain of certificates and the key of the first, both in PEM form.
    ///
    /// # Errors
    ///
    /// [`Error::Tls`](crate::Error::Tls), which names the file and says what is wrong with it.
    pub(crate) fn load(certificate: &Path, key: &Path) -> Result<Self> {
        let files = PairFiles { certificate: certificate.to_owned(), key: key.to_owned() };
        let loaded = Stamp::of(&files);
        let current = ArcSwap::from_pointee(load(&files)?);
        Ok(Self { files, current, loaded })
    }

    /// Looks every second whether the files have changed, and takes what is in them then. A pair that cannot be used
    /// leaves the old one in force. Both are told.
    pub(crate) fn watch(self: &Arc<Self>, tasks: &Tasks, events: &EventLog) {
        let (tls, runtime, events) = (Arc::clone(self), tasks.runtime().clone(), events.clone());
        let loaded = self.loaded.clone();
        tasks.spawn_until_stopped(watch(tls, loaded, runtime, events));
    }

    /// What takes connections with the pair that is in force now.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.current.load_full())
    }

    /// The handshake, over what `wrap` makes of the socket. It may take for ever, so whoever waits for it has a limit.
    ///
    /// # Errors
    ///
    /// The client speaks no TLS, or none that fits.
    pub(crate) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: TcpStream,
        wrap: impl FnOnce(TcpStream) -> S,
    ) -> io::Result<TlsStream<S>> {
        let mut first = [0];
        if stream.peek(&mut first).await? > 0 && first[0] != HANDSHAKE {
            if first[0].is_ascii_alphabetic() {
                refuse(stream).await?;
            }
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the client speaks no TLS"));
        }
        self.acceptor().accept(wrap(stream)).await
    }
}

/// Answers, and reads what the client has said: a socket that is closed before takes the answer with it.
async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(NOT_HTTPS).await?;
    stream.shutdown().await?;
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// Without the key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}
