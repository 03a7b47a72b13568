//! The way of a fuzzer to what reads bytes of strangers. Not part of the interface.

/// Everything that is done to bytes that arrive, wherever reads cut them. Must not panic.
pub fn wire(cuts: u8, bytes: &[u8]) {
    crate::link::decode_all(usize::from(cuts) + 1, bytes);
}
