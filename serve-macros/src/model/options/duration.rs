//! Durations as the attribute and the configuration file spell them: a number and a unit.

use std::time::Duration;

use super::quantity::Quantity;

const DURATION: Quantity = Quantity {
    name: "duration",
    units: &[
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ],
    usual: ["s", "ms"],
    examples: "\"250ms\", \"10s\", \"5m\" or \"1h\"",
};

/// `"250ms"`, `"1.5s"`, `"5m"`, `"1h"`; otherwise what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let parsed = DURATION.parse(text)?;
    duration(parsed.value).ok_or_else(|| DURATION.too_large(&parsed))
}

fn duration(nanoseconds: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanoseconds / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanoseconds % 1_000_000_000).ok()?;
    Some(Duration::new(seconds, rest))
}
