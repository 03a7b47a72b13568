//! Handles: how calls enter.
//!
//! Users hold a [`Handle`]. There are three ways to start a call of one of its methods (`start.rs`): `remote`, which
//! starts at once; `call`, which runs in the caller's own task where it can; and `broadcast`, to every replica. A call
//! that already is a value is sent with [`Handle::dispatch`].

mod any;
mod call;
mod call_stream;
mod carried;
mod chosen;
mod core;
mod idempotent;
mod loopback;
mod mock;
mod options;
mod remote;
mod start;
mod typed;

pub use self::typed::Handle;

pub use self::chosen::{ChooseReplica, ChosenReplica};
pub use self::core::{CallPath, HandleCore};
pub use self::idempotent::IdempotentArgument;
pub use self::options::CallOptions;
pub use self::start::{CallRef, StartCall, StartHere, StartStreamHere, Starts};

pub(crate) use self::any::{any_handle, typed as typed_handle};
pub(crate) use self::loopback::HandleTable;
