//! The frame: a head of fixed size, a small header and a body. Pure; reads and writes nothing.
//!
//! ```text
//! len:u32 | kind:u8 | flags:u8 | hlen:u16 | stream:u64 | header[hlen] | body
//! ```
//!
//! Little endian; `len` counts what follows it. Of the flags two are in use; the other six bits are the upper ones of
//! `hlen`, because what clients choose, ids above all, may be as long as HTTP lets it be. The flag MORE says that the body goes on in the next
//! frame of the same stream, which has the same kind and no header. `join.rs` puts such bodies together.
//! The flag SIZED, of the first of them, says that the header begins with the size of the whole body as
//! a u64.

use bytes::{Buf, Bytes, BytesMut};

use super::limits::{Limit, LimitError, Limits};

/// The bytes before the header.
pub(crate) const HEAD_BYTES: usize = 16;
/// The bytes of the length itself, which the length does not count.
const LEN_BYTES: usize = 4;
const FLAG_MORE: u8 = 1;
const FLAG_SIZED: u8 = 2;
/// How far the upper bits of the header's length are from the lower end of the flags.
const FLAG_BITS: u32 = 2;
/// The longest header that its length can say.
pub(crate) const HEADER_BYTES_MAX: usize = (1 << (16 + 8 - FLAG_BITS)) - 1;
/// What the size of a whole body takes in the header.
pub(crate) const SIZE_BYTES: usize = 8;
/// What is read at once. A small body keeps the buffer alive that it arrived in, so not larger.
const READ_BYTES: usize = 64 << 10;
/// A read into less than this is not worth its system call.
pub(crate) const READ_BYTES_MIN: usize = 4 << 10;

/// What a frame is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Kind {
    Hello = 1,
    Call = 2,
    Reply = 3,
    Item = 4,
    End = 5,
    Error = 6,
    Cancel = 7,
    Credit = 8,
    Reject = 9,
    Ping = 10,
    Pong = 11,
    GoAway = 12,
    Assigned = 13,
    ItemError = 14,
}

impl Kind {
    pub(crate) const ALL: [Self; 14] = [
        Self::Hello,
        Self::Call,
        Self::Reply,
        Self::Item,
        Self::End,
        Self::Error,
        Self::Cancel,
        Self::Credit,
        Self::Reject,
        Self::Ping,
        Self::Pong,
        Self::GoAway,
        Self::Assigned,
        Self::ItemError,
    ];

    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte).wrapping_sub(1)).copied()
    }

    /// Whether a call is over with this.
    pub(crate) fn is_answer(self) -> bool {
        matches!(self, Self::Reply | Self::End | Self::Error | Self::Reject)
    }
}

/// One frame as it arrived: a slice of the buffer that it was read into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    /// The body goes on in the next frame of this stream.
    pub(crate) more: bool,
    pub(crate) stream: u64,
    /// The size of the whole body, of which this is the beginning.
    pub(crate) size: Option<u64>,
    /// How much of what follows is the header.
    pub(crate) header_len: usize,
    /// The header, and the body behind it: one slice, because two would be counted twice.
    pub(crate) bytes: Bytes,
}

impl Frame {
    pub(crate) fn header(&self) -> &[u8] {
        &self.bytes[..self.header_len]
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.header_len..]
    }

    pub(crate) fn into_body(mut self) -> Bytes {
        self.bytes.advance(self.header_len);
        self.bytes
    }

    /// The same with another header and body.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn with(self, header: &[u8], body: &[u8]) -> Self {
        let bytes = [header, body].concat().into();
        Self { header_len: header.len(), bytes, ..self }
    }
}

/// Why bytes are no frame, or frames no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("unknown kind of frame {0}")]
    Kind(u8),
    #[error("unknown flags {0:#04x} of a frame")]
    Flags(u8),
    #[error("a frame of {0} bytes is shorter than its own head and header")]
    Short(usize),
    #[error("a frame is too large: {0}")]
    Limit(#[from] LimitError),
    #[error("stream {stream}: {found:?} in the middle of the body of {begun:?}")]
    Interrupted { stream: u64, begun: Kind, found: Kind },
    #[error("stream {stream}: a second header in the middle of a body")]
    SecondHeader { stream: u64 },
    #[error("stream {stream}: a body of {found} bytes or more that was to have {size}")]
    Size { stream: u64, size: u64, found: usize },
}

