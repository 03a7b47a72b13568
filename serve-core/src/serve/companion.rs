//! What is started beside a server, looks at it, and ends after it: the admin API.

use std::fmt;
use std::net::SocketAddr;
#[cfg(feature = "admin")]
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::Serve;
use crate::error::Result;
#[cfg(feature = "admin")]
use crate::file::AdminSection;
use crate::tasks::Tasks;

/// What is started beside a server, looks at it, and ends after it: the admin API. A seam, because what shows a server
/// is built on it.
pub(crate) trait StartCompanion: fmt::Debug + Send + Sync {
    /// # Errors
    ///
    /// It cannot be, with these options or on this machine. The server does not start then.
    fn start<'a>(
        &'a self,
        serve: &'a Serve,
        tasks: &'a Tasks,
    ) -> BoxFuture<'a, Result<Box<dyn Companion>>>;

    /// The same as a configuration has it: what that says wins.
    #[cfg(feature = "admin")]
    fn with_section(&self, section: AdminSection) -> Arc<dyn StartCompanion>;
}

/// One that has been started.
pub(crate) trait Companion: Send + Sync {
    /// Where it listens.
    #[cfg_attr(not(feature = "admin"), expect(dead_code, reason = "there is none to ask"))]
    fn address(&self) -> SocketAddr;

    /// Takes no more requests, and finishes those that it has.
    fn end(&self) -> BoxFuture<'_, ()>;
}
