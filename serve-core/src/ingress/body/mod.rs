//! Bodies of responses that are made while they are sent.
//!
//! The request goes on until its body has ended: [`hold`] keeps its permit, its context and its deadline.
//! [`carry`] brings a body over from a replica that has a thread of its own.

mod carried;
mod caught;
mod counted;
mod held;
mod sent;
mod timed;

pub(super) use carried::carry;
pub(super) use caught::CaughtBody;
pub(super) use counted::{AboutRequest, CountedRequest};
pub(super) use held::hold;
pub(super) use sent::{SentBody, without_body};
