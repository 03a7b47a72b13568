//! How what a method returns becomes bytes.

use std::fmt;

use super::value::{Codec, CodecError};

/// How the outcomes of one method become bytes, and bytes outcomes again.
#[doc(hidden)]
pub struct Codecs<T, E> {
    pub(crate) what: &'static str,
    /// The types as they are written.
    pub(crate) types: [&'static str; 2],
    pub(crate) value: Option<Codec<T>>,
    pub(crate) error: Option<Codec<E>>,
}

impl<T, E> Codecs<T, E> {
    /// Of a method that has one result, and of its error.
    #[must_use]
    pub const fn result(
        types: [&'static str; 2],
        value: Option<Codec<T>>,
        error: Option<Codec<E>>,
    ) -> Self {
        Self { what: "result", types, value, error }
    }

    /// Of a method that streams.
    #[must_use]
    pub const fn item(
        types: [&'static str; 2],
        value: Option<Codec<T>>,
        error: Option<Codec<E>>,
    ) -> Self {
        Self { what: "item", types, value, error }
    }

    /// A call whose answer could not come back is not sent.
    pub(crate) fn check(&self) -> Result<(), CodecError> {
        self.value.ok_or_else(|| CodecError::not_capable::<T>(self.what))?;
        self.error.ok_or_else(|| CodecError::not_capable::<E>("error"))?;
        Ok(())
    }
}

impl<T, E> fmt::Debug for Codecs<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codecs").field("value", &self.value).field("error", &self.error).finish()
    }
}
