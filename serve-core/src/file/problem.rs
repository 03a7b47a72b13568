//! What is wrong with a configuration: where, what, and what to write instead.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::document::ConfigDocument;
use super::tree::{Path, TextSpan};
use crate::secret::MASK;

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
///
/// Its `Display` is a line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<Problem>,
    source: Option<SourceText>,
}

/// A text, and what it is called.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SourceText {
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
}

/// Collects what is wrong, with where it is, as a way through the tree.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Found>,
    /// What must not be shown, neither of the text nor in a message.
    secrets: Vec<String>,
}

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

impl Problem {
    pub(super) fn new(message: String) -> Self {
        let path = String::new();
        Self { path, message, help: None, position: None, span: None, also: None }
    }

    /// Where it stands in the text.
    pub(super) fn place(&mut self, text: &str, span: TextSpan) {
        let span = span.map(|span| in_one_line(text, span));
        self.position = span.as_ref().map(|span| Position::of(text, span.start));
        self.span = span;
    }
}

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

/// Without the text, in which there may be secrets.
impl fmt::Debug for SourceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SourceText").field(&self.name).finish()
    }
}

// === impl ConfigError ===

impl ConfigError {
    /// In the order of the text.
    pub(super) fn new(mut problems: Vec<Problem>, source: Option<&SourceText>) -> Self {
        problems.sort_by_key(|problem| problem.span.as_ref().map(|span| span.start));
        Self { problems, source: source.cloned() }
    }

    #[cfg(feature = "cli")]
    pub(super) fn source(&self) -> Option<&SourceText> {
        self.source.as_ref()
    }

    /// What cannot be read at all.
    pub(super) fn unreadable(message: impl fmt::Display) -> Self {
        Self::new(vec![Problem::new(message.to_string())], None)
    }

    /// All of it, in the order of the text; at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            if let Some(SourceText { name, .. }) = &self.source {
                write!(f, "{name}:")?;
                if problem.position.is_none() {
                    f.write_str(" ")?;
                }
            }
            fmt::Display::fmt(problem, f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

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
        self.found.push(Found { path, at, message, help: None });
        self
    }

    /// What to write instead of what was added last.
    pub(super) fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.found.last_mut() {
            last.help = Some(help.into());
        }
    }

    /// Whether something is wrong there, or within it.
    pub(super) fn touch(&self, path: &Path) -> bool {
        self.found.iter().any(|found| found.path.starts_with(path))
    }

    /// Whatever was found, with where it stands.
    pub(super) fn into_result(self, document: &ConfigDocument) -> Result<(), ConfigError> {
        if self.found.is_empty() {
            return Ok(());
        }
        let located = self.found.into_iter().map(|found| {
            let mut problem = found.located(document);
            problem.message = without(&problem.message, &self.secrets, |_| MASK.to_owned());
            problem
        });
        let problems = located.collect();
        let source = document.source.as_ref().map(|source| source.without(&self.secrets));
        Err(ConfigError::new(problems, source.as_ref()))
    }

    /// Secrets that builders have read, which may stand in the text.
    pub(super) fn hide(&mut self, secrets: Vec<String>) {
        self.secrets.extend(secrets);
    }
}

// === impl SourceText ===

impl SourceText {
    /// With asterisks in place of secrets. Whatever else is in it stays where it is.
    fn without(&self, secrets: &[String]) -> Self {
        let text = without(&self.text, secrets, |secret| "*".repeat(secret.len()));
        Self { name: Arc::clone(&self.name), text: text.into() }
    }
}

/// A shorter text is too likely to be something else as well.
const SECRET_BYTES_MIN: usize = 4;

/// A text with something else in place of secrets; of two, one of which is in the other, in place of the longer one.
fn without(text: &str, secrets: &[String], instead: impl Fn(&str) -> String) -> String {
    let mut secrets: Vec<_> = secrets.iter().filter(|it| it.len() >= SECRET_BYTES_MIN).collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let replaced = |text: String, secret: &&String| text.replace(&***secret, &instead(secret));
    secrets.iter().fold(text.to_owned(), replaced)
}

impl Found {
    fn located(self, document: &ConfigDocument) -> Problem {
        let (name, value) = document.root.find(&self.path);
        let (span, also) = match self.at {
            At::Name => (name, None),
            At::Value => (value, None),
            At::Twice(here, first) => (here, first.map(|first| (first, "it is here already"))),
        };
        let mut problem = Problem::new(self.message);
        (problem.path, problem.help) = (self.path.to_string(), self.help);
        if let Some(SourceText { text, .. }) = &document.source {
            problem.place(text, span);
            problem.also = also.map(|(span, why)| (in_one_line(text, span), why.to_owned()));
        }
        problem
    }
}

/// Of what goes over several lines the first.
fn in_one_line(text: &str, span: Range<usize>) -> Range<usize> {
    let length = text
        .get(span.clone())
        .map_or(0, |span| span.lines().next().unwrap_or_default().trim_end().len());
    span.start..span.start + length
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
