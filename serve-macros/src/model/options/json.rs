//! Whether a text is JSON, so that a slip in `user_config` is found where it was made and not when it is deployed.
//!
//! Only the grammar is checked. What the text means is for `reconfigure`, whose type the macro does not know.

/// As deep as the runtime's parser goes.
const DEPTH_MAX: usize = 128;

/// `Ok`, or what is wrong with the text, as the rest of a sentence about it.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let mut reader = Reader { rest: text, depth: 0 };
    reader.value()?;
    match reader.peek() {
        None => Ok(()),
        Some(_) => Err(reader.expected("the end")),
    }
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

// === impl Reader ===

impl Reader<'_> {
    fn value(&mut self) -> Result<(), String> {
        match self.peek() {
            Some('{') => self.list('}', |reader| {
                reader.string("a key in quotes")?;
                reader.sign(':')?;
                reader.value()
            }),
            Some('[') => self.list(']', Self::value),
            Some('"') => self.string("text"),
            Some('-' | '0'..='9') => self.number(),
            _ => self.word(),
        }
    }

    /// `{ .. }` or `[ .. ]`, with an item between commas.
    fn list(
        &mut self,
        close: char,
        item: fn(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        self.rest = &self.rest[1..];
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(format!("is nested more than {DEPTH_MAX} deep"));
        }
        if self.peek() != Some(close) {
            item(self)?;
            while self.peek() == Some(',') {
                self.rest = &self.rest[1..];
                item(self)?;
            }
        }
        self.depth -= 1;
        if self.peek() == Some(close) {
            self.rest = &self.rest[1..];
            return Ok(());
        }
        Err(self.expected(&format!("`,` or `{close}`")))
    }

    fn string(&mut self, what: &str) -> Result<(), String> {
        if self.peek() != Some('"') {
            return Err(self.expected(what));
        }
        let mut letters = self.rest.char_indices().skip(1);
        while let Some((index, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.rest = &self.rest[index + 1..];
                    return Ok(());
                }
                '\\' => match letters.next() {
                    Some((_, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => {}
                    Some((_, 'u'))
                        if (0..4).all(|_| {
                            letters.next().is_some_and(|(_, digit)| digit.is_ascii_hexdigit())
                        }) => {}
                    _ => return Err("has a `\\` in a string that JSON does not know".to_owned()),
                },
                letter if letter.is_ascii_control() => {
                    return Err(format!("has a bare `{}` in a string", letter.escape_default()));
                }
                _ => {}
            }
        }
        Err("has a string without its closing quote".to_owned())
    }

    /// `-0.5e+3`: JSON's numbers are Rust's decimal ones, without leading zeros, and with digits around the point.
    fn number(&mut self) -> Result<(), String> {
        let end = self
            .rest
            .find(|letter: char| !letter.is_ascii_alphanumeric() && !"+-.".contains(letter));
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let whole =
            number.trim_start_matches('-').split(['.', 'e', 'E']).next().unwrap_or_default();
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let pointed = number.split_once('.').is_none_or(|(_, fraction)| {
            fraction.starts_with(|letter: char| letter.is_ascii_digit())
        });
        if digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && pointed
            && number.parse::<f64>().is_ok()
        {
            self.rest = rest;
            return Ok(());
        }
        Err(format!("has `{number}`, which is no number in JSON"))
    }

    fn word(&mut self) -> Result<(), String> {
        for word in ["true", "false", "null"] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(());
            }
        }
        Err(self.expected("a value"))
    }

    fn sign(&mut self, sign: char) -> Result<(), String> {
        if self.peek() == Some(sign) {
            self.rest = &self.rest[1..];
            return Ok(());
        }
        Err(self.expected(&format!("`{sign}`")))
    }

    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.chars().next()
    }

    fn expected(&self, what: &str) -> String {
        match self.rest.chars().take(16).collect::<String>() {
            end if end.is_empty() => format!("ends where {what} is expected"),
            found => format!("has `{}` where {what} is expected", found.escape_debug()),
        }
    }
}
