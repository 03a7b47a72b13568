//! A configuration as it was read: its tree, and the text that the tree was made of.

use std::fmt;

use super::problem::{ConfigError, SourceText};
use super::tree::{TreeNode, TreeValue};

/// A configuration that says only what it says; what that means is found out elsewhere.
#[derive(Clone)]
pub(super) struct ConfigDocument {
    pub(super) root: TreeNode,
    /// Where the tree has spans.
    pub(super) source: Option<SourceText>,
}

impl ConfigDocument {
    /// For options that have come without a text.
    pub(super) const fn none() -> Self {
        Self { root: TreeNode { span: None, kind: TreeValue::Null }, source: None }
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
impl fmt::Debug for ConfigDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigDocument").finish_non_exhaustive()
    }
}
