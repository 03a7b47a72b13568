//! The state machine of one deployment: samples go in, and when asked it says how many replicas there should be.
//!
//! It follows Ray Serve in what its options mean, and differs where that fails: waiting and refused calls count, not only
//! those that run; a burst is followed before its delay is over; replicas go at most by half, and only if those that stay can
//! bear the load; and what has been decided is never presumed to be so: the target comes in with each question.

use tokio::time::Instant;

use super::figures::{LoadFigures, replicas};
use super::history::LoadHistory;
use super::reason::{self, Cause};
use super::steps;
use super::timing::{Timing, Wish};
use super::{AutoscalingContext, Facts, LoadSample, ScalingDecision, ScalingInputs, Verdict};
use crate::config::AutoscalingConfig;

/// A load that wants this many times the target is a burst.
const BURST: f64 = 2.0;

#[derive(Debug)]
pub(crate) struct Autoscaler {
    config: AutoscalingConfig,
    history: LoadHistory,
    timing: Timing,
}

impl Autoscaler {
    pub(crate) fn new(config: AutoscalingConfig) -> Self {
        let history = LoadHistory::new(config.look_back_period);
        Self { config, history, timing: Timing::default() }
    }

    /// Takes other options over. What has been seen is kept; every delay begins anew.
    pub(crate) fn reconfigure(&mut self, config: AutoscalingConfig) {
        if config != self.config {
            self.history.set_look_back(config.look_back_period);
            self.timing = Timing::default();
            self.config = config;
        }
    }

