//! The socket of a connection, which notes what passes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::Activity;
use super::frames::{Frames, PREFACE};

/// Reads and writes as what is in it, and tells its connection's [`Activity`].
#[derive(Debug)]
pub(in crate::ingress) struct WatchedIo<T> {
    io: T,
    activity: Arc<Activity>,
    reading: Reading,
    /// Nothing more comes, which hyper learns when it reads again.
    has_ended: bool,
}

#[derive(Debug)]
enum Reading {
    /// As many bytes have come, and all of them are the first of HTTP/2's preface.
    Preface(usize),
    /// With the last bytes that have come.
    Http1(u32),
    Http2(Frames),
}

/// A write that is not longer holds a few control frames at most: PINGs are answered on an idle connection too.
const CONTROL_FRAMES: usize = 64;

impl<T> WatchedIo<T> {
    pub(in crate::ingress) fn new(io: T, activity: &Arc<Activity>) -> Self {
        Self { io, activity: Arc::clone(activity), reading: Reading::Preface(0), has_ended: false }
    }

    fn note_written(&self, written: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(bytes)) = written
            && *bytes > CONTROL_FRAMES
        {
            self.activity.note_write();
        }
    }
}

impl Reading {
    fn note(&mut self, bytes: &[u8], activity: &Activity) {
        activity.note_read(bytes.len());
        match self {
            Self::Http1(last) => {
                if ends_with_empty_line(last, bytes) {
                    activity.note_empty_line();
                }
            }
            Self::Http2(frames) => {
                frames.follow(bytes);
                activity.note_partial(frames.partial());
            }
            Self::Preface(read) => {
                let due = &PREFACE[*read..];
                let compared = due.len().min(bytes.len());
                if bytes[..compared] != due[..compared] {
                    let mut last = 0;
                    // What has come before is the preface's, which has an empty line in it.
                    ends_with_empty_line(&mut last, &PREFACE[..*read]);
                    if ends_with_empty_line(&mut last, bytes) {
                        activity.note_empty_line();
                    }
                    *self = Self::Http1(last);
                } else if compared == due.len() {
                    let mut frames = Frames::default();
                    frames.follow(&bytes[compared..]);
                    activity.note_partial(frames.partial());
                    *self = Self::Http2(frames);
                } else {
                    *read += compared;
                }
            }
        }
    }
}

/// Whether all that has been read, of which `last` holds the last four bytes, ends so.
fn ends_with_empty_line(last: &mut u32, bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(4)..];
    *last = tail.iter().fold(*last, |last, byte| (last << 8) | u32::from(*byte));
    // hyper takes a line that ends without a carriage return as well.
    let [.., third, second, first] = last.to_be_bytes();
    first == b'\n' && (second == b'\n' || (second == b'\r' && third == b'\n'))
}

impl<T: AsyncRead + Unpin> AsyncRead for WatchedIo<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { io, activity, reading, has_ended, .. } = &mut *self;
        let before = buffer.filled().len();
        ready!(Pin::new(io).poll_read(context, buffer))?;
        let read = &buffer.filled()[before..];
        if read.is_empty() && !*has_ended {
            // A client that has said all, and closes its half, may still listen. hyper takes it for gone and
            // drops what it has not begun to answer; so it first gets a turn to answer what is there.
            *has_ended = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        reading.note(read, activity);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for WatchedIo<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(context, bytes);
        self.note_written(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(context, pieces);
        self.note_written(&written);
        written
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
    use super::*;

    /// Whether a head is awaited after these reads, each of which a request may have begun with.
    fn is_awaited(reads: &[(&[u8], Option<Option<u64>>)]) -> bool {
        let (activity, mut reading) = (Activity::default(), Reading::Preface(0));
        for (bytes, request) in reads {
            reading.note(bytes, &activity);
            if let Some(body_length) = request {
                activity.begin_request(*body_length);
            }
            activity.awaited_head();
        }
        activity.awaited_head().is_some()
    }

    #[test]
    fn a_head_is_awaited_from_the_beginning_and_when_it_has_come_in_part() {
        let (whole, none) = (b"GET / HTTP/1.1\r\n\r\n".as_slice(), Some(Some(0)));
        assert!(is_awaited(&[]));
        assert!(is_awaited(&[(b"GET / HT", None)]));
        assert!(is_awaited(&[(b"PRI * HTTP/2.0\r\n\r\n", None)]));
        assert!(is_awaited(&[(PREFACE, None)]));
        assert!(!is_awaited(&[(whole, none)]));
        assert!(!is_awaited(&[(b"GET / HTTP/1.1\n\n", none)]));
        assert!(!is_awaited(&[(b"GET / HTTP/1.1\r\n\r", None), (b"\n", none)]));
        assert!(!is_awaited(&[(b"P", None), (b"UT / HTTP/1.1\r\n\r\n", none)]));
        assert!(is_awaited(&[(whole, none), (b"GET /", None)]));
        assert!(is_awaited(&[(b"GET / HTTP/1.1\r\n\r\nGET", none)]), "with the one before");
        assert!(!is_awaited(&[(whole, none), (b"GET /", None), (b" HTTP/1.1\r\n\r\n", none)]));
    }

    #[test]
    fn a_body_is_no_head() {
        let whole = b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\nab".as_slice();
        assert!(!is_awaited(&[(whole, Some(Some(2)))]));
        assert!(is_awaited(&[(whole, Some(Some(2))), (b"G", None)]));
        let chunked = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        assert!(!is_awaited(&[(chunked, Some(None))]));
    }

    #[test]
    fn a_body_that_trickles_in_is_no_head() {
        let (activity, mut reading) = (Activity::default(), Reading::Preface(0));
        reading.note(b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n", &activity);
        activity.begin_request(Some(2));
        let busy = activity.busy();
        for piece in ["a", "b"] {
            reading.note(piece.as_bytes(), &activity);
            assert_eq!(activity.awaited_head(), None);
        }
        drop(busy);
        assert_eq!(activity.awaited_head(), None);
        reading.note(b"G", &activity);
        assert!(activity.awaited_head().is_some());
    }

    #[test]
    fn of_http2_only_what_has_come_in_part_is_awaited() {
        let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
        let headers = [0, 0, 1, 1, 4, 0, 0, 0, 1, b'x'];
        let first = [PREFACE, &settings, &headers].concat();
        assert!(!is_awaited(&[(&first, Some(None))]));
        assert!(is_awaited(&[(&first, Some(None)), (&headers[..9], None)]));
        assert!(is_awaited(&[(&first, Some(None)), (&headers[..3], None)]));
        let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        assert!(!is_awaited(&[(&first, Some(None)), (&ping, None)]));
    }
}
