//! HTTP: the server, the proxy that finds a deployment for a request, and what users see of both.
//!
//! Only this room names axum and hyper.

mod body;
mod connection;
mod error;
mod events;
mod health;
mod paths;
mod ports;
mod proxy;
mod request;
mod respond;
mod routes;
mod server;
mod stream;
mod target;
mod tunnel;

pub use error::HttpError;
pub use request::Request;
pub use respond::{ErrorReply, UnhandledReply, extract, extract_parts, not_found, respond};
pub use stream::{StreamItem, respond_stream};

pub(crate) use health::HealthSource;
pub(crate) use ports::IfTaken;
pub(crate) use proxy::Proxy;
pub(crate) use routes::{Route, RouteTable};
pub(crate) use server::Server;
pub(crate) use target::{Granted, HttpTarget, target};
pub(crate) use tunnel::{HttpHost, Opening, serve};

use axum::body::Body;

/// A request as the proxy hands it on.
#[doc(hidden)]
pub type HttpRequest = http::Request<Body>;

/// A response as a deployment gives it back.
#[doc(hidden)]
pub type HttpResponse = http::Response<Body>;
/// The answer to a request. An `Err` is an answer too: an argument could not be extracted, or the method failed.
pub type HttpOutcome = Result<HttpResponse, HttpResponse>;

/// A response as the server sends it.
pub(crate) type SentResponse = http::Response<body::SentBody>;
