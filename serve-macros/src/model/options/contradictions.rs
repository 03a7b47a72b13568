//! Options that are right alone and wrong together. `check` is the list of rules for the attribute, `check_batch` the one
//! for `#[batch]`; each rule shows what it refuses.

use super::{Group, Options, Setpoint, Setting};
use crate::diagnostics::Scope;
use crate::parse::Entry;

pub(super) fn check(options: &Options, scope: &Scope<'_>) {
    fixed_and_autoscaled(options, scope);
    if let Some(autoscaling) = group(options, "autoscaling") {
        minimum_above_maximum(autoscaling, scope);
        initial_out_of_range(autoscaling, scope);
        never_at_zero(autoscaling, scope);
    }
}

/// `cost = Self::tokens` without `max_batch_cost`, and the other way round. What was written counts, right or wrong.
pub(super) fn check_batch(entries: &[Entry], scope: &Scope<'_>) {
    let written = |name: &str| entries.iter().find(|entry| entry.key == name);
    match (written("cost"), written("max_batch_cost")) {
        (Some(cost), None) => scope.report(
            &cost.key,
            "`cost` has no effect without a limit; add `max_batch_cost = 16384`, the most that the items of a batch cost \
             together",
        ),
        (None, Some(limit)) => scope.report(
            &limit.key,
            "`max_batch_cost` needs to know what an item costs; add `cost = Self::tokens`, the path of a \
             `fn tokens(item: &T) -> usize`",
        ),
        (Some(_), Some(_)) | (None, None) => {}
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
