//! What holds for every configuration, every start and every load.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use tokio::time::Instant;

use super::script::{At, Script, facts};
use super::{Autoscaler, ScalingDecision, steps};
use crate::config::AutoscalingConfig;

const LARGEST: u32 = 24;

fn delays() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(Duration::ZERO), (0_u64..40).prop_map(Duration::from_secs)]
}

fn configs() -> impl Strategy<Value = AutoscalingConfig> {
    let bounds = (0..=4_u32, 1..=LARGEST).prop_map(|(min, max)| (min.min(max), max));
    let factors = (0.05..4.0_f64, 0.05..4.0_f64);
    let delays = (delays(), delays(), prop::option::of(delays()));
    (bounds, 0.3..20.0_f64, factors, delays, 1_u64..20).prop_map(
        |((min, max), target, (up, down), (more, fewer, to_zero), window)| AutoscalingConfig {
            min_replicas: min,
            max_replicas: max,
            target_ongoing_requests: target,
            upscaling_factor: up,
            downscaling_factor: down,
            upscale_delay: more,
            downscale_delay: fewer,
            downscale_to_zero_delay: to_zero,
            look_back_period: Duration::from_secs(window),
            ..AutoscalingConfig::default()
        },
    )
}

fn loads() -> impl Strategy<Value = At> {
    (0_u64..120, prop_oneof![3 => Just(0), 1 => 0_u64..50], 0_u64..20, 0_u64..50)
        .prop_map(|(ongoing, queued, refused, finished)| At { ongoing, queued, refused, finished })
}

/// A load, for so many seconds.
fn histories() -> impl Strategy<Value = Vec<(u64, At)>> {
    vec((1_u64..40, loads()), 0..4)
}

/// A load without surprises: nobody waits or is sent away, and calls end at a steady pace.
fn steady() -> impl Strategy<Value = (u64, u64)> {
    (0_u64..120, 0_u64..40)
}

fn even(ongoing: u64, finished: u64) -> At {
    At { ongoing, finished, ..At::default() }
}

/// How many looks a second apart may pass until a deployment without traffic has its minimum.
fn patience(config: &AutoscalingConfig) -> u64 {
    let step = config.downscale_delay.as_secs().max(1);
    let pause = if config.downscaling_factor < 1.0 { step } else { 1 };
    let (mut target, mut steps) = (LARGEST, 0);
    while target > 1 {
        target = steps::down(target, 0, config);
        steps += 1;
        if target == config.min_replicas {
            break;
        }
    }
    let to_zero = config.downscale_to_zero_delay.unwrap_or(config.downscale_delay);
    let to_zero = if config.min_replicas == 0 { to_zero.as_secs() } else { 0 };
    // As long as the last tenth of the window has calls in it, there may be a step up, which holds for a look-back period.
    let last_step_up = (config.look_back_period.as_secs() / 10).max(1) + 2;
    last_step_up + config.look_back_period.as_secs() + step + steps * (pause + 1) + to_zero + 2
}

fn duration() -> impl Strategy<Value = Option<Duration>> {
    prop::option::of((1_u64..100_000).prop_map(Duration::from_millis))
}