/// What is known of a frame from its first bytes.
#[derive(Clone, Copy)]
struct Head {
    kind: Kind,
    more: bool,
    sized: bool,
    /// Of what there is between this and the body, the size of the whole body included.
    header_len: usize,
    stream: u64,
    /// The whole frame, with its length.
    total: usize,
}

impl Head {
    /// `None` as long as there are too few bytes to tell.
    fn parse(bytes: &[u8], limits: &Limits) -> Result<Option<Self>, FrameError> {
        let Some((mut head, _)) = bytes.split_at_checked(HEAD_BYTES) else { return Ok(None) };
        let len = head.get_u32_le() as usize;
        let kind = head.get_u8();
        let flags = head.get_u8();
        let header_len = usize::from(head.get_u16_le()) | usize::from(flags >> FLAG_BITS) << 16;
        let stream = head.get_u64_le();

        let kind = Kind::from_byte(kind).ok_or(FrameError::Kind(kind))?;
        let (more, sized) = (flags & FLAG_MORE != 0, flags & FLAG_SIZED != 0);
        if sized && !more {
            return Err(FrameError::Flags(flags));
        }
        let size_len = if sized { SIZE_BYTES } else { 0 };
        limits.check(Limit::FrameBytes, len)?;
        limits.check(Limit::HeaderBytes, header_len.saturating_sub(size_len))?;
        if header_len < size_len || len < HEAD_BYTES - LEN_BYTES + header_len {
            return Err(FrameError::Short(len));
        }
        Ok(Some(Self { kind, more, sized, header_len, stream, total: LEN_BYTES + len }))
    }
}

/// Cuts what arrives into frames.
///
/// A long frame is handed out in parts as it arrives, each of them a frame that goes on in the next:
/// nothing has to wait, or be moved, until all of it is there.
#[derive(Debug)]
pub(crate) struct Decoder {
    limits: Limits,
    buffer: BytesMut,
    /// What has to be in the buffer before there is anything to hand out.
    wanted: usize,
    open: Option<Open>,
}

/// A frame of which a part has been handed out.
#[derive(Clone, Copy, Debug)]
struct Open {
    kind: Kind,
    /// The body goes on in another frame.
    more: bool,
    stream: u64,
    /// What is still to come of this frame.
    left: usize,
}

impl Decoder {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, buffer: BytesMut::new(), wanted: 0, open: None }
    }

    /// The buffer to read into, with room for what is wanted.
    ///
    /// A buffer is used again as soon as nobody holds a slice of it. It is never larger than
    /// [`READ_BYTES`], or a header with its head.
    pub(crate) fn room(&mut self) -> &mut BytesMut {
        let held = self.buffer.len();
        let wanted = self.wanted.saturating_sub(held).max(READ_BYTES_MIN);
        if self.buffer.capacity() - held < wanted && !self.buffer.try_reclaim(wanted) {
            let mut fresh = BytesMut::with_capacity((held + wanted).max(READ_BYTES));
            fresh.extend_from_slice(&self.buffer);
            self.buffer = fresh;
        }
        &mut self.buffer
    }

    /// The stream of the next bytes and how many they will be, if that is worth reading them to where they
    /// belong. Whoever does so says how many with [`Self::skip`].
    pub(crate) fn direct(&self) -> Option<(u64, usize)> {
        let Open { stream, left, .. } = self.open?;
        (self.buffer.is_empty() && left >= READ_BYTES_MIN).then_some((stream, left))
    }

    /// This many bytes of the frame that is open have been read elsewhere.
    pub(crate) fn skip(&mut self, bytes: usize) {
        if let Some(open) = &mut self.open {
            open.left -= bytes;
        }
    }

    /// The next frame, or part of a long one, if it has arrived. After an error the connection is of no
    /// more use.
    pub(crate) fn frame(&mut self) -> Result<Option<Frame>, FrameError> {
        if let Some(open) = self.open {
            return Ok(self.part(open));
        }
        self.wanted = 0;
        let Some(head) = Head::parse(&self.buffer, &self.limits)? else { return Ok(None) };
        let Head { kind, more, sized, header_len, stream, total } = head;
        let begin = HEAD_BYTES + header_len;
        let is_whole = self.buffer.len() >= total;
        if !is_whole && (total <= self.part_bytes() || self.buffer.len() < begin) {
            self.wanted = if total <= self.part_bytes() { total } else { begin };
            return Ok(None);
        }
        let left = total.saturating_sub(self.buffer.len());
        self.open = (left > 0).then_some(Open { kind, more, stream, left });
        let mut bytes = self.buffer.split_to(total - left).freeze();
        bytes.advance(HEAD_BYTES);
        let size = sized.then(|| bytes.get_u64_le());
        let header_len = header_len - size.map_or(0, |_| SIZE_BYTES);
        Ok(Some(Frame { kind, more: more || left > 0, stream, size, header_len, bytes }))
    }

    /// More of a frame that has begun.
    fn part(&mut self, open: Open) -> Option<Frame> {
        let Open { kind, more, stream, left } = open;
        if left > 0 && self.buffer.is_empty() {
            return None;
        }
        let bytes = self.buffer.split_to(left.min(self.buffer.len())).freeze();
        let left = left - bytes.len();
        self.open = (left > 0).then_some(Open { left, ..open });
        Some(Frame { kind, more: more || left > 0, stream, size: None, header_len: 0, bytes })
    }

    /// Longer frames are handed out in parts.
    fn part_bytes(&self) -> usize {
        READ_BYTES.min(self.limits.fragment_bytes)
    }

    /// Whether no frame has begun, so that the connection may end here.
    pub(crate) fn is_between_frames(&self) -> bool {
        self.buffer.is_empty() && self.open.is_none()
    }
}

