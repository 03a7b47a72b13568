//! HTTP as methods see it: requests, responses and errors, and what becomes of a method's result.
//!
//! Only this room and `ingress`, which takes requests in, name axum.

mod client;
mod error;
mod events;
mod reading;
mod request;
mod respond;
mod slow;
mod stream;

pub use client::ClientAddr;
pub use error::HttpError;
pub use request::Request;
pub use respond::{
    CallReply, ErrorReply, ReadFromRequest, ResponseValue, UnhandledReply, WriteToResponse,
    extract, extract_parts, extract_plain, extract_plain_parts, not_found, respond,
};
pub use stream::{StreamItem, respond_stream};

pub(crate) use request::{is_too_large, is_too_slow};
pub(crate) use respond::{answer_to, backpressure, internal, note_failure, timed_out};
pub(crate) use slow::BodyTooSlow;

use axum::body::Body;

/// A request as the proxy hands it on.
#[doc(hidden)]
pub type HttpRequest = http::Request<Body>;

/// A response as a deployment gives it back.
#[doc(hidden)]
pub type HttpResponse = http::Response<Body>;
/// The answer to a request. An `Err` is an answer too: an argument could not be extracted, or the method failed.
pub type HttpOutcome = Result<HttpResponse, HttpResponse>;
