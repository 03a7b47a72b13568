//! What waits to be written: short messages in one batch, long ones in lanes that take turns.
//!
//! **Why this cannot grow without bound:** a CALL counts against `streams_max`; a call has one answer, at
//! most one CANCEL and few ASSIGNED; items are sent only with credit, and
//! CREDIT answers items; of PONG only the latest is kept. So what is queued is at most what callers
//! hold anyway.

use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

use bytes::Bytes;

use super::body::Body;
use super::frame::{Kind, Piece, put_head};
use super::limits::{Limit, LimitError, Limits};
use super::message::Message;
use super::tuning::Streams;

/// Shorter bodies are copied behind their header; that is cheaper than one more slice to write.
const COPIED_BYTES_MAX: usize = 4 << 10;
/// How much of the lanes goes into one batch: what a short message may have to wait for.
const TURN_BYTES: usize = 256 << 10;
/// A buffer that has grown beyond this in a burst is given back.
const KEPT_BYTES_MAX: usize = 256 << 10;

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SendError {
    /// The link has been closed; the message certainly was not sent.
    #[error("the link is closed")]
    Closed,
    /// The message is too large, or there are too many calls. The link lives on.
    #[error("the message was not sent: {0}")]
    Limit(#[from] LimitError),
}

/// The queue of one link.
#[derive(Debug)]
pub(crate) struct Outbox {
    limits: Limits,
    state: State,
    staged: Batch,
    lanes: Lanes,
    pong: Option<u64>,
    pushed: u32,
    /// The writer, if it has found nothing to do. Taken by the first message of a burst.
    writer: Option<Waker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// No more messages; what is here is still to be written.
    #[cfg(test)]
    Finishing,
    Closed,
}

/// What there is for the writer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Some,
    None,
    /// None, and none will come.
    Finished,
}

impl Outbox {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Open,
            staged: Batch::default(),
            lanes: Lanes::default(),
            pong: None,
            pushed: 0,
            writer: None,
        }
    }

    /// Takes a message; gives the writer to be woken, if it sleeps. Messages of one stream stay in order.
    ///
    /// `header` writes its header.
    pub(crate) fn push(
        &mut self,
        (kind, stream): (Kind, u64),
        header: impl FnOnce(&mut Vec<u8>),
        body: &Body,
    ) -> Result<Option<Waker>, SendError> {
        if self.state != State::Open {
            return Err(SendError::Closed);
        }
        if self.may_go_at_once(stream, body.len()) {
            self.staged.put((kind, stream), header, body, &self.limits)?;
        } else {
            let mut bytes = Vec::new();
            header(&mut bytes);
            self.limits.check(Limit::HeaderBytes, bytes.len())?;
            self.limits.check(Limit::MessageBytes, bytes.len() + body.len())?;
            let (header, body) = (bytes, body.clone());
            let parcel = Parcel { kind, header, size: 0, begun: false, body };
            self.lanes.push(stream, parcel, &self.limits);
        }
        self.pushed = self.pushed.wrapping_add(1);
        Ok(self.writer.take())
    }

    /// Whether a message need not take turns: it fits one frame, and either it is short, or nobody waits
    /// for a turn and so little is staged that whatever comes next waits no longer than for a turn.
    fn may_go_at_once(&self, stream: u64, body_len: usize) -> bool {
        if body_len < COPIED_BYTES_MAX {
            return body_len <= self.limits.piece_bytes() && !self.lanes.has(stream);
        }
        let fits = body_len <= self.limits.piece_bytes();
        fits && self.lanes.is_empty() && self.staged.len + body_len <= TURN_BYTES
    }

    /// How many messages have been taken, ever, modulo 2^32: two readings tell how many came between.
    pub(crate) fn pushed(&self) -> u32 {
        self.pushed
    }

    /// Answers a PING. An older answer that has not gone out is of no use to anybody.
    pub(crate) fn pong(&mut self, token: u64) -> Option<Waker> {
        self.pong = Some(token);
        self.writer.take()
    }

    /// Whether there is something to write. If not, `writer` is woken when there is.
    pub(crate) fn poll_work(&mut self, writer: &Waker) -> Work {
        if !self.staged.is_empty() || !self.lanes.is_empty() || self.pong.is_some() {
            return Work::Some;
        }
        if self.state != State::Open {
            return Work::Finished;
        }
        self.writer = Some(writer.clone());
        Work::None
    }

    /// Moves everything that is staged, and a turn of the lanes, into an empty `batch`.
    pub(crate) fn take(&mut self, batch: &mut Batch) {
        debug_assert!(batch.is_empty(), "a batch is written before the next is taken");
        std::mem::swap(&mut self.staged, batch);
        if let Some(token) = self.pong.take() {
            let pong = Message::Pong(token);
            // Nine bytes; if the limits refuse even these, nothing else could have been sent.
            let header = |out: &mut Vec<u8>| pong.put_header(out);
            let _ = batch.put((Kind::Pong, 0), header, &Body::EMPTY, &self.limits);
        }
        if !self.lanes.is_empty() {
            self.lanes.take_turn(batch, &self.limits);
        }
    }

    /// No more messages are taken; what is queued will be written.
    #[cfg(test)]
    pub(crate) fn finish(&mut self) -> Option<Waker> {
        if self.state == State::Open {
            self.state = State::Finishing;
        }
        self.writer.take()
    }

    /// No more messages are taken or written. Gives the calls that have not been taken by the writer.
    pub(crate) fn close(&mut self) -> Vec<u64> {
        self.state = State::Closed;
        self.pong = None;
        let mut unsent = std::mem::take(&mut self.staged).unsent();
        unsent.extend(std::mem::take(&mut self.lanes).unsent());
        unsent
    }
}