/// How much of a body a frame has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) len: usize,
    /// It goes on in the next frame.
    pub(crate) more: bool,
    /// The size of the whole body, with the first of several pieces.
    pub(crate) size: Option<usize>,
}

impl Piece {
    /// All of it.
    pub(crate) fn whole(len: usize) -> Self {
        Self { len, more: false, size: None }
    }
}

/// Appends a frame up to its body, which has to follow. The header is written by `header`, in place.
///
/// Gives the bytes of the header, or leaves `out` as it was.
pub(crate) fn put_head(
    out: &mut Vec<u8>,
    (kind, stream): (Kind, u64),
    body: Piece,
    limits: &Limits,
    header: impl FnOnce(&mut Vec<u8>),
) -> Result<usize, LimitError> {
    let (start, body_len) = (out.len(), body.len);
    let flags =
        if body.more { FLAG_MORE } else { 0 } | if body.size.is_some() { FLAG_SIZED } else { 0 };
    out.extend_from_slice(&[0, 0, 0, 0, kind as u8, flags, 0, 0]);
    out.extend_from_slice(&stream.to_le_bytes());
    if let Some(size) = body.size {
        out.extend_from_slice(&(size as u64).to_le_bytes());
    }
    header(out);
    let header_len = out.len() - start - HEAD_BYTES;
    let size_len = if body.size.is_some() { SIZE_BYTES } else { 0 };
    let len = HEAD_BYTES - LEN_BYTES + header_len + body_len;
    let checked = limits
        .check(Limit::HeaderBytes, header_len - size_len)
        .and_then(|()| limits.check(Limit::FrameBytes, len))
        .and_then(|()| {
            let max = u32::MAX as usize;
            let over = LimitError { limit: Limit::FrameBytes, max, size: len };
            u32::try_from(len).map_err(|_| over)
        });
    match checked {
        Ok(len) => {
            // The limit has seen to it that the length has 22 bits.
            let [low, high, upper, ..] = header_len.to_le_bytes();
            out[start..start + LEN_BYTES].copy_from_slice(&len.to_le_bytes());
            out[start + 5] = flags | upper << FLAG_BITS;
            out[start + 6..start + 8].copy_from_slice(&[low, high]);
            Ok(header_len)
        }
        Err(error) => {
            out.truncate(start);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::BufMut;
    use proptest::prelude::*;

    use super::*;

    fn limits() -> Limits {
        Limits { frame_bytes_max: 100, header_bytes_max: 20, ..Limits::default() }
    }

    /// A head that says what it is told to say.
    fn head(len: u32, kind: u8, flags: u8, header_len: u16) -> Vec<u8> {
        let mut out = Vec::new();
        out.put_u32_le(len);
        out.put_u8(kind);
        out.put_u8(flags);
        out.put_u16_le(header_len);
        out.put_u64_le(7);
        out
    }

    fn decode(bytes: &[u8], limits: Limits) -> Result<Option<Frame>, FrameError> {
        let mut decoder = Decoder::new(limits);
        decoder.room().extend_from_slice(bytes);
        decoder.frame()
    }

    fn encode(frame: &Frame, limits: &Limits) -> Vec<u8> {
        let mut out = Vec::new();
        let size = frame.size.map(|size| usize::try_from(size).unwrap());
        let body = Piece { len: frame.body().len(), more: frame.more, size };
        put_head(&mut out, (frame.kind, frame.stream), body, limits, |out| {
            out.extend_from_slice(frame.header());
        })
        .unwrap();
        out.extend_from_slice(frame.body());
        out
    }

    #[test]
    fn the_layout_is_as_documented() {
        let frame = Frame {
            kind: Kind::Item,
            more: true,
            stream: 0x0102,
            size: None,
            header_len: 1,
            bytes: Bytes::from_static(b"hbody"),
        };
        let bytes = encode(&frame, &limits());
        assert_eq!(bytes, b"\x11\0\0\0\x04\x01\x01\0\x02\x01\0\0\0\0\0\0hbody");
        assert_eq!(decode(&bytes, limits()), Ok(Some(frame.clone())));
        let frame = Frame { size: Some(9), ..frame };
        let bytes = encode(&frame, &limits());
        assert_eq!(bytes, b"\x19\0\0\0\x04\x03\x09\0\x02\x01\0\0\0\0\0\0\x09\0\0\0\0\0\0\0hbody");
        assert_eq!(decode(&bytes, limits()), Ok(Some(frame)));
    }

    #[test]
    fn what_is_no_frame_is_refused_by_its_first_sixteen_bytes() {
        let over = |limit, max, size| Err(FrameError::Limit(LimitError { limit, max, size }));
        let cases = [
            (head(12, 0, 0, 0), Err(FrameError::Kind(0))),
            (head(12, 99, 0, 0), Err(FrameError::Kind(99))),
            (head(100, 1, 4, 0), over(Limit::HeaderBytes, 20, 1 << 16)),
            (head(20, 1, 2, 8), Err(FrameError::Flags(2))),
            (head(19, 1, 3, 7), Err(FrameError::Short(19))),
            (head(11, 1, 0, 0), Err(FrameError::Short(11))),
            (head(13, 1, 0, 2), Err(FrameError::Short(13))),
            (head(101, 1, 0, 0), over(Limit::FrameBytes, 100, 101)),
            (head(u32::MAX, 1, 0, 0), over(Limit::FrameBytes, 100, u32::MAX as usize)),
            (head(100, 1, 0, 21), over(Limit::HeaderBytes, 20, 21)),
            (head(100, 1, 0, 20), Ok(None)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(decode(&bytes, limits()), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_header_may_be_longer_than_sixteen_bits_can_say() {
        let limits = Limits::default();
        for header in [vec![7; 70_000], vec![7; limits.header_bytes_max]] {
            let mut bytes = Vec::new();
            let body = Piece { len: 2, more: false, size: None };
            put_head(&mut bytes, (Kind::Call, 1), body, &limits, |out| out.extend(&header))
                .unwrap();
            bytes.extend(b"hi");
            let frame = decode(&bytes, limits).unwrap().unwrap();
            assert_eq!((frame.header(), frame.body()), (&header[..], &b"hi"[..]));
        }
    }

    #[test]
    fn a_frame_over_a_limit_is_not_written_and_leaves_nothing_behind() {
        let mut out = vec![1, 2, 3];
        let long = put_head(&mut out, (Kind::Call, 1), Piece::whole(0), &limits(), |out| {
            out.extend_from_slice(&[0; 21]);
        });
        assert_eq!(long.unwrap_err().to_string(), "21 is over header_bytes_max (20)");
        let long = put_head(&mut out, (Kind::Call, 1), Piece::whole(89), &limits(), |_| {});
        assert_eq!(long.unwrap_err().to_string(), "101 is over frame_bytes_max (100)");
        assert_eq!(out, [1, 2, 3]);
    }

    #[test]
    fn a_long_frame_is_handed_out_as_it_arrives_and_the_buffer_does_not_grow() {
        let mut decoder = Decoder::new(Limits::default());
        decoder.room().extend_from_slice(&head(12 + 1 + (1 << 20), 2, 0, 1));
        assert_eq!(decoder.frame(), Ok(None));
        let mut body = 0;
        loop {
            let room = decoder.room();
            assert!(room.capacity() <= READ_BYTES, "{}", room.capacity());
            room.extend_from_slice(&[7; READ_BYTES_MIN]);
            let part = decoder.frame().unwrap().expect("there is more of it");
            assert_eq!(part.header_len, usize::from(body == 0));
            body += part.body().len();
            if !part.more {
                break;
            }
            assert_eq!(decoder.frame(), Ok(None));
            let left = Some((1 << 20) - body).filter(|left| *left >= READ_BYTES_MIN);
            assert_eq!(decoder.direct(), left.map(|left| (7, left)));
        }
        assert_eq!(body, 1 << 20);
    }

    #[test]
    fn what_is_read_elsewhere_of_a_long_frame_is_not_waited_for() {
        let mut decoder = Decoder::new(Limits::default());
        decoder.room().extend_from_slice(&head(12 + (1 << 20), 2, 0, 0));
        assert!(decoder.frame().unwrap().is_some_and(|part| part.more && part.bytes.is_empty()));
        decoder.skip(1 << 20);
        assert!(decoder.frame().unwrap().is_some_and(|part| !part.more && part.bytes.is_empty()));
        assert!(decoder.is_between_frames());
    }

    #[test]
    fn a_buffer_is_used_again_when_nobody_holds_a_slice_of_it() {
        let mut decoder = Decoder::new(Limits::default());
        let frame = Frame {
            kind: Kind::Item,
            more: false,
            stream: 1,
            size: None,
            header_len: 0,
            bytes: Bytes::from(vec![1; 3_000]),
        };
        let bytes = encode(&frame, &Limits::default());
        for _ in 0..1_000 {
            decoder.room().extend_from_slice(&bytes);
            assert_eq!(decoder.frame(), Ok(Some(frame.clone())));
            assert!(decoder.buffer.capacity() <= READ_BYTES);
        }
    }

    prop_compose! {
        fn frames()(
            kind in prop::sample::select(&Kind::ALL[..]),
            size: Option<u64>,
            more: bool,
            stream: u64,
            header in prop::collection::vec(any::<u8>(), 0..12),
            body in prop::collection::vec(any::<u8>(), 0..60),
        ) -> Frame {
            let size = size.filter(|_| more);
            let empty = Frame { kind, more, stream, size, header_len: 0, bytes: Bytes::new() };
            empty.with(&header, &body)
        }
    }

    proptest! {
        #[test]
        fn frames_arrive_as_they_were_sent_wherever_reads_cut_them(
            frames in prop::collection::vec(frames(), 0..8),
            cut in 1_usize..64,
        ) {
            let bytes: Vec<u8> =
                frames.iter().flat_map(|frame| encode(frame, &limits())).collect();
            let mut decoder = Decoder::new(limits());
            let mut found = Vec::new();
            for piece in bytes.chunks(cut) {
                decoder.room().extend_from_slice(piece);
                while let Some(frame) = decoder.frame().unwrap() {
                    found.push(frame);
                }
            }
            prop_assert_eq!(found, frames);
            prop_assert!(decoder.is_between_frames());
        }

        #[test]
        fn arbitrary_bytes_never_panic_and_never_take_more_than_a_frame(
            bytes in prop::collection::vec(any::<u8>(), 0..256),
            kind in 1_u8..13,
        ) {
            let mut bytes = bytes;
            if let Some(byte) = bytes.get_mut(4) {
                *byte = kind;
            }
            let mut decoder = Decoder::new(limits());
            for piece in bytes.chunks(7) {
                decoder.room().extend_from_slice(piece);
                if !matches!(decoder.frame(), Ok(None)) {
                    break;
                }
                prop_assert!(decoder.room().capacity() <= READ_BYTES);
            }
        }
    }
}
