//! The one task that reads from a link, and hands on each message in place.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BufMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::JoinHandle;

use super::frame::{Decoder, Kind, READ_BYTES_MIN};
use super::heartbeat::Heartbeat;
use super::join::Joiner;
use super::message::{Message, MessageError};
use super::shared::{LinkError, Receive, SharedLink};
use super::writer::Written;

/// What arrives, as far as it has arrived.
#[derive(Debug)]
pub(crate) struct ReadHalf<I> {
    io: I,
    decoder: Decoder,
    joiner: Joiner,
}

impl<I: AsyncRead + Unpin> ReadHalf<I> {
    pub(crate) fn new(io: I, decoder: Decoder, joiner: Joiner) -> Self {
        Self { io, decoder, joiner }
    }

    /// The next whole message that has already been read.
    fn message(&mut self) -> Result<Option<Message>, LinkError> {
        while let Some(frame) = self.decoder.frame()? {
            if let Some(frame) = self.joiner.join(frame)? {
                return Ok(Some(Message::from_frame(frame)?));
            }
        }
        Ok(None)
    }

    /// Reads what there is to read, at least a byte.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), LinkError>> {
        let Self { io, decoder, joiner } = self;
        let direct = decoder
            .direct()
            .and_then(|(stream, left)| joiner.direct(stream, left).map(|body| body.limit(left)));
        let read = match direct {
            Some(mut body) => {
                let read = ready!(pin!(io.read_buf(&mut body)).poll(cx));
                read.inspect(|read| decoder.skip(*read))
            }
            None => {
                // If a long body goes on, only the head of its next piece is wanted: what comes behind it
                // is read to where it belongs.
                let most = if joiner.is_in_a_long_one() { READ_BYTES_MIN } else { usize::MAX };
                ready!(pin!(io.read_buf(&mut decoder.room().limit(most))).poll(cx))
            }
        };
        Poll::Ready(match read {
            Ok(0) if self.decoder.is_between_frames() && self.joiner.is_empty() => {
                Err(LinkError::Ended)
            }
            Ok(0) => Err(LinkError::Cut),
            Ok(_) => Ok(()),
            Err(error) => Err(LinkError::Io(error)),
        })
    }

    /// The first message, before there is anybody to hand it to.
    pub(crate) async fn first(&mut self) -> Result<Message, LinkError> {
        loop {
            if let Some(message) = self.message()? {
                return Ok(message);
            }
            poll_fn(|cx| self.poll_read(cx)).await?;
        }
    }
}

/// Reads until the link ends, for whatever reason, and then says so once.
pub(crate) async fn read<I, R>(
    mut incoming: ReadHalf<I>,
    mut writer: JoinHandle<Written>,
    mut listener: Listener<R>,
    mut heartbeat: Option<Heartbeat>,
) where
    I: AsyncRead + Unpin,
    R: Receive,
{
    let (why, written) = read_all(&mut incoming, &mut writer, &mut listener, &mut heartbeat).await;
    // What is unsent is certain only when the writer has stopped.
    listener.shared.stop.cancel();
    let written = match written {
        Some(written) => written,
        None => writer.await.unwrap_or_default(),
    };
    listener.close(why, written.unsent);
}

async fn read_all<I, R>(
    incoming: &mut ReadHalf<I>,
    writer: &mut JoinHandle<Written>,
    listener: &mut Listener<R>,
    heartbeat: &mut Option<Heartbeat>,
) -> (LinkError, Option<Written>)
where
    I: AsyncRead + Unpin,
    R: Receive,
{
    loop {
        let handed = hand_on(incoming, listener);
        // Whatever comes next, those that have come are begun.
        listener.batch_end();
        if let Err(why) = handed {
            return (why, None);
        }
        if listener.shared.stop.is_cancelled() {
            return (LinkError::Closed, None);
        }
        let read = poll_fn(|cx| {
            if let Poll::Ready(read) = incoming.poll_read(cx) {
                return Poll::Ready(read.map_err(|why| (why, None)));
            }
            // Only now: if writing fails because the other end has gone, there may be answers left here.
            if let Poll::Ready(written) = Pin::new(&mut *writer).poll(cx) {
                let mut written = written.unwrap_or_default();
                let why = written.error.take().map_or(LinkError::Closed, LinkError::Io);
                return Poll::Ready(Err((why, Some(written))));
            }
            let Some(heartbeat) = heartbeat else { return Poll::Pending };
            // A link that takes no more is about to end anyway.
            let send = |ping| {
                let _ = listener.shared.send(&Message::Ping(ping));
            };
            heartbeat.poll(cx, send).map(|silence| Err((LinkError::Silent(silence), None)))
        });
        if let Err(ended) = read.await {
            return ended;
        }
        if let Some(heartbeat) = heartbeat {
            heartbeat.heard();
        }
    }
}

fn hand_on<I, R>(incoming: &mut ReadHalf<I>, listener: &mut Listener<R>) -> Result<(), LinkError>
where
    I: AsyncRead + Unpin,
    R: Receive,
{
    while let Some(message) = incoming.message()? {
        listener.message(message)?;
    }
    Ok(())
}

/// Sees to it that the end is told exactly once, even if the task is dropped.
pub(crate) struct Listener<R: Receive> {
    /// Gone once it has been told.
    receive: Option<R>,
    shared: Arc<SharedLink>,
}

impl<R: Receive> Listener<R> {
    pub(crate) fn new(receive: R, shared: Arc<SharedLink>) -> Self {
        Self { receive: Some(receive), shared }
    }

    fn message(&mut self, message: Message) -> Result<(), LinkError> {
        match message {
            Message::Hello(_) => return Err(MessageError::SecondHello.into()),
            Message::Ping(token) => {
                self.shared.pong(token);
                return Ok(());
            }
            _ => {}
        }
        let kind = message.kind();
        if kind == Kind::Call {
            self.shared.calls.receive(&self.shared.limits)?;
        } else if kind.is_answer() {
            let stream = message.stream();
            self.shared.calls.answered().map_err(|_| LinkError::Unasked { kind, stream })?;
        }
        if let Some(receive) = &mut self.receive {
            receive.message(message);
        }
        Ok(())
    }

    fn batch_end(&mut self) {
        if let Some(receive) = &mut self.receive {
            receive.batch_end();
        }
    }

    fn close(mut self, why: LinkError, unsent: Vec<u64>) {
        if let Some(mut receive) = self.receive.take() {
            receive.closed(why, unsent);
        }
    }
}

impl<R: Receive> Drop for Listener<R> {
    fn drop(&mut self) {
        let Some(mut receive) = self.receive.take() else { return };
        self.shared.stop.cancel();
        // What the writer has already taken may have been sent, so it is not spoken of.
        let unsent = self.shared.queue().close();
        receive.closed(LinkError::Dropped, unsent);
    }
}
