//! A configuration for another process: read as far as its text goes, and sent as it is.

use std::path::Path;

use serde_json::Value;

use super::document::ConfigDocument;
use super::load::document_of;
use super::problem::{ConfigError, Problem};
use super::refer::ELSEWHERE;
use super::server::ServerConfig;

/// A configuration whose references and builders are those of another process.
pub(crate) struct RawConfig(ConfigDocument);

impl RawConfig {
    /// # Errors
    ///
    /// It cannot be read, or everything that is wrong with the text itself.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let document = document_of(path)?;
        ServerConfig::from_sources(document.clone(), None, &ELSEWHERE)?;
        Ok(Self(document))
    }

    /// With its references as they are.
    pub(crate) fn value(&self) -> Value {
        Value::from(&self.0.root)
    }

    /// What the other process has found, with where it stands here.
    pub(crate) fn refused<'a>(
        &self,
        mistakes: impl Iterator<Item = (Option<&'a str>, &'a str)>,
    ) -> ConfigError {
        let problems = mistakes.map(|(at, message)| {
            let mut problem = Problem::new(message.to_owned());
            if let (Some(at), Some(source)) = (at, &self.0.source) {
                problem.place(&source.text, self.0.root.find_text(at));
                at.clone_into(&mut problem.path);
            }
            problem
        });
        ConfigError::new(problems.collect(), self.0.source.as_ref())
    }
}
