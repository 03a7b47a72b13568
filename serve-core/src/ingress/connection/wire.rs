//! The bytes of a connection, in clear or over TLS.
//!
//! One type, so that hyper is compiled once. What TLS takes is in a box: a connection in clear is as small as it was.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::places::Place;
use super::unstalled::UnstalledIo;
use crate::tls::TlsStream;

/// A connection, which takes its place among those that there may be until it is closed.
#[derive(Debug)]
pub(in crate::ingress) struct Wire {
    kind: Kind,
    // Given back when the socket is closed.
    _place: Place,
}

#[derive(Debug)]
enum Kind {
    Clear(UnstalledIo<TcpStream>),
    Tls(Box<TlsStream<UnstalledIo<TcpStream>>>),
}

impl Wire {
    pub(in crate::ingress) fn clear(stream: UnstalledIo<TcpStream>, place: Place) -> Self {
        Self { kind: Kind::Clear(stream), _place: place }
    }

    pub(in crate::ingress) fn tls(stream: TlsStream<UnstalledIo<TcpStream>>, place: Place) -> Self {
        Self { kind: Kind::Tls(Box::new(stream)), _place: place }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.kind {
            Kind::Clear(stream) => Pin::new(stream).poll_read(context, buffer),
            Kind::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.kind {
            Kind::Clear(stream) => Pin::new(stream).poll_write(context, bytes),
            Kind::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.kind {
            Kind::Clear(stream) => Pin::new(stream).poll_write_vectored(context, pieces),
            Kind::Tls(stream) => Pin::new(stream).poll_write_vectored(context, pieces),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.kind {
            Kind::Clear(stream) => stream.is_write_vectored(),
            Kind::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.kind {
            Kind::Clear(stream) => Pin::new(stream).poll_flush(context),
            Kind::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.kind {
            Kind::Clear(stream) => Pin::new(stream).poll_shutdown(context),
            Kind::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
