//! Everything a deployment usually names: `use serve_core::prelude::*;`.
//!
//! ```
//! use serve_core::prelude::*;
//!
//! fn not_there(what: &str) -> HttpError {
//!     HttpError::not_found(format!("no {what} here"))
//! }
//! ```

pub use axum::Json;
pub use axum::extract::{Path, Query};
pub use axum::response::{IntoResponse, Response};
pub use futures_core::Stream;

pub use crate::{
    Application, CallError, Deployment, Executed, HttpError, HttpOptions, IntoArg, LoadError,
    Multiplexed, ObjectRef, Reply, Request, RequestContext, ResponseStream, Serve, SharedRef,
    StreamReply, deployment,
};
