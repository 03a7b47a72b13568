//! What every bench here shares: interleaved rounds, medians of ratios, latencies, and Markdown tables.
//!
//! On a machine that others use as well, two figures taken a minute apart say little about each other.
//! So contenders take turns in many short rounds, a ratio is formed within a round, and what is reported
//! is the median of the rounds' ratios.

mod histogram;
mod http_load;
mod noise;
mod rounds;
mod table;

pub use histogram::Latencies;
pub use http_load::{Exchange, HttpSample, Loaded, drive, drive_after};
pub use noise::{Noise, own_cpu_seconds};
pub use rounds::{Rounds, median};
pub use table::Table;

/// Whether this is a smoke run (`BENCH_QUICK=1`): a few seconds, and figures that mean nothing.
#[must_use]
pub fn is_quick() -> bool {
    std::env::var_os("BENCH_QUICK").is_some_and(|value| value != "0" && !value.is_empty())
}

/// `full`, or `quick` in a smoke run.
pub fn unless_quick<T>(full: T, quick: T) -> T {
    if is_quick() { quick } else { full }
}
