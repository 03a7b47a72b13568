//! All that is done to bytes that arrive, without a connection.

use super::frame::Decoder;
use super::join::Joiner;
use super::limits::Limits;
use super::message::Message;

/// Small, so that a fuzzer reaches them.
const LIMITS: Limits = Limits {
    frame_bytes_max: 1 << 10,
    header_bytes_max: 256,
    message_bytes_max: 4 << 10,
    fragment_bytes: 64,
    streams_max: 8,
};

/// Decodes until the end or the first violation. What is a message is the same after a round trip.
pub(crate) fn decode_all(cut: usize, bytes: &[u8]) {
    let (mut decoder, mut joiner) = (Decoder::new(LIMITS), Joiner::new(LIMITS));
    for piece in bytes.chunks(cut) {
        decoder.room().extend_from_slice(piece);
        loop {
            let Ok(frame) = decoder.frame() else { return };
            let Some(frame) = frame else { break };
            let Ok(whole) = joiner.join(frame) else { return };
            let Some(whole) = whole else { continue };
            let Ok(message) = Message::from_frame(whole) else { return };
            let again = Message::from_frame(message.clone().into_frame());
            assert_eq!(again.as_ref(), Ok(&message));
        }
    }
}
