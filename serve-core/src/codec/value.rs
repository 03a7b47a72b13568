//! Values as bytes: MessagePack with field names.
//!
//! One self-describing format for everything, because a positional one corrupts what
//! `skip_serializing_if` leaves out without saying so, and has no place for `flatten`, `untagged` and
//! `serde_json::Value`. It counts as readable by humans, because serde's own buffers (behind `flatten`
//! and `untagged`) always do, and both sides of a type must agree. What it cannot tell apart is what
//! JSON cannot either: `Some(None)` and `Some(())` from `None`.
//!
//! A `Box<RawValue>` crosses as its text where it is a whole argument, result or item. Inside another type it does not,
//! because MessagePack's decoder does not know its marker; there a `serde_json::Value` or a `String` does.

use std::any::{Any, type_name};
use std::convert::Infallible;
use std::fmt;

use bytes::Bytes;
use rmp_serde::config::{DefaultConfig, HumanReadableConfig};
use rmp_serde::decode::{Error, ReadRefReader};
use rmp_serde::{Deserializer, Serializer};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::path::{Break, length_of, path_to};
use super::scratch;
use crate::panic::catch;

/// How deeply values may be nested, so that bytes from elsewhere cannot exhaust a worker's stack.
const DEPTH_MAX: usize = 128;
/// Bytes from here on are a slice of the message they came in; fewer are copied, because a slice keeps
/// all of a buffer alive that is about four times this long. Very few share a block, see `scratch`.
const SHARED_BYTES_MIN: usize = 16 << 10;
/// What MessagePack begins bytes with whose length has 32 bits.
const BIN_32: u8 = 0xc6;
/// The same of a text.
const STR_32: u8 = 0xdb;

/// Whether this many bytes are shared, not copied. What is longer than a length can say fails when it is
/// encoded.
fn is_shared(bytes: usize) -> bool {
    bytes >= SHARED_BYTES_MIN && u32::try_from(bytes).is_ok()
}

/// Turns values of one type into bytes and back.
#[doc(hidden)]
pub struct Codec<T> {
    encode: fn(&T, &mut Encoded) -> Result<(), String>,
    /// The same for a value that is no longer needed.
    give: fn(T, &mut Encoded) -> Result<(), String>,
    decode: fn(&mut Source<'_>) -> Result<T, String>,
}

/// Values as bytes, one after the other.
#[derive(Debug)]
pub(crate) struct Encoded {
    bytes: Vec<u8>,
    /// Many bytes that have not been copied behind the others.
    back: Bytes,
}

/// Bytes of which values are read, one after the other.
pub(crate) struct Source<'a> {
    reader: Reader<'a>,
    bytes: &'a Bytes,
    /// So many have been read.
    values: usize,
}

type Reader<'a> = Deserializer<ReadRefReader<'a, [u8]>, HumanReadableConfig<DefaultConfig>>;

/// The codec of an error that does not happen.
#[doc(hidden)]
pub const NEVER: Option<Codec<Infallible>> = Some(Codec {
    encode: |never, _| match *never {},
    give: |never, _| match never {},
    decode: |_| Err("there is no value of this type".to_owned()),
});

/// Why a value could not become bytes, or bytes a value.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct CodecError {
    place: String,
    ty: &'static str,
    trouble: Trouble,
}

#[derive(Clone, Debug)]
enum Trouble {
    /// Its type is no serde value.
    NotCapable,
    Encode(String),
    Decode(String),
}

// === impl Codec ===

impl<T: Serialize + DeserializeOwned + 'static> Codec<T> {
    pub const SERDE: Self = Self { encode: encode::<T>, give: give::<T>, decode: decode::<T> };
}

impl<T> Codec<T> {
    /// Appends the bytes of a value, which stands at `place`.
    ///
    /// # Errors
    ///
    /// The user's `Serialize` failed or panicked, or the value is nested too deeply.
    pub(crate) fn encode(
        &self,
        value: &T,
        encoded: &mut Encoded,
        place: impl fmt::Display,
    ) -> Result<(), CodecError> {
        let start = encoded.len();
        guarded(|| (self.encode)(value, encoded))
            .map_err(|why| CodecError::of::<T>(place, encoded.trouble(start, &why)))
    }

