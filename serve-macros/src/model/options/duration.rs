//! Durations as the attribute and the configuration file spell them: a number and a unit.

use std::time::Duration;

use super::size::scale;

/// The units, the longer spelling of two with a common end first.
const UNITS: &[(&str, u128)] =
    &[("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

/// What a duration should look like, for messages.
const EXAMPLES: &str = "\"250ms\", \"10s\", \"5m\" or \"1h\"";

/// `"250ms"`, `"1.5s"`, `"5m"`, `"1h"`; otherwise what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let number_ends =
        text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(number_ends);
    if number.is_empty() {
        return Err(format!(
            "`{text}` is not a duration; write a number and a unit, such as {EXAMPLES}"
        ));
    }
    if unit.is_empty() {
        return Err(format!(
            "`{text}` has no unit; write \"{text}s\" for seconds or \"{text}ms\" for milliseconds"
        ));
    }
    let Some((_, nanoseconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(format!("`{unit}` is not a unit; durations are written {EXAMPLES}"));
    };
    scale(number, *nanoseconds).and_then(duration).ok_or_else(|| {
        format!("`{number}` is not a number that fits here; durations are written {EXAMPLES}")
    })
}

fn duration(nanoseconds: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanoseconds / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanoseconds % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}
