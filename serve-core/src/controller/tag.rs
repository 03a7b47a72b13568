//! Which state of an application somebody has seen, and what a change of theirs is made for.
//!
//! A tag is another one after each change that is asked for: an update, a pin, its end. Two that are asked for the same
//! tag cannot both be made, because the controller takes one after the other and looks at the tag each time.

use std::fmt;

use super::document::RevisionNumber;
use crate::error::{Error, Result};

/// A state of an application, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    /// The last revision that has been asked for, served or not.
    pub(crate) revision: RevisionNumber,
    /// How often a number of replicas has been pinned or unpinned.
    pub(crate) pins: u64,
    /// Tells it from an earlier application of the same name, on this server or on the one before it: revisions are
    /// counted from 1 for each.
    pub(crate) born: u64,
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}-{:x}", self.revision, self.pins, self.born)
    }
}

/// What an application has to be for a change of it to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "admin"),
    expect(dead_code, reason = "only who asks over HTTP expects something")
)]
pub(crate) enum Expected {
    /// Whatever it is.
    #[default]
    Any,
    /// There.
    Exists,
    /// Not there.
    Missing,
    /// One of these: a tag as it was shown, or the number of a revision alone.
    OneOf(Vec<String>),
}

impl Expected {
    /// # Errors
    ///
    /// It is something else, or `None`: it does not exist, or is being deleted.
    pub(crate) fn check(&self, application: &str, tag: Option<&Tag>) -> Result<()> {
        let message = match (self, tag) {
            (Self::Any, _) | (Self::Exists, Some(_)) | (Self::Missing, None) => return Ok(()),
            (Self::OneOf(tags), Some(tag)) if tags.iter().any(|text| tag.is(text)) => return Ok(()),
            (Self::Missing, Some(tag)) => format!("it exists already, as `{tag}`"),
            (Self::Exists | Self::OneOf(_), None) => "it does not exist (any more)".to_owned(),
            (Self::OneOf(tags), Some(tag)) => {
                format!("it is `{tag}` now, and no longer `{}`", tags.join("`, `"))
            }
        };
        Err(Error::Outdated { application: application.to_owned(), message })
    }
}

impl Tag {
    fn is(&self, text: &str) -> bool {
        text == self.to_string() || text.parse() == Ok(self.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_made_for_what_somebody_has_seen() {
        let tag = Tag { revision: 3, pins: 1, born: 0xab };
        assert_eq!(tag.to_string(), "3.1-ab");
        let one_of =
            |texts: &[&str]| Expected::OneOf(texts.iter().map(|&text| text.to_owned()).collect());
        for (expected, there, missing) in [
            (Expected::Any, true, true),
            (Expected::Exists, true, false),
            (Expected::Missing, false, true),
            (one_of(&["3.1-ab"]), true, false),
            (one_of(&["2", "3"]), true, false),
            (one_of(&["3.0-ab"]), false, false),
            (one_of(&["3.1-ac"]), false, false),
            (one_of(&["4", "x"]), false, false),
        ] {
            assert_eq!(expected.check("a", Some(&tag)).is_ok(), there, "{expected:?}");
            assert_eq!(expected.check("a", None).is_ok(), missing, "{expected:?}");
        }
    }
}
