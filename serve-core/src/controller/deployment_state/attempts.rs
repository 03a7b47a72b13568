//! How often a version has been tried, and when it may be tried again.

use std::time::Duration;

use tokio::time::Instant;

/// The pause before a replica that failed to start is tried again: doubled each time, up to the maximum.
const PAUSE: Duration = Duration::from_millis(100);
pub(super) const PAUSE_MAX: Duration = Duration::from_secs(10);

/// A back-off belongs to its version: a new one begins anew.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// Failures in a row.
    pub(super) failures: u32,
    next: Option<Instant>,
}

impl Attempts {
    pub(super) fn fail(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        let pause = PAUSE.saturating_mul(1 << (self.failures - 1).min(10));
        self.next = Some(now + pause.min(PAUSE_MAX));
    }

    pub(super) fn succeed(&mut self) {
        self.failures = 0;
    }

    /// Whether the pause is over. What makes room later is an event by itself.
    pub(super) fn is_due(&mut self, now: Instant) -> bool {
        if self.next.is_some_and(|at| at > now) {
            return false;
        }
        self.next = None;
        true
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.next
    }
}
