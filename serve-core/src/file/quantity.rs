//! A number and a unit: how durations and sizes are written, as in the attribute.

use std::time::Duration;

/// A kind of quantity.
struct Quantity {
    /// The units and what they are worth, in the smallest.
    units: &'static [(&'static str, u128)],
    /// The two units that a number without one probably lacks.
    usual: [&'static str; 2],
    /// What it should look like.
    examples: &'static str,
}

pub(super) const TIMES: &str = "`250ms`, `10s`, `5m` or `1h`";
pub(super) const SIZES: &str = "`512MiB`, `2GiB` or `1.5GB`";

const TIME: Quantity = Quantity {
    units: &[
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ],
    usual: ["s", "ms"],
    examples: TIMES,
};

const SIZE: Quantity = Quantity {
    units: &[
        ("B", 1),
        ("KB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
    ],
    usual: ["MiB", "GiB"],
    examples: SIZES,
};

/// `250ms`, `1.5s`, `5m`, `1h`; otherwise what is wrong with it.
pub(crate) fn time(text: &str) -> Result<Duration, String> {
    let nanoseconds = TIME.parse(text)?;
    let seconds = u64::try_from(nanoseconds / 1_000_000_000);
    let seconds = seconds.map_err(|_| format!("`{text}` is too long"))?;
    let rest = u32::try_from(nanoseconds % 1_000_000_000).expect("it is less than a second");
    Ok(Duration::new(seconds, rest))
}

/// `512MiB`, `1.5GB` in bytes; otherwise what is wrong with it.
pub(super) fn size(text: &str) -> Result<u64, String> {
    u64::try_from(SIZE.parse(text)?).map_err(|_| format!("`{text}` is too large"))
}

/// A duration as it is written: in the largest unit that it is a whole number of.
pub(super) fn written_time(time: Duration) -> String {
    let nanoseconds = time.as_nanos();
    let fits = |(_, worth): &&(&str, u128)| nanoseconds.is_multiple_of(*worth);
    match TIME.units.iter().rev().find(fits) {
        Some((unit, worth)) if nanoseconds > 0 => format!("{}{unit}", nanoseconds / worth),
        Some(_) => "0s".to_owned(),
        None => format!("{}ms", time.as_secs_f64() * 1000.0),
    }
}

// === impl Quantity ===

impl Quantity {
    fn parse(&self, text: &str) -> Result<u128, String> {
        let Self { usual: [one, other], examples, .. } = self;
        let is_of_number = |letter: char| letter.is_ascii_digit() || letter == '.';
        let end = text.find(|letter| !is_of_number(letter)).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let unit = unit.trim_start();
        if number.is_empty() {
            return Err(format!("`{text}` is no number with a unit; write {examples}"));
        }
        if unit.is_empty() {
            return Err(format!("`{text}` has no unit; write `{text}{one}` or `{text}{other}`"));
        }
        let Some((_, worth)) = self.units.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("`{unit}` is no unit; write {examples}"));
        };
        scale(number, *worth).ok_or_else(|| format!("`{number}` is no number; write {examples}"))
    }
}

/// A decimal number of units, in integers throughout so that `0.3s` is exactly 300 ms.
fn scale(number: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() {
        return None;
    }
    let whole = whole.parse::<u128>().ok()?.checked_mul(unit)?;
    let denominator = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let fraction = fraction.parse::<u128>().ok()?.checked_mul(unit)? / denominator;
    whole.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["0s", "1ms", "250ms", "10s", "90s", "5m", "2h"] {
            assert_eq!(written_time(time(text).unwrap()), text);
        }
        assert_eq!(time("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(time("0.3 s"), Ok(Duration::from_millis(300)));
        assert_eq!(written_time(Duration::from_micros(1500)), "1.5ms");
        assert_eq!(size("1.5KiB"), Ok(1536));
    }

    #[test]
    fn what_is_wrong_is_said_with_what_to_write() {
        for (text, message) in [
            ("10", "`10` has no unit; write `10s` or `10ms`"),
            ("10sec", "`sec` is no unit; write `250ms`, `10s`, `5m` or `1h`"),
            ("soon", "`soon` is no number with a unit; write `250ms`, `10s`, `5m` or `1h`"),
            ("1.2.3s", "`1.2.3` is no number; write `250ms`, `10s`, `5m` or `1h`"),
        ] {
            assert_eq!(time(text), Err(message.to_owned()));
        }
        assert_eq!(size("99999999TiB"), Err("`99999999TiB` is too large".to_owned()));
        let forever = format!("{}h", u64::MAX);
        assert_eq!(time(&forever), Err(format!("`{forever}` is too long")));
    }
}
