//! The argument of a builder, read as the type that it takes.

use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::tree::Path;

/// Why the argument does not fit, and where.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) path: Path,
    pub(super) message: String,
}

/// The argument of a builder that is given none: nothing, which is as good as an empty table.
struct Absent;

/// # Errors
///
/// It does not fit the type.
pub(super) fn read<A: DeserializeOwned>(args: Option<&Value>) -> Result<A, Misfit> {
    let mut track = serde_path_to_error::Track::new();
    let read = match args {
        Some(args) => A::deserialize(serde_path_to_error::Deserializer::new(args, &mut track)),
        None => A::deserialize(serde_path_to_error::Deserializer::new(Absent, &mut track)),
    };
    read.map_err(|error| Misfit { path: Path::from(&track.path()), message: error.to_string() })
}

impl<'de> Deserializer<'de> for Absent {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let nothing = std::iter::empty::<(String, Value)>();
        visitor.visit_map(MapDeserializer::new(nothing))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Defaults {
        a: Option<u8>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only read")]
    struct Needs {
        greeting: Vec<String>,
    }

    #[test]
    fn no_argument_fits_whatever_needs_none() {
        assert!(read::<()>(None).is_ok());
        assert_eq!(read::<Option<u8>>(None).unwrap(), None);
        assert_eq!(read::<Defaults>(None).unwrap(), Defaults::default());
        assert!(read::<HashMap<String, u8>>(None).unwrap().is_empty());
        assert_eq!(read::<Needs>(None).unwrap_err().message, "missing field `greeting`");
    }

    #[test]
    fn what_does_not_fit_has_its_place() {
        let Misfit { path, message } =
            read::<Needs>(Some(&json!({ "greeting": ["a", 2] }))).unwrap_err();
        assert_eq!(path.to_string(), "greeting[1]");
        assert_eq!(message, "invalid type: integer `2`, expected a string");
    }
}
