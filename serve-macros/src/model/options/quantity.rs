//! A number and a unit: how durations and sizes are written.

/// A kind of quantity.
pub(super) struct Quantity {
    /// `"duration"`, for messages.
    pub(super) name: &'static str,
    /// The units and what they are worth, in the smallest.
    pub(super) units: &'static [(&'static str, u128)],
    /// The two units that a number without one probably lacks.
    pub(super) usual: [&'static str; 2],
    /// What it should look like, for messages.
    pub(super) examples: &'static str,
}

/// A quantity as it was written and as it is, in the smallest unit.
pub(super) struct Parsed<'t> {
    number: &'t str,
    pub(super) value: u128,
}

// === impl Quantity ===

impl Quantity {
    /// Reads a number and a unit; otherwise says what is wrong with them.
    pub(super) fn parse<'t>(&self, text: &'t str) -> Result<Parsed<'t>, String> {
        let Self { name, usual: [one, other], examples, .. } = self;
        let number_ends = text
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(number_ends);
        if number.is_empty() {
            return Err(format!(
                "`{text}` is not a {name}; write a number and a unit, such as {examples}"
            ));
        }
        if unit.is_empty() {
            return Err(format!(
                "`{text}` has no unit; write \"{text}{one}\" or \"{text}{other}\""
            ));
        }
        let Some((_, worth)) = self.units.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("`{unit}` is not a unit; {name}s are written {examples}"));
        };
        let value = scale(number, *worth).ok_or_else(|| self.misfit(number))?;
        Ok(Parsed { number, value })
    }

    /// What is said of a quantity that is out of range.
    pub(super) fn too_large(&self, parsed: &Parsed<'_>) -> String {
        self.misfit(parsed.number)
    }

    fn misfit(&self, number: &str) -> String {
        let Self { name, examples, .. } = self;
        format!("`{number}` is not a number that fits here; {name}s are written {examples}")
    }
}

/// A decimal number of units, in integers throughout so that `"0.3s"` is exactly 300 ms.
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
