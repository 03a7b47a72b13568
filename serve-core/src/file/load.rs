//! A configuration from a file or a text.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::document::Document;
use super::problem::{ConfigError, Problem, Source};
use super::server::ServerConfig;
use super::text::{SyntaxError, parse_toml, parse_yaml};

/// A configuration of thousands of deployments is smaller.
const BYTES_MAX: u64 = 16 << 20;

/// What a text is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    /// And JSON, which is YAML as well.
    Yaml,
    Toml,
}

impl ServerConfig {
    /// Reads a file: TOML if its name ends in `.toml`, else YAML, which JSON is as well; `-` is the standard input.
    ///
    /// # Errors
    ///
    /// It cannot be read, or everything that is wrong in it, at once, with line and column.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let text = match path.as_os_str() == "-" {
            true => text_of(io::stdin().lock()),
            false => File::open(path).and_then(text_of),
        };
        let text = text.map_err(|error| {
            ConfigError::unreadable(format_args!("`{}` cannot be read: {error}", path.display()))
        })?;
        let format = match path.extension().is_some_and(|extension| extension == "toml") {
            true => Format::Toml,
            false => Format::Yaml,
        };
        Self::from_text(&path.display().to_string(), &text, format)
    }

    /// Reads YAML, which JSON is as well.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once, with line and column.
    pub fn from_yaml(text: &str) -> Result<Self, ConfigError> {
        Self::from_text("configuration", text, Format::Yaml)
    }

    /// Reads TOML.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once, with line and column.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        Self::from_text("configuration", text, Format::Toml)
    }

    fn from_text(name: &str, text: &str, format: Format) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = Source { name: name.into(), text: Arc::from(text) };
        let parsed = match format {
            Format::Yaml => parse_yaml(text).map_err(|error| vec![error]),
            Format::Toml => parse_toml(text),
        };
        let root = parsed.map_err(|errors| unreadable(errors, &source))?;
        Self::from_document(Document { root, source: Some(source) })
    }
}

fn text_of(reader: impl Read) -> io::Result<String> {
    let mut text = String::new();
    reader.take(BYTES_MAX + 1).read_to_string(&mut text)?;
    match text.len() as u64 > BYTES_MAX {
        true => Err(io::Error::other("it is larger than 16 MiB")),
        false => Ok(text),
    }
}

fn unreadable(errors: Vec<SyntaxError>, source: &Source) -> ConfigError {
    let problems = errors.into_iter().map(|SyntaxError { span, message, help }| {
        let mut problem = Problem::new(message);
        problem.help = help;
        problem.place(&source.text, Some(span));
        problem
    });
    ConfigError::new(problems.collect(), Some(source))
}
