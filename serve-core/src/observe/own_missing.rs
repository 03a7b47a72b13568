//! What there is of users' own metrics in a program without the feature `metrics`: nothing.

use crate::packed::{Error, unpack};

/// There are none.
#[derive(Debug, Default)]
pub(crate) struct OwnMetrics;

impl OwnMetrics {
    /// # Errors
    ///
    /// Never: whoever sends some anyhow has another build, and nobody asks for them here.
    pub(crate) fn take(&self, body: &[u8]) -> Result<(), Error> {
        unpack::<serde::de::IgnoredAny>(body).map(drop)
    }
}
