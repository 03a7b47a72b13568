//! Everything a deployment usually names: `use serve_core::prelude::*;`.
//!
//! ```
//! use serve_core::prelude::*;
//!
//! fn not_there(what: &str) -> HttpError {
//!     HttpError::not_found(format!("no {what} here"))
//! }
//! ```

pub use axum::body::Body;
#[cfg(feature = "multipart")]
pub use axum::extract::Multipart;
pub use axum::extract::{
    ConnectInfo, Extension, FromRequest, FromRequestParts, MatchedPath, OriginalUri, Path, Query,
    RawQuery,
};
#[cfg(feature = "ws")]
pub use axum::extract::{WebSocketUpgrade, ws::WebSocket};
pub use axum::response::sse::Event;
pub use axum::response::{Html, IntoResponse, Response, Sse};
pub use axum::{Form, Json};
pub use futures_core::Stream;
pub use http::{HeaderMap, StatusCode};

pub use crate::{
    Application, CallError, ClientAddr, Deployment, Executed, Handle, HttpError, HttpOptions,
    IntoArg, LoadError, Multiplexed, ObjectRef, Reply, Request, RequestContext, ResponseStream,
    Serve, SharedRef, StreamReply, deployment,
};
