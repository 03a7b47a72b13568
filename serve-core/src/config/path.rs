//! Paths as they are compared: percent-encoded in one way, whoever wrote them.

use std::borrow::Cow;

/// `path` with everything percent-encoded that a client has to encode, and nothing else, so that two ways to write one
/// path give the same text (RFC 3986, 6.2.2).
pub(crate) fn canonical(path: &str) -> Cow<'_, str> {
    if path.bytes().all(is_plain) {
        return Cow::Borrowed(path);
    }
    let mut canonical = String::with_capacity(path.len() + 16);
    let mut rest = path.as_bytes();
    while let Some((letter, after)) = next(rest) {
        match letter {
            Letter::Plain(byte) => canonical.push(char::from(byte)),
            Letter::Encoded(byte) => canonical.push_str(&format!("%{byte:02X}")),
        }
        rest = after;
    }
    if canonical == path { Cow::Borrowed(path) } else { Cow::Owned(canonical) }
}

/// A byte of a path, and how it is written.
enum Letter {
    Plain(u8),
    Encoded(u8),
}

fn next(path: &[u8]) -> Option<(Letter, &[u8])> {
    let hex = |digit: u8| char::from(digit).to_digit(16);
    match path {
        [] => None,
        [b'%', high, low, after @ ..] if let (Some(high), Some(low)) = (hex(*high), hex(*low)) => {
            let byte = u8::try_from(high * 16 + low).expect("two digits are a byte");
            // An encoded slash does not part two segments.
            let is_plain = is_plain(byte) && byte != b'/';
            Some((if is_plain { Letter::Plain(byte) } else { Letter::Encoded(byte) }, after))
        }
        [byte, after @ ..] if is_plain(*byte) => Some((Letter::Plain(*byte), after)),
        [byte, after @ ..] => Some((Letter::Encoded(*byte), after)),
    }
}

/// Whether a path has this byte as it is. A table, because the path of every request is looked through.
fn is_plain(byte: u8) -> bool {
    const PLAIN: [bool; 256] = {
        let (mut plain, mut byte) = ([false; 256], 0);
        while byte < 128 {
            let others = b"/-._~!$&'()*+,;=:@";
            let mut index = 0;
            plain[byte] = (byte as u8).is_ascii_alphanumeric();
            while index < others.len() {
                plain[others[index] as usize] = true;
                index += 1;
            }
            byte += 1;
        }
        plain
    };
    PLAIN[usize::from(byte)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ways_to_write_a_path_are_the_same() {
        for (one, other) in [
            ("/api", "/%61pi"),
            ("/größe", "/gr%C3%B6%c3%9fe"),
            ("/my model", "/my%20model"),
            ("/c#1?", "/c%231%3f"),
            ("/100%", "/100%25"),
            ("/a~b", "/a%7Eb"),
        ] {
            assert_eq!(canonical(one), canonical(other));
        }
        assert_ne!(canonical("/a/b"), canonical("/a%2Fb"));
    }

    #[test]
    fn what_is_canonical_stays() {
        for path in ["/", "/a/b.c", "/%C3%B6", "/a%2Fb", "/100%25"] {
            assert_eq!(canonical(path), path);
        }
    }
}
