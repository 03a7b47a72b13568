//! Bytes of a stranger: frames, pieces of bodies, messages.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((cuts, bytes)) = bytes.split_first() else { return };
    serve_core::__fuzzing::wire(*cuts, bytes);
});
