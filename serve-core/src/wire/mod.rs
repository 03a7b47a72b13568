//! Calls between processes: what a value looks like, how a call becomes bytes and a call again, and the
//! connection that all calls share.
//!
//! `frame`, `message` and `link` know bytes and no values; `codec`, `call` and `answer` know values and no
//! connection; `carry` is between the two.

mod limits;
mod streams;

mod body;
mod frame;
mod join;

mod head;
mod message;

mod credit;
mod heartbeat;
#[cfg_attr(not(test), expect(dead_code, reason = "connections between machines need the rest"))]
mod link;
mod queue;
mod reader;
mod transport;
mod writer;

mod carry;
mod tunnel;

mod build;

mod answer;
mod arguments;
mod batch;
mod call;
mod codec;
mod codecs;
mod handles;
mod loopback;
mod registry;
mod scratch;
mod served;

#[cfg(feature = "fuzzing")]
mod fuzzing;
#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use arguments::{ArgumentReader, Arguments, DecodeError, no_arguments};
pub use call::Outgoing;
pub(crate) use call::encode;
pub use codec::{Codec, CodecError, NEVER};
pub use codecs::Codecs;
pub use registry::{Hosting, ReplicaType, host_replica};
pub(crate) use registry::{TypeName, key};

pub(crate) use answer::{AnswerGuard, Answered, Back, Guarded, ItemSource};
pub(crate) use batch::{BatchBody, batch_arguments, encode_outcomes, next_outcome};
pub(crate) use body::Body;
pub(crate) use build::build_id;
pub(crate) use call::{AwaitItems, Awaited, Flow, Outcome};
pub(crate) use codecs::FarReply;
pub(crate) use handles::{
    Resolve, Way, deserialize_handle, far_deployment, serialize_handle, with_resolver,
};
pub(crate) use loopback::{Carried, loop_back};

pub(crate) use credit::{Meter, WINDOW_BYTES, Window, WindowClosed};
#[cfg(feature = "fuzzing")]
pub(crate) use fuzzing::decode_all;
pub(crate) use head::{CallHead, DeploymentName, Form, System, Target, method_id};
pub(crate) use limits::Limits;
pub(crate) use link::{Link, LinkError, Receive, SendError};
pub(crate) use message::{Hello, Load, Message, MethodEntry, WireError};
pub(crate) use streams::Streams;
pub use transport::ProcessTransport;
pub(crate) use transport::{Connection, Transport, join};
pub(crate) use tunnel::{Hold, Tunnel};
