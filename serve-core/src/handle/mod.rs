//! Handles: how calls enter.
//!
//! Generated code calls three functions here: [`remote`] for a call that starts at once, [`call`] for
//! one that runs in the caller's own task, and [`dispatch`] for a call that already is a value.

mod call;
mod core;
mod options;
mod remote;

pub use self::call::call;
pub use self::core::{HandleCore, dispatch, mock};
pub use self::options::CallOptions;
pub use self::remote::remote;
