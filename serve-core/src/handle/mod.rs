//! Handles: how calls enter.
//!
//! Generated code calls the functions here: [`remote`] for a call that starts at once, [`call`] for one
//! that runs in the caller's own task, variants of the two for methods that stream, are batched or may
//! be repeated, and [`dispatch`] for a call that already is a value.

mod any;
mod batched;
mod call;
mod call_stream;
mod chosen;
mod core;
mod equality;
mod idempotent;
mod mock;
mod options;
mod remote;

pub(crate) use self::any::{AnyHandle, any_handle};
pub use self::batched::call_batched;
pub use self::call::call;
pub use self::call_stream::call_stream;
pub use self::chosen::{ChooseReplica, ChosenReplica, broadcast};
pub use self::core::{HandleCore, dispatch};
pub use self::idempotent::{
    IdempotentArgument, call_batched_idempotent, call_idempotent, remote_idempotent,
};
pub use self::mock::mock;
pub use self::options::CallOptions;
pub use self::remote::{remote, remote_stream};
