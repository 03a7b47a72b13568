//! Bodies of responses that are made while they are sent.
//!
//! The request goes on until its body has ended: [`hold`] keeps its permit, its context and its deadline.
//! [`carry`] brings a body over from a replica that has a thread of its own.

mod carried;
mod held;
mod sent;
mod timed;

pub(super) use carried::carry;
pub(super) use held::hold;
pub(super) use sent::SentBody;

use std::time::Duration;

/// How long a body may go on after its deadline. At the deadline the calls that it waits for fail, and the
/// method may still tell its client so.
pub(super) const GRACE: Duration = Duration::from_secs(1);
