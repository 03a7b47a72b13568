//! Configurations as people write them: YAML or TOML into the one tree, and excerpts of the text where something is wrong.

mod excerpt;
mod masked;
mod toml;
mod yaml;

pub(super) use toml::parse as parse_toml;
pub(super) use yaml::parse as parse_yaml;

use std::fmt;
use std::ops::Range;

/// A text that is not what it is written in.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl SyntaxError {
    fn new(span: Range<usize>, message: impl fmt::Display) -> Self {
        Self { span, message: message.to_string(), help: None }
    }
}
