//! A body that has not come in time.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Nothing of a body has come for so long, if that is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyTooSlow(pub(crate) Option<Duration>);

impl fmt::Display for BodyTooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(waited) => write!(f, "nothing of the body has come for {waited:?}"),
            None => f.write_str("nothing of the body has come in time"),
        }
    }
}

impl Error for BodyTooSlow {}
