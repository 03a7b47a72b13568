//! When there are more, second by second.

use crate::autoscaling::script::{At, Script, config, ongoing, queued, seconds};

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
fn nothing_is_made_for_calls_that_have_gone() {
    let mut script = Script::new(config(), 2);
    script.hold(28, ongoing(7));
    // The mean wants more than two replicas for ten seconds more.
    assert_eq!(script.hold(4, ongoing(0)), []);
    let verdict = script.look(ongoing(0));
    assert!(verdict.inputs.wanted > 2, "{}", verdict.reason);
    assert!(verdict.reason.ends_with("as there is less to do already"), "{}", verdict.reason);
    assert_eq!(script.hold(600, ongoing(0)), []);
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
fn the_first_call_to_none_is_answered_at_once() {
    let sent_away = At { refused: 1, ..At::default() };
    for load in [queued(1), sent_away] {
        let mut script = Script::new(config().min_replicas(0), 0);
        script.hold(1000, ongoing(0));
        let verdict = script.look(load);
        assert_eq!(verdict.target, 1, "{load:?}");
        assert!(
            verdict.reason.starts_with("calls came while there was no replica"),
            "{}",
            verdict.reason
        );
    }
    let mut script = Script::new(config().min_replicas(0).upscaling_factor(2.5), 0);
    assert_eq!(script.look(ongoing(0)).target, 0);
    script.now += seconds(1);
    assert_eq!(script.look(queued(1)).target, 3, "the factor");
    assert_eq!(Script::new(config().min_replicas(0), 0).look(queued(9)).target, 5, "the load");
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
