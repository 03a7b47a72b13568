//! The samples of the look-back window, and what can be reckoned from them. No traffic is data like any other.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::LoadSample;

/// A longer window counts as this: what happened longer ago says nothing about the load.
const LOOK_BACK_MAX: Duration = Duration::from_hours(1);

/// The window is never known in more parts than these. Samples that come closer together are one.
const PARTS_MAX: u32 = 1024;

/// Between two samples hardly any time may have passed, and a single call would look like thousands in a second.
const GAP_MIN: Duration = Duration::from_millis(100);

/// What a sample says is true until the next, as in a step function; its counts are about the time before it.
#[derive(Debug)]
pub(super) struct LoadHistory {
    look_back: Duration,
    samples: VecDeque<LoadSample>,
}

impl LoadHistory {
    pub(super) fn new(look_back: Duration) -> Self {
        Self { look_back: look_back.min(LOOK_BACK_MAX), samples: VecDeque::new() }
    }

    pub(super) fn set_look_back(&mut self, look_back: Duration) {
        self.look_back = look_back.min(LOOK_BACK_MAX);
    }

    pub(super) fn look_back(&self) -> Duration {
        self.look_back
    }

    /// The window in which a burst shows before the mean of the whole does.
    pub(super) fn look_back_in_panic(&self) -> Duration {
        (self.look_back / 10).max(Duration::from_secs(1)).min(self.look_back)
    }

    pub(super) fn push(&mut self, sample: LoadSample) {
        if let [.., before, last] = self.samples.make_contiguous()
            && sample.at.saturating_duration_since(before.at) < self.look_back / PARTS_MAX
        {
            // The place of the earlier one keeps the distance from growing with every sample that is taken in.
            let (refused, finished) = (last.refused, last.finished);
            *last = LoadSample {
                refused: sample.refused.saturating_add(refused),
                finished: sample.finished.saturating_add(finished),
                ..sample
            };
            return;
        }
        self.samples.push_back(sample);
        self.forget();
    }

    /// Lets go of what is older than the window, but for the last such sample: its value reaches into the window.
    fn forget(&mut self) {
        let Some(last) = self.samples.back() else { return };
        let now = last.at;
        while self.samples.get(1).is_some_and(|second| second.at + self.look_back <= now) {
            self.samples.pop_front();
        }
    }

    pub(super) fn samples(&self) -> impl Iterator<Item = &LoadSample> {
        self.samples.iter()
    }

    pub(super) fn last(&self) -> Option<&LoadSample> {
        self.samples.back()
    }

    /// The mean number of calls over the last `period`, weighted by time: what ran, what waited, and what would have run
    /// if it had not been refused. A period that began before the first sample begins there, so that a server which
    /// has just started does not take what it has not seen for idleness.
    pub(super) fn mean(&self, period: Duration, duration: Option<Duration>, now: Instant) -> f64 {
        let Some(first) = self.samples.front() else { return 0.0 };
        let begin = self.begin(first, period, now);
        let span = now.saturating_duration_since(begin).as_secs_f64();
        let refused = self.counted(begin).map(|(sample, gap)| self.refused(sample, gap, duration));
        let refused = if span > 0.0 { refused.sum::<f64>() / span } else { 0.0 };
        self.mean_of(calls, begin, now) + refused
    }

    fn mean_of(&self, figure: fn(&LoadSample) -> f64, begin: Instant, now: Instant) -> f64 {
        let Some(last) = self.samples.back() else { return 0.0 };
        let span = now.saturating_duration_since(begin).as_secs_f64();
        if span <= 0.0 {
            return figure(last);
        }
        let ends = self.samples.iter().skip(1).map(|sample| sample.at).chain([now]);
        let held = self.samples.iter().zip(ends).map(|(sample, end)| {
            let seconds = end.min(now).saturating_duration_since(sample.at.max(begin));
            figure(sample) * seconds.as_secs_f64()
        });
        held.sum::<f64>() / span
    }

    /// The load that follows from how many calls came and how long each takes, by Little's law. It sees at once that calls
    /// have become slower. Those that have ended are counted: in the mean as many as come, without the leap of a queue
    /// that fills.
    pub(super) fn flow(&self, duration: Option<Duration>, now: Instant) -> f64 {
        let (Some(first), Some(duration)) = (self.samples.front(), duration) else { return 0.0 };
        let begin = self.begin(first, self.look_back, now);
        let span = now.saturating_duration_since(begin).as_secs_f64();
        let ended: f64 = self.counted(begin).map(|(sample, _)| ended(sample)).sum();
        if span > 0.0 { ended / span * self.seconds(duration) } else { 0.0 }
    }

