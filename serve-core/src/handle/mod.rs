//! Handles: how calls enter.
//!
//! Users hold a [`Handle`]. There are three ways to start a call of one of its methods, which are
//! [`MethodSpec`](crate::deployment::MethodSpec)'s: `remote`, which starts at once; `call`, which runs in the caller's own
//! task where it can; and `broadcast`, to every replica. A call that already is a value is sent with [`Handle::dispatch`].

mod any;
mod call;
mod call_stream;
mod chosen;
mod core;
mod idempotent;
mod mock;
mod options;
mod remote;
mod typed;

pub use self::typed::Handle;

pub use self::chosen::{ChooseReplica, ChosenReplica};
pub use self::core::{CallPath, HandleCore};
pub use self::idempotent::IdempotentArgument;
pub use self::options::CallOptions;

pub(crate) use self::any::{AnyHandle, any_handle};
pub(crate) use self::call::{call, call_as_value};
pub(crate) use self::call_stream::call_stream;
pub(crate) use self::chosen::broadcast;
pub(crate) use self::idempotent::start_repeating;
pub(crate) use self::remote::{start_stream, start_unary};
