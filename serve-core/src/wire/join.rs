//! Puts the pieces of large bodies together again.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};

use super::frame::{Frame, FrameError, Kind};
use super::limits::{Limit, Limits};

/// The messages of a connection of which only a part has arrived.
///
/// All of them together hold at most `message_bytes_max`. The sender counts in the same way before it
/// begins a message, so that two large ones at once wait for each other instead of breaking the limit.
#[derive(Debug)]
pub(crate) struct Joiner {
    limits: Limits,
    halves: HashMap<u64, Half>,
    held_bytes: usize,
}

#[derive(Debug)]
struct Half {
    kind: Kind,
    header: Bytes,
    body: BytesMut,
}

impl Joiner {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, halves: HashMap::new(), held_bytes: 0 }
    }

    /// Whether no message has begun.
    pub(crate) fn is_empty(&self) -> bool {
        self.halves.is_empty()
    }

    /// The whole message as one frame, once its last piece is there.
    #[inline]
    pub(crate) fn join(&mut self, frame: Frame) -> Result<Option<Frame>, FrameError> {
        if !frame.more && self.halves.is_empty() {
            self.limits.check(Limit::MessageBytes, frame.header.len() + frame.body.len())?;
            return Ok(Some(frame));
        }
        self.join_pieces(frame)
    }

    fn join_pieces(&mut self, frame: Frame) -> Result<Option<Frame>, FrameError> {
        let stream = frame.stream;
        let Some(half) = self.halves.get_mut(&stream) else {
            return if frame.more { self.begin(&frame).map(|()| None) } else { self.whole(frame) };
        };
        if half.kind != frame.kind {
            return Err(FrameError::Interrupted { stream, begun: half.kind, found: frame.kind });
        }
        if !frame.header.is_empty() {
            return Err(FrameError::SecondHeader { stream });
        }
        self.held_bytes += frame.body.len();
        self.limits.check(Limit::MessageBytes, self.held_bytes)?;
        half.body.extend_from_slice(&frame.body);
        if frame.more {
            return Ok(None);
        }
        let Some(Half { kind, header, body }) = self.halves.remove(&stream) else {
            return Ok(None);
        };
        self.held_bytes -= header.len() + body.len();
        Ok(Some(Frame { kind, more: false, stream, header, body: body.freeze() }))
    }

    fn whole(&self, frame: Frame) -> Result<Option<Frame>, FrameError> {
        self.limits.check(Limit::MessageBytes, frame.header.len() + frame.body.len())?;
        Ok(Some(frame))
    }

    /// Copies the first piece, so that it does not keep the buffer alive that it was read into.
    fn begin(&mut self, frame: &Frame) -> Result<(), FrameError> {
        self.limits.check(Limit::Streams, self.halves.len() + 1)?;
        self.held_bytes += frame.header.len() + frame.body.len();
        self.limits.check(Limit::MessageBytes, self.held_bytes)?;
        let header = Bytes::copy_from_slice(&frame.header);
        let body = BytesMut::from(&frame.body[..]);
        self.halves.insert(frame.stream, Half { kind: frame.kind, header, body });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(stream: u64, kind: Kind, body: &'static str, more: bool) -> Frame {
        Frame { kind, more, stream, header: Bytes::new(), body: Bytes::from(body) }
    }

    fn joiner(message_bytes_max: usize) -> Joiner {
        Joiner::new(Limits { message_bytes_max, ..Limits::default() })
    }

    #[test]
    fn the_pieces_of_two_streams_are_told_apart() {
        let mut joiner = joiner(100);
        let first = Frame { header: Bytes::from("h"), ..piece(1, Kind::Call, "ab", true) };
        assert_eq!(joiner.join(first), Ok(None));
        assert_eq!(joiner.join(piece(2, Kind::Item, "xy", true)), Ok(None));
        let other = piece(3, Kind::Item, "short", false);
        assert_eq!(joiner.join(other.clone()), Ok(Some(other)));
        let whole = Frame { header: Bytes::from("h"), ..piece(1, Kind::Call, "abcd", false) };
        assert_eq!(joiner.join(piece(1, Kind::Call, "cd", false)), Ok(Some(whole)));
        let whole = piece(2, Kind::Item, "xyz", false);
        assert_eq!(joiner.join(piece(2, Kind::Item, "z", false)), Ok(Some(whole)));
        assert!(joiner.is_empty());
        assert_eq!(joiner.held_bytes, 0);
    }

    #[test]
    fn nothing_may_come_between_the_pieces_of_a_message() {
        let mut joiner = joiner(100);
        joiner.join(piece(1, Kind::Call, "ab", true)).unwrap();
        let error = joiner.join(piece(1, Kind::Cancel, "", false)).unwrap_err();
        assert_eq!(error.to_string(), "stream 1: Cancel in the middle of the body of Call");
        let second = Frame { header: Bytes::from("h"), ..piece(1, Kind::Call, "c", true) };
        let error = joiner.join(second).unwrap_err();
        assert_eq!(error.to_string(), "stream 1: a second header in the middle of a body");
    }

    #[test]
    fn all_messages_that_have_begun_count_against_one_limit() {
        let mut joiner = joiner(5);
        joiner.join(piece(1, Kind::Call, "abc", true)).unwrap();
        let error = joiner.join(piece(2, Kind::Call, "abc", true)).unwrap_err();
        assert_eq!(error.to_string(), "a frame is too large: 6 is over message_bytes_max (5)");
    }

    #[test]
    fn a_message_in_one_piece_has_the_same_limit() {
        let error = joiner(5).join(piece(1, Kind::Call, "abcdef", false)).unwrap_err();
        assert_eq!(error.to_string(), "a frame is too large: 6 is over message_bytes_max (5)");
    }
}
