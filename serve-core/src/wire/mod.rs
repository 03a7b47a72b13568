//! Calls as they cross a link: how a call becomes bytes and a call again, and how its answer finds its way
//! back. Values are made bytes in `codec`, and bytes cross in `link`.

mod carry;
mod tunnel;

mod build;

mod answer;
mod batch;
mod call;
mod codecs;
mod reply_cell;

#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use call::Outgoing;

pub(crate) use answer::{AnswerGuard, Answered, Guarded, ItemSource, ReplyPath};
pub(crate) use batch::{BatchBody, batch_arguments, encode_outcomes, next_outcome};
pub(crate) use build::build_id;
pub(crate) use call::{Arrived, AwaitItems, Awaited, Flow};
pub(crate) use codecs::FarReply;

pub(crate) use tunnel::{Hold, Tunnel};
