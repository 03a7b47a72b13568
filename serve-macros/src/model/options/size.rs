//! Sizes in memory: a number and a unit.

/// The units, each before those that it ends with.
const UNITS: &[(&str, u128)] = &[
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("B", 1),
];

/// What a size should look like, for messages.
const EXAMPLES: &str = "\"512MiB\", \"2GiB\" or \"1.5GB\"";

/// `"512MiB"`, `"1.5GB"` in bytes; otherwise what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let number_ends =
        text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(number_ends);
    if number.is_empty() {
        return Err(format!(
            "`{text}` is not a size; write a number and a unit, such as {EXAMPLES}"
        ));
    }
    if unit.is_empty() {
        return Err(format!("`{text}` has no unit; write \"{text}MiB\" or \"{text}GiB\""));
    }
    let Some((_, bytes)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(format!("`{unit}` is not a unit; sizes are written {EXAMPLES}"));
    };
    let bytes = scale(number, *bytes).and_then(|bytes| u64::try_from(bytes).ok());
    bytes.ok_or_else(|| {
        format!("`{number}` is not a number that fits here; sizes are written {EXAMPLES}")
    })
}

/// A decimal number of units, in integers throughout so that 0.3 of 1000 is exactly 300.
pub(super) fn scale(number: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() {
        return None;
    }
    let whole = whole.parse::<u128>().ok()?.checked_mul(unit)?;
    let denominator = 10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let fraction = fraction.parse::<u128>().ok()?.checked_mul(unit)? / denominator;
    whole.checked_add(fraction)
}
