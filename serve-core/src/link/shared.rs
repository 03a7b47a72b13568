//! One connection shared by all calls between two processes.
//!
//! A task reads and hands each message to its [`Receive`] in place; another writes whatever is queued.
//! [`Link::send`] neither waits nor blocks. Who sends what, and in answer to what, is not known here.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use super::body::Body;
use super::frame::{Decoder, FrameError, Kind, Piece, put_head};
use super::head::CallHead;
use super::heartbeat::Heartbeat;
use super::join::Joiner;
use super::limits::{Limit, LimitError, Limits};
use super::message::{Hello, MAGIC, Message, MessageError, PROTOCOL_MAX, PROTOCOL_MIN};
use super::queue::Outbox;
pub(crate) use super::queue::SendError;
use super::reader::{self, Listener, ReadHalf};
use super::transport::{Connection, Liveness};
use super::writer;
use crate::tasks::Tasks;

/// What becomes of what arrives. Called by the task that reads, so it must not wait.
pub(crate) trait Receive: Send + 'static {
    /// Both ends have introduced themselves, see [`Link::peer`]. Comes before everything else.
    fn opened(&mut self, link: &Link);

    /// A message has arrived; neither HELLO nor PING, which are answered here.
    fn message(&mut self, message: Message);

    /// For now that was all: whoever reads goes on when more has arrived.
    fn batch_end(&mut self) {}

    /// The link has ended. Called exactly once, and last. Sending fails from here on.
    ///
    /// `unsent` are calls that the other end cannot have seen. Any other call without an answer may
    /// have been executed.
    fn closed(&mut self, why: LinkError, unsent: Vec<u64>);
}

