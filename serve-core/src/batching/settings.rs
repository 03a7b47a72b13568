//! The options of a batched method, which may change while it runs.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use crate::info::{BatchChange, BatchInfo};

/// The options of a batched method. A change applies from the next batch on.
#[derive(Debug)]
pub(super) struct BatchSettings {
    max_size: AtomicUsize,
    /// Nanoseconds.
    wait: AtomicU64,
    /// No limit where it is the largest number.
    max_cost: AtomicUsize,
}

impl BatchSettings {
    pub(super) fn new(info: &BatchInfo) -> Self {
        let settings = Self {
            max_size: AtomicUsize::new(info.max_batch_size.max(1)),
            wait: AtomicU64::new(0),
            max_cost: AtomicUsize::new(info.max_batch_cost.unwrap_or(usize::MAX)),
        };
        settings.change(BatchChange::Wait(info.batch_wait_timeout));
        settings
    }

    pub(super) fn change(&self, change: BatchChange) {
        match change {
            BatchChange::MaxSize(items) => self.max_size.store(items.max(1), Relaxed),
            BatchChange::Wait(wait) => {
                self.wait.store(u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX), Relaxed);
            }
            BatchChange::MaxCost(cost) => self.max_cost.store(cost, Relaxed),
        }
    }

    pub(super) fn max_size(&self) -> usize {
        self.max_size.load(Relaxed)
    }

    pub(super) fn wait(&self) -> Duration {
        Duration::from_nanos(self.wait.load(Relaxed))
    }

    pub(super) fn max_cost(&self) -> usize {
        self.max_cost.load(Relaxed)
    }
}
