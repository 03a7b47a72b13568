//! What one deployment does, second by second.

use std::time::Duration;

use super::ScalingDecision;
use super::script::{At, Script, facts, ongoing, queued};
use crate::config::AutoscalingConfig;

/// The defaults, but 1 to 100 replicas.
fn config() -> AutoscalingConfig {
    AutoscalingConfig::default().max_replicas(100)
}

/// Without a delay, and with the least memory that one look a second allows.
fn hasty() -> AutoscalingConfig {
    config()
        .upscale_delay(Duration::ZERO)
        .downscale_delay(Duration::ZERO)
        .look_back_period(Duration::from_secs(1))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn more_comes_when_it_has_been_wanted_for_all_of_the_delay() {
    // Three calls want two replicas, which is no burst.
    assert_eq!(Script::new(config(), 1).hold(100, ongoing(3)), [(30, 2)]);
    assert_eq!(Script::new(config().upscale_delay(seconds(7)), 1).hold(50, ongoing(3)), [(7, 2)]);
}

#[test]
fn a_wish_that_is_interrupted_begins_anew() {
    let mut script = Script::new(config().look_back_period(seconds(1)), 1);
    assert_eq!(script.hold(25, ongoing(3)), []);
    assert_eq!(script.hold(2, ongoing(1)), []);
    // The mean has to rise first, which takes a second.
    assert_eq!(script.hold(60, ongoing(3)), [(58, 2)]);
}

#[test]
fn a_burst_does_not_wait_for_the_delay() {
    let mut script = Script::new(config(), 1);
    script.hold(60, ongoing(1));
    // The mean of three seconds is 8 after one, 12 after two: they have to hold for two.
    let changes = script.hold(40, ongoing(24));
    assert_eq!(changes.first(), Some(&(63, 12)), "{changes:?}");
    assert_eq!(changes.last(), Some(&(63, 12)), "{changes:?}");
}

#[test]
fn a_burst_waits_half_as_long_as_a_replica_takes_to_start_but_no_longer_than_the_delay() {
    for (startup, delay, at) in [(1, 30, 2), (12, 30, 6), (600, 30, 30), (12, 1, 1), (12, 0, 0)] {
        let mut script = Script::new(config().upscale_delay(seconds(delay)), 1);
        script.facts.startup_time = Some(seconds(startup));
        assert_eq!(script.hold(40, ongoing(24)), [(at, 12)], "{startup} s, {delay} s");
    }
}

#[test]
fn after_a_burst_nothing_goes_for_a_look_back_period() {
    let mut script = Script::new(config().downscale_delay(Duration::ZERO), 1);
    assert_eq!(script.hold(4, ongoing(24)), [(2, 12)]);
    let changes = script.hold(60, ongoing(0));
    assert!(changes.first().is_some_and(|(at, _)| *at >= 32), "{changes:?}");
    assert_eq!(script.facts.target, 1);
}

#[test]
fn fewer_stay_when_fewer_have_been_wanted_for_all_of_the_delay() {
    let mut script = Script::new(config().look_back_period(seconds(1)), 10);
    assert_eq!(script.hold(100, ongoing(20)), []);
    // From second 101 the mean is 12: six replicas.
    assert_eq!(script.hold(900, ongoing(12)), [(701, 6)]);
}

#[test]
fn the_highest_wish_of_the_delay_counts_for_a_step_down() {
    let mut script = Script::new(hasty().downscale_delay(seconds(60)), 10);
    script.hold(10, ongoing(20));
    script.hold(20, ongoing(16));
    let changes = script.hold(100, ongoing(12));
    assert_eq!(changes, [(71, 8), (91, 6)]);
}

#[test]
fn they_go_by_half_at_most() {
    let mut script = Script::new(hasty(), 64);
    let targets: Vec<_> = script.hold(20, ongoing(0)).into_iter().map(|(_, to)| to).collect();
    assert_eq!(targets, [32, 16, 8, 4, 2, 1]);
}

#[test]
fn small_steps_have_a_delay_each() {
    let config = config().look_back_period(seconds(1));
    let up = config.clone().upscaling_factor(0.5).upscale_delay(seconds(10));
    // Eight calls more want four replicas more: no burst, as it is less than twice the target.
    assert_eq!(Script::new(up, 6).hold(60, ongoing(20)), [(10, 8), (21, 9), (32, 10)]);
    let down = config.downscaling_factor(0.5).downscale_delay(seconds(10));
    let mut script = Script::new(down, 10);
    assert_eq!(script.hold(60, ongoing(12)), [(10, 8), (21, 7), (32, 6)]);
}

#[test]
fn the_last_replica_has_a_delay_of_its_own() {
    let config = hasty().min_replicas(0).downscale_to_zero_delay(seconds(100));
    assert_eq!(Script::new(config.clone(), 2).hold(300, ongoing(0)), [(1, 1), (102, 0)]);
    assert_eq!(Script::new(config, 1).hold(300, ongoing(0)), [(100, 0)]);
    let config = hasty().min_replicas(0).downscale_delay(seconds(50));
    assert_eq!(Script::new(config, 1).hold(300, ongoing(0)), [(50, 0)], "the other delay");
}

#[test]
fn a_single_call_in_the_window_keeps_the_last_replica() {
    let mut script = Script::new(config().min_replicas(0).downscale_delay(Duration::ZERO), 1);
    script.hold(1, ongoing(1));
    assert_eq!(script.hold(60, ongoing(0)), [(31, 0)]);
}

#[test]
fn the_first_call_to_none_is_answered_at_once() {
    let sent_away = At { refused: 1, ..At::default() };
    for load in [queued(1), sent_away] {
        let mut script = Script::new(config().min_replicas(0), 0);
        script.hold(1000, ongoing(0));
        let verdict = script.look(load);
        assert_eq!(verdict.target, 1, "{load:?}");
        assert!(verdict.reason.ends_with("calls came while there was none"), "{}", verdict.reason);
    }
    let mut script = Script::new(config().min_replicas(0).upscaling_factor(2.5), 0);
    assert_eq!(script.look(ongoing(0)).target, 0);
    script.now += seconds(1);
    assert_eq!(script.look(queued(1)).target, 3, "the factor");
    assert_eq!(Script::new(config().min_replicas(0), 0).look(queued(9)).target, 5, "the load");
}

#[test]
fn nothing_goes_while_calls_wait() {
    let mut script = Script::new(hasty().min_replicas(0), 8);
    script.hold(5, ongoing(16));
    assert_eq!(script.hold(1000, queued(1)), []);
    let verdict = script.look(queued(1));
    assert!(verdict.reason.ends_with("stays 8 while 1 calls wait"), "{}", verdict.reason);
}

#[test]
fn a_replica_that_starts_for_nobody_is_given_up() {
    let mut script = Script::new(config().min_replicas(0).downscale_delay(seconds(60)), 0);
    script.look(queued(1));
    script.facts.running = 0;
    script.facts.starting = 1;
    script.now += seconds(1);
    assert_eq!(script.hold(600, queued(1)), []);
    let changes = script.hold(600, ongoing(0));
    assert_eq!(changes, [(601 + 30 + 60, 0)]);
}

#[test]
fn refused_calls_count_as_what_they_would_have_been() {
    // Ten a second of two seconds each would be twenty calls at once.
    let mut script = Script::new(config(), 1);
    script.facts.mean_duration = Some(seconds(2));
    script.hold(100, At { ongoing: 2, refused: 10, finished: 1, ..At::default() });
    assert_eq!(script.facts.target, 11);
}

/// Twenty calls a second of one second each, of which two replicas take four.
fn overload(queued: u64) -> At {
    At { ongoing: 4, queued, refused: 16, finished: 4 }
}

#[test]
fn a_queue_that_has_filled_makes_a_burst_no_larger() {
    let mut script = Script::new(config(), 2);
    script.facts.mean_duration = Some(seconds(1));
    // Twenty calls at once, and ten more for a queue of 300 that is to be gone in thirty seconds.
    assert_eq!(script.hold(10, overload(300)), [(2, 15)]);
    // While nobody knows how long a call takes, all that waits counts.
    assert_eq!(Script::new(config(), 2).hold(10, overload(300)), [(2, 100)]);
}

#[test]
fn while_replicas_are_made_a_queue_does_not_ask_for_more() {
    let load = |starting| {
        let mut script = Script::new(config(), 2);
        script.facts.mean_duration = Some(seconds(1));
        script.facts.starting = starting;
        script.hold(60, overload(90));
        script.look(overload(90)).inputs.load
    };
    // Four that run, sixteen that were refused, and three or all of ninety.
    assert!((load(0) - 110.0).abs() < 1e-9, "{}", load(0));
    assert!((load(8) - 23.0).abs() < 1e-9, "{}", load(8));
}

#[test]
fn calls_that_take_longer_want_more_before_they_pile_up() {
    let mut script = Script::new(config(), 2);
    script.facts.mean_duration = Some(seconds(1));
    assert_eq!(script.hold(100, At { ongoing: 4, finished: 4, ..At::default() }), []);
    script.facts.mean_duration = Some(seconds(2));
    let changes = script.hold(100, At { ongoing: 4, finished: 4, ..At::default() });
    assert_eq!(changes, [(130, 4)]);
    let verdict = script.look(At { ongoing: 4, finished: 4, ..At::default() });
    assert_eq!(
        verdict.reason,
        "4.0 calls a second of 2.00 s each want 4 replicas at 2.0 each; stays 4"
    );
}

#[test]
fn bounds_hold_whatever_the_target_was() {
    for (min, max, target, next) in [(2, 4, 1, 2), (2, 4, 9, 4), (2, 4, 0, 2), (0, 4, 5, 4)] {
        let config = config().min_replicas(min).max_replicas(max);
        let verdict = Script::new(config, target).look(ongoing(0));
        assert_eq!(verdict.target, next, "{min} to {max}, {target}");
        assert!(verdict.reason.contains("is out of bounds"), "{}", verdict.reason);
    }
}

#[test]
fn what_a_policy_says_counts_at_once_and_within_the_bounds() {
    let mut script = Script::new(config().min_replicas(2).max_replicas(8), 4);
    let mut verdict =
        |decision: ScalingDecision| script.autoscaler.decide_by(&decision, &facts(4), script.now);
    for (decision, target, reason) in [
        (ScalingDecision::replicas(6), 6, "the policy wants 6 replicas; was 4"),
        (
            ScalingDecision::replicas(2).because("it is night"),
            2,
            "the policy wants 2 replicas (it is night); was 4",
        ),
        (ScalingDecision::keep(), 4, "the policy keeps 4 replicas"),
        (
            ScalingDecision::replicas(u32::MAX),
            8,
            "the policy wants 4294967295 replicas; was 4; at most 8 are allowed",
        ),
        (
            ScalingDecision::replicas(0),
            2,
            "the policy wants 0 replicas; was 4; at least 2 must stay",
        ),
    ] {
        let verdict = verdict(decision);
        assert_eq!((verdict.target, verdict.reason.as_str()), (target, reason));
    }
}

#[test]
fn a_reason_is_a_sentence_with_the_figures() {
    let reason = |seconds, load| {
        let mut script = Script::new(config().max_replicas(5), 3);
        script.hold(seconds, load);
        script.look(load).reason
    };
    for (seconds, load, expected) in [
        (0, 6, "load 6.0 over 30s wants 3 replicas at 2.0 each; stays 3"),
        (
            0,
            8,
            "load 8.0 over 30s wants 4 replicas at 2.0 each; stays 3 until that has held for 30s",
        ),
        (30, 8, "load 8.0 over 30s wants 4 replicas at 2.0 each; was 3"),
        (
            9,
            1,
            "load 1.0 over 30s wants 1 replica at 2.0 each; stays 3 until that has held for 600s",
        ),
        (2, 16, "load 16.0 over 3s wants 8 replicas at 2.0 each; was 3; at most 5 are allowed"),
    ] {
        assert_eq!(reason(seconds, ongoing(load)), expected);
    }
}

#[test]
fn the_next_look_is_when_a_delay_ends_and_within_a_second() {
    let mut script = Script::new(config().upscale_delay(Duration::from_millis(1500)), 1);
    let start = script.now;
    assert_eq!(script.look(ongoing(3)).next_look, start + seconds(1));
    script.now = start + seconds(1);
    assert_eq!(script.look(ongoing(3)).next_look, start + Duration::from_millis(1500));
    let mut quick = Script::new(config().look_back_period(seconds(6)), 1);
    assert_eq!(quick.look(ongoing(1)).next_look, quick.now + Duration::from_millis(200));
}

#[test]
fn a_policy_is_told_what_has_been_seen() {
    let mut script = Script::new(config(), 2);
    for _ in 0..100 {
        script.observe(At { ongoing: 3, queued: 2, refused: 1, finished: 4 });
        script.now += seconds(1);
    }
    script.now -= seconds(1);
    let context = script.autoscaler.context(&script.facts, script.now);
    assert_eq!((context.ongoing, context.queued, context.refused), (3, 2, 30));
    assert!((context.arrivals_per_second - 5.0).abs() < 1e-9, "{}", context.arrivals_per_second);
    assert_eq!((context.min, context.max, context.target), (1, 100, 2));
    let ages = context.history.iter().map(|sample| (context.now - sample.at).as_secs());
    assert_eq!(ages.collect::<Vec<_>>(), (0..=30).rev().collect::<Vec<_>>());
}

#[test]
fn other_options_begin_every_delay_anew_and_keep_what_was_seen() {
    let mut script = Script::new(config(), 1);
    script.hold(29, ongoing(3));
    script.autoscaler.reconfigure(config().upscale_delay(seconds(20)));
    assert_eq!(script.hold(40, ongoing(3)), [(49, 2)]);
    script.autoscaler.reconfigure(config().upscale_delay(seconds(20)));
    assert!((script.look(ongoing(3)).inputs.load - 3.0).abs() < 1e-9);
}

#[test]
fn a_decision_that_nobody_carries_out_is_made_again() {
    let mut script = Script::new(config().dry_run(true), 1);
    assert!(script.autoscaler.is_dry_run());
    let mut targets = Vec::new();
    for _ in 0..40 {
        targets.push(script.look(ongoing(3)).target);
        script.facts.target = 1;
        script.now += seconds(1);
    }
    assert_eq!(targets, [vec![1; 30], vec![2; 10]].concat());
}
