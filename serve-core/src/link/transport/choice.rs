//! Which transport a server uses for its replicas in processes, as its user says it.

use std::fmt;
use std::sync::Arc;

use super::{InheritedSocket, Transport, TransportError};
use crate::tasks::Tasks;

/// What calls to replicas in processes travel over.
///
/// ```
/// use serve_core::{ProcessTransport, Serve};
/// let builder = Serve::builder().process_transport(ProcessTransport::unix_socket());
/// ```
#[derive(Clone)]
pub struct ProcessTransport {
    name: &'static str,
    make: fn(&Tasks) -> Result<Arc<dyn Transport>, TransportError>,
}

impl ProcessTransport {
    /// A Unix socket that the process is given when it is started: the default, and the fastest on one
    /// machine.
    #[must_use]
    pub fn unix_socket() -> Self {
        Self { name: "unix_socket", make: |_| Ok(Arc::new(InheritedSocket)) }
    }

    /// TCP over the loopback interface with mutual TLS, as between machines. For whoever wants to know
    /// beforehand what that costs; on one machine it gains nothing.
    ///
    /// The server makes its certificates when it starts its first process, in memory: a replica gets its
    /// own over the socket that it was started with, and each end refuses whoever has none.
    #[cfg(feature = "tcp")]
    #[must_use]
    pub fn tcp() -> Self {
        Self { name: "tcp", make: |tasks| Ok(Arc::new(super::Tcp::new(tasks)?)) }
    }

    pub(crate) fn make(&self, tasks: &Tasks) -> Result<Arc<dyn Transport>, TransportError> {
        (self.make)(tasks)
    }
}

impl Default for ProcessTransport {
    fn default() -> Self {
        Self::unix_socket()
    }
}

impl fmt::Debug for ProcessTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
