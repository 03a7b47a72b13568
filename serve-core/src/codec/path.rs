//! Where in a value of MessagePack the reading or writing of it has stopped: `items[3].price`.
//!
//! Found in the bytes, after a failure, because to keep track of it on the way would cost every value something, and every
//! type code of its own.

/// So many steps of a path are told; a value that is nested without end has one as long.
const STEPS_MAX: usize = 8;
/// So many letters of a name are.
const NAME_MAX: usize = 40;

/// What has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    /// The writing of what comes next.
    Write,
    /// The reading of what these bytes end in: it has the wrong type.
    Part,
    /// The reading of something that ends with these bytes. What that is cannot be told if several end there, so it is
    /// the one that has all of them in it.
    Whole,
}

/// The path to where a value was left, of which `bytes` have been read or written. Empty if that is the value itself.
pub(super) fn path_to(bytes: &[u8], stop: Break) -> String {
    let mut walk = Walk { rest: bytes, open: Vec::new() };
    while !walk.rest.is_empty() {
        let Some(contents) = walk.take_head() else { break };
        if stop != Break::Write && walk.rest.is_empty() {
            if stop == Break::Whole && contents.is_none() {
                walk.close_all();
            }
            break;
        }
        walk.open.extend(contents);
        walk.go_on(contents.is_some());
    }
    walk.shown()
}

/// How long so many values are that follow each other. `None` if there are not so many.
pub(super) fn length_of(values: usize, bytes: &[u8]) -> Option<usize> {
    let mut walk = Walk { rest: bytes, open: Vec::new() };
    for _ in 0..values {
        loop {
            let contents = walk.take_head()?;
            walk.open.extend(contents);
            walk.go_on(contents.is_some());
            if walk.open.is_empty() {
                break;
            }
        }
    }
    Some(bytes.len() - walk.rest.len())
}

/// Goes from head to head: numbers, texts, and what arrays and maps begin with.
struct Walk<'a> {
    rest: &'a [u8],
    /// The arrays and maps that have begun and not ended.
    open: Vec<Open<'a>>,
}

/// An array or map.
#[derive(Clone, Copy)]
struct Open<'a> {
    is_map: bool,
    /// The parts that have not ended; of a map keys and values.
    left: usize,
    at: Step<'a>,
}

/// The part of an array or map that is being read.
#[derive(Clone, Copy)]
enum Step<'a> {
    Index(usize),
    Key(&'a [u8]),
    /// A key of a map.
    None,
}

impl<'a> Walk<'a> {
    /// Reads a head; inside is what it begins. `None` where there are no such bytes.
    fn take_head(&mut self) -> Option<Option<Open<'a>>> {
        let marker = *self.take(1)?.first()?;
        let (length, is_map) = match marker {
            0x00..=0x7f | 0xc0..=0xc3 | 0xe0.. => return Some(None),
            0x80..=0x8f => (usize::from(marker & 0x0f), true),
            0x90..=0x9f => (usize::from(marker & 0x0f), false),
            0xdc => (self.number(2)?, false),
            0xdd => (self.number(4)?, false),
            0xde => (self.number(2)?, true),
            0xdf => (self.number(4)?, true),
            0xa0..=0xbf => return self.skip(usize::from(marker & 0x1f)),
            0xc4 | 0xd9 => return self.number(1).and_then(|length| self.skip(length)),
            0xc5 | 0xda => return self.number(2).and_then(|length| self.skip(length)),
            0xc6 | 0xdb => return self.number(4).and_then(|length| self.skip(length)),
            0xcc | 0xd0 => return self.skip(1),
            0xcd | 0xd1 => return self.skip(2),
            0xca | 0xce | 0xd2 => return self.skip(4),
            0xcb | 0xcf | 0xd3 => return self.skip(8),
            // Extensions, which no serde value becomes.
            0xc7..=0xc9 | 0xd4..=0xd8 => return None,
        };
        let left = if is_map { length.saturating_mul(2) } else { length };
        let at = if is_map { Step::None } else { Step::Index(0) };
        Some(Some(Open { is_map, left, at }))
    }

    /// Goes on to the next part: of what has just begun, or behind what has just ended.
    fn go_on(&mut self, has_begun: bool) {
        let mut has_ended = !has_begun;
        while let Some(open) = self.open.last_mut() {
            if has_ended {
                open.left = open.left.saturating_sub(1);
                if let Step::Index(index) = &mut open.at {
                    *index += 1;
                }
            }
            if open.left > 0 {
                return self.take_key();
            }
            self.open.pop();
            has_ended = true;
        }
    }

    /// If a key comes next, what follows is its value's.
    fn take_key(&mut self) {
        let Some(Open { is_map: true, left, at }) = self.open.last_mut() else { return };
        if *left % 2 == 1 {
            return;
        }
        *at = Step::None;
        let before = self.rest;
        if let Some(None) = self.take_head() {
            let read = before.len() - self.rest.len();
            if let Some(open) = self.open.last_mut() {
                open.left -= 1;
                open.at = Step::Key(&before[..read]);
            }
        }
    }

    /// Leaves every array and map of which nothing is left.
    fn close_all(&mut self) {
        while self.open.last().is_some_and(|open| open.left <= 1) {
            self.open.pop();
        }
    }

    fn skip(&mut self, bytes: usize) -> Option<Option<Open<'a>>> {
        self.take(bytes).map(|_| None)
    }

    fn number(&mut self, bytes: usize) -> Option<usize> {
        let number = self.take(bytes)?;
        Some(number.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }

    fn shown(&self) -> String {
        let mut path = String::new();
        for (step, open) in self.open.iter().enumerate() {
            if step == STEPS_MAX {
                path.push('…');
                break;
            }
            match open.at {
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Key(key) => show_key(key, &mut path),
                Step::None => {}
            }
        }
        path
    }
}

