//! What a link does for speed alone.

mod coalescer;
mod streams;

pub(super) use coalescer::Coalescer;
pub(crate) use streams::Streams;
