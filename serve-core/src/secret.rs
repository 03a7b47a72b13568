//! Texts that must not be shown: tokens, passwords, keys.

use std::cell::RefCell;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::exchange::resolver;

/// What is shown instead.
pub(crate) const MASK: &str = "***";

/// A text that is never shown: a token, a password, a key.
///
/// `Debug` and `Display` write `***`, and so does `Serialize`. In a configuration it is best written as `${NAME}` (a
/// variable of the environment) or `file:/run/secrets/name`, so that it is not in the file either. [`expose`](Self::expose)
/// gives the text itself.
///
/// As an argument of a constructor, of a call, or within one, it reaches a replica in another process as it is, because
/// there it is not shown to anybody.
///
/// ```
/// use serve_core::Secret;
///
/// #[derive(Debug, serde::Deserialize, serde::Serialize)]
/// struct Account {
///     user: String,
///     password: Secret,
/// }
///
/// let account: Account = serde_json::from_str(r#"{ "user": "ann", "password": "hunter2" }"#).unwrap();
/// assert_eq!(account.password.expose(), "hunter2");
/// assert_eq!(serde_json::to_string(&account).unwrap(), r#"{"user":"ann","password":"***"}"#);
/// assert!(!format!("{account:?}").contains("hunter2"));
/// ```
#[derive(Clone)]
pub struct Secret(Box<str>);

thread_local! {
    /// The secrets that have been read here, where somebody wants to know.
    static READ: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// What `body` gives, and the secrets that it has read.
#[cfg(feature = "admin")]
pub(crate) fn noticed<R>(body: impl FnOnce() -> R) -> (R, Vec<String>) {
    READ.set(Some(Vec::new()));
    let given = body();
    (given, READ.take().unwrap_or_default())
}

impl Secret {
    /// Keeps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().into_boxed_str())
    }

    /// The text itself. Whoever asks for it takes care that it is not shown.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(MASK)
    }
}

/// Takes the same time for all texts of one length, so that nobody finds a token out letter by letter.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (self.0.as_bytes(), other.0.as_bytes());
        let differences =
            one.iter().zip(other).fold(0, |found, (one, other)| found | (one ^ other));
        one.len() == other.len() && std::hint::black_box(differences) == 0
    }
}

impl Eq for Secret {}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Only what is on its way to a replica is written where handles have a meaning.
        serializer.serialize_str(if resolver().is_some() { &self.0 } else { MASK })
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        READ.with_borrow_mut(|read| {
            if let Some(read) = read {
                read.push(text.clone());
            }
        });
        Ok(Self::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_nowhere() {
        let secret = Secret::from("hunter2");
        let shown = format!(
            "{secret} {secret:?} {secret:>8} {}",
            serde_json::to_string(&Some(&secret)).unwrap()
        );
        assert_eq!(shown, "*** Secret(***)      *** \"***\"");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn two_are_the_same_if_their_texts_are() {
        assert_eq!(Secret::from("a"), Secret::from("a"));
        for other in ["", "b", "aa", "A"] {
            assert_ne!(Secret::from("a"), Secret::from(other));
        }
    }
}