    /// What comes over the last `period`, and of what waits as much as is to be gone in a look-back period. A queue that has
    /// filled says how much too late one is, not how much comes; so this is what replicas are made for at once, or while others
    /// are on their way. It is never more than the plain mean, and the same while nobody knows how long a call takes.
    pub(super) fn demand(&self, period: Duration, duration: Option<Duration>, now: Instant) -> f64 {
        let mean = self.mean(period, duration, now);
        let (Some(first), Some(last)) = (self.samples.front(), self.samples.back()) else {
            return mean;
        };
        let Some(duration) = duration else { return mean };
        let seconds = self.seconds(duration);
        let runs =
            self.mean_of(|sample| count(sample.ongoing), self.begin(first, period, now), now);
        let comes = self.arrivals_per_second(period, now) * seconds;
        let backlog = count(last.queued) * seconds / self.look_back.as_secs_f64();
        mean.min(runs.max(comes) + backlog)
    }

    /// The load as the last sample alone tells it, by either reckoning.
    pub(super) fn present(&self, duration: Option<Duration>) -> f64 {
        let Some(last) = self.samples.back() else { return 0.0 };
        let count = self.samples.len();
        let before = count.checked_sub(2).and_then(|index| self.samples.get(index));
        let Some(before) = before else { return calls(last) };
        let gap = last.at.saturating_duration_since(before.at).max(GAP_MIN);
        let refused = self.refused(last, gap, duration) / gap.as_secs_f64();
        let flow = duration
            .map_or(0.0, |duration| ended(last) / gap.as_secs_f64() * self.seconds(duration));
        flow.max(calls(last) + refused)
    }

    /// How many calls have been refused in the window.
    pub(super) fn refused_in_window(&self, now: Instant) -> u64 {
        let Some(first) = self.samples.front() else { return 0 };
        let begin = self.begin(first, self.look_back, now);
        self.counted(begin).fold(0, |sum, (sample, _)| sum.saturating_add(sample.refused))
    }

    /// How many calls have come in the last `period`, in a second: what has left, and by how much the rest has grown.
    pub(super) fn arrivals_per_second(&self, period: Duration, now: Instant) -> f64 {
        let (Some(first), Some(last)) = (self.samples.front(), self.samples.back()) else {
            return 0.0;
        };
        let begin = self.begin(first, period, now);
        let span = now.saturating_duration_since(begin).as_secs_f64();
        let left: f64 = self.counted(begin).map(|(sample, _)| ended(sample)).sum();
        let before = self.samples.iter().rev().find(|sample| sample.at <= begin).unwrap_or(first);
        let grown = calls(last) - calls(before);
        if span > 0.0 { ((left + grown) / span).max(0.0) } else { 0.0 }
    }

    fn begin(&self, first: &LoadSample, period: Duration, now: Instant) -> Instant {
        now.checked_sub(period).map_or(first.at, |begin| begin.max(first.at))
    }

    /// The samples whose counts are about the time after `begin`, each with the time that its counts are about.
    fn counted(&self, begin: Instant) -> impl Iterator<Item = (&LoadSample, Duration)> {
        let pairs = self.samples.iter().zip(self.samples.iter().skip(1));
        pairs
            .map(|(before, sample)| (sample, sample.at.saturating_duration_since(before.at)))
            .filter(move |(sample, _)| sample.at > begin)
    }

    /// What the refused calls of a sample would have been, in calls times seconds. While nobody knows how long a call takes,
    /// each counts as if it had waited since the sample before.
    fn refused(&self, sample: &LoadSample, gap: Duration, duration: Option<Duration>) -> f64 {
        let each = duration.map_or(gap.as_secs_f64(), |duration| self.seconds(duration));
        count(sample.refused) * each
    }

    /// A call that takes longer than the window is seen while it runs. Taken in full, a single one that ends would stand
    /// for many that are not there.
    fn seconds(&self, duration: Duration) -> f64 {
        duration.min(self.look_back).as_secs_f64()
    }
}

fn calls(sample: &LoadSample) -> f64 {
    count(sample.ongoing) + count(sample.queued)
}

fn ended(sample: &LoadSample) -> f64 {
    count(sample.finished) + count(sample.refused)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "beyond 2^53 calls one more or less is all the same"
)]
fn count(calls: u64) -> f64 {
    calls as f64
}
