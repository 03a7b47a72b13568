//! When there are fewer, second by second.

use std::time::Duration;

use crate::autoscaling::script::{Script, config, hasty, ongoing, queued, seconds};

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
fn nothing_goes_while_calls_wait() {
    let mut script = Script::new(hasty().min_replicas(0), 8);
    script.hold(5, ongoing(16));
    assert_eq!(script.hold(1000, queued(1)), []);
    let verdict = script.look(queued(1));
    assert!(verdict.reason.ends_with("stays 8 while a call waits"), "{}", verdict.reason);
}

#[test]
fn those_that_stay_must_bear_what_is_there_at_this_moment() {
    let mut script = Script::new(config().downscale_delay(Duration::ZERO), 10);
    script.look(ongoing(0));
    script.now += seconds(1);
    let verdict = script.look(ongoing(20));
    assert_eq!(verdict.target, 10);
    let reason = "stays 10, as fewer could not bear the present load of 20.0";
    assert!(verdict.reason.ends_with(reason), "{}", verdict.reason);
    script.now += Duration::from_millis(100);
    assert_eq!(script.look(ongoing(14)).target, 7);
}

/// Operators' demand 3: a replica that starts is kept while calls are held, and no longer.
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
