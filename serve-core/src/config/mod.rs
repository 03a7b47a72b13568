//! Options: of a deployment and of the HTTP server.
//!
//! One type each, whatever the spelling: attribute arguments, builder methods and (later) files all
//! fill in these structs. A later source wins over an earlier one: builder over attribute over default.

mod deployment;
mod http;
mod wire;

pub use deployment::{AutoscalingConfig, Backpressure, DeploymentConfig, Isolation, NumReplicas};
pub use http::HttpOptions;

pub(crate) use wire::forces_wire;