/// A quarter of what is set, for each case is some hundred looks.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.div_ceil(4), ..usual }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_target_is_within_its_bounds(
        config in configs(),
        start in 0..2 * LARGEST,
        duration in duration(),
        history in histories(),
    ) {
        let (min, max) = (config.min_replicas, config.max_replicas);
        let mut script = Script::new(config, start);
        script.facts.mean_duration = duration;
        for (seconds, load) in history {
            for _ in 0..seconds {
                let target = script.look(load).target;
                prop_assert!((min..=max).contains(&target), "{target}");
                script.now += Duration::from_secs(1);
            }
        }
    }

    /// Two that are told the same targets, one with several times the load of the other.
    #[test]
    fn more_load_never_yields_fewer_replicas(
        config in configs(),
        start in 0..LARGEST,
        starting in 0_u32..3,
        duration in duration(),
        times in 1_u64..4,
        history in histories(),
    ) {
        let mut less = Script::new(config.clone(), start);
        let mut more = Script::new(config, start);
        more.now = less.now;
        less.facts.mean_duration = duration;
        more.facts.mean_duration = duration;
        (less.facts.starting, more.facts.starting) = (starting, starting);
        for (seconds, load) in history {
            let much = At {
                ongoing: load.ongoing * times,
                queued: load.queued * times,
                refused: load.refused * times,
                finished: load.finished * times,
            };
            for _ in 0..seconds {
                let (few, many) = (less.look(load), more.look(much));
                prop_assert!(few.target <= many.target, "{}\n{}", few.reason, many.reason);
                more.facts.target = less.facts.target;
                less.now += Duration::from_secs(1);
                more.now += Duration::from_secs(1);
            }
        }
    }

    /// What was before the constant load may have been anything that is steady, too.
    ///
    /// Operators' demand 1: no thrashing at constant load, whatever the options.
    #[test]
    fn at_constant_load_the_direction_changes_at_most_once(
        config in configs(),
        start in 0..2 * LARGEST,
        duration in duration(),
        before in prop::option::of((steady(), 1_u64..60)),
        (ongoing, finished) in steady(),
    ) {
        let mut script = Script::new(config, start);
        script.facts.mean_duration = duration;
        if let Some(((ongoing, finished), seconds)) = before {
            script.hold(seconds, even(ongoing, finished));
        }
        let mut last = script.facts.target;
        let mut directions = Vec::new();
        for (_, target) in script.hold(400, even(ongoing, finished)) {
            directions.push(target > last);
            last = target;
        }
        directions.dedup();
        prop_assert!(directions.len() <= 2, "{directions:?}");
    }

    /// Operators' demand 1: those that stay can bear what those that go had.
    #[test]
    fn those_that_stay_can_bear_the_load(
        config in configs(),
        start in 1..LARGEST,
        (ongoing, finished) in steady(),
    ) {
        let each = config.target_ongoing_requests;
        let (min, max) = (config.min_replicas, config.max_replicas);
        let mut script = Script::new(config, start.clamp(min.max(1), max));
        let mut last = script.facts.target;
        for (_, target) in script.hold(400, even(ongoing, finished)) {
            if target < last {
                #[expect(clippy::cast_precision_loss, reason = "they are few")]
                let borne = ongoing as f64 <= f64::from(target) * each + 1e-3;
                prop_assert!(borne, "{ongoing} calls, {each} each, {last} to {target}");
            }
            last = target;
        }
    }

    /// A step down may have to be followed by more, each a second after the one before, or a delay if a factor makes them small.
    ///
    /// Operators' demand 2: no traffic is data.
    #[test]
    fn without_traffic_the_minimum_is_reached_in_look_back_and_delay(
        config in configs(),
        start in 0..LARGEST,
        duration in duration(),
        history in histories(),
    ) {
        let (patience, min) = (patience(&config), config.min_replicas);
        let mut script = Script::new(config, start);
        script.facts.mean_duration = duration;
        for (seconds, load) in history {
            script.hold(seconds, load);
        }
        script.hold(patience, At::default());
        prop_assert_eq!(script.facts.target, min);
    }

    /// Replicas that never start change nothing about that.
    ///
    /// Operators' demand 2: a target that cannot be met expires.
    #[test]
    fn a_target_that_is_never_met_is_withdrawn_when_the_load_has_gone(
        config in configs(),
        load in loads(),
    ) {
        let (patience, min) = (patience(&config), config.min_replicas);
        let mut script = Script::new(config, min);
        for (seconds, load) in [(100, load), (patience, At::default())] {
            for _ in 0..seconds {
                let target = script.look(load).target;
                (script.facts.running, script.facts.starting) = (0, target);
                script.now += Duration::from_secs(1);
            }
        }
        prop_assert_eq!(script.facts.target, min);
    }

    #[test]
    fn nonsense_of_a_policy_is_brought_within_the_bounds(
        config in configs(),
        target in 0..2 * LARGEST,
        count in prop::option::of(any::<u32>()),
    ) {
        let (min, max) = (config.min_replicas, config.max_replicas);
        let decision = count.map_or_else(ScalingDecision::keep, ScalingDecision::replicas);
        let verdict =
            Autoscaler::new(config).decide_by(&decision, &facts(target), Instant::now());
        prop_assert_eq!(verdict.target, count.unwrap_or(target).clamp(min, max));
        let is_bound = verdict.reason.contains("are allowed") || verdict.reason.contains("must stay");
        prop_assert_eq!(is_bound, verdict.target != count.unwrap_or(target), "{}", verdict.reason);
    }
}
