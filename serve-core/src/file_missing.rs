//! What there is of configurations in a program without the feature `admin`: nothing.

use crate::error::Result;

/// There are none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Builders;

impl Builders {
    /// # Errors
    ///
    /// Never.
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "those of the feature can be wrong"
    )]
    pub(crate) fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// Nothing is known.
#[derive(Debug)]
pub(crate) struct Shelf;

impl Shelf {
    pub(crate) fn new(Builders: Builders) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "there is none")]
    pub(crate) fn forget(&self, _: &str) {}

    #[expect(clippy::unused_self, reason = "there is none")]
    pub(crate) fn doubt(&self, _: &str) {}
}
