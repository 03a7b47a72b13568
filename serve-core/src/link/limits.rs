//! How large anything on a connection may become, and the error that names what was too large.
//!
//! Both ends of a link are given the same limits. What is over one is refused where it is sent; if
//! it arrives all the same, the connection is closed, because its sender cannot be trusted to count.

use std::fmt;

use super::frame::{HEAD_BYTES, HEADER_BYTES_MAX, SIZE_BYTES};

/// What one connection may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// One frame, without the four bytes of its length. Default 16 MiB. As much memory is set aside for a
    /// message as soon as its size is known, so this is what a stranger can make us allocate.
    pub(crate) frame_bytes_max: usize,
    /// The header of one frame. Default 1 MiB, which is more than HTTP lets through; never over 4 MiB less nine bytes,
    /// because its length has 22 bits and there may be a size before it.
    pub(crate) header_bytes_max: usize,
    /// One message, and all messages together of which only a part has arrived. Default 256 MiB.
    pub(crate) message_bytes_max: usize,
    /// Larger bodies are cut into pieces of this size. Default 256 KiB, which is also what is written in
    /// one go: smaller costs throughput, larger makes short calls wait longer behind it.
    pub(crate) fragment_bytes: usize,
    /// Calls without an answer, in each direction. Default 65 536.
    pub(crate) streams_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_bytes_max: 16 << 20,
            header_bytes_max: 1 << 20,
            message_bytes_max: 256 << 20,
            fragment_bytes: 256 << 10,
            streams_max: 65_536,
        }
    }
}

/// The name of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    FrameBytes,
    HeaderBytes,
    MessageBytes,
    Streams,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FrameBytes => "frame_bytes_max",
            Self::HeaderBytes => "header_bytes_max",
            Self::MessageBytes => "message_bytes_max",
            Self::Streams => "streams_max",
        })
    }
}

/// Something was over a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{size} is over {limit} ({max})")]
pub(crate) struct LimitError {
    pub(crate) limit: Limit,
    pub(crate) max: usize,
    pub(crate) size: usize,
}

impl Limits {
    /// The pieces that larger bodies are cut into, so that each fits a frame with any header.
    pub(crate) fn piece_bytes(&self) -> usize {
        let head_bytes = HEAD_BYTES + SIZE_BYTES + self.header_bytes_max;
        let fits = self.frame_bytes_max.saturating_sub(head_bytes);
        self.fragment_bytes.min(fits).max(1)
    }

    /// Refuses what is over `limit`.
    #[inline]
    pub(crate) fn check(&self, limit: Limit, size: usize) -> Result<(), LimitError> {
        let max = match limit {
            Limit::FrameBytes => self.frame_bytes_max,
            Limit::HeaderBytes => self.header_bytes_max.min(HEADER_BYTES_MAX - SIZE_BYTES),
            Limit::MessageBytes => self.message_bytes_max,
            Limit::Streams => self.streams_max,
        };
        if size <= max { Ok(()) } else { Err(LimitError { limit, max, size }) }
    }
}
