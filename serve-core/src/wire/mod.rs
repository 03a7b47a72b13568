//! Calls as they cross a link: how a call becomes bytes and a call again, and how its answer finds its way
//! back. Values are made bytes in `codec`, and bytes cross in `link`.

mod carry;
mod tunnel;

mod build;

mod answer;
mod batch;
mod call;
mod codecs;
mod handles;
mod loopback;
mod method;
mod registry;
mod reply_cell;

#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use call::Outgoing;
pub(crate) use call::encode;
pub use method::{Cross, Crosses};
pub use registry::ReplicaType;
pub(crate) use registry::TypeName;

pub(crate) use answer::{AnswerGuard, Answered, Guarded, ItemSource, ReplyPath};
pub(crate) use batch::{BatchBody, batch_arguments, encode_outcomes, next_outcome};
pub(crate) use build::build_id;
pub(crate) use call::{Arrived, AwaitItems, Awaited, Flow};
pub(crate) use codecs::FarReply;
pub(crate) use handles::{HandlePath, Resolve, far_deployment, with_resolver};
pub(crate) use loopback::{HandleTable, loop_back};

pub(crate) use tunnel::{Hold, Tunnel};
