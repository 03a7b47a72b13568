//! What is around a decision: bounds, policies, reasons, the next look, other options.

use std::time::Duration;

use crate::autoscaling::ScalingDecision;
use crate::autoscaling::script::{At, Script, config, facts, ongoing, seconds};

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
    let script = Script::new(config().min_replicas(2).max_replicas(8), 4);
    let verdict =
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
