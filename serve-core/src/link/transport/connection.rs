//! A connection as links take it: two halves, whatever they are made of.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::tasks::Tasks;

/// A connection. Its halves are called once for each system call, because a link reads and writes in bulk;
/// so it costs nothing that their types are not known.
pub(crate) struct Connection {
    pub(crate) read: Box<dyn AsyncRead + Send + Unpin>,
    pub(crate) write: Box<dyn AsyncWrite + Send + Unpin>,
    /// If nothing else tells that the other end has gone silent, its link finds out by PING.
    pub(crate) liveness: Option<Liveness>,
}

/// What a link needs to take silence for the end of the other side.
#[derive(Debug)]
pub(crate) struct Liveness {
    /// Run the link's two tasks, on a runtime that no user code can keep busy: a replica that computes is
    /// not dead.
    pub(crate) tasks: Tasks,
    /// Keeps that runtime.
    pub(crate) _runtime: Arc<dyn Any + Send + Sync>,
}

// === impl Connection ===

impl Connection {
    /// One whose silence means nothing.
    pub(crate) fn new(
        read: impl AsyncRead + Send + Unpin + 'static,
        write: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Self {
        Self { read: Box::new(read), write: Box::new(write), liveness: None }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("liveness", &self.liveness).finish_non_exhaustive()
    }
}
