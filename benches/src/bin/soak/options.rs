//! The arguments of the command line.

use std::time::Duration;

use crate::Failure;

/// How long the soak runs, and what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) time: Duration,
    /// Equal seeds make the same faults in the same order; what they meet differs from run to run.
    pub(crate) seed: u64,
}

/// An argument of a server that is started to have its output closed or left unread.
pub(crate) const CHATTY: &str = "--as-a-chatty-server";

const USAGE: &str = "usage: soak [--minutes N] [--seed S]";

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut options = Self { time: Duration::from_secs(60), seed: 1 };
        while let Some(argument) = arguments.next() {
            let value = arguments.next().ok_or(USAGE)?;
            match argument.as_str() {
                "--minutes" => {
                    let minutes: f64 = value.parse()?;
                    options.time = Duration::try_from_secs_f64(minutes * 60.0)?;
                }
                "--seed" => options.seed = value.parse()?,
                _ => return Err(USAGE.into()),
            }
        }
        match options.time < Duration::from_secs(10) {
            true => Err("a soak takes at least 10 s: `--minutes 0.2`".into()),
            false => Ok(options),
        }
    }
}
