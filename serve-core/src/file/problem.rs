//! What is wrong with a configuration: where, what, and what to write instead.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::tree::{Node, Path};

/// One thing that is wrong with a configuration.
///
/// Its `Display` is one line: `applications[0].deployments[0].num_replica: unknown option; write `num_replicas``.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The way to it: `applications[0].deployments[0].num_replica`; empty for all of it.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where it stands, if it was read from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    #[serde(skip)]
    pub(super) span: Option<Range<usize>>,
    /// Where else to look, and why.
    #[serde(skip)]
    pub(super) also: Option<(Range<usize>, String)>,
}

/// A place in a text, both numbers from 1 on; a column is a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// Everything that is wrong with a configuration.
///
/// ```
/// # #[cfg(feature = "admin")] {
/// use serve_core::file::ApplicationConfig;
///
/// let error = ApplicationConfig::from_json(r#"{ "nam": "hello", "route_prefix": 7 }"#).unwrap_err();
/// assert_eq!(error.problems().len(), 3); // and no name
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Lines(problems))]
pub struct ConfigError {
    problems: Vec<Problem>,
}

struct Lines<'a>(&'a [Problem]);

/// Collects what is wrong, with where it is, as a way through the tree.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<Found>);

#[derive(Debug)]
struct Found {
    path: Path,
    at: At,
    message: String,
    help: Option<String>,
}

/// What of an option is wrong.
#[derive(Clone, Debug)]
pub(super) enum At {
    Name,
    Value,
    /// What stands just there, and once more elsewhere.
    Twice(Option<Range<usize>>, Option<Range<usize>>),
}

// === impl Problem ===

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Position { line, column }) = self.position {
            write!(f, "{line}:{column}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

// === impl ConfigError ===

impl ConfigError {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// What cannot be read at all.
    pub(super) fn unreadable(message: impl fmt::Display) -> Self {
        let problem = Problem {
            path: String::new(),
            message: message.to_string(),
            help: None,
            position: None,
            span: None,
            also: None,
        };
        Self::new(vec![problem])
    }

    /// All of it, in the order of the text; at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            fmt::Display::fmt(problem, f)?;
        }
        Ok(())
    }
}

impl From<ConfigError> for crate::Error {
    fn from(error: ConfigError) -> Self {
        let problems = error.problems.iter().map(Problem::to_string).collect();
        Self::InvalidConfig { problems }
    }
}

// === impl Problems ===

impl Problems {
    pub(super) fn add(&mut self, path: &Path, at: At, message: impl Into<String>) -> &mut Self {
        let (path, message) = (path.clone(), message.into());
        self.0.push(Found { path, at, message, help: None });
        self
    }

    /// What to write instead of what was added last.
    pub(super) fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.0.last_mut() {
            last.help = Some(help.into());
        }
    }

    /// Whatever was found, in the order of the text, with where it stands in `root`.
    pub(super) fn into_result(self, root: &Node, text: Option<&str>) -> Result<(), ConfigError> {
        let mut problems: Vec<_> =
            self.0.into_iter().map(|found| found.located(root, text)).collect();
        if problems.is_empty() {
            return Ok(());
        }
        problems.sort_by_key(|problem| problem.span.as_ref().map(|span| span.start));
        Err(ConfigError::new(problems))
    }
}

impl Found {
    fn located(self, root: &Node, text: Option<&str>) -> Problem {
        let (name, value) = root.find(&self.path);
        let (span, also) = match self.at {
            At::Name => (name, None),
            At::Value => (value, None),
            At::Twice(here, first) => {
                (here, first.map(|first| (first, "it is here already".to_owned())))
            }
        };
        let position = text.zip(span.as_ref()).map(|(text, span)| Position::of(text, span.start));
        let (path, message, help) = (self.path.to_string(), self.message, self.help);
        Problem { path, message, help, position, span, also }
    }
}

// === impl Position ===

impl Position {
    fn of(text: &str, byte: usize) -> Self {
        let before = &text[..text.floor_char_boundary(byte)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: 1 + before.matches('\n').count(),
            column: 1 + before[line_start..].chars().count(),
        }
    }
}