fn show_key(key: &[u8], path: &mut String) {
    let key: Result<serde_json::Value, _> = rmp_serde::from_slice(key);
    match key {
        Ok(serde_json::Value::String(name)) => {
            let is_plain = |letter: char| letter.is_alphanumeric() || letter == '_';
            let short: String = name.chars().take(NAME_MAX).collect();
            if !name.is_empty() && name.chars().all(is_plain) {
                let dot = if path.is_empty() { "" } else { "." };
                path.extend([dot, &*short]);
            } else {
                path.push_str(&format!("[{short:?}]"));
            }
        }
        Ok(number) => path.push_str(&format!("[{number}]")),
        Err(_) => path.push_str("[?]"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn bytes_of(value: &Value) -> Vec<u8> {
        rmp_serde::to_vec(value).expect("it can be encoded")
    }

    /// The bytes up to a text, which occurs once.
    fn up_to<'a>(bytes: &'a [u8], text: &str) -> &'a [u8] {
        let at = bytes.windows(text.len()).position(|window| window == text.as_bytes());
        &bytes[..at.expect("it is there") + text.len()]
    }

    #[test]
    fn a_part_is_found_by_where_it_ends() {
        let value = json!({"id": 7, "items": [{"name": "first", "price": 1}, {"name": "second"}]});
        let bytes = bytes_of(&value);
        let path = |text, stop| path_to(up_to(&bytes, text), stop);
        assert_eq!(path("first", Break::Part), "items[0].name");
        assert_eq!(path("second", Break::Part), "items[1].name");
        assert_eq!(path("price", Break::Part), "items[0].price");
        assert_eq!(path("first", Break::Whole), "items[0].name");
        assert_eq!(path("second", Break::Whole), "", "all of them end here");
        assert_eq!(path_to(&bytes[..1], Break::Part), "", "it is the map itself");
    }

    #[test]
    fn what_is_not_the_last_of_its_kind_is_told_whole() {
        let bytes = bytes_of(&json!([{"a": {"b": "inner"}}, 2]));
        assert_eq!(path_to(up_to(&bytes, "inner"), Break::Whole), "[0]");
    }

    #[test]
    fn values_that_follow_each_other_are_told_apart() {
        let (first, second) =
            (bytes_of(&json!({"a": [1, {}], "b": {"c": []}})), bytes_of(&json!(7)));
        let both = [&*first, &*second].concat();
        assert_eq!(length_of(0, &both), Some(0));
        assert_eq!(length_of(1, &both), Some(first.len()));
        assert_eq!(length_of(2, &both), Some(both.len()));
        assert_eq!(length_of(3, &both), None);
    }

    #[test]
    fn what_has_not_been_written_is_told_by_what_has() {
        let whole = bytes_of(&json!({"a": [[1, 2], {"key": null}]}));
        let path = |bytes: usize| path_to(&whole[..bytes], Break::Write);
        let key = up_to(&whole, "a").len();
        assert_eq!(path(0), "");
        assert_eq!(path(key), "a");
        assert_eq!(path(key + 1), "a[0]");
        assert_eq!(path(key + 3), "a[0][1]");
        assert_eq!(path(up_to(&whole, "key").len()), "a[1].key");
    }

    #[test]
    fn names_are_told_as_one_would_write_them() {
        let odd = json!({"odd name": {"": [{"1": "here"}]}});
        let bytes = bytes_of(&odd);
        let path = path_to(up_to(&bytes, "here"), Break::Part);
        assert_eq!(path, r#"["odd name"][""][0].1"#);
        let numbered = std::collections::BTreeMap::from([(7, "here")]);
        let bytes = rmp_serde::to_vec(&numbered).expect("it can be encoded");
        assert_eq!(path_to(&bytes, Break::Part), "[7]");
    }

    #[test]
    fn a_path_without_end_is_cut() {
        assert_eq!(path_to(&[0x91; 100_000], Break::Part), "[0]".repeat(8) + "…");
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd_for_it(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            values in 0_usize..20,
        ) {
            drop(path_to(&bytes, Break::Write));
            drop(path_to(&bytes, Break::Part));
            drop(path_to(&bytes, Break::Whole));
            prop_assert!(length_of(values, &bytes).is_none_or(|length| length <= bytes.len()));
        }
    }
}
