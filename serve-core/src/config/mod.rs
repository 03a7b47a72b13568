//! Options: of a deployment and of the HTTP server.
//!
//! One type each, whatever the spelling: attribute arguments, builder methods and (later) files all
//! fill in these structs. A later source wins over an earlier one: builder over attribute over default.

mod checks;
mod deployment;
mod http;
mod name;
mod time;
mod wire;

pub use deployment::{AutoscalingConfig, Backpressure, DeploymentConfig, Isolation, NumReplicas};
pub use http::HttpOptions;

#[allow(unused_imports, reason = "the controller is about to use them")]
pub(crate) use name::name_problem;
#[allow(unused_imports, reason = "the controller is about to use them")]
pub(crate) use time::{after, deadline};
pub(crate) use wire::forces_wire;
