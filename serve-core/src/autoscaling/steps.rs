//! How far one step goes, up and down. All are plain functions of counts.

use crate::config::{AutoscalingConfig, REPLICAS_MAX};

/// Ray Serve's rule: the way to what is wanted, times a factor, rounded up. So a step up is never none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates"
)]
fn scaled(current: u32, wanted: u32, factor: f64) -> u32 {
    let (from, to) = (f64::from(current), f64::from(wanted));
    (from + factor * (to - from)).ceil() as u32
}

/// More replicas, if more are wanted.
pub(super) fn up(current: u32, wanted: u32, config: &AutoscalingConfig) -> u32 {
    let wanted = wanted.min(REPLICAS_MAX);
    let next = if wanted > current {
        scaled(current, wanted, config.upscaling_factor).max(current.saturating_add(1))
    } else {
        current
    };
    within(next, config).max(current.min(config.max_replicas))
}

/// The first replicas of a deployment that has none.
pub(super) fn from_zero(wanted: u32, config: &AutoscalingConfig) -> u32 {
    within(scaled(0, 1, config.upscaling_factor).max(wanted).max(1), config)
}

/// Fewer replicas, if fewer are wanted: at least one fewer, however small the factor, at most half of them, however large,
/// and never fewer than wanted. The last replica does not go this way.
pub(super) fn down(current: u32, wanted: u32, config: &AutoscalingConfig) -> u32 {
    let floor = within(wanted, config).max(current.div_ceil(2)).max(1);
    let next = scaled(current, wanted, config.downscaling_factor).min(current.saturating_sub(1));
    next.max(floor).min(current)
}

/// A count within the bounds. The larger bound counts where they contradict each other.
pub(super) fn within(count: u32, config: &AutoscalingConfig) -> u32 {
    count.max(config.min_replicas).min(config.max_replicas)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(up: f64, down: f64) -> AutoscalingConfig {
        AutoscalingConfig::default().max_replicas(100).upscaling_factor(up).downscaling_factor(down)
    }

    #[test]
    fn a_step_up_goes_the_way_times_its_factor_and_is_never_none() {
        for (current, wanted, factor, next) in [
            (1, 5, 1.0, 5),
            (1, 5, 0.5, 3),
            (1, 5, 0.01, 2),
            (1, 5, 2.0, 9),
            (5, 5, 2.0, 5),
            (5, 1, 2.0, 5),
            (90, 400, 1.0, 100),
            (1, u32::MAX, 1e300, 100),
        ] {
            assert_eq!(up(current, wanted, &config(factor, 1.0)), next, "{current} to {wanted}");
        }
    }

    #[test]
    fn a_step_down_takes_one_to_half_of_them_and_leaves_what_is_wanted() {
        for (current, wanted, factor, next) in [
            (10, 7, 1.0, 7),
            (10, 1, 1.0, 5),
            (5, 1, 1.0, 3),
            (3, 1, 1.0, 2),
            (2, 0, 1.0, 1),
            (1, 0, 1.0, 1),
            (5, 4, 0.1, 4),
            (10, 6, 0.5, 8),
            (10, 8, 4.0, 8),
            (5, 5, 1.0, 5),
        ] {
            assert_eq!(down(current, wanted, &config(1.0, factor)), next, "{current} to {wanted}");
        }
    }

    #[test]
    fn the_first_replicas_are_as_many_as_the_factor_says_or_the_load_wants() {
        assert_eq!(from_zero(0, &config(1.0, 1.0)), 1);
        assert_eq!(from_zero(0, &config(2.5, 1.0)), 3);
        assert_eq!(from_zero(7, &config(0.1, 1.0)), 7);
        assert_eq!(from_zero(1000, &config(1.0, 1.0)), 100);
    }
}
