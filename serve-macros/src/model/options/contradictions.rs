//! Options that are right alone and wrong together. `check` is the list of rules; each rule shows what it refuses.

use super::{Group, Options, Setpoint, Setting};
use crate::diagnostics::Scope;

pub(super) fn check(options: &Options, scope: &Scope<'_>) {
    fixed_and_autoscaled(options, scope);
    if let Some(autoscaling) = group(options, "autoscaling") {
        minimum_above_maximum(autoscaling, scope);
        initial_out_of_range(autoscaling, scope);
        never_at_zero(autoscaling, scope);
    }
}

/// `num_replicas = 4, autoscaling(..)`
fn fixed_and_autoscaled(options: &Options, scope: &Scope<'_>) {
    let fixed = options
        .setting("num_replicas")
        .filter(|setting| matches!(setting.value, Setpoint::ReplicasFixed(_)));
    if let (Some(fixed), Some(_)) = (fixed, options.setting("autoscaling")) {
        scope.report(
            &fixed.key,
            "`num_replicas` fixes the number of replicas and `autoscaling` varies it; keep one of the two, or write \
             `autoscaling(initial_replicas = ..)`",
        );
    }
}

/// `autoscaling(min_replicas = 4, max_replicas = 2)`
fn minimum_above_maximum(autoscaling: &Group, scope: &Scope<'_>) {
    if let (Some((minimum, min)), Some((_, max))) =
        (count(autoscaling, "min_replicas"), count(autoscaling, "max_replicas"))
        && min > max
    {
        scope.report(&minimum.key, format_args!("`min_replicas` is {min} and `max_replicas` is {max}; the minimum must not be above the maximum"));
    }
}

/// `autoscaling(initial_replicas = 9, max_replicas = 2)`
fn initial_out_of_range(autoscaling: &Group, scope: &Scope<'_>) {
    let Some((setting, initial)) = count(autoscaling, "initial_replicas") else {
        return;
    };
    if let Some((_, min)) = count(autoscaling, "min_replicas")
        && initial < min
    {
        scope.report(
            &setting.key,
            format_args!("`initial_replicas` is {initial}, below `min_replicas`, which is {min}"),
        );
    }
    if let Some((_, max)) = count(autoscaling, "max_replicas")
        && initial > max
    {
        scope.report(
            &setting.key,
            format_args!("`initial_replicas` is {initial}, above `max_replicas`, which is {max}"),
        );
    }
}

/// `autoscaling(min_replicas = 1, downscale_to_zero_delay = "5m")`
fn never_at_zero(autoscaling: &Group, scope: &Scope<'_>) {
    let delay =
        autoscaling.settings.iter().find(|setting| setting.field == "downscale_to_zero_delay");
    if let (Some(delay), Some((_, min @ 1..))) = (delay, count(autoscaling, "min_replicas")) {
        scope.report(
            &delay.key,
            format_args!("`downscale_to_zero_delay` has no effect with `min_replicas = {min}`; write `min_replicas = 0`, or remove the delay"),
        );
    }
}

fn group<'o>(options: &'o Options, field: &str) -> Option<&'o Group> {
    match &options.setting(field)?.value {
        Setpoint::Group(group) => Some(group),
        _ => None,
    }
}

fn count<'g>(group: &'g Group, field: &str) -> Option<(&'g Setting, u32)> {
    let setting = group.settings.iter().find(|setting| setting.field == field)?;
    match setting.value {
        Setpoint::Count(count) | Setpoint::OptionalCount(count) => Some((setting, count)),
        _ => None,
    }
}
