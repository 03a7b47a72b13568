//! `#[deployment]` on an `impl` block → a typed handle over load-balanced replicas, and an HTTP route.
//!
//! Ray Serve's model of serving, rethought for Rust.
//!
//! ```no_run
//! use serve_core::prelude::*;
//!
//! #[derive(Default)]
//! struct Greeter;
//!
//! #[deployment(route_prefix = "/api")]
//! impl Greeter {
//!     fn say_hello(&self, name: &str) -> String {
//!         format!("Hello {name}!")
//!     }
//!
//!     async fn __call__(&self, request: Request) -> Result<String, HttpError> {
//!         let name = request.query_param("name");
//!         let name = name.ok_or_else(|| HttpError::bad_request("query parameter `name` is missing"))?;
//!         Ok(self.say_hello(&name))
//!     }
//! }
//!
//! # async fn example() -> serve_core::Result<()> {
//! let handle = Greeter::deploy().await?; // HTTP on 127.0.0.1:8000
//! assert_eq!(handle.say_hello.remote("Alice").await?, "Hello Alice!");
//! # Ok(()) }
//! // curl 'localhost:8000/api?name=Alice'  →  Hello Alice!
//! ```
//!
//! Start with [`deployment`] for what may be written in the block, [`ObjectRef`] for what a call gives
//! back, and [`Serve`] for servers of your own. The [`guide`] has a page for each kind of thing in a block, with what the
//! compiler says to the usual mistakes, and others on [updates](guide::redeploy_and_scale),
//! [processes](guide::processes), [metrics](guide::metrics), [tests](guide::mocks_and_tests) and
//! [coming from Ray Serve](guide::coming_from_ray_serve).

// Says of each item which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        unused_qualifications,
        reason = "macros of this crate are foreign to every other, so only here lints are about what they write"
    )
)]

// Generated code in this crate's own tests names it so.
#[cfg(test)]
extern crate self as serve_core;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
#[path = "fuzzing.rs"]
pub mod __fuzzing;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "admin")]
mod admin;
mod application;
#[cfg(feature = "admin")]
mod apply;
mod autoscaling;
mod batching;
mod call;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "admin")]
mod client;
mod codec;
mod config;
mod contained;
mod controller;
mod default_instance;
mod deployment;
mod edge;
mod error;
mod exchange;
#[cfg(feature = "admin")]
pub mod file;
#[cfg(not(feature = "admin"))]
#[path = "file_missing.rs"]
mod file;
mod get_handle;
pub mod guide;
mod handle;
mod hosting;
mod id;
mod info;
mod ingress;
mod instances;
mod link;
mod log;
mod multiplex;
mod observe;
mod packed;
mod panic;
mod pings;
pub mod prelude;
mod process;
mod remote;
mod replica;
mod report;
mod router;
mod secret;
mod serve;
mod shutdown_signal;
mod site;
mod striped;
mod systemd;
mod tasks;
mod tls;
#[cfg(feature = "otel")]
mod traces;
mod web;
mod wire;

#[cfg(feature = "admin")]
pub use crate::admin::{
    AdminOptions, ApiProblem, ApplicationList, EventList, LevelName, LogLevel, Mistake,
    ScaleRequest, SlowList,
};
pub use crate::application::{Application, BindArg, Bound};
pub use crate::autoscaling::{AutoscalingContext, AutoscalingPolicy, LoadSample, ScalingDecision};
pub use crate::call::{
    Arg, BlockingIter, CallError, Executed, IntoArg, ObjectRef, Reply, RequestContext,
    ResponseStream, SharedRef, StreamReply, Upstream, context, get, get_async, wait, wait_async,
};
#[cfg(feature = "cli")]
pub use crate::cli::{Cli, cli};
#[cfg(feature = "admin")]
pub use crate::client::{AdminClient, ClientError, ClientEvents, ClientTap, Tapped};
#[cfg(feature = "otel")]
pub use crate::config::TraceOptions;
pub use crate::config::{
    AutoscalingConfig, BackPressure, DeploymentConfig, HttpOptions, Isolation, MetricsOptions,
    MetricsSpelling, NumReplicas,
};
#[cfg(feature = "admin")]
pub use crate::controller::ServerPlan;
pub use crate::controller::{
    ApplicationStatus, ApplicationStatusOverview, DeploymentStatus, DeploymentStatusOverview, Plan,
    PlannedAction, PlannedChange, ReplicaCounts, ReplicaOverview, ReplicaState, Revision,
    RevisionState, ServeStatus, StatusTrigger,
};
pub use crate::default_instance::{
    delete, http_addr, run, run_named, shutdown, status, wait_for_shutdown,
};
pub use crate::deployment::Deployment;
pub use crate::edge::{ApiKey, ApiKeys, FrameworkError, FrameworkErrorKind};
pub use crate::error::{Error, Result};
pub use crate::handle::{ChosenReplica, Handle};
pub use crate::hosting::init;
pub use crate::link::ProcessTransport;
pub use crate::multiplex::{LoadError, LoadOutput, Multiplexed};
pub use crate::observe::{
    ChildCall, Event, EventKind, EventStream, RequestParts, ScalingRecord, SlowRequest,
};
#[cfg(feature = "admin")]
pub use crate::observe::{TapKind, TapMissed, TappedCall};
pub use crate::report::{
    ApplicationSnapshot, DeploymentSnapshot, Handling, Rates, ReplicaSnapshot, Restart, Snapshot,
};
pub use crate::secret::Secret;
pub use crate::serve::{Serve, ServeBuilder};
pub use crate::shutdown_signal::shutdown_signal;
pub use crate::site::Ejection;
pub use crate::web::{ClientAddr, HttpError, Request, StreamItem};

#[doc = include_str!("docs/deployment.md")]
pub use serve_macros::deployment;

/// What handlers are written with, in the versions that this crate uses.
pub use {axum, bytes, http};