    /// The same of a value that is no longer needed: many bytes are not copied.
    ///
    /// # Errors
    ///
    /// As [`Self::encode`].
    pub(crate) fn give(
        &self,
        value: T,
        encoded: &mut Encoded,
        place: impl fmt::Display,
    ) -> Result<(), CodecError> {
        let start = encoded.len();
        guarded(|| (self.give)(value, encoded))
            .map_err(|why| CodecError::of::<T>(place, encoded.trouble(start, &why)))
    }

    /// Reads a value that is all there is.
    ///
    /// # Errors
    ///
    /// The bytes are no such value, or are more than one.
    pub(crate) fn decode(&self, bytes: &Bytes, place: impl fmt::Display) -> Result<T, CodecError> {
        let mut source = Source::new(bytes);
        let value = self.read(&mut source, &place)?;
        match source.end() {
            Ok(()) => Ok(value),
            Err(why) => Err(CodecError::of::<T>(place, Trouble::Decode(why))),
        }
    }

    /// Reads the next value.
    ///
    /// # Errors
    ///
    /// What is next is no such value, or nothing.
    pub(crate) fn read(
        &self,
        source: &mut Source<'_>,
        place: impl fmt::Display,
    ) -> Result<T, CodecError> {
        guarded(|| (self.decode)(source)).inspect(|_| source.values += 1).map_err(|why| {
            let again =
                |bytes: &Bytes| guarded(|| (self.decode)(&mut Source::new(bytes)).map(drop)).err();
            CodecError::of::<T>(place, source.trouble(why, &again))
        })
    }
}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

impl<T> fmt::Debug for Codec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Codec<{}>", type_name::<T>())
    }
}

fn encode<T: Serialize + 'static>(value: &T, encoded: &mut Encoded) -> Result<(), String> {
    let any: &dyn Any = value;
    if let Some(bytes) = any.downcast_ref::<Bytes>()
        && is_shared(bytes.len())
    {
        encoded.share(BIN_32, bytes.clone());
        return Ok(());
    }
    let mut serializer = Serializer::new(encoded.end()).with_human_readable().with_struct_map();
    serializer.unstable_set_max_depth(DEPTH_MAX);
    let encoded = if let Some(bytes) = any.downcast_ref::<Vec<u8>>() {
        // As serde sees them they are numbers one by one; read back they are the same either way.
        serde::Serializer::serialize_bytes(&mut serializer, bytes)
    } else if let Some(json) = any.downcast_ref::<Box<RawValue>>() {
        serde::Serializer::serialize_str(&mut serializer, json.get())
    } else {
        value.serialize(&mut serializer)
    };
    encoded.map_err(|error| error.to_string())
}

fn give<T: Serialize + 'static>(value: T, encoded: &mut Encoded) -> Result<(), String> {
    let mut value = Some(value);
    let any: &mut dyn Any = &mut value;
    if let Some(bytes) = any.downcast_mut::<Option<Vec<u8>>>() {
        if let Some(bytes) = bytes.take_if(|bytes| is_shared(bytes.len())) {
            encoded.share(BIN_32, bytes.into());
        }
    } else if let Some(text) = any.downcast_mut::<Option<String>>()
        && let Some(text) = text.take_if(|text| is_shared(text.len()))
    {
        encoded.share(STR_32, text.into());
    }
    value.map_or(Ok(()), |value| encode(&value, encoded))
}

