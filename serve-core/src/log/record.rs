//! An event as data: what a line becomes on its way to the thread that emits it, and on its way between two
//! processes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tracing::Level;

/// The target of lines that name no other.
pub(super) const TARGET: &str = "serve_core";

/// An event with its fields, in order. One called `message` is what others print first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) severity: Severity,
    pub(crate) target: Cow<'static, str>,
    pub(crate) fields: Vec<(Cow<'static, str>, Value)>,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Value {
    /// A string.
    Text(String),
    /// Anything else, as it shows itself.
    Shown(String),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Bool(bool),
}

/// A level, as it crosses between processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Severity {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Severity {
    pub(crate) fn level(self) -> Level {
        match self {
            Self::Error => Level::ERROR,
            Self::Warn => Level::WARN,
            Self::Info => Level::INFO,
            Self::Debug => Level::DEBUG,
            Self::Trace => Level::TRACE,
        }
    }
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warn,
            Level::INFO => Self::Info,
            Level::DEBUG => Self::Debug,
            Level::TRACE => Self::Trace,
        }
    }
}
