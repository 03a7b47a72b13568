//! A configuration as it was read: its tree, and the text that the tree was made of.

use std::fmt;

use super::problem::{ConfigError, Source};
use super::tree::{Kind, Node};

/// A configuration that says only what it says; what that means is found out elsewhere.
#[derive(Clone)]
pub(super) struct Document {
    pub(super) root: Node,
    /// Where the tree has spans.
    pub(super) source: Option<Source>,
}

impl Document {
    /// For options that have come without a text.
    pub(super) const fn none() -> Self {
        Self { root: Node { span: None, kind: Kind::Null }, source: None }
    }

    /// # Errors
    ///
    /// It is no JSON.
    pub(super) fn json(json: &str) -> Result<Self, ConfigError> {
        let root = serde_json::from_str(json)
            .map_err(|error| ConfigError::unreadable(format_args!("this is no JSON: {error}")))?;
        Ok(Self { root, source: None })
    }
}

/// Without its text, in which there may be secrets.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").finish_non_exhaustive()
    }
}
