//! A change that has been taken and takes its time.

use futures_util::future::BoxFuture;

use crate::error::{Error, Result};

/// Nobody has to wait for it: the change is made all the same.
#[must_use = "it is made anyway; wait for it, or drop it on purpose"]
pub(crate) struct Underway(BoxFuture<'static, Result<()>>);

impl Underway {
    /// Ends with what is sent. Whoever would send it is gone only with the server.
    pub(super) fn until<T>(told: tokio::sync::oneshot::Receiver<T>) -> Self
    where
        T: IntoOutcome + Send + 'static,
    {
        Self(Box::pin(async move { told.await.map_err(|_| Error::Stopped)?.into_outcome() }))
    }

    /// Waits until it is made.
    ///
    /// # Errors
    ///
    /// It could not be.
    pub(crate) async fn done(self) -> Result<()> {
        self.0.await
    }
}

/// What a change ends with.
pub(super) trait IntoOutcome {
    fn into_outcome(self) -> Result<()>;
}

impl IntoOutcome for Result<()> {
    fn into_outcome(self) -> Result<()> {
        self
    }
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Result<()> {
        Ok(())
    }
}
