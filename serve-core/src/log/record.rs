//! An event as data: what a line becomes on its way to the thread that emits it, and on its way between two
//! processes.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use tracing::Level;
use tracing::level_filters::LevelFilter;

use super::queue::threshold;

/// The target of lines that name no other.
const TARGET: &str = "serve_core";
/// The field that says what has happened.
const MESSAGE: &str = "message";

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

impl Record {
    /// Whether it is worth a line where nobody has said what is wanted.
    pub(crate) fn matters(&self) -> bool {
        self.severity.level() <= Level::WARN
    }

    pub(crate) fn new(severity: Severity, message: String) -> Self {
        let fields = vec![(Cow::Borrowed(MESSAGE), Value::Shown(message))];
        Self { severity, target: Cow::Borrowed(TARGET), fields }
    }

    pub(crate) fn set_if_unset(&mut self, name: &'static str, value: Value) {
        if self.fields.iter().all(|(set, _)| set != name) {
            self.fields.push((Cow::Borrowed(name), value));
        }
    }
}

/// As a line of text, for where nobody takes it as it is.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}:", self.severity.level(), self.target)?;
        let (messages, others): (Vec<_>, Vec<_>) =
            self.fields.iter().partition(|(name, _)| name == MESSAGE);
        messages.iter().try_for_each(|(_, message)| write!(f, " {message}"))?;
        others.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

impl Severity {
    /// The least that anybody wants to hear of; `None` where nobody listens.
    pub(crate) fn wanted_by_subscriber() -> Option<Self> {
        LevelFilter::current().into_level().map(Self::from)
    }

    pub(crate) fn is_wanted(self) -> bool {
        self.level() <= LevelFilter::current() && threshold() >= Some(self)
    }

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

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Shown(text) => f.write_str(text),
            Self::Unsigned(number) => number.fmt(f),
            Self::Signed(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Bool(is_so) => is_so.fmt(f),
        }
    }
}
