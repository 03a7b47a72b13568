//! The arguments of a call or of a constructor as bytes: one value after the other.
//!
//! One by one and not as a tuple, so that a failure names its argument, and so that a type is compiled
//! once however many methods take it.

use std::fmt;

use bytes::Bytes;

use super::value::{Codec, CodecError, Encoded, Source};

/// Takes arguments; after the first that cannot be encoded it only remembers that.
#[doc(hidden)]
#[derive(Debug)]
pub struct Arguments {
    encoded: Result<Encoded, CodecError>,
}

/// Gives them back.
#[doc(hidden)]
pub struct ArgumentReader<'a>(Source<'a>);

/// Why bytes are not a call of a deployment.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum DecodeError {
    /// It has no method of this name, as when the two sides are of different builds.
    UnknownMethod(String),
    /// An argument, or the way back.
    Codec(CodecError),
    /// The reply is that of another method.
    OtherReply,
}

/// The arguments of a constructor that takes none.
///
/// # Errors
///
/// None.
pub fn no_arguments((): &(), (): &()) -> Result<Bytes, CodecError> {
    Ok(Bytes::new())
}

// === impl Arguments ===

impl Arguments {
    #[must_use]
    #[expect(clippy::new_without_default, reason = "generated code names it, nobody else")]
    pub fn new() -> Self {
        Self { encoded: Ok(Encoded::new()) }
    }

    /// Adds a value that is needed again.
    pub fn add<T>(&mut self, name: &str, value: &T, codec: Option<Codec<T>>) {
        self.put(name, codec, |codec, encoded, place| codec.encode(value, encoded, place));
    }

    /// Adds a value that is not.
    pub fn give<T>(&mut self, name: &str, value: T, codec: Option<Codec<T>>) {
        self.put(name, codec, |codec, encoded, place| codec.give(value, encoded, place));
    }

    fn put<T>(
        &mut self,
        name: &str,
        codec: Option<Codec<T>>,
        put: impl FnOnce(Codec<T>, &mut Encoded, Argument<'_>) -> Result<(), CodecError>,
    ) {
        let Ok(encoded) = &mut self.encoded else { return };
        let place = Argument(name);
        let added = match codec {
            Some(codec) => put(codec, encoded, place),
            None => Err(CodecError::not_capable::<T>(place)),
        };
        if let Err(error) = added {
            self.encoded = Err(error);
        }
    }

    /// # Errors
    ///
    /// What the first argument failed with that did.
    pub fn finish(self) -> Result<Bytes, CodecError> {
        self.encoded.map(Encoded::into_bytes)
    }

    pub(crate) fn into_encoded(self) -> Result<Encoded, CodecError> {
        self.encoded
    }
}

/// Where an argument stands.
struct Argument<'a>(&'a str);

impl fmt::Display for Argument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "argument `{}`", self.0)
    }
}

// === impl ArgumentReader ===

impl<'a> ArgumentReader<'a> {
    #[must_use]
    pub fn new(bytes: &'a Bytes) -> Self {
        Self(Source::new(bytes))
    }

    /// # Errors
    ///
    /// The next value is not this argument.
    pub fn next<T>(&mut self, name: &str, codec: Option<Codec<T>>) -> Result<T, DecodeError> {
        let place = Argument(name);
        match codec {
            Some(codec) => codec.read(&mut self.0, place),
            None => Err(CodecError::not_capable::<T>(place)),
        }
        .map_err(DecodeError::Codec)
    }

    /// # Errors
    ///
    /// There are more arguments.
    pub fn end(mut self) -> Result<(), DecodeError> {
        let ended = self.0.end();
        ended.map_err(|why| DecodeError::Codec(CodecError::surplus("arguments", why)))
    }
}

impl fmt::Debug for ArgumentReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ArgumentReader")
    }
}

// === impl DecodeError ===

impl DecodeError {
    #[must_use]
    pub fn unknown_method(method: &str) -> Self {
        Self::UnknownMethod(method.to_owned())
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMethod(method) => write!(f, "there is no method `{method}`"),
            Self::Codec(error) => error.fmt(f),
            Self::OtherReply => f.write_str("the reply is that of another method"),
        }
    }
}

impl std::error::Error for DecodeError {}
