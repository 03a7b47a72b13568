//! Sizes in memory: a number and a unit.

use super::quantity::Quantity;

const SIZE: Quantity = Quantity {
    name: "size",
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
    examples: "\"512MiB\", \"2GiB\" or \"1.5GB\"",
};

/// `"512MiB"`, `"1.5GB"` in bytes; otherwise what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let parsed = SIZE.parse(text)?;
    u64::try_from(parsed.value).map_err(|_| SIZE.too_large(&parsed))
}