/// Bytes in the order in which they go out: one buffer, and long bodies at their places in it.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    /// A body, and how many of `bytes` come before it.
    bodies: Vec<(usize, Bytes)>,
    /// Calls that end in this batch, each with the length of the batch up to its end.
    calls: Vec<(u64, usize)>,
    len: usize,
    written: usize,
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.written == self.len
    }

    /// Appends a message that fits one frame.
    fn put(
        &mut self,
        (kind, stream): (Kind, u64),
        header: impl FnOnce(&mut Vec<u8>),
        body: &Body,
        limits: &Limits,
    ) -> Result<(), LimitError> {
        let (start, piece) = (self.bytes.len(), Piece::whole(body.len()));
        put_head(&mut self.bytes, (kind, stream), piece, limits, header)?;
        self.len += self.bytes.len() - start;
        self.put_body(body);
        self.note_call(kind, stream);
        Ok(())
    }

    fn put_body(&mut self, body: &Body) {
        self.len += body.len();
        for part in body.parts() {
            if part.len() < COPIED_BYTES_MAX {
                self.bytes.extend_from_slice(part);
            } else {
                self.bodies.push((self.bytes.len(), part.clone()));
            }
        }
    }

    /// Appends a piece of a long message. Gives whether it was the last.
    fn put_piece(&mut self, stream: u64, parcel: &mut Parcel, limits: &Limits) -> bool {
        let all = parcel.body.len();
        let piece = parcel.body.split_to(all.min(limits.piece_bytes()));
        let is_last = parcel.body.is_empty();
        let start = self.bytes.len();
        let header = std::mem::take(&mut parcel.header);
        let is_first = !std::mem::replace(&mut parcel.begun, true);
        let size = (is_first && !is_last).then_some(all);
        let body = Piece { len: piece.len(), more: !is_last, size };
        let put = put_head(&mut self.bytes, (parcel.kind, stream), body, limits, |out| {
            out.extend_from_slice(&header);
        });
        debug_assert!(
            put.is_ok(),
            "the header was checked and a piece fits a frame with any header"
        );
        self.len += self.bytes.len() - start;
        self.put_body(&piece);
        if is_last {
            self.note_call(parcel.kind, stream);
        }
        is_last
    }

    fn note_call(&mut self, kind: Kind, stream: u64) {
        if kind == Kind::Call {
            self.calls.push((stream, self.len));
        }
    }

    /// What is left to write, in order, without empty slices.
    pub(crate) fn rest(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.bodies.iter().map(|(at, _)| *at));
        let ends = self.bodies.iter().map(|(at, _)| *at).chain(std::iter::once(self.bytes.len()));
        let bodies = self.bodies.iter().map(|(_, body)| &body[..]).chain(std::iter::once(&[][..]));
        let mut skipped = self.written;
        starts
            .zip(ends)
            .map(|(start, end)| &self.bytes[start..end])
            .zip(bodies)
            .flat_map(|(bytes, body)| [bytes, body])
            .filter_map(move |slice| {
                let skip = skipped.min(slice.len());
                skipped -= skip;
                (skip < slice.len()).then(|| &slice[skip..])
            })
    }

    /// This many more bytes have been handed to the kernel.
    pub(crate) fn advance(&mut self, written: usize) {
        self.written += written;
        if self.written < self.len {
            return;
        }
        (self.len, self.written) = (0, 0);
        self.bodies.clear();
        self.calls.clear();
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_BYTES_MAX);
    }

    /// The calls whose last byte has not been handed to the kernel.
    pub(crate) fn unsent(self) -> Vec<u64> {
        let unsent = self.calls.into_iter().filter(|(_, end)| *end > self.written);
        unsent.map(|(stream, _)| stream).collect()
    }
}

