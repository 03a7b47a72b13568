//! Puts the pieces of large bodies together again.

use bytes::BytesMut;

use super::frame::{Frame, FrameError, Kind};
use super::limits::{Limit, Limits};
use super::tuning::Streams;

/// The messages of a connection of which only a part has arrived.
///
/// All of them together hold at most `message_bytes_max`, and one that has said its size counts with
/// all of it. The sender counts in the same way before it begins a message, so that two large ones at
/// once wait for each other instead of breaking the limit.
#[derive(Debug)]
pub(crate) struct Joiner {
    limits: Limits,
    halves: Streams<Half>,
    held_bytes: usize,
}

#[derive(Debug)]
struct Half {
    kind: Kind,
    header_len: usize,
    /// The header, and the body as far as it is there.
    bytes: BytesMut,
    /// What the body will have in the end, if that was said.
    size: Option<usize>,
    /// What this counts for.
    held_bytes: usize,
}

impl Joiner {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, halves: Streams::default(), held_bytes: 0 }
    }

    /// Whether no message has begun.
    pub(crate) fn is_empty(&self) -> bool {
        self.halves.is_empty()
    }

    /// Whether more is to come of a message that has said its size, so that it can be read to where it
    /// belongs.
    pub(crate) fn is_in_a_long_one(&self) -> bool {
        self.halves.values().any(|half| half.size.is_some_and(|size| half.body_len() < size))
    }

    /// The whole message as one frame, once its last piece is there.
    #[inline]
    pub(crate) fn join(&mut self, frame: Frame) -> Result<Option<Frame>, FrameError> {
        if !frame.more && self.halves.is_empty() {
            return self.whole(frame);
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
        if frame.header_len > 0 || frame.size.is_some() {
            return Err(FrameError::SecondHeader { stream });
        }
        half.check_size(stream, frame.bytes.len(), frame.more)?;
        if half.size.is_none() {
            half.held_bytes += frame.bytes.len();
            self.held_bytes += frame.bytes.len();
            self.limits.check(Limit::MessageBytes, self.held_bytes)?;
        }
        half.bytes.extend_from_slice(&frame.bytes);
        if frame.more {
            return Ok(None);
        }
        let Some(half) = self.halves.remove(&stream) else { return Ok(None) };
        self.held_bytes -= half.held_bytes;
        let Half { kind, header_len, bytes, .. } = half;
        let bytes = bytes.freeze();
        Ok(Some(Frame { kind, more: false, stream, size: None, header_len, bytes }))
    }

    fn whole(&self, frame: Frame) -> Result<Option<Frame>, FrameError> {
        self.limits.check(Limit::MessageBytes, frame.bytes.len())?;
        Ok(Some(frame))
    }

    /// Copies the first piece, so that it does not keep the buffer alive that it was read into.
    fn begin(&mut self, frame: &Frame) -> Result<(), FrameError> {
        self.limits.check(Limit::Streams, self.halves.len() + 1)?;
        let size = frame.size.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        let so_far = frame.body().len();
        let size_or_so_far = size.unwrap_or(so_far);
        let held_bytes = size_or_so_far.saturating_add(frame.header_len);
        let all_bytes = self.held_bytes.saturating_add(held_bytes);
        self.limits.check(Limit::MessageBytes, all_bytes)?;
        self.held_bytes = all_bytes;
        // Of what is only announced no more is set aside than a frame might have brought.
        let set_aside = size_or_so_far.min(self.limits.frame_bytes_max).max(so_far);
        let mut half = Half {
            kind: frame.kind,
            header_len: frame.header_len,
            bytes: BytesMut::with_capacity(frame.header_len + set_aside),
            size,
            held_bytes,
        };
        half.bytes.extend_from_slice(frame.header());
        half.check_size(frame.stream, so_far, true)?;
        half.bytes.extend_from_slice(frame.body());
        self.halves.insert(frame.stream, half);
        Ok(())
    }

    /// Where the next bytes of a message belong, of which `bytes` are to come, so that they can be read
    /// there: only if they fit the size that it has said.
    pub(crate) fn direct(&mut self, stream: u64, bytes: usize) -> Option<&mut BytesMut> {
        let half = self.halves.get_mut(&stream)?;
        let fits = half.size.is_some_and(|size| bytes <= size - half.body_len());
        fits.then(|| {
            half.bytes.reserve(bytes);
            &mut half.bytes
        })
    }
}

