//! A client of the admin API: what tests of it and the command line ask a server with.
//!
//! It takes no part in the server: it knows addresses, and the types that go over the wire. One connection for each
//! question, because few are asked.

mod address;
mod config;
mod error;
mod exchange;
mod sse;
#[cfg(feature = "tls")]
mod tls;
#[cfg(not(feature = "tls"))]
#[path = "tls_missing.rs"]
mod tls;

mod calls;
mod streams;

pub use config::AdminClient;
pub use error::ClientError;
pub use streams::{ClientEvents, ClientTap, Tapped};
