//! TLS for a listener of ours: a certificate with its key, from files that may change while it runs.
//!
//! Whoever listens loads a [`Tls`], lets it [watch its files](Tls::watch), and gives each connection to
//! [`Tls::accept`] in the connection's own task, with a time limit of its own. Nothing here listens.
//!
//! Without the feature `tls` there is no value of it.

#[cfg(feature = "tls")]
mod accept;
#[cfg(not(feature = "tls"))]
#[path = "tls_missing.rs"]
mod accept;
#[cfg(feature = "tls")]
mod pair;
#[cfg(feature = "tls")]
mod watch;

pub(crate) use accept::{Tls, TlsStream};