/// One long message, or a short one that must stay behind it.
#[derive(Debug)]
struct Parcel {
    kind: Kind,
    header: Vec<u8>,
    /// What is left of the body.
    body: Body,
    /// What it holds at the other end until it is complete; 0 before it may begin or if it is not cut.
    size: usize,
    /// A piece of it has been sent.
    begun: bool,
}

impl Parcel {
    /// What it takes when nothing of it has been sent.
    fn bytes(&self) -> usize {
        self.header.len() + self.body.len()
    }
}

/// Streams with long messages. Each gives one frame in its turn.
#[derive(Debug, Default)]
struct Lanes {
    lanes: Streams<VecDeque<Parcel>>,
    turns: VecDeque<u64>,
    /// Streams whose next message must be cut and may not begin yet, by the size of that.
    waiting: BTreeMap<u32, Class>,
    /// Those that ever waited, so that it is known who was first.
    tickets: u64,
    begun_bytes: usize,
}

/// Messages of about one size, to a factor of two. Of these one after the other is sent: if they took
/// turns all would be complete only when the last is, and until then in memory at the other end.
#[derive(Debug, Default)]
struct Class {
    busy: bool,
    waiting: VecDeque<(u64, u64)>,
}

impl Class {
    /// The number of the class of messages of this size.
    fn of(size: usize) -> u32 {
        size.max(1).ilog2()
    }

    /// The ticket and the stream that would be next.
    fn next(&self) -> Option<(u64, u64)> {
        if self.busy { None } else { self.waiting.front().copied() }
    }
}

impl Lanes {
    fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    #[inline]
    fn has(&self, stream: u64) -> bool {
        !self.lanes.is_empty() && self.lanes.contains_key(&stream)
    }

    fn push(&mut self, stream: u64, parcel: Parcel, limits: &Limits) {
        let lane = self.lanes.entry(stream).or_default();
        lane.push_back(parcel);
        if lane.len() == 1 {
            self.enqueue(stream, limits);
        }
    }

    /// Gives a stream its next turn, or a place among those that wait until they may begin.
    fn enqueue(&mut self, stream: u64, limits: &Limits) {
        let Some(parcel) = self.lanes.get(&stream).and_then(VecDeque::front) else { return };
        if parcel.size == 0 && parcel.body.len() > limits.piece_bytes() {
            let class = self.waiting.entry(Class::of(parcel.bytes())).or_default();
            class.waiting.push_back((self.tickets, stream));
            self.tickets += 1;
            self.begin(limits);
        } else {
            self.turns.push_back(stream);
        }
    }

    /// Lets messages begin: of each class one, as far as they fit `message_bytes_max` together. One that does
    /// not fit holds up all that came later, so that none starves. Those that have begun always end.
    fn begin(&mut self, limits: &Limits) {
        let next = |classes: &BTreeMap<u32, Class>| {
            let heads = classes.iter().filter_map(|(number, class)| Some((class.next()?, *number)));
            heads.min()
        };
        while let Some(((_, stream), number)) = next(&self.waiting)
            && let Some(class) = self.waiting.get_mut(&number)
            && let Some(parcel) = self.lanes.get_mut(&stream).and_then(VecDeque::front_mut)
        {
            let size = parcel.bytes();
            if limits.check(Limit::MessageBytes, self.begun_bytes + size).is_err() {
                return;
            }
            parcel.size = size;
            self.begun_bytes += size;
            class.busy = true;
            class.waiting.pop_front();
            self.turns.push_back(stream);
        }
    }

    /// A message that was cut is complete.
    fn end(&mut self, size: usize, limits: &Limits) {
        self.begun_bytes -= size;
        if let Some(class) = self.waiting.get_mut(&Class::of(size)) {
            class.busy = false;
        }
        self.begin(limits);
    }

    fn take_turn(&mut self, batch: &mut Batch, limits: &Limits) {
        // At least one piece, whatever is staged.
        let end = TURN_BYTES.max(batch.len + 1);
        while batch.len < end
            && let Some(stream) = self.turns.pop_front()
            && let Some(lane) = self.lanes.get_mut(&stream)
            && let Some(parcel) = lane.front_mut()
        {
            if batch.put_piece(stream, parcel, limits) {
                let size = parcel.size;
                lane.pop_front();
                if lane.is_empty() {
                    self.lanes.remove(&stream);
                }
                if size > 0 {
                    self.end(size, limits);
                }
            }
            self.enqueue(stream, limits);
        }
    }

    fn unsent(self) -> Vec<u64> {
        let calls = |(stream, lane): (u64, VecDeque<Parcel>)| {
            lane.iter().any(|parcel| parcel.kind == Kind::Call).then_some(stream)
        };
        self.lanes.into_iter().filter_map(calls).collect()
    }
}
