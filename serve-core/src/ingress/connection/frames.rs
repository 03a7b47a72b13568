//! Follows the frames of HTTP/2 as they are read, by their lengths and types alone, to know whether one of
//! them, or the head of a request, has come in part.

use super::activity::Partial;

/// What a client that speaks HTTP/2 begins with.
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const FRAME_HEAD: usize = 9;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

/// Where reading has come to.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// The first bytes of a frame, as many as there are.
    head: [u8; FRAME_HEAD],
    head_read: usize,
    /// Bytes of its payload that are still to come.
    payload_left: usize,
    /// The frame belongs to the head of a request.
    is_of_head: bool,
    /// A frame has begun a head that another has to end.
    is_head_open: bool,
    /// Frames begun; those that go on with a head are part of the one before.
    frames: u64,
}

impl Frames {
    pub(super) fn follow(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.payload_left > 0 {
                let skipped = self.payload_left.min(bytes.len());
                self.payload_left -= skipped;
                bytes = &bytes[skipped..];
                continue;
            }
            if self.head_read == 0 && !self.is_head_open {
                self.frames += 1;
            }
            let taken = (FRAME_HEAD - self.head_read).min(bytes.len());
            let (of_head, rest) = bytes.split_at(taken);
            self.head[self.head_read..self.head_read + taken].copy_from_slice(of_head);
            self.head_read += taken;
            bytes = rest;
            if self.head_read == FRAME_HEAD {
                self.begin_payload();
            }
        }
    }

    fn begin_payload(&mut self) {
        let [high, middle, low, kind, flags, ..] = self.head;
        self.head_read = 0;
        self.payload_left = u32::from_be_bytes([0, high, middle, low]) as usize;
        self.is_of_head = matches!(kind, HEADERS | CONTINUATION);
        if self.is_of_head {
            self.is_head_open = flags & END_HEADERS == 0;
        }
    }

    pub(super) fn partial(&self) -> Partial {
        let is_in_payload = self.payload_left > 0;
        if self.is_head_open || (self.is_of_head && is_in_payload) {
            Partial::Head(self.frames)
        } else if is_in_payload || self.head_read > 0 {
            Partial::Frame(self.frames)
        } else {
            Partial::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: u8 = 0;

    fn frame(kind: u8, flags: u8, length: u8) -> Vec<u8> {
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, 1];
        frame.resize(FRAME_HEAD + usize::from(length), b'x');
        frame
    }

    fn partial_after(bytes: &[u8]) -> Partial {
        let mut frames = Frames::default();
        frames.follow(bytes);
        frames.partial()
    }

    #[test]
    fn what_has_come_in_part_is_known_after_each_byte() {
        let mut bytes = frame(HEADERS, 0, 3);
        let open = bytes.len();
        bytes.extend(frame(CONTINUATION, END_HEADERS, 2));
        let complete = bytes.len();
        bytes.extend(frame(DATA, 0, 2));
        let mut frames = Frames::default();
        for (at, byte) in bytes.iter().enumerate() {
            frames.follow(&[*byte]);
            let expected = match at + 1 {
                read if read < FRAME_HEAD => Partial::Frame(1),
                read if read < complete => Partial::Head(1),
                read if read == complete || read == bytes.len() => Partial::Nothing,
                _ => Partial::Frame(2),
            };
            assert_eq!(frames.partial(), expected, "after {} bytes, head open at {open}", at + 1);
        }
        assert_eq!(partial_after(&bytes), Partial::Nothing, "at once");
    }

    #[test]
    fn each_head_has_a_number_of_its_own() {
        let mut bytes = frame(HEADERS, END_HEADERS, 5);
        bytes.extend(&frame(HEADERS, END_HEADERS, 5)[..FRAME_HEAD + 1]);
        assert_eq!(partial_after(&bytes), Partial::Head(2));
    }
}
