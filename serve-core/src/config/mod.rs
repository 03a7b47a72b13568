//! Options: of a deployment and of the HTTP server.
//!
//! One type each, whatever the spelling: attribute arguments, builder methods and (later) files all
//! fill in these structs. A later source wins over an earlier one: builder over attribute over default.

mod checks;
mod deployment;
mod http;
mod http_limits;
mod listening;
mod metrics;
mod name;
mod networks;
mod path;
mod time;
mod tls;
#[cfg(feature = "otel")]
mod traces;
mod wire;

pub(crate) use checks::REPLICAS_MAX;
#[cfg(feature = "admin")]
pub(crate) use checks::route_prefix_problem;
pub use deployment::{AutoscalingConfig, BackPressure, DeploymentConfig, Isolation, NumReplicas};
pub use http::HttpOptions;
pub use metrics::{MetricsOptions, MetricsSpelling};
#[cfg(feature = "otel")]
pub use traces::TraceOptions;

pub(crate) use name::{DEFAULT_APPLICATION, name_problem};
pub(crate) use networks::Networks;
pub(crate) use path::canonical;
pub(crate) use time::deadline;
#[cfg(feature = "admin")]
pub(crate) use tls::TlsFiles;
#[cfg(feature = "otel")]
pub(crate) use traces::check_ratio;
pub(crate) use wire::forces_wire;