impl Half {
    fn body_len(&self) -> usize {
        self.bytes.len() - self.header_len
    }

    fn check_size(&self, stream: u64, bytes: usize, more: bool) -> Result<(), FrameError> {
        let Some(size) = self.size else { return Ok(()) };
        let found = self.body_len() + bytes;
        let fits = if more { found <= size } else { found == size };
        if fits { Ok(()) } else { Err(FrameError::Size { stream, size: size as u64, found }) }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn piece(stream: u64, kind: Kind, body: &'static str, more: bool) -> Frame {
        Frame { kind, more, stream, size: None, header_len: 0, bytes: Bytes::from(body) }
    }

    fn joiner(message_bytes_max: usize) -> Joiner {
        Joiner::new(Limits { message_bytes_max, ..Limits::default() })
    }

    #[test]
    fn the_pieces_of_two_streams_are_told_apart() {
        let mut joiner = joiner(100);
        let first = piece(1, Kind::Call, "", true).with(b"h", b"ab");
        assert_eq!(joiner.join(first), Ok(None));
        assert_eq!(joiner.join(piece(2, Kind::Item, "xy", true)), Ok(None));
        let other = piece(3, Kind::Item, "short", false);
        assert_eq!(joiner.join(other.clone()), Ok(Some(other)));
        let whole = piece(1, Kind::Call, "", false).with(b"h", b"abcd");
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
        let second = piece(1, Kind::Call, "", true).with(b"h", b"c");
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

    #[test]
    fn a_message_that_says_its_size_counts_with_all_of_it_and_has_to_keep_to_it() {
        let sized = |stream, size, body, more| Frame {
            size: Some(size),
            ..piece(stream, Kind::Call, body, more)
        };
        let mut joiner = joiner(100);
        joiner.join(sized(1, 5, "abc", true)).unwrap();
        assert_eq!(joiner.held_bytes, 5);
        let error = joiner.join(sized(2, 96, "", true)).unwrap_err();
        assert_eq!(error.to_string(), "a frame is too large: 101 is over message_bytes_max (100)");
        let whole = piece(1, Kind::Call, "abcde", false);
        assert_eq!(joiner.join(piece(1, Kind::Call, "de", false)), Ok(Some(whole)));
        assert_eq!(joiner.held_bytes, 0);

        joiner.join(sized(1, 5, "abc", true)).unwrap();
        let error = joiner.join(piece(1, Kind::Call, "def", true)).unwrap_err();
        assert_eq!(error.to_string(), "stream 1: a body of 6 bytes or more that was to have 5",);
        let error = joiner.join(piece(1, Kind::Call, "d", false)).unwrap_err();
        assert!(matches!(error, FrameError::Size { found: 4, .. }), "{error}");
        let error = joiner.join(sized(u64::MAX, u64::MAX, "", true)).unwrap_err();
        assert!(matches!(error, FrameError::Limit(_)), "{error}");
    }

    #[test]
    fn bytes_are_read_to_where_they_belong_only_where_they_fit() {
        let mut joiner = joiner(100);
        joiner.join(piece(1, Kind::Call, "ab", true)).unwrap();
        assert!(joiner.direct(1, 1).is_none(), "it has not said its size");
        assert!(!joiner.is_in_a_long_one());
        joiner.join(Frame { size: Some(5), ..piece(3, Kind::Call, "ab", true) }).unwrap();
        assert!(joiner.direct(3, 4).is_none());
        assert!(joiner.is_in_a_long_one());
        joiner.direct(3, 3).expect("they fit").extend_from_slice(b"cde");
        assert!(!joiner.is_in_a_long_one(), "all of it is there");
        let whole = joiner.join(piece(3, Kind::Call, "", false)).unwrap();
        assert_eq!(whole, Some(piece(3, Kind::Call, "abcde", false)));
    }
}
