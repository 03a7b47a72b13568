//! Why a verdict is as it is, in one sentence with the figures.

use std::fmt::Write;
use std::time::Duration;

use super::figures::LoadFigures;
use super::steps;
use super::verdict::ScalingInputs;
use crate::config::AutoscalingConfig;

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// As many as there are, or a change that the load has wanted for long enough.
    Load,
    /// A burst, followed before the mean shows it.
    Burst,
    /// Calls have come to a deployment without replicas.
    First,
    /// More, but not for long enough.
    MoreLater,
    /// More, but of late there are no more calls than those that run can bear.
    Ebbs,
    /// Fewer, but not for long enough.
    FewerLater,
    /// Fewer, but those that stay would have too much to do at this moment.
    Borne,
    /// Fewer, but calls wait.
    Held,
    /// Fewer, but there has just been a step.
    Settles,
    /// The target was out of bounds.
    Bounds,
}

/// The sentence for a verdict of the default formula.
pub(super) fn of_load(
    cause: Cause,
    next: u32,
    load: &LoadFigures,
    inputs: &ScalingInputs,
    config: &AutoscalingConfig,
    (window, window_in_panic): (Duration, Duration),
) -> String {
    let each = config.target_ongoing_requests;
    let wanted = replicas(inputs.wanted);
    let mut reason = match cause {
        Cause::First => "calls came while there was no replica".to_owned(),
        Cause::Burst => {
            format!(
                "load {:.1} over {window_in_panic:?} wants {wanted} at {each:.1} each",
                load.burst
            )
        }
        _ if load.flow > load.mean => format!(
            "{:.1} calls a second of {:.2} s each want {wanted} at {each:.1} each",
            inputs.arrivals_per_second,
            inputs.mean_duration.unwrap_or_default()
        ),
        _ => format!("load {:.1} over {window:?} wants {wanted} at {each:.1} each", load.mean),
    };
    let count = inputs.target;
    if cause == Cause::First {
        add_bounds(&mut reason, inputs.wanted.max(1), next, config);
        return reason;
    }
    reason.push_str("; ");
    match cause {
        Cause::First => {}
        Cause::MoreLater => {
            let delay = config.upscale_delay;
            _ = write!(reason, "stays {count} until that has held for {delay:?}");
        }
        Cause::Ebbs => _ = write!(reason, "stays {count}, as there is less to do already"),
        Cause::FewerLater => {
            let to_zero = config.downscale_to_zero_delay.filter(|_| count == 1);
            let delay = to_zero.unwrap_or(config.downscale_delay);
            _ = write!(reason, "stays {count} until that has held for {delay:?}");
        }
        Cause::Borne => {
            let load = load.borne();
            _ = write!(
                reason,
                "stays {count}, as fewer could not bear the present load of {load:.1}"
            );
        }
        Cause::Held if inputs.queued == 1 => _ = write!(reason, "stays {count} while a call waits"),
        Cause::Held => _ = write!(reason, "stays {count} while {} calls wait", inputs.queued),
        Cause::Settles => _ = write!(reason, "stays {count} so soon after a step"),
        Cause::Bounds => _ = write!(reason, "was {count}, which is out of bounds"),
        Cause::Load | Cause::Burst if next == count => _ = write!(reason, "stays {count}"),
        Cause::Load | Cause::Burst => _ = write!(reason, "was {count}"),
    }
    add_bounds(&mut reason, inputs.wanted, next, config);
    reason
}

/// The sentence for a verdict of a policy.
pub(super) fn of_policy(
    wanted: Option<u32>,
    said: Option<&str>,
    inputs: &ScalingInputs,
    config: &AutoscalingConfig,
) -> String {
    let mut reason = match wanted {
        Some(count) => format!("the policy wants {}", replicas(count)),
        None => format!("the policy keeps {}", replicas(inputs.target)),
    };
    if let Some(said) = said {
        _ = write!(reason, " ({said})");
    }
    if wanted.is_some_and(|wanted| wanted != inputs.target) {
        _ = write!(reason, "; was {}", inputs.target);
    }
    add_bounds(&mut reason, inputs.wanted, steps::within(inputs.wanted, config), config);
    reason
}

/// Where it was a bound that decided, it is named.
fn add_bounds(reason: &mut String, wanted: u32, next: u32, config: &AutoscalingConfig) {
    let (min, max) = (config.min_replicas, config.max_replicas);
    if wanted > max && next == max {
        _ = write!(reason, "; at most {max} are allowed");
    } else if wanted < min && next == min {
        _ = write!(reason, "; at least {min} must stay");
    }
}

fn replicas(count: u32) -> String {
    if count == 1 { "1 replica".to_owned() } else { format!("{count} replicas") }
}
