//! The loads: for each tick of a tenth of a second, how long each call takes that comes in it, in ticks.

use std::f64::consts::TAU;

use fastrand::Rng;

/// Ticks in a second.
pub(super) const TICKS: usize = 10;

/// The mean time that a call takes, in seconds.
const SERVICE: f64 = 1.0;

pub(super) type Calls = Vec<Vec<usize>>;

pub(super) struct Load {
    pub(super) name: &'static str,
    /// How many replicas there are when it begins.
    pub(super) replicas: u32,
    pub(super) calls: Calls,
}

/// The numbers are of calls that are there at once if nobody waits, by the second.
pub(super) fn all() -> Vec<Load> {
    let rng = &mut Rng::with_seed(7);
    let load = |name, replicas, calls| Load { name, replicas, calls };
    let step = |_: &mut Rng, second| if (100..700).contains(&second) { 64.0 } else { 1.0 };
    let bursts = |_: &mut Rng, second| if second % 180 >= 150 { 40.0 } else { 4.0 };
    let day = |_: &mut Rng, second| 16.0 - 14.0 * (TAU * seconds(second) / 3600.0).cos();
    let ramp = |_: &mut Rng, second| match second {
        ..100 => 2.0,
        100..400 => 2.0 + 62.0 * seconds(second - 100) / 300.0,
        400..700 => 64.0,
        _ => 2.0,
    };
    vec![
        load("step", 1, calls(1600, rng, step)),
        load("bursts", 3, calls(1260, rng, bursts)),
        load("day", 2, calls(3600, rng, day)),
        load("ramp", 2, calls(1400, rng, ramp)),
        load("trace", 8, trace(rng)),
    ]
}

/// What a recorded load looks like: it drifts, it is noisy, each moment is like the one before, and now and then it leaps.
fn trace(rng: &mut Rng) -> Calls {
    let mut noise = 0.0;
    let mut leap = 0.0;
    calls(1800, rng, |rng, second| {
        noise = 0.97 * noise + 0.12 * (rng.f64() + rng.f64() + rng.f64() - 1.5);
        leap *= 0.95;
        if rng.f64() < 0.004 {
            leap = 30.0;
        }
        let drift = 14.0 + 8.0 * (TAU * seconds(second) / 900.0).sin();
        drift * f64::exp(noise) + leap
    })
}

/// Calls come independently of each other, and take times that are distributed exponentially.
fn calls(length: u32, rng: &mut Rng, mut level: impl FnMut(&mut Rng, u32) -> f64) -> Calls {
    let mut calls = Vec::new();
    for second in 0..length {
        let each_tick = level(rng, second) / SERVICE / seconds_in_ticks(TICKS);
        for _ in 0..TICKS {
            let mut now = Vec::new();
            let mut at = exponential(rng);
            while at < each_tick {
                now.push(in_ticks(exponential(rng) * SERVICE));
                at += exponential(rng);
            }
            calls.push(now);
        }
    }
    calls
}

/// With a mean of one.
fn exponential(rng: &mut Rng) -> f64 {
    -(1.0 - rng.f64()).ln()
}

fn seconds(second: u32) -> f64 {
    f64::from(second)
}

#[expect(clippy::cast_precision_loss, reason = "it is ten")]
fn seconds_in_ticks(ticks: usize) -> f64 {
    ticks as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
pub(super) fn in_ticks(seconds: f64) -> usize {
    ((seconds * seconds_in_ticks(TICKS)).round() as usize).max(1)
}
