//! How many connections there may be.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places for connections.
#[derive(Clone, Debug)]
pub(in crate::ingress) struct Places {
    /// `None` where there may be any number.
    places: Option<Arc<Semaphore>>,
    size: usize,
}

/// The place of a connection, free again when this is dropped.
#[derive(Debug)]
pub(in crate::ingress) struct Place {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Places {
    /// Places for so many, or for what the system allows.
    pub(in crate::ingress) fn new(asked: Option<usize>) -> Self {
        let size = asked.or_else(descriptors::share).unwrap_or(Semaphore::MAX_PERMITS);
        let size = size.min(Semaphore::MAX_PERMITS);
        let is_limited = size < Semaphore::MAX_PERMITS;
        Self { places: is_limited.then(|| Arc::new(Semaphore::new(size))), size }
    }

    pub(in crate::ingress) fn size(&self) -> usize {
        self.size
    }

    pub(in crate::ingress) fn is_full(&self) -> bool {
        self.places.as_ref().is_some_and(|places| places.available_permits() == 0)
    }

    /// A place, when there is one.
    pub(in crate::ingress) async fn place(&self) -> Place {
        let permit = match &self.places {
            // It is never closed.
            Some(places) => Arc::clone(places).acquire_owned().await.ok(),
            None => None,
        };
        Place { _permit: permit }
    }
}

#[cfg(target_os = "linux")]
mod descriptors {
    use rustix::process::{Resource, getrlimit};

    /// Three quarters of what the process may open. The rest is the methods' own.
    pub(super) fn share() -> Option<usize> {
        let most = getrlimit(Resource::Nofile).current?;
        usize::try_from(most / 4 * 3).ok().map(|share| share.max(1))
    }
}

#[cfg(not(target_os = "linux"))]
mod descriptors {
    pub(super) fn share() -> Option<usize> {
        None
    }
}