fn decode<T: DeserializeOwned + 'static>(source: &mut Source<'_>) -> Result<T, String> {
    let mut value: Option<T> = None;
    let any: &mut dyn Any = &mut value;
    let decoded = if let Some(bytes) = any.downcast_mut::<Option<Vec<u8>>>() {
        // Serde would read them one by one.
        source.slice().map(|slice| *bytes = Some(slice.to_vec()))
    } else if let Some(bytes) = any.downcast_mut::<Option<Bytes>>() {
        source.shared().map(|shared| *bytes = Some(shared))
    } else if let Some(json) = any.downcast_mut::<Option<Box<RawValue>>>() {
        let read = String::deserialize(&mut source.reader)
            .and_then(|text| RawValue::from_string(text).map_err(serde::de::Error::custom));
        read.map(|read| *json = Some(read))
    } else {
        T::deserialize(&mut source.reader).map(|decoded| value = Some(decoded))
    };
    decoded.map_err(|error| error.to_string())?;
    value.ok_or_else(|| "there is no value".to_owned())
}

/// Serde code is the user's, and runs where a panic would end more than the call.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch(work).unwrap_or_else(|message| Err(format!("panicked: {message}")))
}

/// What `rmp_serde` says of a value that is nested too deeply.
const TOO_DEEP: &str = "depth limit exceeded";
/// What it says at the end of the bytes.
const TOO_SHORT: &str = "IO error";
/// What it says of bytes that another type has written.
const OTHER_TYPE: &str = "wrong msgpack marker";

fn located(path: &str, why: &str) -> String {
    let why = match why.strip_prefix(OTHER_TYPE) {
        Some(marker) => format!("it is of another type: the bytes are those of a{marker}"),
        None if why == TOO_DEEP => format!("it is nested more than {DEPTH_MAX} deep"),
        None => why.to_owned(),
    };
    if path.is_empty() { why } else { format!("at `{path}`: {why}") }
}

// === impl Encoded ===

impl Encoded {
    pub(crate) fn new() -> Self {
        Self { bytes: scratch::buffer(), back: Bytes::new() }
    }

    /// Where the next value is written.
    fn end(&mut self) -> &mut Vec<u8> {
        self.bytes.extend_from_slice(&std::mem::take(&mut self.back));
        &mut self.bytes
    }

    /// Appends bytes without a copy: many, after what says that they follow.
    fn share(&mut self, marker: u8, bytes: Bytes) {
        let end = self.end();
        end.push(marker);
        end.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        self.back = bytes;
    }

    fn len(&self) -> usize {
        self.bytes.len() + self.back.len()
    }

    /// Why a value could not be written that began at `start`.
    #[cold]
    fn trouble(&mut self, start: usize, why: &str) -> Trouble {
        let written = self.end().get(start..).unwrap_or_default();
        Trouble::Encode(located(&path_to(written, Break::Write), why))
    }

    /// The bytes in two pieces; the second is empty, or many that have not been copied.
    pub(crate) fn into_parts(self) -> (Bytes, Bytes) {
        (scratch::seal(self.bytes), self.back)
    }

    /// The bytes in one piece.
    pub(super) fn into_bytes(mut self) -> Bytes {
        self.end();
        scratch::seal(self.bytes)
    }
}

// === impl Source ===

impl<'a> Source<'a> {
    pub(crate) fn new(bytes: &'a Bytes) -> Self {
        let mut reader = Deserializer::from_read_ref(&**bytes).with_human_readable();
        reader.set_max_depth(DEPTH_MAX);
        Self { reader, bytes, values: 0 }
    }

