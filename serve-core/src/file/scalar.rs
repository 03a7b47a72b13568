//! A single value, as its kind takes it: the last leaves of the tree.

use std::time::Duration;

use serde_json::Number;

use super::given::{Given, Shown};
use super::nearest::nearest;
use super::quantity;
use super::table::{Unit, ValueKind, Zero};
use crate::config::{name_problem, route_prefix_problem};

/// What is wrong with a value, and what to write.
pub(super) struct Wrong {
    /// Empty if it is something of another kind.
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// A text where one belongs; or something else that a reference led to, which is always text.
pub(super) fn of_text(kind: &ValueKind, unit: Unit, text: Shown<String>) -> Result<Given, Wrong> {
    let is_reference = text.value != text.shown;
    let value = text.value.as_str();
    let in_range = |wrong: Option<String>| match wrong {
        Some(message) => Err(Wrong::new(message)),
        None => Ok(()),
    };
    match kind {
        ValueKind::Text | ValueKind::Secret => Ok(Given::Text(match kind {
            ValueKind::Secret => Shown::secret(text),
            _ => text,
        })),
        ValueKind::Name => {
            in_range(name_problem("application or deployment", value)).map(|()| Given::Text(text))
        }
        ValueKind::Prefix => in_range(route_prefix_problem(value)).map(|()| Given::Text(text)),
        ValueKind::Replicas { .. } if value == "auto" => Ok(Given::Text(text)),
        ValueKind::OneOf(names) if names.contains(&value) => Ok(Given::Text(text)),
        // Ray Serve writes `JSON`, `INFO`.
        ValueKind::OneOf(names) if names.iter().any(|name| name.to_uppercase() == value) => {
            Ok(Given::Text(Shown::plain(value.to_lowercase())))
        }
        ValueKind::OneOf(names) => Err(Wrong {
            message: format!("`{value}` is none of them; it takes {}", kind.takes()),
            help: nearest(value, names.iter().copied()).map(|near| format!("write `{near}`")),
        }),
        ValueKind::Time(zero) if unit == Unit::Same => {
            quantity::time(value).map_err(Wrong::new).and_then(|time| in_time(*zero, time))
        }
        ValueKind::Size => quantity::size(value).map_err(Wrong::new).and_then(in_size),
        ValueKind::Flag if is_reference && matches!(value, "true" | "false") => {
            Ok(Given::Flag(value == "true"))
        }
        ValueKind::Flag => Err(Wrong {
            message: format!("`{value}` is text; it takes true or false"),
            help: match value.to_lowercase().as_str() {
                "yes" | "on" | "true" => Some("write `true`".to_owned()),
                "no" | "off" | "false" => Some("write `false`".to_owned()),
                _ => None,
            },
        }),
        _ => match value.parse::<Number>() {
            Ok(number) if is_reference => of_number(kind, unit, &number),
            Ok(number) if of_number(kind, unit, &number).is_ok() => Err(Wrong {
                message: format!("this is text; it takes {}", kind.takes()),
                help: Some(format!("write `{number}` without quotes")),
            }),
            _ => Err(Wrong::new(format!("`{value}` is text; it takes {}", takes(kind, unit)))),
        },
    }
}

fn takes(kind: &ValueKind, unit: Unit) -> String {
    match unit {
        Unit::Seconds => "a number of seconds".to_owned(),
        Unit::Same => kind.takes(),
    }
}

pub(super) fn of_number(kind: &ValueKind, unit: Unit, number: &Number) -> Result<Given, Wrong> {
    let wrong = || Wrong::new(format!("`{number}` does not fit; it takes {}", takes(kind, unit)));
    let count = |min: u64, max: u64| {
        let count = whole(number).filter(|count| (min..=max).contains(count));
        count.map(Given::Count).ok_or_else(wrong)
    };
    match kind {
        ValueKind::Count { min, max } => count(*min, *max).map_err(|mut wrong| {
            wrong.help = of_ray(*min, *max, number);
            wrong
        }),
        ValueKind::Replicas { max } => count(1, *max),
        ValueKind::Codes(codes) => {
            let code = whole(number).filter(|code| codes.contains(code));
            code.map(Given::Count).ok_or_else(wrong)
        }
        ValueKind::Factor => {
            let factor = number.as_f64().filter(|factor| *factor > 0.0 && factor.is_finite());
            factor.map(Given::Number).ok_or_else(wrong)
        }
        ValueKind::Time(zero) if unit == Unit::Seconds => {
            let seconds = number.as_f64().and_then(|s| Duration::try_from_secs_f64(s).ok());
            in_time(*zero, seconds.ok_or_else(wrong)?)
        }
        // A number of bytes has a unit that everybody knows.
        ValueKind::Size => in_size(whole(number).ok_or_else(wrong)?),
        ValueKind::Time(_) => Err(Wrong {
            message: format!("`{number}` has no unit"),
            help: Some(format!("write `{number}s` or `{number}ms`")),
        }),
        _ => Err(Wrong::misfit()),
    }
}

/// What Ray Serve means by a number that is out of range here.
fn of_ray(min: u64, max: u64, number: &Number) -> Option<String> {
    if min == 1 && number.as_i64() == Some(-1) {
        return Some("there is always a bound; leave the line out for the default".to_owned());
    }
    let share = number.as_f64().filter(|share| max == 100 && *share > 0.0 && *share < 1.0)?;
    Some(format!("it is in percent: write `{}`", (share * 100.0).round()))
}

fn whole(number: &Number) -> Option<u64> {
    number.as_u64()
}

fn in_time(zero: Zero, time: Duration) -> Result<Given, Wrong> {
    match time.is_zero() && zero == Zero::Refused {
        true => Err(Wrong::new("this is zero; it takes a time that passes")),
        false => Ok(Given::Time(time)),
    }
}

fn in_size(bytes: u64) -> Result<Given, Wrong> {
    match bytes {
        0 => Err(Wrong::new("this is zero; it takes a size above that")),
        bytes => Ok(Given::Count(bytes)),
    }
}

// === impl Wrong ===

impl Wrong {
    /// What a reference leads to may be a secret, so it is not told.
    pub(super) fn led_to_by(reference: &str, kind: &ValueKind, unit: Unit) -> Self {
        Self::new(format!(
            "what `{reference}` leads to does not fit; it takes {}",
            takes(kind, unit)
        ))
    }

    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Something of another kind.
    pub(super) fn misfit() -> Self {
        Self::new("")
    }
}
