//! What a link does for speed alone.

mod coalescer;
mod streams;
mod table;

pub(super) use coalescer::Coalescer;
pub(super) use streams::Streams;
pub(crate) use table::{Occupant, Table};