    fn slice(&mut self) -> Result<&'a [u8], Error> {
        <&[u8]>::deserialize(&mut self.reader)
    }

    /// Bytes without a copy, if there are many.
    fn shared(&mut self) -> Result<Bytes, Error> {
        self.slice().map(|slice| match slice.len() {
            SHARED_BYTES_MIN.. => self.bytes.slice_ref(slice),
            _ => scratch::copied(slice),
        })
    }

    /// Why the next value could not be read. The reader does not tell how far it came: so many bytes as it takes to fail
    /// in the same way `again`.
    #[cold]
    fn trouble(&self, why: String, again: &dyn Fn(&Bytes) -> Option<String>) -> Trouble {
        if why.starts_with(TOO_SHORT) {
            return Trouble::Decode("there are fewer bytes than it takes".to_owned());
        }
        let Some(start) = length_of(self.values, self.bytes) else {
            return Trouble::Decode(why);
        };
        let bytes = self.bytes.slice(start..);
        let fails_so = |end| again(&bytes.slice(..end)).is_some_and(|other| other == why);
        let (mut short, mut enough) = (0, bytes.len());
        while short < enough {
            let middle = usize::midpoint(short, enough);
            match fails_so(middle) {
                true => enough = middle,
                false => short = middle + 1,
            }
        }
        let about_a_part =
            ["invalid type", "invalid value", "unknown variant", OTHER_TYPE, TOO_DEEP];
        let stop = match about_a_part.iter().any(|beginning| why.starts_with(beginning)) {
            true => Break::Part,
            false => Break::Whole,
        };
        Trouble::Decode(located(&path_to(&bytes[..enough], stop), &why))
    }

    /// Nothing may be left.
    pub(crate) fn end(&mut self) -> Result<(), String> {
        match IgnoredAny::deserialize(&mut self.reader) {
            Err(Error::InvalidMarkerRead(_)) => Ok(()),
            Ok(_) | Err(_) => Err("there are more bytes than values".to_owned()),
        }
    }
}

// === impl CodecError ===

impl CodecError {
    fn of<T>(place: impl fmt::Display, trouble: Trouble) -> Self {
        Self { place: place.to_string(), ty: type_name::<T>(), trouble }
    }

    /// A type without a codec.
    pub(crate) fn not_capable<T>(place: impl fmt::Display) -> Self {
        Self::of::<T>(place, Trouble::NotCapable)
    }

    /// Something is left after the last value.
    pub(crate) fn surplus(place: impl fmt::Display, why: String) -> Self {
        Self::of::<()>(place, Trouble::Decode(why))
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, ty, trouble } = self;
        match trouble {
            Trouble::NotCapable => write!(
                f,
                "{place}: `{ty}` cannot leave the process: it is not `Serialize + DeserializeOwned`"
            ),
            Trouble::Encode(why) => write!(f, "{place}: cannot encode `{ty}`: {why}"),
            Trouble::Decode(why) => write!(f, "{place}: cannot decode `{ty}`: {why}"),
        }
    }
}

