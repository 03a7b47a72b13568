//! A two-way stream of bytes over one call of a link, as a socket would be.
//!
//! Both ends write ITEMs, as far as the credit of the other goes; an empty one says that no more will
//! come. The call is answered when the answering end is no longer used. What the calling end has written
//! is kept until the first sign of life, so that a call that was certainly not executed can be sent to
//! another replica without whoever writes knowing of it.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::call::{CallError, Failure};
use crate::link::{Body, Link, Message, Meter, WINDOW_BYTES, Window};
use crate::observe::CallJournal;

/// The most that goes into one ITEM.
const ITEM_BYTES_MAX: usize = 64 << 10;
/// What is shorter is copied where it arrives, or it would keep a whole buffer of the link alive.
const COPIED_BYTES_MAX: usize = 4 << 10;
/// The most that can have arrived and not been read: the window, which the last ITEM may overdraw.
const INBOX_BYTES_MAX: usize = WINDOW_BYTES as usize + ITEM_BYTES_MAX;

/// What the calling end holds at the replica that answers it.
pub(crate) trait Hold: Send + Sync {
    /// The replica takes the next call in its place.
    fn release(&self);
    /// The call has become something else, which takes the place of no other.
    fn upgraded(&self);
    /// The call has been answered; `why` where it failed.
    fn answered(&self, why: Option<&Failure>);
    /// The replica takes no more calls.
    fn close_replica(&self);
}

/// One end of a tunnel, as the link's reader and whoever uses it see it.
pub(crate) struct Tunnel(Mutex<State>);

struct State {
    /// Where it leads: nowhere between two attempts, and when there is nothing more to say.
    way: Option<Carrier>,
    inbox: Inbox,
    /// How what arrives ends, after what is in the inbox.
    end: Option<End>,
    /// The call has been answered or given up.
    is_over: bool,
    is_calling: bool,
    /// Whether writing fails once it is over. A caller's waits instead, because an answer may be unread.
    is_strict: bool,
    rejected: bool,
    window: Window,
    is_shut: bool,
    /// `None` once there has been a sign of life.
    kept: Option<Vec<Bytes>>,
    hold: Option<Arc<dyn Hold>>,
    /// The calls that the request has made from there; begun with the first of them.
    journal: Option<Arc<CallJournal>>,
    reader: Option<Waker>,
    watcher: Option<Waker>,
}

struct Carrier {
    link: Link,
    stream: u64,
}

struct Inbox {
    items: VecDeque<Bytes>,
    /// The first item's length when it came.
    first_bytes: usize,
    bytes: usize,
    meter: Meter,
}

enum End {
    Whole,
    Failed(Failure),
}

/// Whom to wake, once the lock is free.
struct Waiting([Option<Waker>; 2]);

/// The bytes of a tunnel.
pub(crate) struct TunnelIo<G> {
    tunnel: Arc<Tunnel>,
    /// Dropped when nobody can read or write any more.
    _guard: G,
}

/// Gives the call up when it is dropped, unless it has been answered.
pub(crate) struct Caller(Arc<Tunnel>);

// === impl Tunnel ===

impl Tunnel {
    /// The calling end, which leads nowhere yet.
    pub(crate) fn calling() -> (Arc<Self>, TunnelIo<Caller>) {
        let tunnel = Self::new(None, Some(Vec::new()));
        let io = TunnelIo { tunnel: Arc::clone(&tunnel), _guard: Caller(Arc::clone(&tunnel)) };
        (tunnel, io)
    }

    /// The answering end of a call that has come over `link`.
    pub(crate) fn answering(link: Link, stream: u64) -> Arc<Self> {
        Self::new(Some(Carrier { link, stream }), None)
    }

    fn new(way: Option<Carrier>, kept: Option<Vec<Bytes>>) -> Arc<Self> {
        let is_calling = way.is_none();
        Arc::new(Self(Mutex::new(State {
            way,
            inbox: Inbox {
                items: VecDeque::new(),
                first_bytes: 0,
                bytes: 0,
                meter: Meter::new(WINDOW_BYTES),
            },
            end: None,
            is_over: false,
            is_calling,
            is_strict: !is_calling,
            rejected: false,
            window: Window::new(WINDOW_BYTES),
            is_shut: false,
            kept,
            hold: None,
            journal: None,
            reader: None,
            watcher: None,
        })))
    }

