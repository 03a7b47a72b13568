//! A socket whose client has to read on: a write that gets nowhere for a while fails.
//!
//! Beneath TLS, which takes more at once than the socket does, and would hide that some of it has been read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::wait_limit::WaitLimit;

#[derive(Debug)]
pub(in crate::ingress) struct UnstalledIo<T> {
    io: T,
    patience: WaitLimit,
}

impl<T> UnstalledIo<T> {
    /// A write that gets nowhere for `write_limit` fails.
    pub(in crate::ingress) fn new(io: T, write_limit: Duration) -> Self {
        Self { io, patience: WaitLimit::new(write_limit) }
    }

    fn unless_stalled(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.patience.end();
            return written;
        }
        ready!(self.patience.poll_over(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client reads nothing")))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for UnstalledIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for UnstalledIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(context, bytes);
        self.unless_stalled(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(context, pieces);
        self.unless_stalled(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter, duplex};
    use tokio::time::sleep;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    /// As TLS does.
    #[tokio::test(start_paused = true)]
    async fn what_takes_more_at_once_than_is_read_in_time_goes_on_as_long_as_some_is_read() {
        let (client, server) = duplex(1024);
        let mut server = BufWriter::with_capacity(64 << 10, UnstalledIo::new(server, LIMIT));
        let sending = async {
            server.write_all(&[0; 32 << 10]).await?;
            server.flush().await
        };
        let reading = async move {
            let (mut client, mut some) = (client, [0; 1024]);
            for _ in 0..16 {
                sleep(LIMIT / 2).await;
                client.read_exact(&mut some).await.unwrap();
            }
            // From now on it reads nothing.
            client
        };
        let (sent, _client) = tokio::join!(sending, reading);
        assert_eq!(sent.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(server.buffer().len(), 15 << 10, "it got as far as the client read");
    }
}
