//! A deployment in ticks of a tenth of a second: replicas that start, a queue that refuses what it has no room for, and calls
//! that take their time. Once a second it is looked at and scaled.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::loads::{Load, TICKS, in_ticks};
use crate::autoscaling::LoadSample;

/// How many calls run at once on a replica, at most.
const SLOTS: usize = 4;
/// How many may wait.
const QUEUE: usize = 100;
pub(super) const REPLICAS_MIN: u32 = 1;
pub(super) const REPLICAS_MAX: u32 = 60;

/// What is seen once a second.
#[derive(Debug)]
pub(super) struct View {
    pub(super) second: u64,
    pub(super) sample: LoadSample,
    pub(super) target: u32,
    pub(super) running: u32,
    pub(super) starting: u32,
    pub(super) mean_duration: Option<Duration>,
    pub(super) startup_time: Duration,
}

pub(super) trait Strategy {
    /// How many replicas there should be.
    fn target(&mut self, view: &View) -> u32;
}

#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) replica_seconds: f64,
    pub(super) calls: usize,
    pub(super) refused: u64,
    /// In seconds, of those that were not refused.
    pub(super) wait_p99: f64,
    /// How many were refused or waited for more than a second.
    pub(super) late: u64,
    /// How often the target changed.
    pub(super) changes: u32,
}

struct Deployment {
    tick: usize,
    running: usize,
    /// When each of the others will serve.
    starting: VecDeque<usize>,
    ongoing: usize,
    /// How many calls end at each tick to come, and how many ticks they took.
    ends: VecDeque<(u64, usize)>,
    /// When each call came, and how long it takes.
    queue: VecDeque<(usize, usize)>,
    waits: Vec<usize>,
    refused: u64,
    finished: u64,
    /// How many calls ended in each of the last seconds, and how many ticks they took.
    durations: VecDeque<(u64, usize)>,
}

pub(super) fn run(load: &Load, startup: f64, strategy: &mut dyn Strategy) -> Outcome {
    let start = Instant::now();
    let mut deployment = Deployment::new(load.replicas);
    let (mut target, mut changes, mut replica_ticks, mut refused) = (load.replicas, 0, 0, 0);
    for arriving in &load.calls {
        deployment.step(arriving);
        replica_ticks += deployment.running + deployment.starting.len();
        if deployment.tick.is_multiple_of(TICKS) {
            refused += deployment.refused;
            let view = deployment.view(start, target, startup);
            let next = strategy.target(&view).clamp(REPLICAS_MIN, REPLICAS_MAX);
            changes += u32::from(next != target);
            target = next;
            deployment.scale(target, startup);
        }
    }
    deployment.waits.sort_unstable();
    let late = deployment.waits.iter().rev().take_while(|wait| **wait > TICKS).count();
    let wait = deployment.waits.get(deployment.waits.len() * 99 / 100).copied();
    Outcome {
        replica_seconds: ticks(replica_ticks),
        calls: load.calls.iter().map(Vec::len).sum(),
        refused,
        late: refused + u64::try_from(late).unwrap(),
        wait_p99: ticks(wait.unwrap_or_default()),
        changes,
    }
}

impl Deployment {
    fn new(replicas: u32) -> Self {
        Self {
            tick: 0,
            running: usize::try_from(replicas).unwrap(),
            starting: VecDeque::new(),
            ongoing: 0,
            ends: VecDeque::new(),
            queue: VecDeque::new(),
            waits: Vec::new(),
            refused: 0,
            finished: 0,
            durations: VecDeque::from([(0, 0)]),
        }
    }

    fn step(&mut self, arriving: &[usize]) {
        while self.starting.front().is_some_and(|ready| *ready <= self.tick) {
            self.starting.pop_front();
            self.running += 1;
        }
        let (ended, took) = self.ends.pop_front().unwrap_or_default();
        self.finished += ended;
        self.ongoing -= usize::try_from(ended).unwrap();
        let durations = self.durations.back_mut().unwrap();
        durations.0 += ended;
        durations.1 += took;
        for duration in arriving {
            if self.queue.len() < QUEUE || self.ongoing < self.running * SLOTS {
                self.queue.push_back((self.tick, *duration));
                self.begin();
            } else {
                self.refused += 1;
            }
        }
        self.begin();
        self.tick += 1;
    }

    /// Lets calls begin while there are slots.
    fn begin(&mut self) {
        while self.ongoing < self.running * SLOTS
            && let Some((came, duration)) = self.queue.pop_front()
        {
            self.waits.push(self.tick - came);
            self.ongoing += 1;
            if self.ends.len() < duration {
                self.ends.resize(duration, (0, 0));
            }
            let end = &mut self.ends[duration - 1];
            *end = (end.0 + 1, end.1 + duration);
        }
    }

    fn view(&mut self, start: Instant, target: u32, startup: f64) -> View {
        let second = u64::try_from(self.tick / TICKS).unwrap();
        let mut sample = LoadSample::new(start + Duration::from_secs(second));
        sample.ongoing = u64::try_from(self.ongoing).unwrap();
        sample.queued = u64::try_from(self.queue.len()).unwrap();
        sample.refused = std::mem::take(&mut self.refused);
        sample.finished = std::mem::take(&mut self.finished);
        sample.running = u32::try_from(self.running).unwrap();
        let (ended, took) = self
            .durations
            .iter()
            .fold((0, 0), |(ended, took), second| (ended + second.0, took + second.1));
        self.durations.push_back((0, 0));
        if self.durations.len() > 30 {
            self.durations.pop_front();
        }
        let ended = u32::try_from(ended).unwrap();
        View {
            second,
            running: sample.running,
            starting: u32::try_from(self.starting.len()).unwrap(),
            sample,
            target,
            mean_duration: (ended > 0).then(|| Duration::from_secs_f64(ticks(took)) / ended),
            startup_time: Duration::from_secs_f64(startup),
        }
    }

    /// Those that start go first. One that runs takes no more calls, and what it has goes on.
    fn scale(&mut self, target: u32, startup: f64) {
        let target = usize::try_from(target).unwrap();
        while self.running + self.starting.len() > target && self.starting.pop_back().is_some() {}
        self.running = self.running.min(target);
        while self.running + self.starting.len() < target {
            self.starting.push_back(self.tick + in_ticks(startup));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "they are few enough")]
fn ticks(ticks: usize) -> f64 {
    ticks as f64 / TICKS as f64
}
