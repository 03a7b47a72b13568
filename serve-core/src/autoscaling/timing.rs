//! How long a wish has held, and until when nothing may go. Every question is about the target as it is, not about what was
//! decided: so a decision that nobody carries out, in a dry run, is made again.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::{AutoscalingConfig, deadline};

/// A burst must hold this long before it is believed.
const BURST_MIN: Duration = Duration::from_secs(2);

/// The longest time between two looks, and with it the shortest between two steps down.
const LOOK_MAX: Duration = Duration::from_secs(1);
const LOOK_MIN: Duration = Duration::from_millis(100);

/// What is wanted at one look, before the bounds of a step are applied.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) target: u32,
    /// By the mean of the look-back window.
    pub(super) wanted: u32,
    /// By the mean of the panic window.
    pub(super) wanted_in_panic: u32,
    /// Whether that is so much more that the mean need not be waited for.
    pub(super) is_burst: bool,
}

#[derive(Debug, Default)]
pub(super) struct Timing {
    /// The target at the last look.
    target: Option<u32>,
    more_since: Option<Instant>,
    burst_since: Option<Instant>,
    idle_since: Option<Instant>,
    fell_at: Option<Instant>,
    panics_until: Option<Instant>,
    stays_until: Option<Instant>,
    peaks: Peaks,
}

impl Timing {
    pub(super) fn note(
        &mut self,
        wish: &Wish,
        config: &AutoscalingConfig,
        window: Duration,
        now: Instant,
    ) {
        let before = self.target.replace(wish.target);
        self.peaks.forget(config.downscale_delay, now);
        if before.is_none() {
            // Nobody knows what has been wanted so far, but that this is what there is.
            self.peaks.push(wish.target, now);
        }
        if before.is_some_and(|before| wish.target > before) {
            // The mean still has in it what was before the step. A wish for yet more is another.
            self.stays_until = Some(deadline(now, window));
            (self.more_since, self.burst_since) = (None, None);
        }
        if before.is_some_and(|before| wish.target < before) {
            self.fell_at = Some(now);
        }
        self.peaks.push(wish.wanted.min(config.max_replicas), now);

        let panics = self.panics(now);
        let bursts = wish.wanted_in_panic > wish.target && (wish.is_burst || panics);
        hold(&mut self.more_since, wish.wanted > wish.target, now);
        hold(&mut self.burst_since, bursts, now);
        hold(&mut self.idle_since, wish.target == 1 && wish.wanted == 0, now);
    }

    /// Whether more has been wanted for all of the delay.
    pub(super) fn may_rise(&self, config: &AutoscalingConfig, now: Instant) -> bool {
        has_passed(self.more_since, config.upscale_delay, now)
    }

    /// Whether a burst has held long enough to be followed at once. Then nothing goes for a look-back period.
    pub(super) fn follows_burst(
        &mut self,
        config: &AutoscalingConfig,
        startup_time: Option<Duration>,
        window: Duration,
        now: Instant,
    ) -> bool {
        let follows = has_passed(self.burst_since, burst_delay(config, startup_time), now);
        if follows {
            self.panics_until = Some(deadline(now, window));
        }
        follows
    }

    fn panics(&self, now: Instant) -> bool {
        self.panics_until.is_some_and(|until| now < until)
    }

    /// The most that has been wanted in the delay before a step down.
    pub(super) fn peak(&self) -> u32 {
        self.peaks.highest()
    }

    /// Whether nothing at all has been wanted of the last replica for all of its delay.
    pub(super) fn last_may_go(&self, config: &AutoscalingConfig, now: Instant) -> bool {
        has_passed(self.idle_since, delay_to_zero(config), now)
    }

    /// Until when there is no step down, because there has been one up.
    pub(super) fn stays_until(&self, now: Instant) -> Option<Instant> {
        self.stays_until.max(self.panics_until).filter(|until| now < *until)
    }

