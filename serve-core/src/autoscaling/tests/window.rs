//! What is reckoned from the samples of the window.

use std::time::Duration;

use tokio::time::Instant;

use crate::autoscaling::LoadSample;
use crate::autoscaling::history::LoadHistory;

const SECOND: Duration = Duration::from_secs(1);

fn sample(start: Instant, milliseconds: u64, ongoing: u64) -> LoadSample {
    let mut sample = LoadSample::new(start + Duration::from_millis(milliseconds));
    sample.ongoing = ongoing;
    sample.finished = 1;
    sample
}

#[test]
fn what_a_sample_says_holds_until_the_next() {
    let start = Instant::now();
    let mut history = LoadHistory::new(10 * SECOND);
    assert!(history.mean(10 * SECOND, None, start) == 0.0, "nothing has been seen");
    history.push(sample(start, 0, 4));
    assert!((history.mean(10 * SECOND, None, start) - 4.0).abs() < 1e-9, "one sample");
    history.push(sample(start, 1000, 8));
    history.push(sample(start, 4000, 0));
    for (now, period, mean) in [
        (4, 10, (4.0 + 3.0 * 8.0) / 4.0),
        (4, 2, 8.0),
        (8, 10, (4.0 + 3.0 * 8.0) / 8.0),
        (8, 5, 8.0 / 5.0),
        (13, 10, 8.0 / 10.0),
        (14, 10, 0.0),
    ] {
        let seen = history.mean(period * SECOND, None, start + now * SECOND);
        assert!((seen - mean).abs() < 1e-9, "{period} s at second {now}: {seen}");
    }
}

#[test]
fn however_often_it_is_looked_at_the_window_has_a_bounded_number_of_samples() {
    let start = Instant::now();
    for look_back in [SECOND, Duration::MAX] {
        let mut history = LoadHistory::new(look_back);
        (0..20_000).for_each(|at| history.push(sample(start, at, 1)));
        let samples = history.samples().count();
        assert!(samples <= 1026, "{samples}");
        let last = history.last().map(|sample| sample.at);
        let now = start + 20 * SECOND;
        assert!(last.is_some_and(|last| now - last < 4 * SECOND), "{last:?}");
        let pace = history.arrivals_per_second(look_back, now);
        assert!((900.0..1100.0).contains(&pace), "{pace}");
    }
}

#[test]
fn calls_that_come_are_those_that_leave_and_those_that_are_more() {
    let start = Instant::now();
    let mut history = LoadHistory::new(10 * SECOND);
    for second in 0..5 {
        history.push(sample(start, second * 1000, second * 2));
    }
    let pace = history.arrivals_per_second(10 * SECOND, start + 4 * SECOND);
    assert!((pace - 3.0).abs() < 1e-9, "{pace}");
    let flow = history.flow(Some(3 * SECOND), start + 4 * SECOND);
    assert!((flow - 3.0).abs() < 1e-9, "one a second leaves: {flow}");
    let flow = history.flow(Some(300 * SECOND), start + 4 * SECOND);
    assert!((flow - 10.0).abs() < 1e-9, "no longer than the window: {flow}");
}
