//! Requests to a replica in another process: HTTP/1.1 through a tunnel, with hyper at both ends.
//!
//! So bodies in both directions, events, upgrades and WebSockets need nothing of their own. What HTTP/1.1
//! cannot say of a request, or would say differently, goes ahead in an [`Opening`], so that the method
//! sees it as it came. Extensions do not cross, trailers only where a `Trailer` header announces them, and of
//! a response not more than the hundred headers that hyper reads.

mod opening;
#[cfg_attr(not(feature = "http2"), path = "protocol_none.rs")]
mod protocol;
mod upload;

mod download;
mod driver;
mod hold;

mod call;

mod answer;

pub(crate) use answer::{HttpHost, serve};
pub(super) use call::answer_far;
pub(crate) use opening::Opening;

use http::HeaderName;

/// Says of a response that its permit is still held: by its body, which is made while it is sent, or by a
/// method that could not be interrupted.
static HELD: HeaderName = HeaderName::from_static("x-serve-held");
/// On a response of a replica's process: for how many nanoseconds its method ran. It never leaves the server.
static RAN: HeaderName = HeaderName::from_static("x-serve-ran");
/// On a response of a replica's process that the framework has made there: why. It never leaves the server.
static MADE: HeaderName = HeaderName::from_static("x-serve-made");
/// A trailer: the body of the request has not come to its end, and why.
static CUT: HeaderName = HeaderName::from_static("x-serve-body-cut");
