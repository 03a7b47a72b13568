//! What there is of users' own metrics in a program without the feature `metrics`: nothing is shown.

use std::fmt;

use prometheus_client::encoding::DescriptorEncoder;

use super::Sources;

#[derive(Debug, Default)]
pub(super) struct OwnFamilies {}

pub(super) fn collect(_sources: &Sources<'_>) -> OwnFamilies {
    OwnFamilies {}
}

impl OwnFamilies {
    #[expect(clippy::unused_self, reason = "it stands for the one that has something to show")]
    pub(super) fn encode(&self, _encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        Ok(())
    }
}
