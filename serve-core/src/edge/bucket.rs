//! How many requests in what time: a token bucket, as a plain function of time.
//!
//! Not counted in tokens but in the one instant that they stand for: when the bucket is full again. It is exact, and a
//! bucket that nobody has asked for a while needs no care.

use std::time::Duration;

use tokio::time::Instant;

/// How fast a bucket fills, and how much it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// The time that one token takes.
    interval: Duration,
    burst: u32,
}

/// A bucket: full at first.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bucket {
    /// `None` if nobody has taken any.
    full_at: Option<Instant>,
}

// === impl Rate ===

impl Rate {
    /// The longest time that one token may take: what is slower is no rate but a ban.
    const INTERVAL_MAX: Duration = Duration::from_hours(24);

    /// `None` if it is not above zero, or next to it.
    pub(crate) fn new(per_second: f64, burst: u32) -> Option<Self> {
        let interval = Duration::try_from_secs_f64(per_second.recip()).ok()?;
        let fits = per_second.is_finite() && per_second > 0.0 && interval <= Self::INTERVAL_MAX;
        // A rate beyond one in a nanosecond is none.
        (fits && burst > 0).then_some(Self { interval, burst })
    }
}

// === impl Bucket ===

impl Bucket {
    /// Takes a token at `now`.
    ///
    /// # Errors
    ///
    /// There is none; says how long it takes until there is.
    pub(crate) fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        // It is never emptier than empty, though before an update it may have held more.
        let empty = rate.interval.saturating_mul(rate.burst);
        let full_at = self.full_at.map_or(now, |full_at| full_at.clamp(now, now + empty));
        self.full_at = Some(full_at);
        // With all tokens but this one still to come, it may just be taken.
        let room = rate.interval.saturating_mul(rate.burst - 1);
        let missing = full_at.saturating_duration_since(now);
        match missing.checked_sub(room) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                self.full_at = Some(full_at + rate.interval);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(per_second: u32, burst: u32) -> Rate {
        Rate::new(per_second.into(), burst).unwrap()
    }

    #[test]
    fn a_burst_goes_through_and_then_one_at_a_time() {
        let (start, rate) = (Instant::now(), rate(10, 3));
        let mut bucket = Bucket::default();
        let tenth = Duration::from_millis(100);
        for _ in 0..3 {
            assert_eq!(bucket.take(rate, start), Ok(()));
        }
        assert_eq!(bucket.take(rate, start), Err(tenth));
        assert_eq!(bucket.take(rate, start + tenth / 2), Err(tenth / 2));
        assert_eq!(bucket.take(rate, start + tenth), Ok(()));
        assert_eq!(bucket.take(rate, start + tenth), Err(tenth));
    }

    #[test]
    fn a_rate_that_is_raised_counts_at_once() {
        let (now, slow) = (Instant::now(), Rate::new(0.1, 600).unwrap());
        let mut bucket = Bucket::default();
        (0..600).for_each(|_| assert_eq!(bucket.take(slow, now), Ok(())));
        let hundredth = Duration::from_millis(10);
        assert_eq!(bucket.take(rate(100, 100), now), Err(hundredth));
        assert_eq!(bucket.take(rate(100, 100), now + hundredth), Ok(()));
    }

    #[test]
    fn what_is_no_rate_is_none() {
        for per_second in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-9] {
            assert_eq!(Rate::new(per_second, 1), None, "{per_second}");
        }
        assert_eq!(Rate::new(1.0, 0), None);
    }

    proptest! {
        #[test]
        fn never_more_than_a_burst_and_what_the_time_gives(
            per_second in 1_u32..2000,
            burst in 1_u32..50,
            pauses in prop::collection::vec(0_u64..20_000, 1..200),
        ) {
            let (start, rate) = (Instant::now(), rate(per_second, burst));
            let (mut bucket, mut now) = (Bucket::default(), start);
            let mut taken = Vec::new();
            for pause in pauses {
                now += Duration::from_micros(pause);
                if bucket.take(rate, now).is_ok() {
                    taken.push(now);
                }
            }
            for (index, from) in taken.iter().enumerate() {
                for (count, until) in (1_u32..).zip(&taken[index..]) {
                    let given = (*until - *from).as_secs_f64() * f64::from(per_second);
                    prop_assert!(f64::from(count) <= f64::from(burst) + given + 1e-6);
                }
            }
        }

        #[test]
        fn who_comes_again_when_told_is_let_in(
            per_second in 1_u32..2000,
            burst in 1_u32..50,
            pauses in prop::collection::vec(0_u64..2000, 1..200),
        ) {
            let (mut now, rate) = (Instant::now(), rate(per_second, burst));
            let mut bucket = Bucket::default();
            for pause in pauses {
                now += Duration::from_micros(pause);
                if let Err(wait) = bucket.take(rate, now) {
                    now += wait;
                    prop_assert_eq!(bucket.take(rate, now), Ok(()));
                }
            }
        }

        #[test]
        fn who_keeps_to_the_rate_is_never_refused(
            per_second in 1_u32..2000,
            burst in 1_u32..50,
            slack in prop::collection::vec(0_u64..2000, 1..100),
        ) {
            let (mut now, rate) = (Instant::now(), rate(per_second, burst));
            let mut bucket = Bucket::default();
            for slack in slack {
                prop_assert_eq!(bucket.take(rate, now), Ok(()));
                now += rate.interval + Duration::from_micros(slack);
            }
        }
    }
}
