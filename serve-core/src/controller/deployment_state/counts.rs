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

    /// Another declared count ends a pin; every other option leaves it alone. What the load has asked for stays within
    /// the bounds that are declared, and whoever begins to scale begins with what there is.
    pub(super) fn declare(&mut self, config: &DeploymentConfig) {
        let declared = config.initial_replicas();
        match config.scaling() {
            None => {
                self.autoscaled = None;
                if declared != self.declared {
                    self.pinned = None;
                }
            }
            Some(scaling) => {
                let before = self.autoscaled.unwrap_or(self.declared);
                let bounded = before.min(scaling.max_replicas).max(scaling.min_replicas);
                if self.autoscaled.is_some() || bounded != declared {
                    self.autoscaled = Some(bounded);
                }
            }
        }
        self.declared = declared;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AutoscalingConfig, NumReplicas};

    fn fixed(count: u32) -> DeploymentConfig {
        DeploymentConfig { num_replicas: NumReplicas::Fixed(count), ..DeploymentConfig::default() }
    }

    fn scaling(min: u32, max: u32) -> DeploymentConfig {
        let autoscaling = AutoscalingConfig::default().min_replicas(min).max_replicas(max);
        DeploymentConfig { autoscaling: Some(autoscaling), ..DeploymentConfig::default() }
    }

    #[test]
    fn another_declared_count_ends_a_pin_and_bounds_do_not() {
        let mut counts = Counts { pinned: Some(7), ..Counts::new(&fixed(2)) };
        counts.declare(&fixed(2));
        assert_eq!(counts.target(), 7);
        counts.declare(&fixed(3));
        assert_eq!((counts.pinned, counts.target()), (None, 3));
        let mut counts = Counts { pinned: Some(7), ..Counts::new(&scaling(1, 8)) };
        counts.declare(&scaling(2, 8));
        assert_eq!(counts.target(), 7);
    }

    #[test]
    fn what_the_load_has_asked_for_stays_within_the_bounds() {
        let mut counts = Counts { autoscaled: Some(6), ..Counts::new(&scaling(1, 8)) };
        for (bounds, target) in [((2, 8), 6), ((1, 4), 4), ((5, 8), 5), ((1, 8), 5)] {
            counts.declare(&scaling(bounds.0, bounds.1));
            assert_eq!(counts.target(), target, "{bounds:?}");
        }
        counts.declare(&fixed(1));
        assert_eq!((counts.autoscaled, counts.target()), (None, 1));
        let mut counts = Counts::new(&fixed(4));
        counts.declare(&scaling(1, 8));
        assert_eq!(counts.target(), 4);
    }
}
