//! How many replicas there shall be, and who says so.

use crate::config::DeploymentConfig;

/// Three counts that do not touch each other. What an operator has pinned wins over what the load asks
/// for, and that over what is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) declared: u32,
    pub(crate) pinned: Option<u32>,
    pub(crate) autoscaled: Option<u32>,
}

impl Counts {
    pub(super) fn new(config: &DeploymentConfig) -> Self {
        Self { declared: config.initial_replicas(), pinned: None, autoscaled: None }
    }

    pub(crate) fn target(&self) -> u32 {
        self.pinned.or(self.autoscaled).unwrap_or(self.declared)
    }

    /// Another declared count ends a pin; every other option leaves it alone.
    pub(super) fn declare(&mut self, config: &DeploymentConfig) {
        let declared = config.initial_replicas();
        if config.scaling().is_none() {
            self.autoscaled = None;
        }
        if declared != self.declared {
            *self = Self::new(config);
        }
    }
}
