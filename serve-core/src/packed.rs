//! What this crate says to itself in another process, as bytes: MessagePack without field names.
//!
//! Both ends speak one version of the protocol, so positions are enough; values of the user's are written by
//! `codec`, with names. Nothing here may leave out a field, or the next would be read in its place.

use rmp_serde::Deserializer;
pub(crate) use rmp_serde::decode::Error;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// How deeply anything may be nested, which is far deeper than anything is.
const DEPTH_MAX: usize = 32;

/// # Errors
///
/// None, unless `value` has an opinion of its own.
pub(crate) fn pack<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    rmp_serde::to_vec(value)
}

/// Appends plain data.
pub(crate) fn pack_into<T: Serialize>(value: &T, out: &mut Vec<u8>) {
    rmp_serde::encode::write(out, value).expect("plain data is always encoded");
}

/// Reads a value that is all there is.
///
/// # Errors
///
/// The bytes are no such value, or more than one.
pub(crate) fn unpack<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    let mut reader = Deserializer::from_read_ref(bytes);
    reader.set_max_depth(DEPTH_MAX);
    let value = T::deserialize(&mut reader)?;
    match IgnoredAny::deserialize(&mut reader) {
        Err(Error::InvalidMarkerRead(_)) => Ok(value),
        Ok(_) | Err(_) => Err(Error::Uncategorized("there are more bytes than one value".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_or_followed_by_more_is_refused() {
        let value = (7_u64, Some("text".to_owned()));
        let mut bytes = pack(&value).unwrap();
        assert_eq!(unpack(&bytes).ok(), Some(value));
        let read = |bytes: &[u8]| unpack::<(u64, Option<String>)>(bytes).is_ok();
        (0..bytes.len()).for_each(|end| assert!(!read(&bytes[..end]), "{end}"));
        for more in [0, 0xc1, 0xff] {
            bytes.push(more);
            assert!(!read(&bytes));
            bytes.pop();
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = vec![0x91; 100_000];
        assert!(unpack::<IgnoredAny>(&deep).is_err());
    }
}
