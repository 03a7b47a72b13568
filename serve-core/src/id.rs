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
            Self::Random(bits) => f.write_str(str::from_utf8(&uuid(*bits)).unwrap_or_default()),
        }
    }
}

/// The text of a version 4 UUID. By hand, because every HTTP response carries one.
pub(crate) fn uuid([high, low]: [u64; 2]) -> [u8; 36] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // RFC 9562, section 5.4: the version nibble is 4, the variant bits are 10.
    let high = (high & !(0xf << 12)) | (0x4 << 12);
    let low = (low & !(0x3 << 62)) | (0x2 << 62);
    let bytes = (u128::from(high) << 64 | u128::from(low)).to_be_bytes();
    let mut text = [b'-'; 36];
    // Where each byte goes: two digits each, with dashes after the 4th, 6th, 8th and 10th.
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    for (byte, place) in bytes.into_iter().zip(PLACES) {
        text[place] = DIGITS[usize::from(byte >> 4)];
        text[place + 1] = DIGITS[usize::from(byte & 0xf)];
    }
    text
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

impl DeploymentId {
    pub(crate) fn is(&self, application: &str, deployment: &str) -> bool {
        *self.application == *application && *self.deployment == *deployment
    }
}

impl fmt::Display for DeploymentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.application, self.deployment)
    }
}

/// The stable number of a method: FNV-1a of its name.
pub(crate) const fn method_id(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_method_is_fnv_1a_and_never_changes() {
        assert_eq!(method_id(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(method_id("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(method_id("foobar"), 0x8594_4171_f739_67e8);
    }

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
