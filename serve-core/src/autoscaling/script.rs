//! For tests: a deployment that does what its autoscaler says, under a load that is written down.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Autoscaler, Facts, LoadSample, Verdict};
use crate::config::AutoscalingConfig;

/// A load at one look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct At {
    pub(super) ongoing: u64,
    pub(super) queued: u64,
    pub(super) refused: u64,
    pub(super) finished: u64,
}

pub(super) fn ongoing(ongoing: u64) -> At {
    At { ongoing, ..At::default() }
}

pub(super) fn queued(queued: u64) -> At {
    At { queued, ..At::default() }
}

/// The defaults, but 1 to 100 replicas.
pub(super) fn config() -> AutoscalingConfig {
    AutoscalingConfig::default().max_replicas(100)
}

/// Without a delay, and with the least memory that one look a second allows.
pub(super) fn hasty() -> AutoscalingConfig {
    config()
        .upscale_delay(Duration::ZERO)
        .downscale_delay(Duration::ZERO)
        .look_back_period(Duration::from_secs(1))
}

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(super) fn facts(target: u32) -> Facts {
    Facts {
        application: Arc::from("default"),
        deployment: Arc::from("Model"),
        declared: None,
        target,
        running: target,
        starting: 0,
        mean_duration: None,
        startup_time: None,
    }
}

/// An autoscaler with a clock of its own.
pub(super) struct Script {
    pub(super) autoscaler: Autoscaler,
    pub(super) facts: Facts,
    pub(super) start: Instant,
    pub(super) now: Instant,
}

impl Script {
    pub(super) fn new(config: AutoscalingConfig, target: u32) -> Self {
        let start = Instant::now();
        Self { autoscaler: Autoscaler::new(config), facts: facts(target), start, now: start }
    }

    /// One look at this load, carried out at once.
    pub(super) fn look(&mut self, load: At) -> Verdict {
        self.observe(load);
        let verdict = self.autoscaler.decide(&self.facts, self.now);
        self.facts.target = verdict.target;
        self.facts.running = verdict.target;
        verdict
    }

    pub(super) fn observe(&mut self, load: At) {
        let At { ongoing, queued, refused, finished } = load;
        let running = self.facts.running;
        let at = self.now;
        self.autoscaler.observe(LoadSample { at, ongoing, queued, refused, finished, running });
    }

    /// A look now and after every second, for so many seconds. Gives every change of the target: at which second, and to what.
    pub(super) fn hold(&mut self, seconds: u64, load: At) -> Vec<(u64, u32)> {
        let end = self.now + Duration::from_secs(seconds);
        let mut changes = Vec::new();
        while self.now < end {
            let before = self.facts.target;
            let after = self.look(load).target;
            if after != before {
                changes.push(((self.now - self.start).as_secs(), after));
            }
            self.now += Duration::from_secs(1);
        }
        changes
    }
}
