//! Values ↔ bytes, one at a time and as the arguments of a call. Knows no deployments, replicas or links.

mod scratch;

mod path;
mod value;

mod arguments;

mod outcomes;

pub use arguments::{ArgumentReader, Arguments, DecodeError, no_arguments};
pub use outcomes::Codecs;
pub(crate) use value::Encoded;
pub use value::{Codec, CodecError, NEVER};