    /// Whether verdicts are to be logged and not carried out.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.config.dry_run
    }

    /// Takes a sample in. One is due right before every decision.
    pub(crate) fn observe(&mut self, sample: LoadSample) {
        self.history.push(sample);
    }

    /// The verdict of the default formula.
    pub(crate) fn decide(&mut self, facts: &Facts, now: Instant) -> Verdict {
        let load = LoadFigures::of(&self.history, facts, now);
        let each = self.config.target_ongoing_requests;
        let wish = Wish {
            target: facts.target,
            wanted: replicas(load.stable(), each),
            wanted_in_panic: replicas(load.burst, each),
            is_burst: load.burst / each >= BURST * f64::from(facts.target.max(1)),
        };
        let window = self.history.look_back();
        self.timing.note(&wish, &self.config, window, now);
        let (target, cause) = self.next(facts, &wish, &load, now);
        let wanted = match cause {
            Cause::Burst | Cause::First => wish.wanted_in_panic,
            _ => wish.wanted,
        };
        let inputs = self.inputs(facts, &load, wanted, now);
        let windows = (window, self.history.look_back_in_panic());
        let reason = reason::of_load(cause, target, &load, &inputs, &self.config, windows);
        let next_look = self.timing.next_look(&self.config, facts.startup_time, window, now);
        Verdict { target, reason, inputs, next_look }
    }

    /// The verdict of a policy: only the bounds apply to it.
    pub(crate) fn decide_by(
        &self,
        decision: &ScalingDecision,
        facts: &Facts,
        now: Instant,
    ) -> Verdict {
        let load = LoadFigures::of(&self.history, facts, now);
        let wanted = decision.count().unwrap_or(facts.target);
        let inputs = self.inputs(facts, &load, wanted, now);
        let reason = reason::of_policy(decision.count(), decision.reason(), &inputs, &self.config);
        // Nothing of the formula's is waited for.
        let next_look = Timing::default().next_look(
            &self.config,
            facts.startup_time,
            self.history.look_back(),
            now,
        );
        Verdict { target: steps::within(wanted, &self.config), reason, inputs, next_look }
    }

    /// What a policy is told.
    pub(crate) fn context(&self, facts: &Facts, now: Instant) -> AutoscalingContext {
        let last = self.history.last();
        AutoscalingContext {
            application: facts.application.clone(),
            deployment: facts.deployment.clone(),
            declared: facts.declared,
            target: facts.target,
            running: facts.running,
            starting: facts.starting,
            min: self.config.min_replicas,
            max: self.config.max_replicas,
            target_ongoing_requests: self.config.target_ongoing_requests,
            ongoing: last.map_or(0, |sample| sample.ongoing),
            queued: last.map_or(0, |sample| sample.queued),
            refused: self.history.refused_in_window(now),
            arrivals_per_second: self.history.arrivals_per_second(self.history.look_back(), now),
            mean_duration: facts.mean_duration,
            startup_time: facts.startup_time,
            history: self.history.samples().cloned().collect(),
            now,
        }
    }

    /// How many there should be, and what decides it: the first rule that applies.
    fn next(
        &mut self,
        facts: &Facts,
        wish: &Wish,
        load: &LoadFigures,
        now: Instant,
    ) -> (u32, Cause) {
        let (config, window) = (&self.config, self.history.look_back());
        let allowed = steps::within(wish.target, config);
        if allowed != wish.target {
            return (allowed, Cause::Bounds);
        }
        if wish.target == 0 {
            // What is left of earlier calls in the window wakes nobody; whoever waits, or was sent away, does at once.
            return match self.has_calls() {
                true => (steps::from_zero(wish.wanted_in_panic, config), Cause::First),
                false => (0, Cause::Load),
            };
        }
        let follows_burst = self.timing.follows_burst(config, facts.startup_time, window, now);
        // The mean may want more for calls that have gone already.
        let is_needed = replicas(load.at_last(), config.target_ongoing_requests) > wish.target;
        let may_rise = is_needed && self.timing.may_rise(config, now);
        if follows_burst && (wish.wanted_in_panic >= wish.wanted || !may_rise) {
            return (steps::up(wish.target, wish.wanted_in_panic, config), Cause::Burst);
        }
        match wish.wanted > wish.target {
            true if may_rise => (steps::up(wish.target, wish.wanted, config), Cause::Load),
            true if is_needed => (wish.target, Cause::MoreLater),
            true => (wish.target, Cause::Ebbs),
            false => self.fewer(wish, load, now),
        }
    }

    /// The same where more are not wanted.
    fn fewer(&self, wish: &Wish, load: &LoadFigures, now: Instant) -> (u32, Cause) {
        let (config, window, target) = (&self.config, self.history.look_back(), wish.target);
        let keep = |cause| (target, cause);
        if wish.wanted.max(config.min_replicas) >= target {
            return keep(Cause::Load);
        }
        if self.history.last().is_some_and(|sample| sample.queued > 0) {
            return keep(Cause::Held);
        }
        if target == 1 {
            return match self.timing.last_may_go(config, now) && load.borne() <= 0.0 {
                true => (0, Cause::Load),
                false => keep(Cause::FewerLater),
            };
        }
        if self.timing.peak() >= target {
            return keep(Cause::FewerLater);
        }
        if self.timing.stays_until(now).is_some()
            || self.timing.has_just_fallen(config, window, now)
        {
            return keep(Cause::Settles);
        }
        let borne = replicas(load.borne(), config.target_ongoing_requests);
        match steps::down(target, self.timing.peak().max(borne), config) {
            next if next < target => (next, Cause::Load),
            _ => keep(Cause::Borne),
        }
    }

    /// Whether anybody waits, or has been sent away since the last sample.
    fn has_calls(&self) -> bool {
        let last = self.history.last();
        last.is_some_and(|sample| sample.ongoing > 0 || sample.queued > 0 || sample.refused > 0)
    }

    fn inputs(
        &self,
        facts: &Facts,
        load: &LoadFigures,
        wanted: u32,
        now: Instant,
    ) -> ScalingInputs {
        let last = self.history.last();
        ScalingInputs {
            target: facts.target,
            running: facts.running,
            starting: facts.starting,
            wanted,
            min: self.config.min_replicas,
            max: self.config.max_replicas,
            target_ongoing_requests: self.config.target_ongoing_requests,
            ongoing: last.map_or(0, |sample| sample.ongoing),
            queued: last.map_or(0, |sample| sample.queued),
            refused: self.history.refused_in_window(now),
            arrivals_per_second: self.history.arrivals_per_second(self.history.look_back(), now),
            mean_duration: facts.mean_duration.map(|duration| duration.as_secs_f64()),
            startup_time: facts.startup_time.map(|duration| duration.as_secs_f64()),
            load: load.mean,
            load_by_flow: load.flow,
            load_burst: load.burst,
        }
    }
}
