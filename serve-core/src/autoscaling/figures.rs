//! The load in the few figures that a decision is made from.

use tokio::time::Instant;

use super::Facts;
use super::history::LoadHistory;

/// Sums of many parts are not quite exact, and one replica more for a billionth of a call helps nobody.
const TOLERANCE: f64 = 1e-6;

/// In calls that are there at once. A call that was refused counts as what it would have been.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LoadFigures {
    /// The mean over the look-back period. While replicas are being made, a queue counts only for what it takes to be worked off:
    /// it would be there for the same reason whatever was on its way.
    pub(super) mean: f64,
    /// What calls per second times seconds per call amount to, over the look-back period.
    pub(super) flow: f64,
    /// The mean over the panic window.
    pub(super) recent: f64,
    /// What is followed if it is a burst.
    pub(super) burst: f64,
    /// As the last sample has it.
    pub(super) present: f64,
}

impl LoadFigures {
    pub(super) fn of(history: &LoadHistory, facts: &Facts, now: Instant) -> Self {
        let duration = facts.mean_duration;
        let (window, in_panic) = (history.look_back(), history.look_back_in_panic());
        Self {
            mean: match facts.starting {
                0 => history.mean(window, duration, now),
                _ => history.demand(window, duration, now),
            },
            flow: history.flow(duration, now),
            recent: history.mean(in_panic, duration, now),
            burst: history.demand(in_panic, duration, now),
            present: history.present(duration),
        }
    }

    /// What the number of replicas follows.
    pub(super) fn stable(&self) -> f64 {
        self.mean.max(self.flow)
    }

    /// What there has been at the end of the window, by whichever reckoning says most.
    pub(super) fn at_last(&self) -> f64 {
        self.recent.max(self.present)
    }

    /// What those that stay would have to bear, by whichever reckoning says most.
    pub(super) fn borne(&self) -> f64 {
        self.stable().max(self.at_last())
    }
}

/// How many replicas a load wants, bounded by nothing but the type.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates, and makes 0 of what is no number"
)]
pub(super) fn replicas(load: f64, target_ongoing_requests: f64) -> u32 {
    (load / target_ongoing_requests - TOLERANCE).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_wants_as_many_replicas_as_carry_it() {
        for (load, target, wanted) in [
            (0.0, 2.0, 0),
            (0.001, 2.0, 1),
            (2.0, 2.0, 1),
            (2.000_000_1, 2.0, 1),
            (2.1, 2.0, 2),
            (12.0, 2.0, 6),
            (12.0, 0.7, 18),
            (f64::INFINITY, 2.0, u32::MAX),
            (f64::NAN, 2.0, 0),
        ] {
            assert_eq!(replicas(load, target), wanted, "{load} at {target} each");
        }
    }
}
