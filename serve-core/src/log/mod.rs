//! What the framework has to say, said without waiting for whoever listens.
//!
//! A subscriber is the program's: it may write to a terminal that is paused, panic where the output is closed,
//! or take its time. So nothing here calls it but one thread of the process. Lines go there through a bounded
//! queue; what does not fit is lost, and counted.

mod callsites;
mod foreign;
mod line;
mod queue;
mod record;
mod spans;
mod teller;
#[cfg(test)]
mod tests;

pub(crate) use foreign::text_of;
pub(crate) use line::{Line, debug, error, info, warn};
pub(crate) use queue::{flush, pass_on};
#[cfg(feature = "admin")]
pub(crate) use queue::{set_threshold, threshold};
pub(crate) use record::{Record, Severity, Value};
pub(crate) use teller::Teller;