impl std::error::Error for CodecError {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn bytes_of<T: Serialize + DeserializeOwned + 'static>(value: &T) -> Vec<u8> {
        let mut encoded = Encoded::new();
        Codec::<T>::SERDE.encode(value, &mut encoded, "value").expect("it can be encoded");
        encoded.into_bytes().into()
    }

    fn there_and_back<T: Serialize + DeserializeOwned + 'static>(value: &T) -> T {
        Codec::<T>::SERDE.decode(&bytes_of(value).into(), "value").expect("it can be decoded")
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sparse {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        first: Option<u8>,
        second: Option<u8>,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Address(std::net::IpAddr),
        Number(i64),
        Bytes(Vec<u8>),
    }

    #[test]
    fn what_is_left_out_stays_left_out() {
        let rest = BTreeMap::from([("x".to_owned(), serde_json::json!({"deep": [1, null, 2.5]}))]);
        let sparse = Sparse { first: None, second: Some(2), rest };
        assert_eq!(there_and_back(&sparse), sparse);
    }

    #[test]
    fn untagged_values_are_told_apart() {
        let address = Untagged::Address([127, 0, 0, 1].into());
        for value in [address, Untagged::Number(-7), Untagged::Bytes(vec![0, 200])] {
            assert_eq!(there_and_back(&value), value);
        }
    }

    #[test]
    fn bytes_are_not_spelled_out() {
        let bytes = vec![0xff_u8; 1000];
        assert_eq!(there_and_back(&bytes), bytes);
        assert!(bytes_of(&bytes).len() < 1010);
        let bytes = Bytes::from(bytes);
        assert_eq!(there_and_back(&bytes), bytes);
    }

    #[test]
    fn many_bytes_are_a_slice_of_the_message_and_few_are_not() {
        for (length, is_slice) in [(0, false), (SHARED_BYTES_MIN - 1, false), (1 << 20, true)] {
            let message = Bytes::from(bytes_of(&Bytes::from(vec![7; length])));
            let bytes = Codec::<Bytes>::SERDE.decode(&message, "value").expect("it is whole");
            assert_eq!(bytes, vec![7; length]);
            assert_eq!(message.as_ptr_range().contains(&bytes.as_ptr()), is_slice, "{length}");
        }
    }

    /// What `give` makes of a value, and whether some of it is where the value was.
    fn given<T: Serialize + DeserializeOwned + 'static>(value: T, at: *const u8) -> (Bytes, bool) {
        let mut encoded = Encoded::new();
        Codec::SERDE.give(value, &mut encoded, "value").expect("it can be encoded");
        let (front, back) = encoded.into_parts();
        let is_shared = [&front, &back].iter().any(|part| part.as_ptr() == at);
        ([front, back].concat().into(), is_shared)
    }

    #[test]
    fn many_bytes_that_are_not_needed_any_more_are_sent_as_they_are() {
        for (length, shares) in [(SHARED_BYTES_MIN - 2, false), (SHARED_BYTES_MIN, true)] {
            let (bytes, text) = (vec![7_u8; length], "ä".repeat(length / 2));
            let (bytes_at, text_at) = (bytes.as_ptr(), text.as_ptr());
            let (message, is_shared) = given(bytes.clone(), bytes_at);
            assert!(!is_shared, "a copy is elsewhere");
            let decoded = Codec::<Vec<u8>>::SERDE.decode(&message, "value");
            assert!(decoded.is_ok_and(|decoded| decoded == bytes));
            assert_eq!(given(bytes, bytes_at).1, shares, "{length}");

            let (message, is_shared) = given(text.clone(), text_at);
            assert!(!is_shared, "a copy is elsewhere");
            let decoded = Codec::<String>::SERDE.decode(&message, "value");
            assert!(decoded.is_ok_and(|decoded| decoded == text));
            assert_eq!(given(text, text_at).1, shares, "{length}");
        }
    }

    #[test]
    fn many_bytes_are_sent_as_they_are_also_where_something_follows() {
        let (many, mut encoded) = (Bytes::from(vec![7; SHARED_BYTES_MIN]), Encoded::new());
        let codec = Codec::<Bytes>::SERDE;
        codec.encode(&many, &mut encoded, "first").expect("it can be encoded");
        codec.encode(&many, &mut encoded, "second").expect("it can be encoded");
        let (_, back) = encoded.into_parts();
        assert_eq!(back.as_ptr(), many.as_ptr());

        let mut encoded = Encoded::new();
        codec.encode(&many, &mut encoded, "first").expect("it can be encoded");
        Codec::SERDE.encode(&7_u8, &mut encoded, "second").expect("it can be encoded");
        let bytes = encoded.into_bytes();
        let mut source = Source::new(&bytes);
        assert_eq!(codec.read(&mut source, "first").ok(), Some(many));
        assert_eq!(Codec::<u8>::SERDE.read(&mut source, "second").ok(), Some(7));
        assert_eq!(source.end(), Ok(()));
    }

    #[test]
    fn what_is_left_over_is_an_error() {
        let mut bytes = bytes_of(&1_u8);
        bytes.push(1);
        let error = Codec::<u8>::SERDE.decode(&bytes.into(), "result").expect_err("there are two");
        assert_eq!(
            error.to_string(),
            "result: cannot decode `u8`: there are more bytes than values"
        );
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = Bytes::from(vec![0x91; 100_000]);
        let error = Codec::<Value>::SERDE.decode(&deep, "result").expect_err("it is too deep");
        let error = error.to_string();
        assert!(error.ends_with("[0]…`: it is nested more than 128 deep"), "{error}");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_path() {
        #[derive(Debug, Serialize, Deserialize)]
        struct Order {
            items: Vec<Item>,
        }
        #[derive(Debug, Serialize, Deserialize)]
        struct Item {
            price: u8,
        }
        let read = |value: Value| {
            let error = Codec::<Order>::SERDE.decode(&bytes_of(&value).into(), "argument `order`");
            let error = error.expect_err("it is no order").to_string();
            error.rsplit_once("Order`: ").expect("it names the type").1.to_owned()
        };
        let prices =
            |second: Value| serde_json::json!({"items": [{"price": 1}, {"price": second}]});
        assert_eq!(
            read(prices("dear".into())),
            "at `items[1].price`: it is of another type: the bytes are those of a FixStr(4)"
        );
        assert_eq!(
            read(prices(300.into())),
            "at `items[1].price`: invalid value: integer `300`, expected u8"
        );
        assert_eq!(
            read(serde_json::json!({"items": [{}, {"price": 1}]})),
            "at `items[0]`: missing field `price`"
        );
        assert_eq!(read(serde_json::json!({})), "missing field `items`");
        let cut = Bytes::from(bytes_of(&prices(2.into()))).slice(..9);
        let error =
            Codec::<Order>::SERDE.decode(&cut, "result").expect_err("it is cut").to_string();
        assert!(error.ends_with("`: there are fewer bytes than it takes"), "{error}");
    }

    #[test]
    fn the_path_of_a_later_value_begins_at_that_value() {
        let bytes = [bytes_of(&[[1]]), bytes_of(&(2, ["three".to_owned()]))].concat().into();
        let mut source = Source::new(&bytes);
        assert!(Codec::<[[u8; 1]; 1]>::SERDE.read(&mut source, "first").is_ok());
        let error = Codec::<(u8, [u8; 1])>::SERDE.read(&mut source, "second");
        let error = error.expect_err("it is no number").to_string();
        assert!(error.contains("at `[1][0]`: it is of another type"), "{error}");
    }

    #[test]
    fn what_cannot_be_written_is_told_with_its_path() {
        #[derive(Serialize, Deserialize)]
        struct Order {
            id: u8,
            items: Vec<Odd>,
        }
        #[derive(Deserialize)]
        struct Odd(u8);
        impl Serialize for Odd {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self.0 {
                    2 => Err(serde::ser::Error::custom("two is even")),
                    4 => panic!("boom"),
                    odd => serializer.serialize_u8(odd),
                }
            }
        }
        let write = |items: [u8; 3]| {
            let order = Order { id: 7, items: items.map(Odd).into() };
            let mut encoded = Encoded::new();
            Codec::SERDE.encode(&1_u8, &mut encoded, "first").expect("it can be encoded");
            let error = Codec::SERDE.encode(&order, &mut encoded, "result");
            let error = error.expect_err("it is no order").to_string();
            error.rsplit_once("Order`: ").expect("it names the type").1.to_owned()
        };
        assert_eq!(write([1, 2, 3]), "at `items[1]`: two is even");
        assert_eq!(write([1, 3, 4]), "at `items[2]`: panicked: boom");
    }

    #[test]
    fn a_panic_of_the_users_code_is_an_error() {
        #[derive(Deserialize)]
        struct Bomb;
        impl Serialize for Bomb {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                panic!("boom")
            }
        }
        let error = Codec::<Bomb>::SERDE.encode(&Bomb, &mut Encoded::new(), "argument `bomb`");
        let error = error.expect_err("it panics").to_string();
        assert!(error.starts_with("argument `bomb`: cannot encode"), "{error}");
        assert!(error.ends_with("panicked: boom"), "{error}");
    }

    proptest! {
        #[test]
        fn junk_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let bytes = Bytes::from(bytes);
            drop(Codec::<Value>::SERDE.decode(&bytes, "junk"));
            drop(Codec::<Vec<u8>>::SERDE.decode(&bytes, "junk"));
            drop(Codec::<Bytes>::SERDE.decode(&bytes, "junk"));
            drop(Codec::<Sparse>::SERDE.decode(&bytes, "junk"));
            drop(Codec::<Untagged>::SERDE.decode(&bytes, "junk"));
            drop(Codec::<Vec<String>>::SERDE.decode(&bytes, "junk"));
        }
    }
}
