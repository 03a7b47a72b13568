//! What the parts of a connection tell of it, for [`Watched`](super::Watched) to read.
//!
//! Nothing here is more than a relaxed load and a store, but for a [`Busy`], which may end on any thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// What happens on one connection. All of it is written by the connection's own task, so nothing needs an
/// atomic addition.
#[derive(Debug, Default)]
pub(in crate::ingress) struct Activity {
    /// There is another clone of it for everything that is under way.
    under_way: Arc<()>,
    /// Requests begun.
    requests: AtomicU64,
    /// Writes of more than a few control frames of HTTP/2.
    writes: AtomicU64,
    /// Bytes read so far.
    read: AtomicU64,
    /// As many bytes had been read when what was read last ended with an empty line.
    empty_line_at: AtomicU64,
    /// Where the next head of HTTP/1 begins: after so many bytes, or [`AFTER_EMPTY_LINE`] or [`UNKNOWN`].
    next_head_at: AtomicU64,
    /// What of HTTP/2 has been read in part, as [`Partial::to_bits`] has it.
    partial: AtomicU64,
    /// It is to end when what has come is answered.
    takes_leave: AtomicBool,
}

/// Something is under way on a connection until this is dropped.
#[derive(Debug)]
pub(in crate::ingress) struct Busy {
    _under_way: Arc<()>,
}

/// What of HTTP/2 has been read in part. Each is told from the one before by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partial {
    /// The connection speaks HTTP/1, or nothing yet.
    NotHttp2,
    Nothing,
    Frame(u64),
    /// The head of a request, or trailers. Nothing else may be sent in between.
    Head(u64),
}

/// The head of a request that has not come yet, told from others by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AwaitedHead(u64);

/// What tells a connection on which something has happened from one on which nothing has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    requests: u64,
    writes: u64,
    is_busy: bool,
}

/// A head of HTTP/1 that ends a request ends with an empty line, and so does a body in chunks.
const AFTER_EMPTY_LINE: u64 = u64::MAX;
/// The body before it has a length, and its end is not looked for: it is where reading has come to when
/// nothing is under way any more. The beginning of another head that came together with that end is
/// missed, and such a connection is idle instead.
const UNKNOWN: u64 = u64::MAX - 1;

impl Activity {
    pub(in crate::ingress) fn busy(&self) -> Busy {
        Busy { _under_way: Arc::clone(&self.under_way) }
    }

    /// A request has begun: its head has come.
    pub(in crate::ingress) fn begin_request(&self, body_length: Option<u64>) {
        add(&self.requests, 1);
        let next_head_at = match body_length {
            // In chunks, or of HTTP/2, where none of this is looked at.
            Some(0) | None => AFTER_EMPTY_LINE,
            Some(_) => UNKNOWN,
        };
        self.next_head_at.store(next_head_at, Relaxed);
    }

    /// Ends the connection when what has come is answered.
    pub(in crate::ingress) fn take_leave(&self) {
        self.takes_leave.store(true, Relaxed);
    }

    pub(super) fn takes_leave(&self) -> bool {
        self.takes_leave.load(Relaxed)
    }

    pub(super) fn note_read(&self, bytes: usize) {
        add(&self.read, bytes as u64);
    }

    pub(super) fn note_empty_line(&self) {
        self.empty_line_at.store(self.read.load(Relaxed), Relaxed);
    }

    pub(super) fn note_partial(&self, partial: Partial) {
        self.partial.store(partial.to_bits(), Relaxed);
    }

    pub(super) fn note_write(&self) {
        add(&self.writes, 1);
    }

    fn is_busy(&self) -> bool {
        // One is our own.
        Arc::strong_count(&self.under_way) > 1
    }

    pub(super) fn seen(&self) -> Seen {
        Seen {
            requests: self.requests.load(Relaxed),
            writes: self.writes.load(Relaxed),
            is_busy: self.is_busy(),
        }
    }

    /// The head that the connection waits for.
    #[inline]
    pub(super) fn awaited_head(&self) -> Option<AwaitedHead> {
        let requests = self.requests.load(Relaxed);
        if requests == 0 {
            return Some(AwaitedHead(0));
        }
        let (is_awaited, number) = match Partial::from_bits(self.partial.load(Relaxed)) {
            Partial::NotHttp2 => (!self.is_busy() && self.has_begun_a_head(), requests),
            Partial::Nothing => (false, 0),
            // Of a body that trickles in, say. Without a request it is a head that does.
            Partial::Frame(number) => (!self.is_busy(), number),
            Partial::Head(number) => (true, number),
        };
        is_awaited.then_some(AwaitedHead(number))
    }

    /// Whether something has been read of a next request of HTTP/1, when nothing is under way.
    fn has_begun_a_head(&self) -> bool {
        let read = self.read.load(Relaxed);
        match self.next_head_at.load(Relaxed) {
            AFTER_EMPTY_LINE => read != self.empty_line_at.load(Relaxed),
            UNKNOWN => {
                self.next_head_at.store(read, Relaxed);
                false
            }
            begins => read > begins,
        }
    }
}

fn add(count: &AtomicU64, more: u64) {
    count.store(count.load(Relaxed).wrapping_add(more), Relaxed);
}

// === impl Seen ===

impl Seen {
    /// Whether nothing has happened between `earlier` and now.
    pub(super) fn is_idle_since(self, earlier: Self) -> bool {
        self == earlier && !self.is_busy
    }
}

// === impl Partial ===

impl Partial {
    fn to_bits(self) -> u64 {
        match self {
            Self::NotHttp2 => 0,
            Self::Nothing => 1,
            Self::Frame(number) => (number << 2) | 2,
            Self::Head(number) => (number << 2) | 3,
        }
    }

    fn from_bits(bits: u64) -> Self {
        match bits & 3 {
            0 => Self::NotHttp2,
            1 => Self::Nothing,
            2 => Self::Frame(bits >> 2),
            _ => Self::Head(bits >> 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_busy_until_the_last_guard_is_dropped() {
        let activity = Activity::default();
        let (one, two) = (activity.busy(), activity.busy());
        let begun = activity.seen();
        assert!(!activity.seen().is_idle_since(begun));
        drop(one);
        assert!(!activity.seen().is_idle_since(begun));
        drop(two);
        let ended = activity.seen();
        assert!(!ended.is_idle_since(begun), "it was busy at the earlier look");
        assert!(activity.seen().is_idle_since(ended));
    }

    #[test]
    fn a_request_or_a_write_between_two_looks_is_seen() {
        let activity = Activity::default();
        let before = activity.seen();
        activity.begin_request(Some(0));
        assert!(!activity.seen().is_idle_since(before));
        let before = activity.seen();
        activity.note_write();
        assert!(!activity.seen().is_idle_since(before));
    }

    #[test]
    fn what_is_read_in_part_survives_being_packed() {
        for partial in
            [Partial::NotHttp2, Partial::Nothing, Partial::Frame(7), Partial::Head(1 << 40)]
        {
            assert_eq!(Partial::from_bits(partial.to_bits()), partial);
        }
    }
}
