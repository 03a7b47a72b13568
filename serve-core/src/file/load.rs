//! A configuration from a file or a text.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::builders::Builders;
use super::document::ConfigDocument;
use super::problem::{ConfigError, Problem, SourceText};
use super::server::ServerConfig;
use super::set::set;
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
    /// [`Builders::read`] does the same and checks it against a program.
    ///
    /// # Errors
    ///
    /// It cannot be read, or everything that is wrong in it, at once, with line and column.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::from_document(document_of(path.as_ref())?, None)
    }

    /// Reads YAML, which JSON is as well.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once, with line and column.
    pub fn from_yaml(text: &str) -> Result<Self, ConfigError> {
        Self::from_document(parse("configuration", text, Format::Yaml)?, None)
    }

    /// Reads TOML.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once, with line and column.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        Self::from_document(parse("configuration", text, Format::Toml)?, None)
    }
}

impl Builders {
    /// Reads a file as [`ServerConfig::read`], and checks it against these builders.
    ///
    /// # Errors
    ///
    /// It cannot be read, or everything that is wrong in it, at once, with line and column.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<ServerConfig, ConfigError> {
        ServerConfig::from_document(document_of(path.as_ref())?, Some(self))
    }

    /// Reads YAML, which JSON is as well, and checks it against these builders.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once, with line and column.
    pub fn read_yaml(&self, text: &str) -> Result<ServerConfig, ConfigError> {
        ServerConfig::from_document(parse("configuration", text, Format::Yaml)?, Some(self))
    }
}

impl Builders {
    /// As [`read`](Self::read), with options that somebody has set on top of those of the file.
    pub(crate) fn read_with(
        &self,
        path: &Path,
        sets: &[(String, String)],
    ) -> Result<ServerConfig, ConfigError> {
        self.with_sets(document_of(path)?, sets)
    }

    /// One application, without a file.
    pub(crate) fn read_application(
        &self,
        name: &str,
        sets: &[(String, String)],
    ) -> Result<ServerConfig, ConfigError> {
        let json = serde_json::json!({ "applications": [{ "name": name }] });
        self.with_sets(ConfigDocument::json(&json.to_string())?, sets)
    }

    fn with_sets(
        &self,
        mut document: ConfigDocument,
        sets: &[(String, String)],
    ) -> Result<ServerConfig, ConfigError> {
        for (key, value) in sets {
            set(&mut document.root, key, value).map_err(|why| {
                ConfigError::unreadable(format_args!("`{key}` cannot be set: {why}"))
            })?;
        }
        ServerConfig::from_document(document, Some(self))
    }
}

pub(super) fn document_of(path: &Path) -> Result<ConfigDocument, ConfigError> {
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
    parse(&path.display().to_string(), &text, format)
}

fn parse(name: &str, text: &str, format: Format) -> Result<ConfigDocument, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = SourceText { name: name.into(), text: Arc::from(text) };
    let parsed = match format {
        Format::Yaml => parse_yaml(text).map_err(|error| vec![error]),
        Format::Toml => parse_toml(text),
    };
    let root = parsed.map_err(|errors| unreadable(errors, &source))?;
    Ok(ConfigDocument { root, source: Some(source) })
}

fn text_of(reader: impl Read) -> io::Result<String> {
    let mut text = String::new();
    reader.take(BYTES_MAX + 1).read_to_string(&mut text)?;
    match text.len() as u64 > BYTES_MAX {
        true => Err(io::Error::other("it is larger than 16 MiB")),
        false => Ok(text),
    }
}

fn unreadable(errors: Vec<SyntaxError>, source: &SourceText) -> ConfigError {
    let problems = errors.into_iter().map(|SyntaxError { span, message, help }| {
        let mut problem = Problem::new(message);
        problem.help = help;
        problem.place(&source.text, Some(span));
        problem
    });
    ConfigError::new(problems.collect(), Some(source))
}
