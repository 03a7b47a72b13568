//! Names of things: the id of a request and the identity of a replica.
//!
//! A request id costs nothing until somebody looks at it: it is a random number that is only
//! written out as text on demand, because most calls never print theirs.

use std::fmt;
use std::sync::Arc;

/// The id of a request: chosen by the client (`X-Request-ID`, `.request_id(..)`) or made here.
#[derive(Clone, Debug)]
pub(crate) enum RequestId {
    /// Not needed so far.
    Unset,
    /// Made here, shown as a version 4 UUID.
    Random([u64; 2]),
    /// Chosen by the client, or already written out once.
    Text(Arc<str>),
}

impl RequestId {
    #[inline]
    pub(crate) fn random() -> Self {
        Self::Random([fastrand::u64(..), fastrand::u64(..)])
    }

    /// Makes an id if there is none yet.
    #[inline]
    pub(crate) fn settle(&mut self) {
        if let Self::Unset = self {
            *self = Self::random();
        }
    }

    /// The id as shared text; the first call writes it out, later ones only count a reference.
    pub(crate) fn text(&mut self) -> Arc<str> {
        self.settle();
        let text = match self {
            Self::Text(text) => return Arc::clone(text),
            ref id => Arc::<str>::from(id.to_string()),
        };
        *self = Self::Text(Arc::clone(&text));
        text
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Random([high, low]) => {
                let bits = u128::from(*high) << 64 | u128::from(*low);
                // RFC 9562, section 5.4: the version nibble is 4, the variant bits are 10.
                let bits = (bits & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
                write!(
                    f,
                    "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
                    (bits >> 96) as u32,
                    (bits >> 80) as u16,
                    (bits >> 64) as u16,
                    (bits >> 48) as u16,
                    bits & 0xffff_ffff_ffff
                )
            }
        }
    }
}

/// Where a replica belongs and what it is called, in every log line and error that concerns it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ReplicaName {
    pub(crate) application: Arc<str>,
    pub(crate) deployment: Arc<str>,
    pub(crate) replica: Arc<str>,
}

/// A deployment is known by its own name and that of its application.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct DeploymentId {
    pub(crate) application: Arc<str>,
    pub(crate) deployment: Arc<str>,
}

impl fmt::Display for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.application, self.deployment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_id_is_written_as_a_version_4_uuid() {
        let text = RequestId::Random([u64::MAX; 2]).to_string();
        assert_eq!(text, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn text_keeps_the_id_it_once_showed() {
        let mut id = RequestId::random();
        let before = id.to_string();
        assert_eq!(&*id.text(), before);
        assert_eq!(id.to_string(), before);
    }
}