    /// The bytes of this end. When nobody can use them any more, `guard` is dropped.
    pub(crate) fn io<G>(self: &Arc<Self>, guard: G) -> TunnelIo<G> {
        TunnelIo { tunnel: Arc::clone(self), _guard: guard }
    }

    /// Resolves when the call is over, or was rejected: then it may be sent to another replica.
    pub(crate) fn poll_over(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.is_over || state.rejected {
            return Poll::Ready(());
        }
        state.watcher = Some(context.waker().clone());
        Poll::Pending
    }

    /// Why the call failed, if it did.
    pub(crate) fn failure(&self) -> Option<Failure> {
        match &self.lock().end {
            Some(End::Failed(why)) => Some(why.clone()),
            Some(End::Whole) | None => None,
        }
    }

    // === the calling end ===

    /// Leads to a replica from here on; `false` where the call has been given up.
    pub(crate) fn attach(&self, link: Link, stream: u64, hold: Arc<dyn Hold>) -> bool {
        let mut state = self.lock();
        if state.is_over {
            return false;
        }
        state.way = Some(Carrier { link, stream });
        state.hold = Some(hold);
        state.rejected = false;
        true
    }

    /// Sends what has been written already, once the call itself has been sent.
    pub(crate) fn resend(&self) {
        let mut state = self.lock();
        let window = Window::new(WINDOW_BYTES);
        let items = state.kept.clone().unwrap_or_default();
        for item in items {
            window.spend(item.len());
            state.say(|stream| Message::Item { stream, body: item.into() });
        }
        state.window = window;
        if state.is_shut {
            state.say(|stream| Message::Item { stream, body: Body::default() });
        }
    }

    /// The journal of the request, for a call that it makes from there.
    pub(crate) fn begin_journal(&self) -> Arc<CallJournal> {
        Arc::clone(self.lock().journal.get_or_insert_default())
    }

    /// The same, if it has made any.
    pub(crate) fn journal(&self) -> Option<Arc<CallJournal>> {
        self.lock().journal.clone()
    }

    /// Whether the last replica has not executed the call.
    pub(crate) fn is_rejected(&self) -> bool {
        self.lock().rejected
    }

    /// Lets the replica take the next call, although this one goes on.
    pub(crate) fn release(&self) {
        self.tell_hold(|hold| hold.release());
    }

    /// The call has become something else, which both ends may end as they like.
    pub(crate) fn upgrade(&self) {
        self.tell_hold(|hold| hold.upgraded());
        self.lock().is_strict = true;
    }

    /// Gives the call up; whoever reads learns why.
    pub(crate) fn stop(&self, why: Failure) {
        let mut state = self.lock();
        if state.is_over {
            return;
        }
        if state.is_calling {
            state.say(|stream| Message::Cancel { stream });
        }
        state.inbox.items.clear();
        // The permit stays with the call, which the far side has not let go of yet.
        let waiting = state.finish(End::Failed(why));
        drop(state);
        waiting.wake();
    }

    // === what the link brings ===

