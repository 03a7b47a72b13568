//! What a link does for speed alone, each trick with the figure that earned it. Skip this room at first.
//!
//! What counts with many calls under way is how many share a system call, a lock and a wake-up, and that
//! memory goes back to the thread it came from: what one thread makes and another gives back meets at a lock
//! of the allocator. A short call of 256 callers takes about 2.3 µs of processor time in both processes
//! together.
//!
//! - `coalescer`: the writer waits for more before it writes. Four times the calls with 256 callers.
//! - `table`: open calls have places by their number. Putting one in and taking one out takes 19 to 22 ns, in
//!   a map with foldhash 34 to 49 ns, and each call does so in a table at both ends: 2 % of a call. Kept also
//!   because what is over makes room without being removed, which a map would have to be swept for.
//! - `streams`: the map for all that is not a call, or lasts too long for the table. foldhash takes 5 to
//!   15 ns less than the usual hash, and as long as the hash by hand that was here.
//!
//! Others are with whom they serve, because that knows no links:
//!
//! - `codec/scratch.rs`: short values share blocks of memory. Made by one thread and dropped by another, 64
//!   bytes take 0.7 µs with a share of a block and 2.2 µs with an allocation of their own.
//! - `replica/spare.rs`: boxes of calls are used again. 0.26 µs instead of 1.2 µs, from one thread to another.
//! - `Receive::batch_end`: calls that come in one read begin together. Has no figure of its own: with both
//!   of the above, and the layout of `head`, 256 callers rose from 0.41 to 0.48 of frames by hand.
//!
//! Micro-benchmarks: medians of 11 to 15 rounds in turns, two processors that others used as well, glibc.

mod coalescer;
mod streams;
mod table;

pub(super) use coalescer::Coalescer;
pub(super) use streams::Streams;
pub(crate) use table::{Occupant, Table};
