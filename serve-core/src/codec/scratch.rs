//! Memory for short values: for what is written, and for bytes that are read.
//!
//! Values are written into a buffer of the thread, and short ones are copied from there into a block that
//! they share. So the bytes of a call need no allocation of their own; one for each is what hurts, because
//! a thread makes it and another gives it back, and there the two meet at a lock of the allocator.

use std::cell::{Cell, RefCell};

use bytes::{Bytes, BytesMut};

/// What one that is alive keeps alive of others. Below what glibc calls large, for which it tidies up.
const BLOCK_BYTES: usize = 1000;
/// Longer ones are not copied.
const SHORT_BYTES_MAX: usize = 250;
/// Room for what most calls carry.
const BUFFER_BYTES: usize = 128;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static BLOCK: RefCell<BytesMut> = RefCell::new(BytesMut::new());
}

/// An empty buffer. A writer may call another writer, which gets a buffer of its own.
pub(super) fn buffer() -> Vec<u8> {
    let buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    if buffer.capacity() > 0 { buffer } else { Vec::with_capacity(BUFFER_BYTES) }
}

/// What has been written into a buffer.
pub(super) fn seal(mut buffer: Vec<u8>) -> Bytes {
    if buffer.len() > SHORT_BYTES_MAX {
        return buffer.into();
    }
    let copied = copied(&buffer);
    buffer.clear();
    // A thread that ends has no buffer.
    let _ = BUFFER.try_with(|kept| kept.set(buffer));
    copied
}

/// Bytes that have been read, apart from the buffer that they were read into.
pub(super) fn copied(bytes: &[u8]) -> Bytes {
    if bytes.len() > SHORT_BYTES_MAX {
        return Bytes::copy_from_slice(bytes);
    }
    let copied = BLOCK.try_with(|block| copy(&mut block.borrow_mut(), bytes));
    copied.unwrap_or_else(|_| Bytes::copy_from_slice(bytes))
}

fn copy(block: &mut BytesMut, bytes: &[u8]) -> Bytes {
    if block.capacity() < bytes.len() {
        // Not `reserve`, which would look whether the others have gone.
        *block = BytesMut::with_capacity(BLOCK_BYTES);
    }
    block.extend_from_slice(bytes);
    block.split().freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(bytes: &[u8]) -> Bytes {
        let mut buffer = buffer();
        buffer.extend_from_slice(bytes);
        seal(buffer)
    }

    #[test]
    fn short_ones_share_blocks_and_stay_what_they_are() {
        let all: Vec<_> = (0..=u8::MAX).map(|byte| sealed(&[byte; 100])).collect();
        for (byte, bytes) in (0..=u8::MAX).zip(&all) {
            assert_eq!(bytes, &[byte; 100][..]);
        }
        let is_next = |pair: &&[Bytes]| pair[1].as_ptr() == pair[0][100..].as_ptr();
        let shared = all.windows(2).filter(is_next).count();
        assert!(shared >= 220, "{shared} of 255 begin where another ends");
    }

    #[test]
    fn a_long_one_has_its_own_memory() {
        let long = sealed(&[7; SHORT_BYTES_MAX + 1]);
        assert_eq!(long.len(), SHORT_BYTES_MAX + 1);
        assert!(long.is_unique());
    }

    #[test]
    fn who_writes_while_another_does_gets_a_buffer_of_their_own() {
        let mut outer = buffer();
        outer.extend_from_slice(b"outer");
        assert_eq!(sealed(b"inner"), "inner");
        assert_eq!(seal(outer), "outer");
    }
}