    pub(crate) fn received(&self, body: Bytes) {
        let mut state = self.lock();
        state.kept = None;
        if state.end.is_some() {
            return;
        }
        if body.is_empty() {
            state.end = Some(End::Whole);
        } else if state.inbox.bytes + body.len() > INBOX_BYTES_MAX {
            drop(state);
            return self.stop(Failure::Transport("the other end ignores its credit".to_owned()));
        } else {
            state.inbox.push(body);
        }
        let reader = state.reader.take();
        drop(state);
        reader.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn refunded(&self, bytes: u32) {
        let mut state = self.lock();
        state.kept = None;
        state.window.refund(bytes);
    }

    /// The call has been answered: there is nothing more to come.
    pub(crate) fn answered(&self, why: Option<Failure>) {
        let hold = self.lock().hold.take();
        if let Some(hold) = hold {
            hold.answered(why.as_ref());
            // Before anybody learns of the answer, who then finds the replica free.
            drop(hold);
        }
        let end = why.map_or(End::Whole, End::Failed);
        let waiting = self.lock().finish(end);
        waiting.wake();
    }

    /// The call certainly was not executed.
    pub(crate) fn reject(&self) {
        let mut state = self.lock();
        if state.kept.is_none() {
            drop(state);
            let why = "the replica refused what it had accepted".to_owned();
            return self.answered(Some(Failure::Transport(why)));
        }
        state.way = None;
        state.rejected = true;
        let (hold, watcher) = (state.hold.take(), state.watcher.take());
        drop(state);
        // Its permit first, or it might stand in its own way.
        drop(hold);
        watcher.into_iter().for_each(Waker::wake);
    }

    /// The replica takes no more calls.
    pub(crate) fn close_replica(&self) {
        self.tell_hold(|hold| hold.close_replica());
    }

    fn tell_hold(&self, tell: impl FnOnce(&dyn Hold)) {
        let hold = self.lock().hold.clone();
        // Not under the lock: a permit that comes free starts other calls.
        if let Some(hold) = hold {
            tell(&*hold);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Only moves happen under this lock, so a poisoned one is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    /// The call is over. What has ended whole stays so: a failure that comes after is not its own.
    fn finish(&mut self, end: End) -> Waiting {
        self.way = None;
        self.kept = None;
        self.is_over = true;
        self.end.get_or_insert(end);
        self.window.close();
        Waiting([self.reader.take(), self.watcher.take()])
    }

    /// Says something of this call. A link that has closed has nobody left to tell; it will say so.
    fn say(&self, message: impl FnOnce(u64) -> Message) {
        if let Some(Carrier { link, stream }) = &self.way {
            let _ = link.send(&message(*stream));
        }
    }

    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        while buffer.remaining() > 0
            && let Some(taken) = self.inbox.read(buffer)
        {
            if let Some(bytes) = taken {
                self.say(|stream| Message::Credit { stream, bytes });
            }
        }
        if buffer.filled().len() > before || buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        match &self.end {
            Some(End::Whole) => Poll::Ready(Ok(())),
            Some(End::Failed(why)) => Poll::Ready(Err(broken(why))),
            None => {
                self.reader = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.is_shut {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if self.is_over && !self.is_strict {
            return Poll::Pending;
        }
        if ready!(self.window.poll_ready(context)).is_err() {
            return match self.is_strict {
                true => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                false => Poll::Pending,
            };
        }
        let length = slices.iter().map(|slice| slice.len()).sum::<usize>().min(ITEM_BYTES_MAX);
        if length == 0 {
            return Poll::Ready(Ok(0));
        }
        let mut item = BytesMut::with_capacity(length);
        for slice in slices {
            item.extend_from_slice(&slice[..slice.len().min(length - item.len())]);
        }
        let item = item.freeze();
        self.window.spend(length);
        if let Some(kept) = &mut self.kept {
            kept.push(item.clone());
        }
        self.say(|stream| Message::Item { stream, body: item.into() });
        Poll::Ready(Ok(length))
    }

    fn shut(&mut self) {
        if !self.is_shut {
            self.is_shut = true;
            self.say(|stream| Message::Item { stream, body: Body::default() });
        }
    }
}

fn broken(why: &Failure) -> io::Error {
    match why {
        CallError::Cancelled => io::ErrorKind::ConnectionAborted.into(),
        _ => io::Error::new(io::ErrorKind::ConnectionReset, why.clone()),
    }
}

// === impl Waiting ===

impl Waiting {
    fn wake(self) {
        self.0.into_iter().flatten().for_each(Waker::wake);
    }
}

// === impl Inbox ===

impl Inbox {
    fn push(&mut self, body: Bytes) {
        let body = if body.len() < COPIED_BYTES_MAX { Bytes::copy_from_slice(&body) } else { body };
        self.bytes += body.len();
        if self.items.is_empty() {
            self.first_bytes = body.len();
        }
        self.items.push_back(body);
    }

    /// Moves what fits of the first item; gives the CREDIT to send, if it is time. `None` where there is
    /// no item.
    fn read(&mut self, buffer: &mut ReadBuf<'_>) -> Option<Option<u32>> {
        let first = self.items.front_mut()?;
        let length = first.len().min(buffer.remaining());
        buffer.put_slice(&first[..length]);
        first.advance(length);
        self.bytes -= length;
        if !first.is_empty() {
            return Some(None);
        }
        let credit = self.meter.consumed(self.first_bytes);
        self.items.pop_front();
        self.first_bytes = self.items.front().map_or(0, Bytes::len);
        Some(credit)
    }
}

// === impl Caller ===

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.stop(Failure::Cancelled);
    }
}

// === impl TunnelIo ===

impl<G: Unpin> AsyncRead for TunnelIo<G> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.tunnel.lock().poll_read(context, buffer)
    }
}

impl<G: Unpin> AsyncWrite for TunnelIo<G> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.tunnel.lock().poll_write(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.tunnel.lock().poll_write(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.tunnel.lock().shut();
        Poll::Ready(Ok(()))
    }
}
