//! The admin API: what there is to see of a server and to change of it, over HTTP.
//!
//! It computes and decides nothing. What it shows is the [snapshot](crate::Serve::snapshot) and the
//! [events](crate::Serve::events); what it changes it asks the engine for that [`Serve`](crate::Serve) asks, with what
//! its client expects. All routes stand in one table ([`routes`]), which the router and the OpenAPI document are made
//! of, and behind one guard ([`guard`]).

mod builder;
mod options;

mod guard;
mod hosts;
mod token;

mod endpoint;
mod problem;
mod reading;
mod refusal;

mod kept;
mod restore;

mod applications;
mod configuration;
mod deploy;
mod deployments;
mod events;
mod health;
mod log_level;
mod openapi;
mod openapi_3_0;
mod ray;
mod shutdown;
mod sight;
mod tap;

mod routes;
mod server;

pub use applications::ApplicationList;
pub use deployments::ScaleRequest;
pub use events::EventList;
pub use log_level::{LevelName, LogLevel};
pub use options::AdminOptions;
pub use problem::{ApiProblem, Mistake};
pub use sight::SlowList;

/// The version of this library, in a header of every answer.
pub(crate) const VERSION_HEADER: &str = "serve-version";
/// What ends the kind of the problem that a path has no route.
pub(crate) const NO_SUCH_ROUTE: &str = "not-found";
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
