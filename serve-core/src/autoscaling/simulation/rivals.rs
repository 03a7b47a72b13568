//! Those that are compared, each with its own defaults but the same bounds and the same load aimed at. All see the load once a
//! second, which flatters those that in truth see it less often.

use std::collections::VecDeque;

use super::world::{REPLICAS_MAX, REPLICAS_MIN, Strategy, View};
use crate::autoscaling::{Autoscaler, script};
use crate::config::AutoscalingConfig;

const EACH: f64 = 2.0;

pub(super) fn config() -> AutoscalingConfig {
    AutoscalingConfig::default().min_replicas(REPLICAS_MIN).max_replicas(REPLICAS_MAX)
}

pub(super) struct Ours(Autoscaler);

impl Ours {
    pub(super) fn new(config: AutoscalingConfig) -> Self {
        Self(Autoscaler::new(config.target_ongoing_requests(EACH)))
    }
}

impl Strategy for Ours {
    fn target(&mut self, view: &View) -> u32 {
        let mut facts = script::facts(view.target);
        facts.running = view.running;
        facts.starting = view.starting;
        facts.mean_duration = view.mean_duration;
        facts.startup_time = Some(view.startup_time);
        self.0.observe(view.sample.clone());
        self.0.decide(&facts, view.sample.at).target
    }
}

/// What ran and what waited, by the second; nobody else counts what was refused.
#[derive(Default)]
struct Series(VecDeque<f64>);

impl Series {
    #[expect(clippy::cast_precision_loss, reason = "they are few")]
    fn push(&mut self, view: &View) {
        self.0.push_front((view.sample.ongoing + view.sample.queued) as f64);
        self.0.truncate(60);
    }

    fn replicas(&self, seconds: usize) -> f64 {
        let seen = self.0.len().min(seconds).max(1);
        let sum: f64 = self.0.iter().take(seconds).sum();
        #[expect(clippy::cast_precision_loss, reason = "at most a minute")]
        let mean = sum / seen as f64;
        mean / EACH
    }
}

/// Mean of 30 s, up after 30 s, down after 600 s.
#[derive(Default)]
pub(super) struct Ray {
    series: Series,
    more_since: Option<u64>,
    fewer_since: Option<u64>,
}

impl Strategy for Ray {
    fn target(&mut self, view: &View) -> u32 {
        self.series.push(view);
        let desired = up(self.series.replicas(30)).clamp(REPLICAS_MIN, REPLICAS_MAX);
        let hold = |since: &mut Option<u64>, holds: bool, delay: u64| {
            *since = if holds { since.or(Some(view.second)) } else { None };
            since.is_some_and(|since| view.second - since >= delay)
        };
        let more = hold(&mut self.more_since, desired > view.target, 30);
        let fewer = hold(&mut self.fewer_since, desired < view.target, 600);
        if more || fewer {
            (self.more_since, self.fewer_since) = (None, None);
            return desired;
        }
        view.target
    }
}

/// Every 15 s, with a tolerance of a tenth; at most doubled or four more, and down to the highest of 300 s.
#[derive(Default)]
pub(super) struct Hpa {
    series: Series,
    recommendations: VecDeque<u32>,
}

impl Strategy for Hpa {
    fn target(&mut self, view: &View) -> u32 {
        self.series.push(view);
        if !view.second.is_multiple_of(15) {
            return view.target;
        }
        let wanted = self.series.replicas(15);
        let is_near = (wanted / f64::from(view.target) - 1.0).abs() <= 0.1;
        let recommended = if is_near { view.target } else { up(wanted) };
        self.recommendations.push_front(recommended);
        self.recommendations.truncate(20);
        let stable = self.recommendations.iter().copied().max().unwrap_or_default();
        let most = (view.target * 2).max(view.target + 4);
        if recommended > view.target { recommended.min(most) } else { stable.min(view.target) }
    }
}

/// Every 2 s, by the mean of 60 s, or of 6 s in a panic; down at most by half.
#[derive(Default)]
pub(super) struct Kpa {
    series: Series,
    panics_since: Option<u64>,
    most: u32,
}

impl Strategy for Kpa {
    fn target(&mut self, view: &View) -> u32 {
        self.series.push(view);
        if !view.second.is_multiple_of(2) {
            return view.target;
        }
        let ready = view.running.max(1);
        let bounded = |wanted: f64| up(wanted).clamp(ready / 2, ready * 1000);
        let (stable, recent) =
            (bounded(self.series.replicas(60)), bounded(self.series.replicas(6)));
        if recent >= ready * 2 {
            self.panics_since = Some(view.second);
        } else if self.panics_since.is_some_and(|since| view.second - since > 60) {
            self.panics_since = None;
            self.most = 0;
        }
        if self.panics_since.is_none() {
            return stable;
        }
        self.most = self.most.max(stable).max(recent);
        self.most
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are few")]
fn up(replicas: f64) -> u32 {
    (replicas - 1e-6).ceil() as u32
}