    /// Whether the last step down was only just now. Where a factor makes steps small, each has the delay of its own.
    pub(super) fn has_just_fallen(
        &self,
        config: &AutoscalingConfig,
        window: Duration,
        now: Instant,
    ) -> bool {
        let pause = match config.downscaling_factor < 1.0 {
            true => look(window).max(config.downscale_delay),
            false => look(window),
        };
        self.fell_at.is_some_and(|at| now < deadline(at, pause))
    }

    /// When to look again: as soon as a delay ends, and soon anyway, for the load is only known where it is sampled.
    pub(super) fn next_look(
        &self,
        config: &AutoscalingConfig,
        startup_time: Option<Duration>,
        window: Duration,
        now: Instant,
    ) -> Instant {
        let after = |since: Option<Instant>, delay| since.map(|since| deadline(since, delay));
        let ends = [
            after(self.more_since, config.upscale_delay),
            after(self.burst_since, burst_delay(config, startup_time)),
            after(self.idle_since, delay_to_zero(config)),
            self.stays_until,
            after(self.peaks.highest_until(), config.downscale_delay),
        ];
        let ends = ends.into_iter().flatten().filter(|end| *end > now);
        ends.min().unwrap_or_else(|| now + look(window)).min(now + look(window))
    }
}

/// A burst is followed sooner where a replica starts quickly, and never later than any other wish.
fn burst_delay(config: &AutoscalingConfig, startup_time: Option<Duration>) -> Duration {
    let half = startup_time.unwrap_or_default() / 2;
    half.max(BURST_MIN).min(config.upscale_delay)
}

fn delay_to_zero(config: &AutoscalingConfig) -> Duration {
    config.downscale_to_zero_delay.unwrap_or(config.downscale_delay)
}

fn look(window: Duration) -> Duration {
    (window / 30).clamp(LOOK_MIN, LOOK_MAX)
}

fn hold(since: &mut Option<Instant>, holds: bool, now: Instant) {
    *since = if holds { since.or(Some(now)) } else { None };
}

fn has_passed(since: Option<Instant>, delay: Duration, now: Instant) -> bool {
    since.is_some_and(|since| deadline(since, delay) <= now)
}

/// The highest of what was wanted within a time. Only what nothing later exceeds is kept, so there are never more entries than
/// there may be replicas.
#[derive(Debug, Default)]
struct Peaks(VecDeque<Peak>);

#[derive(Debug)]
struct Peak {
    count: u32,
    /// What is wanted at one look holds until the next.
    until: Instant,
}

impl Peaks {
    /// Whatever ended longer ago than the delay no longer counts.
    fn forget(&mut self, delay: Duration, now: Instant) {
        if let Some(last) = self.0.back_mut() {
            last.until = now;
        }
        while self.0.front().is_some_and(|peak| deadline(peak.until, delay) <= now) {
            self.0.pop_front();
        }
    }

    fn push(&mut self, count: u32, now: Instant) {
        while self.0.back().is_some_and(|peak| peak.count <= count) {
            self.0.pop_back();
        }
        self.0.push_back(Peak { count, until: now });
    }

    fn highest(&self) -> u32 {
        self.0.front().map_or(0, |peak| peak.count)
    }

    fn highest_until(&self) -> Option<Instant> {
        self.0.front().map(|peak| peak.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_counts_until_its_delay_after_the_look_that_no_longer_wanted_it() {
        let start = Instant::now();
        let mut peaks = Peaks::default();
        let mut highest = |at: u64, count: u32| {
            let now = start + Duration::from_secs(at);
            peaks.forget(Duration::from_secs(10), now);
            peaks.push(count, now);
            peaks.highest()
        };
        let seen = [(0, 5), (1, 3), (2, 4), (10, 1), (11, 1), (12, 1), (19, 1), (20, 1), (21, 7)];
        let seen = seen.map(|(at, count)| highest(at, count));
        assert_eq!(seen, [5, 5, 5, 5, 4, 4, 4, 1, 7]);
    }
}
