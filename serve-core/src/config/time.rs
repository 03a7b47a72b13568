//! Points in time that options lead to. `Duration::MAX` is an option's way to say "never", and added to a clock it would
//! overflow.

use std::time::Duration;

use tokio::time::Instant;

/// As long as tokio's own timers wait where a time overflows.
const NEVER: Duration = Duration::from_secs(86_400 * 365 * 30);

/// The point in time after `duration`; never is some thirty years from now.
pub(crate) fn deadline(now: Instant, duration: Duration) -> Instant {
    now.checked_add(duration).unwrap_or_else(|| now + NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_is_far_away_and_no_overflow() {
        let now = Instant::now();
        let second = Duration::from_secs(1);
        assert_eq!(deadline(now, second), now + second);
        assert_eq!(deadline(now, Duration::MAX), now + NEVER);
    }
}