/// Why a link could not be opened, or has ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    #[error("the other end closed the connection")]
    Ended,
    #[error("the connection was cut in the middle of a message")]
    Cut,
    #[error("this end closed the connection")]
    Closed,
    /// The runtime has ended, or whoever receives has panicked.
    #[error("the task of the connection was dropped")]
    Dropped,
    #[error("the connection failed: {0}")]
    Io(#[source] io::Error),
    #[error("the other end has been silent for {0:?}")]
    Silent(Duration),
    #[error(
        "the other end does not speak this protocol: it began with {theirs:#018x}, not {ours:#018x}"
    )]
    Magic { ours: u64, theirs: u64 },
    #[error("no common protocol: this end speaks {}..={}, the other {}..={}", ours.0, ours.1, theirs.0, theirs.1)]
    Protocol { ours: (u16, u16), theirs: (u16, u16) },
    #[error("protocol violation: {0}")]
    Frame(#[from] FrameError),
    #[error("protocol violation: {0}")]
    Message(#[from] MessageError),
    #[error("protocol violation: too many calls: {0}")]
    Streams(#[from] LimitError),
    #[error("protocol violation: {kind:?} of stream {stream}, but no call is open")]
    Unasked { kind: Kind, stream: u64 },
}

/// A connection that all calls to one other process share. Ends only when told to, or with the other end.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    shared: Arc<SharedLink>,
}

/// The writer, if it is to be woken for what has been queued.
#[must_use]
pub(crate) struct Wakeup(Option<Waker>);

impl Wakeup {
    pub(crate) fn wake(self) {
        if let Some(writer) = self.0 {
            writer.wake();
        }
    }
}

/// What the link and its two tasks have in common.
#[derive(Debug)]
pub(crate) struct SharedLink {
    pub(crate) limits: Limits,
    pub(crate) calls: OpenCalls,
    pub(crate) stop: CancellationToken,
    queue: Mutex<Outbox>,
    peer: Hello,
    /// Kept for as long as the link lasts.
    liveness: Option<Liveness>,
}

impl Link {
    /// Introduces both ends to each other and starts to read and write, in `tasks` unless the connection
    /// has its own.
    ///
    /// Waits for the other end as long as that takes; whoever opens knows how long to wait at most.
    pub(crate) async fn over<R: Receive>(
        connection: Connection,
        tasks: &Tasks,
        limits: Limits,
        hello: Hello,
        mut receive: R,
    ) -> Result<Self, LinkError> {
        let Connection { read, mut write, liveness } = connection;
        let mut incoming = ReadHalf::new(read, Decoder::new(limits), Joiner::new(limits));
        // Both at once, because neither end may have to be read before it reads.
        let (sent, first) = tokio::join!(send_hello(&mut write, hello, &limits), incoming.first());
        // A refusal says more than the failure to write that it may cause.
        let peer = check_hello(first?)?;
        sent?;

        let shared = Arc::new(SharedLink {
            limits,
            calls: OpenCalls::default(),
            stop: tasks.stop_token().child_token(),
            queue: Mutex::new(Outbox::new(limits)),
            peer,
            liveness,
        });
        let link = Self { shared };
        receive.opened(&link);
        let listener = Listener::new(receive, Arc::clone(&link.shared));
        let (tasks, heartbeat) = match &link.shared.liveness {
            None => (tasks, None),
            Some(Liveness { tasks, .. }) => {
                let _context = tasks.runtime().enter();
                (tasks, Some(Heartbeat::start()))
            }
        };
        let writer = tasks.spawn(writer::write(write, Arc::clone(&link.shared)));
        drop(tasks.spawn(reader::read(incoming, writer, listener, heartbeat)));
        Ok(link)
    }

    /// The same over anything that reads and writes.
    #[cfg(test)]
    pub(crate) async fn open<I, R>(
        io: I,
        tasks: &Tasks,
        limits: Limits,
        hello: Hello,
        receive: R,
    ) -> Result<Self, LinkError>
    where
        I: tokio::io::AsyncRead + AsyncWrite + Unpin + Send + 'static,
        R: Receive,
    {
        let (read, write) = tokio::io::split(io);
        Self::over(Connection::new(read, write), tasks, limits, hello, receive).await
    }

    /// Queues a message. Messages of one stream arrive in the order in which they were sent.
    #[inline]
    pub(crate) fn send(&self, message: &Message) -> Result<(), SendError> {
        self.shared.send(message)
    }

    /// Queues a call as [`Self::send`] does, for a caller that keeps its parts and must not wake anybody yet.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[inline]
    pub(crate) fn push_call(
        &self,
        stream: u64,
        head: &CallHead,
        body: &Body,
    ) -> Result<Wakeup, SendError> {
        self.shared.push((Kind::Call, stream), |out| head.put(out), body)
    }

    /// Who the other end is.
    pub(crate) fn peer(&self) -> &Hello {
        &self.shared.peer
    }

    /// Calls that were sent over this link and have no answer yet.
    #[cfg(test)]
    pub(crate) fn calls_open(&self) -> usize {
        self.shared.calls.sent.load(Relaxed)
    }

    /// Ends the link at once. What is queued is not sent.
    pub(crate) fn close(&self) {
        self.shared.stop.cancel();
    }

    /// Takes no more messages, sends what is queued and tells the other end that this was all.
    ///
    /// This end goes on reading until the other ends too.
    #[cfg(test)]
    pub(crate) fn finish(&self) {
        let writer = self.shared.queue().finish();
        if let Some(writer) = writer {
            writer.wake();
        }
    }
}

async fn send_hello<O>(write: &mut O, hello: Hello, limits: &Limits) -> Result<(), LinkError>
where
    O: AsyncWrite + Unpin,
{
    let body = hello.body();
    let message = Message::Hello(hello);
    let mut bytes = Vec::new();
    put_head(&mut bytes, (Kind::Hello, 0), Piece::whole(body.len()), limits, |out| {
        message.put_header(out);
    })
    .map_err(FrameError::from)?;
    bytes.extend_from_slice(&body);
    write.write_all(&bytes).await.map_err(LinkError::Io)?;
    write.flush().await.map_err(LinkError::Io)
}

fn check_hello(first: Message) -> Result<Hello, LinkError> {
    let Message::Hello(hello) = first else {
        return Err(MessageError::NotHello(first.kind()).into());
    };
    if hello.magic != MAGIC {
        return Err(LinkError::Magic { ours: MAGIC, theirs: hello.magic });
    }
    if !hello.is_compatible() {
        let ours = (PROTOCOL_MIN, PROTOCOL_MAX);
        return Err(LinkError::Protocol { ours, theirs: (hello.proto_min, hello.proto_max) });
    }
    Ok(hello)
}

// === impl Shared ===

impl SharedLink {
    pub(crate) fn queue(&self) -> MutexGuard<'_, Outbox> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline]
    pub(crate) fn send(&self, message: &Message) -> Result<(), SendError> {
        let (none, about) = (Body::EMPTY, (message.kind(), message.stream()));
        let body = message.body().unwrap_or(&none);
        self.push(about, |out| message.put_header(out), body).map(Wakeup::wake)
    }

    /// Queues a message; gives the writer to be woken, if it sleeps.
    ///
    /// Counts before it queues: the answer may be there before this returns.
    #[inline]
    fn push(
        &self,
        (kind, stream): (Kind, u64),
        header: impl FnOnce(&mut Vec<u8>),
        body: &Body,
    ) -> Result<Wakeup, SendError> {
        if kind == Kind::Call {
            self.calls.send(&self.limits)?;
        } else if kind.is_answer() {
            self.calls.answer();
        }
        let pushed = self.queue().push((kind, stream), header, body);
        pushed.map(Wakeup).inspect_err(|_| self.calls.undo(kind))
    }

    pub(crate) fn pong(&self, token: u64) {
        let writer = self.queue().pong(token);
        if let Some(writer) = writer {
            writer.wake();
        }
    }
}

/// Calls without an answer, in both directions.
#[derive(Debug, Default)]
pub(crate) struct OpenCalls {
    sent: AtomicUsize,
    received: AtomicUsize,
}

/// An answer to nothing.
#[derive(Debug)]
pub(crate) struct NoCall;

impl OpenCalls {
    /// Whether others may be about to send too.
    pub(crate) fn is_busy(&self) -> bool {
        self.sent.load(Relaxed) + self.received.load(Relaxed) > 1
    }

    fn send(&self, limits: &Limits) -> Result<(), LimitError> {
        let open = self.sent.fetch_add(1, Relaxed) + 1;
        limits.check(Limit::Streams, open).inspect_err(|_| self.undo(Kind::Call))
    }

    /// A call has arrived.
    pub(crate) fn receive(&self, limits: &Limits) -> Result<(), LimitError> {
        limits.check(Limit::Streams, self.received.fetch_add(1, Relaxed) + 1)
    }

    /// An answer goes out.
    fn answer(&self) {
        let open = self.received.fetch_sub(1, Relaxed);
        debug_assert!(open > 0, "every call has one answer");
    }

    /// An answer has arrived.
    pub(crate) fn answered(&self) -> Result<(), NoCall> {
        if self.sent.fetch_sub(1, Relaxed) > 0 {
            return Ok(());
        }
        self.sent.fetch_add(1, Relaxed);
        Err(NoCall)
    }

    /// A message of this kind was not sent after all.
    fn undo(&self, kind: Kind) {
        if kind == Kind::Call {
            self.sent.fetch_sub(1, Relaxed);
        } else if kind.is_answer() {
            self.received.fetch_add(1, Relaxed);
        }
    }
}
