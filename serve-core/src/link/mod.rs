//! One connection between two processes, shared by all their calls: bytes, and nothing of what they mean to
//! whoever calls or is called.
//!
//! From the bytes up:
//!
//! - `limits` says how large anything may become; both ends have the same.
//! - `frame` cuts bytes into frames and joins them; it reads and writes nothing. A frame is one slice of what
//!   was read.
//! - `join` puts the pieces of a large body together. A body says its size first, so it is read to where it
//!   belongs. A [`Body`] on its way out may have two parts, so that many bytes at its end are not copied.
//! - `head` and `message` say what a frame means: calls, their answers, and what the two ends tell each other
//!   besides. The head of a call has a layout of its own; what few calls say is packed (`packed`).
//! - `queue` holds what waits to be written: short messages in one batch, large bodies as fragments. Bodies
//!   of different orders of size take turns, those of one size go one after the other, or all would be
//!   complete only at the end.
//! - `shared` opens a connection; `reader` and `writer` are its two tasks. One reads and hands on in place, the
//!   other writes all that is queued in one go.
//! - `credit` bounds how far a stream may run ahead of its reader, in bytes.
//! - `heartbeat` finds out that the other end has gone silent, if nothing else would tell.
//! - `transport` says where the connection comes from: a socket that a process inherits, or TCP with TLS.
//! - `tuning` has what is here for speed alone; skip it at first.

mod limits;

mod body;
mod frame;
mod join;

mod head;
mod message;

mod credit;
mod queue;

mod heartbeat;
mod reader;
mod shared;
mod writer;

mod transport;
mod tuning;

#[cfg(feature = "fuzzing")]
mod fuzzing;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use body::Body;
pub(crate) use credit::{Meter, WINDOW_BYTES, Window, WindowClosed};
#[cfg(feature = "fuzzing")]
pub(crate) use fuzzing::decode_all;
pub(crate) use head::{CallHead, Choice, DeploymentName, Form, System, Target, WireExtras, WireId};
pub(crate) use limits::Limits;
pub(crate) use message::{Hello, Message, MethodEntry, WireError, WireExecuted};
pub(crate) use shared::{Link, LinkError, Receive, SendError};
pub use transport::ProcessTransport;
pub(crate) use transport::{Connection, Transport, join};
pub(crate) use tuning::{Occupant, Table};
